import { isPure } from '../../syntax/python/effects.ts'
import { functionNamed } from '../../syntax/python/functions.ts'
import { freshName } from '../../syntax/python/names.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { expressionsIn } from '../../syntax/python/visit.ts'
import { attempt, call, give, name, tuple } from '../build.ts'
import { assignedIn, isReadFirst, namesIn } from '../lanes/names.ts'
import { isReadAfter, placesIn, replaced, type StatementPlace } from '../lanes/places.ts'
import { EXPECTED } from '../lanes/vectorised.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { bisectionOf, type Bisection } from './bisection.ts'
import { ROOT_OF_MANY, ROOT_OF_ONE, withRootFinder } from './rootFinders.ts'

type For = Statement & { kind: 'for' }

/** A bisection of many rounds becomes a search that needs a dozen, and is held to the same root. */
export const solveBisection: Transform = {
  name: 'solve-bisection',
  family: 'algorithm',
  title: 'A dozen evaluations instead of halving a bracket dozens of times',
  why: 'Where the value rises all the way from low to high, as a price does with volatility, there is one crossing, and the interpolated search finds the same one; where it is not sure of it, the bracket is halved as before.',
  reorders: true,
  sites: (draft, context) =>
    placesIn(draft.function).flatMap((place): readonly TransformSite[] => {
      const { statement, way } = place
      const found = statement.kind === 'for' ? bisectionOf(statement, context) : undefined
      if (statement.kind !== 'for' || !found || !canSolve(draft, context, place, found)) return []
      return [
        {
          at: `${String(way.length)} line ${statement.lines?.first ?? 'made'}`,
          apply: () => solved(draft, context, { ...place, statement }, found),
        },
      ]
    }),
}

/** Whether the rounds do nothing but look for the root, and nothing is read after them but the root. */
function canSolve(
  draft: Draft,
  context: DraftContext,
  place: StatementPlace,
  { low, high, middle, steps, gap }: Bisection,
): boolean {
  const around = surroundingsOf(draft, context)
  const { statement } = place
  const isOwn = !functionNamed(context.module, ROOT_OF_ONE) && !functionNamed(context.module, ROOT_OF_MANY)
  const isStraight = steps.every(
    step =>
      step.kind === 'assign' &&
      expressionsIn(step).every(part => part.kind === 'name' || isPure(part, around)),
  )
  const root = new Set([low, high, middle])
  const reads = new Set([...steps, give(gap)].flatMap(step => [...namesIn(step)]))
  const assigned = [...assignedIn([statement])]
  return (
    isOwn &&
    isStraight &&
    isPure(gap, around) &&
    !reads.has(low) &&
    !reads.has(high) &&
    assigned.every(
      made => root.has(made) || (!isReadFirst([...steps, give(gap)], made) && !isReadAfter(place, made)),
    )
  )
}

function solved(
  draft: Draft,
  context: DraftContext,
  place: StatementPlace & { readonly statement: For },
  { low, high, middle, steps, gap, rounds, isOfArrays }: Bisection,
): Draft {
  const { statement } = place
  const finder = isOfArrays ? ROOT_OF_MANY : ROOT_OF_ONE
  const called = freshName('gap', draft.function.body, surroundingsOf(draft, context).locals)
  const above = gapFunction(called, middle, [...steps, give(gap)])
  const root = call(finder, [name(called), name(low), name(high), ...(isOfArrays ? [rounds] : [])])
  const found: Statement = {
    ...MADE,
    kind: 'assign',
    targets: [name(low), name(high), name(middle)],
    annotation: undefined,
    value: root,
  }
  // An array form has the loop that it was made of to fall back on, another has its own rounds
  const next = isGuarded(place) ? found : attempt([found], EXPECTED_TYPES, [{ ...statement, above: [] }], [])
  return {
    function: replaced(draft.function, place, [
      { ...above, above: [...statement.above, ''] },
      { ...next, above: [''] },
    ]),
    added: withRootFinder(draft.added, finder, context.modules['numpy'] ?? 'np'),
  }
}

/** Whether an array form stands around it, which leaves what goes wrong to the loop that it was made of. */
function isGuarded({ way }: StatementPlace): boolean {
  return way.some(
    ({ owner }) =>
      owner.kind === 'try' &&
      owner.handlers.some(
        ({ type }) => type !== undefined && /Arithmetic.*Value/s.test(printExpression(type)),
      ),
  )
}

const EXPECTED_TYPES = tuple(EXPECTED.map(name))

const MADE = { above: [], beside: '', lines: undefined } as const

function gapFunction(called: string, parameter: string, body: readonly Statement[]): FunctionStatement {
  return {
    ...MADE,
    kind: 'function',
    name: called,
    parameters: [{ form: 'plain', name: parameter, annotation: undefined, fallback: undefined }],
    returns: undefined,
    decorators: [],
    isAsync: false,
    body,
  }
}
