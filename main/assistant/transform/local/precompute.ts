import {
  changesOfPasses,
  isPure,
  isUnchangedBy,
  mayRaise,
  type Surroundings,
} from '../../syntax/python/effects.ts'
import {
  freshName,
  namesOfBlock,
  namesOfExpression,
  namesOfTarget,
  overlap,
} from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing } from '../../syntax/python/replace.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { assign, call, clause, comprehension, loop as makeLoop, name, tuple } from '../build.ts'
import { eachEvaluation } from '../evaluations.ts'
import { runsAtLeastOnce } from '../lengthTest.ts'
import { splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { isShareable } from './hoist.ts'
import { isReadLater, loopsIn, type ForLoop, type LoopPlace } from './loops.ts'

/** What an inner loop computes of each element alone is computed once for all passes of the outer loop. */
export const precomputeElements: Transform = {
  name: 'precompute-elements',
  family: 'hoist',
  title: 'What depends on the inner element alone is computed once for each',
  why: 'The inner loop goes through the same elements in every pass of the outer one, and this depends on nothing else, so a list of it made before holds the same values.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(found =>
      found.loop.body.flatMap((inner, number) => {
        if (inner.kind !== 'for' || inner.otherwise.length > 0 || inner.target.kind !== 'name') return []
        return elementwise(inner, found, around).map((expression, order): TransformSite => ({
          at: `${found.at}.${String(number)}:${String(order)}`,
          apply: () => rewrite(draft, found, { inner, number, expression }, around),
        }))
      }),
    )
  },
}

/** Expressions in the inner loop that depend on its element and on what the outer loop leaves alone. */
function elementwise(inner: ForLoop, found: LoopPlace, around: Surroundings): readonly Expression[] {
  const element = namesOfTarget(inner.target).writes
  const changes = changesOfPasses(found.loop, around)
  const outside = { ...changes, names: new Set([...changes.names].filter(id => !element.has(id))) }
  const isSame = isPure(inner.iterable, around) && isUnchangedBy(inner.iterable, changes, around)
  if (!isSame || inner.iterable.kind !== 'name' || around.kinds.get(inner.iterable.id) === 'generator')
    return []
  // The inner loop must be reached in the first pass of the outer one, with nothing seen before
  const isReached = found.loop.body[0] === inner || !changes.others
  const guard = runsAtLeastOnce(found.loop.iterable, around)
  const wanted = new Map<string, Expression>()
  eachEvaluation(inner.body, around, evaluation => {
    const { expression, isCertain } = evaluation
    const isFit =
      (expression.kind === 'call' || expression.kind === 'binary') &&
      overlap(namesOfExpression(expression).reads, element) &&
      isPure(expression, around) &&
      isUnchangedBy(expression, outside, around) &&
      isShareable(evaluation, around) &&
      (!mayRaise(expression, around) || (isCertain && isReached && guard !== undefined))
    if (!isFit) return true
    wanted.set(keyOf(expression), expression)
    return false
  })
  return [...wanted.values()]
}

function rewrite(
  draft: Draft,
  { loop, place, index }: LoopPlace,
  { inner, number, expression }: { inner: ForLoop; number: number; expression: Expression },
  around: Surroundings,
): Draft {
  const element = [...namesOfTarget(inner.target).writes].join('_')
  const what =
    expression.kind === 'call' && expression.callee.kind === 'attribute'
      ? expression.callee.attribute
      : 'value'
  const one = freshName(`${element}_${what}`, draft.function.body, around.locals)
  const all = freshName(`${element}_${what}s`, draft.function.body, around.locals)
  const guard = mayRaise(expression, around) ? runsAtLeastOnce(loop.iterable, around) : undefined
  const made = comprehension(expression, [clause(inner.target, inner.iterable)])
  const empty: Expression = { kind: 'list', elements: [] }
  const value: Expression = guard ? { kind: 'conditional', test: guard, body: made, otherwise: empty } : made
  const body = replaceInBlock(inner.body, replacing(expression, name(one)))
  const isElementUsed =
    overlap(namesOfBlock(body).reads, namesOfTarget(inner.target).writes) ||
    isReadLater(element, { place, index })
  const next = isElementUsed
    ? makeLoop(tuple([inner.target, name(one)]), call('zip', [inner.iterable, name(all)]), body)
    : makeLoop(name(one), name(all), body)
  const outer = { ...loop, above: [], body: splice(loop.body, number, 1, { ...next, above: inner.above }) }
  const start = { ...assign(all, value), above: loop.above }
  return { ...draft, function: place.rebuild(splice(place.block, index, 1, start, outer)) }
}
