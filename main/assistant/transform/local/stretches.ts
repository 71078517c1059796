import { changesOfPasses, isUnchangedBy, type Surroundings } from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { freshName } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression } from '../../syntax/python/visit.ts'
import { assign, call, integer, name, slice, subscript } from '../build.ts'
import { nameFor } from '../naming.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { rewriteInOrder, type Keeping } from './straight.ts'

/** Lists of numbers that follow each other are cut out of one list of them all. */
export const cutStretches: Transform = {
  name: 'cut-stretches',
  family: 'share',
  title: 'Stretches of numbers are cut out of one list',
  why: 'A part of a list of all numbers holds the same numbers as a list made of their range, and copying it is quicker than counting them again. Where a stretch lies outside it is counted as before.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    if (['list', 'range', 'min'].some(id => around.locals.has(id))) return []
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((loop, index): readonly TransformSite[] => {
        const isOutermost = place.around.every(({ kind }) => kind !== 'for' && kind !== 'while')
        if ((loop.kind !== 'for' && loop.kind !== 'while') || !isOutermost) return []
        const most = mostOf(loop, around)
        const fresh = (wanted: string) => name(freshName(wanted, draft.function.body, around.locals))
        const writer: Writer = { around, numbers: fresh('numbers'), count: fresh('count'), taken: new Set() }
        const body = rewriteInOrder(loop.body, around, {
          expression: (expression, keeping) => cut(expression, keeping, writer),
        })
        if (!most || body === loop.body) return []
        const made = [
          { ...assign(writer.count, call('min', [most, integer(LONGEST)])), above: loop.above },
          assign(writer.numbers, call('list', [call('range', [writer.count])])),
          { ...loop, above: [], body },
        ]
        const apply = () => ({ ...draft, function: place.rebuild(splice(place.block, index, 1, ...made)) })
        return [{ at: siteOf(place, index), apply }]
      }),
    )
  },
}

/** Numbers that are kept at most. */
const LONGEST = 100_000

interface Writer {
  readonly around: Surroundings
  readonly numbers: Expression
  /** How many numbers there are. */
  readonly count: Expression
  readonly taken: Set<string>
}

/** A number that a loop counts up to and leaves as it is: `days` of `while start + test <= days`. */
function mostOf(loop: Statement & { kind: 'for' | 'while' }, around: Surroundings): Expression | undefined {
  const head = loop.kind === 'while' ? loop.test : loop.iterable
  const bound = head.kind === 'compare' ? head.comparators.at(-1) : head.kind === 'call' ? head : undefined
  const changes = changesOfPasses(loop, around)
  let most: Expression | undefined
  if (bound)
    eachExpression(bound, part => {
      const isCount =
        part.kind === 'name' ||
        (part.kind === 'call' && part.callee.kind === 'name' && part.callee.id === 'len')
      const isWhole = kindOf(part, around.kinds, around.callables.modules) === 'integer'
      if (isCount && isWhole && isUnchangedBy(part, changes, around)) most ??= part
    })
  return most
}

/** `numbers[first:end] if 0 <= first <= end <= count else list(range(first, end))`. */
function cut(expression: Expression, keeping: Keeping, writer: Writer): Expression {
  // What is made here stands in a choice itself, and is not cut again
  if (typeof keeping === 'string') return expression
  const range = onlyArgument(expression, 'list')
  const [one, other, ...others] = range ? (argumentsOf(range, 'range') ?? []) : []
  if (!one || others.length > 0) return expression
  const [first, end] = other ? [one, other] : [integer(0), one]
  const [from, to] = [first, end].map(value => held(value, keeping, writer))
  if (!from || !to) return expression
  return {
    kind: 'conditional',
    test: {
      kind: 'compare',
      left: integer(0),
      operators: ['<=', '<=', '<='],
      comparators: [from, to, writer.count],
    },
    body: subscript(writer.numbers, slice(from, to)),
    otherwise: call('list', [call('range', [from, to])]),
  }
}

function held(value: Expression, before: Statement[], { around, taken }: Writer): Expression {
  if (value.kind === 'name' || value.kind === 'constant') return value
  const id = nameFor(value, around.function, taken)
  taken.add(id)
  before.push(assign(id, value))
  return name(id)
}

function onlyArgument(expression: Expression, callee: string): Expression | undefined {
  const given = argumentsOf(expression, callee)
  return given?.length === 1 ? given[0] : undefined
}

/** What a function of that name is given, by place alone. */
function argumentsOf(expression: Expression, callee: string): readonly Expression[] | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.id !== callee)
    return undefined
  const isByPlace = expression.arguments.every(({ form }) => form === 'positional')
  return isByPlace ? expression.arguments.map(({ value }) => value) : undefined
}
