import {
  changesOfPasses,
  isOfModule,
  isPure,
  isUnchangedBy,
  mayRaise,
  type Surroundings,
} from '../../syntax/python/effects.ts'
import { kindOf } from '../../syntax/python/kinds.ts'
import { keyOf, replaceInBlock, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { partsOf } from '../../syntax/python/visit.ts'
import { assign, name, when } from '../build.ts'
import { eachEvaluation, type Evaluation } from '../evaluations.ts'
import { runsAtLeastOnce } from '../lengthTest.ts'
import { nameFor } from '../naming.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'

/** Loop-invariant code motion (Aho, Lam, Sethi, Ullman, Compilers, section 9.5): what is the same in every pass is computed once. */
export const hoistInvariants: Transform = {
  name: 'hoist-invariants',
  family: 'hoist',
  title: 'What does not change is computed once before the loop',
  why: 'Nothing in the loop changes what these expressions depend on, so every pass computed the same values again.',
  reorders: false,
  sites,
}

type Loop = Extract<Statement, { kind: 'for' | 'while' }>

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const around = surroundingsOf(draft, context)
  return placesIn(draft.function).flatMap(place =>
    place.block.flatMap((statement, index) => {
      if (statement.kind !== 'for' && statement.kind !== 'while') return []
      const found = invariantsIn(statement, around)
      const at = siteOf(place, index)
      const site = (suffix: string, chosen: readonly Expression[]): TransformSite => ({
        at: at + suffix,
        apply: () => ({
          ...draft,
          function: place.rebuild(splice(place.block, index, 1, ...hoist(statement, chosen, around))),
        }),
      })
      if (found.length === 0) return []
      const single =
        found.length === 1 ? [] : found.map((expression, number) => site(`:${String(number)}`, [expression]))
      return [site('', found), ...single]
    }),
  )
}

/** The largest expressions in a loop that have the same value in every pass, each once, in the order in which they occur. */
function invariantsIn(loop: Loop, around: Surroundings): readonly Expression[] {
  const changes = changesOfPasses(loop, around)
  const isGuarded = guardOf(loop, around) !== undefined
  const found = new Map<string, Expression>()
  eachEvaluation(loop.body, around, evaluation => {
    const { expression, isCertain } = evaluation
    const isInvariant =
      isWorth(expression, around) &&
      isUnchangedBy(expression, changes, around) &&
      isPure(expression, around) &&
      isShareable(evaluation, around) &&
      (!mayRaise(expression, around) || (isCertain && isGuarded))
    if (!isInvariant) return true
    found.set(keyOf(expression), expression)
    return false
  })
  return [...found.values()]
}

/** Whether computing it costs more than looking up a local name: neither a name nor a literal, nor made of literals alone. */
function isWorth(expression: Expression, around: Surroundings): boolean {
  switch (expression.kind) {
    case 'name':
    case 'constant':
    case 'lambda':
    case 'slice':
    case 'starred':
    case 'verbatim':
    case 'comprehension':
    case 'list':
    case 'dict':
    case 'set':
    case 'tuple':
      return false
    case 'attribute':
      return !isOfModule(expression, around)
    case 'unary':
      return expression.operand.kind !== 'constant' && expression.operand.kind !== 'name'
    case 'binary':
      return !partsOf(expression).every(({ kind }) => kind === 'constant')
    default:
      return true
  }
}

/** Whether one object may stand for many: a number may, another object where it is only read at once. */
export function isShareable({ expression, consumer }: Evaluation, around: Surroundings): boolean {
  if (isUsedUp(expression)) return false
  const kind = kindOf(expression, around.kinds, around.callables.modules)
  if (kind === 'float' || kind === 'integer' || kind === 'boolean' || kind === 'string') return true
  if (expression.kind === 'attribute' || expression.kind === 'subscript') return true
  switch (consumer.kind) {
    case 'binary':
    case 'unary':
    case 'compare':
    case 'boolean':
    case 'subscript':
    case 'augmented':
    case 'if':
    case 'while':
      return true
    case 'for':
      return true
    case 'call':
      return isPure({ ...consumer, arguments: [] }, around)
    default:
      return false
  }
}

/** Whether going through the value once leaves nothing of it. */
function isUsedUp(expression: Expression): boolean {
  if (expression.kind === 'comprehension') return expression.form === 'generator'
  if (expression.kind !== 'call' || expression.callee.kind !== 'name') return false
  return /^(?:zip|enumerate|map|filter|reversed|iter)$/.test(expression.callee.id)
}

function guardOf(loop: Loop, around: Surroundings): Expression | undefined {
  if (loop.kind === 'for') return runsAtLeastOnce(loop.iterable, around)
  return isPure(loop.test, around) ? loop.test : undefined
}

/** The loop with names in place of the expressions, below what computes them; only if the loop runs where that may raise. */
function hoist(loop: Loop, chosen: readonly Expression[], around: Surroundings): readonly Statement[] {
  const taken = new Set<string>()
  const named = chosen.map(expression => {
    const id = nameFor(expression, around.function, taken)
    taken.add(id)
    return { expression, id }
  })
  const guard = named.some(({ expression }) => mayRaise(expression, around))
    ? guardOf(loop, around)
    : undefined
  const assigned = named.map(({ expression, id }) => assign(id, expression))
  const body = replaceInBlock(
    loop.body,
    replacingAll(named.map(({ expression, id }) => [expression, name(id)])),
  )
  const [first, ...rest] = guard && !isCertain(guard) ? [when(guard, assigned)] : assigned
  const moved = { ...loop, above: [], body }
  return first ? [{ ...first, above: loop.above }, ...rest, moved] : [loop]
}

/** `60 > 0`, as for a loop over a range that is written out. */
function isCertain(test: Expression): boolean {
  if (test.kind !== 'compare' || test.left.kind !== 'constant') return false
  const [right] = test.comparators
  return (
    right?.kind === 'constant' && test.operators[0] === '>' && Number(test.left.text) > Number(right.text)
  )
}
