import { changesOf, isPure, isUnchangedBy } from '../../syntax/python/effects.ts'
import { namesOfBlock } from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { someStatement } from '../../syntax/python/visit.ts'
import { call, compare, integer, name, when } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { isReadLater, loopsIn, type ForLoop } from './loops.ts'

/** Loop peeling (Muchnick, Advanced Compiler Design and Implementation, section 17.1): what the first pass does apart stands before the loop. */
export const firstRoundApart: Transform = {
  name: 'first-round-apart',
  family: 'hoist',
  title: 'The first pass stands before the loop',
  why: 'Only the first pass takes the other branch. Written before the loop, it spares every later pass the question.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap((found): readonly TransformSite[] => {
      const { loop, place, index, at } = found
      const bound = boundOf(loop)
      const parted = bound && partedBy(loop)
      if (!parted || !isPure(bound, around) || around.locals.has('range')) return []
      const changes = changesOf(parted.first, around)
      const isSteady =
        isUnchangedBy(bound, changes, around) && !namesOfBlock(loop.body).writes.has(parted.counter)
      if (!isSteady || isReadLater(parted.counter, found)) return []
      const zero = replacing(name(parted.counter), integer(0))
      const first = when(compare(bound, '>', integer(0)), replaceInBlock(parted.first, zero))
      const later = { ...loop, above: [], iterable: call('range', [integer(1), bound]), body: parted.later }
      const block = place.block.toSpliced(index, 1, { ...first, above: loop.above }, later)
      return [{ at, apply: () => ({ ...draft, function: place.rebuild(block) }) }]
    })
  },
}

/** `n` of `range(n)`. */
function boundOf({ iterable }: ForLoop): Expression | undefined {
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'name' || iterable.callee.id !== 'range')
    return undefined
  const [only, ...others] = iterable.arguments
  return only?.form === 'positional' && others.length === 0 ? only.value : undefined
}

interface Parted {
  readonly counter: string
  /** What the first pass does, and what the others do. */
  readonly first: readonly Statement[]
  readonly later: readonly Statement[]
}

/** Statements of a pass that may be written twice, beside the branches that tell the first from the others. */
const MOST_TWICE = 3

/** The passes of a loop that asks in each whether it is the first. */
function partedBy({ target, body }: ForLoop): Parted | undefined {
  if (target.kind !== 'name') return undefined
  const at = body.findIndex(statement => firstOf(statement, target.id) !== undefined)
  const branches = firstOf(body[at], target.id)
  if (!branches || body.length - 1 > MOST_TWICE) return undefined
  const whole = (branch: readonly Statement[]) => [...body.slice(0, at), ...branch, ...body.slice(at + 1)]
  const [first, later] = branches.map(whole)
  if (!first || !later || later.length === 0) return undefined
  const isWhole = !someStatement(first, ({ kind }) => /^(?:break|continue|function|class)$/.test(kind))
  return isWhole ? { counter: target.id, first, later } : undefined
}

/** The branch that `if i == 0` takes in the first pass, and the one that it takes later; undefined where that is not asked. */
function firstOf(
  statement: Statement | undefined,
  counter: string,
): readonly [readonly Statement[], readonly Statement[]] | undefined {
  if (statement?.kind !== 'if') return undefined
  const { test, body, otherwise } = statement
  const is = (operator: '==' | '>' | '!=', number: number) =>
    keyOf(test) === keyOf(compare(name(counter), operator, integer(number)))
  if (is('==', 0)) return [body, otherwise]
  return is('>', 0) || is('!=', 0) ? [otherwise, body] : undefined
}
