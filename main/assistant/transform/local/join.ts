import {
  changesOf,
  changesOfPasses,
  isPure,
  isUnchangedBy,
  mayRaise,
  type Surroundings,
} from '../../syntax/python/effects.ts'
import { freshName, namesOfExpression, namesOfTarget, overlap } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, list, loop as makeLoop, method, name, perform, tuple, when } from '../build.ts'
import { runsAtLeastOnce } from '../lengthTest.ts'
import { splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { isReadLater, loopsIn, type ForLoop, type LoopPlace } from './loops.ts'
import { isKeyLike } from './membership.ts'

/** A loop in a loop that looks for equal keys becomes a hash join (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
export const hashJoin: Transform = {
  name: 'hash-join',
  family: 'algorithm',
  title: 'A dictionary instead of a loop in a loop',
  why: 'The inner loop acts only where two keys are equal; a dictionary by that key gives the few rows that can be equal, in the same order, without going through all of them each time. Keys are numbers, text or fields.',
  reorders: false,
  sites,
}

interface Join {
  /** What of the inner rows is the key, and what it is compared with. */
  readonly key: Expression
  readonly probe: Expression
  /** What is done with a match, below the test that it is one: a key that is not equal to itself is none. */
  readonly body: readonly Statement[]
  /** Whether only the first match counts. */
  readonly isFirst: boolean
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const around = surroundingsOf(draft, context)
  return loopsIn(draft.function).flatMap(found =>
    found.loop.body.flatMap((inner, number) => {
      if (inner.kind !== 'for' || inner.otherwise.length > 0) return []
      const join = joinOf(inner, found, number, around)
      if (!join) return []
      const guard = mayRaise(join.key, around) ? runsAtLeastOnce(found.loop.iterable, around) : undefined
      if (!guard && mayRaise(join.key, around)) return []
      return [
        {
          at: `${found.at}.${String(number)}`,
          apply: () => rewrite(draft, found, number, inner, join, guard, around),
        },
      ]
    }),
  )
}

function joinOf(inner: ForLoop, found: LoopPlace, number: number, around: Surroundings): Join | undefined {
  const [only, ...others] = inner.body
  if (only?.kind !== 'if' || only.otherwise.length > 0 || others.length > 0 || only.test.kind !== 'compare')
    return undefined
  const { left, operators, comparators } = only.test
  const [right] = comparators
  if (operators.length !== 1 || operators[0] !== '==' || !right) return undefined
  const rows = namesOfTarget(inner.target).writes
  const sides = [left, right]
  const key = sides.find(side => overlap(namesOfExpression(side).reads, rows))
  const probe = sides.find(side => !overlap(namesOfExpression(side).reads, rows))
  if (!key || !probe || !isKeyLike(key, around) || !isKeyLike(probe, around)) return undefined
  if (overlap(namesOfExpression(probe).reads, around.uncertain)) return undefined
  const isFirst = only.body.at(-1)?.kind === 'break'
  const body = isFirst ? only.body.slice(0, -1) : only.body
  if (body.length === 0 || leaves(body)) return undefined
  const changes = changesOfPasses(found.loop, around)
  const without = { ...changes, names: new Set([...changes.names].filter(id => !rows.has(id))) }
  const areSafe = [key, inner.iterable].every(
    part => isPure(part, around) && isUnchangedBy(part, without, around),
  )
  const inside = changesOf(body, around)
  const isProbeSafe = isPure(probe, around) && isUnchangedBy(probe, inside, around)
  const place = {
    block: found.loop.body,
    path: '',
    around: [...found.place.around, found.loop],
    outer: [...found.place.outer, found.place.block],
    rebuild: found.place.rebuild,
  }
  const areLeft = [...rows].some(id => isReadLater(id, { place, index: number }))
  return areSafe && isProbeSafe && !areLeft ? { key, probe, body: [{ ...only, body }], isFirst } : undefined
}

/** Whether statements break off or skip a pass of the loop that they stand in. */
function leaves(body: readonly Statement[]): boolean {
  return body.some(statement => {
    if (statement.kind === 'break' || statement.kind === 'continue' || statement.kind === 'verbatim')
      return true
    if (statement.kind === 'if') return leaves(statement.body) || leaves(statement.otherwise)
    return statement.kind === 'with' || statement.kind === 'try' ? leaves(statement.body) : false
  })
}

function rewrite(
  draft: Draft,
  { loop, place, index }: LoopPlace,
  number: number,
  inner: ForLoop,
  { key, probe, body, isFirst }: Join,
  guard: Expression | undefined,
  around: Surroundings,
): Draft {
  const rowNames = [...namesOfTarget(inner.target).writes].join('_')
  const id = freshName(`${rowNames}_by_key`, draft.function.body, around.locals)
  const row = rowOf(inner.target)
  const kept = method(name(id), 'setdefault', [key, list(isFirst ? [row] : [])])
  const fill = makeLoop(inner.target, inner.iterable, [
    perform(isFirst ? kept : method(kept, 'append', [row])),
  ])
  const filled = guard ? when(guard, [fill]) : fill
  const matches = makeLoop(inner.target, method(name(id), 'get', [probe, tuple([])]), body)
  const next = { ...loop, above: [], body: splice(loop.body, number, 1, { ...matches, above: inner.above }) }
  const start = { ...assign(id, { kind: 'dict', entries: [] }), above: loop.above }
  return { ...draft, function: place.rebuild(splice(place.block, index, 1, start, filled, next)) }
}

/** The row as a value: what the loop binds, read again. */
function rowOf(target: Expression): Expression {
  return target.kind === 'name' ? name(target.id) : target
}
