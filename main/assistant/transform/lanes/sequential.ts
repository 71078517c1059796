import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Frame, Outcome } from './frame.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, loop, name } from '../build.ts'
import { asNumbers, numbersOf } from './expression.ts'
import type { Loom } from './loom.ts'
import { assignedIn, reads } from './names.ts'
import { joinedType, rankOf, renamed, scalar, type LaneArray, type LaneValue } from './value.ts'

type For = Statement & { kind: 'for' }

/**
 * A loop over what is the same in all lanes, kept as a loop: one round after another, each for all lanes at once. What is carried from
 * round to round has a name that every round assigns again.
 */
export function sequential(loom: Loom, frame: Frame, statement: For): Outcome | undefined {
  const targets = namesOfTarget(statement.target)
  const iterable = iterableOf(loom, frame, statement.iterable)
  if (!targets || !iterable || frame.values.size === 0) return undefined
  const assigned = assignedIn(statement.body)
  const carried = [...assigned].filter(inner => frame.values.has(inner))
  // What is carried begins as one number for all lanes and may become one a lane in the first round
  const ranks = new Map<string, 0 | 1 | 2>()
  for (;;) {
    const known = ranksText(ranks)
    const made = loom.attempt(() => {
      const written = round(loom, frame, statement, targets, carried, ranks)
      return written?.isSettled === true ? written : undefined
    })
    if (made) return settle(loom, frame, statement.target, iterable, made)
    if (known === ranksText(ranks)) return undefined
  }
}

function ranksText(ranks: ReadonlyMap<string, number>): string {
  return [...ranks].join(' ')
}

interface Round {
  readonly isSettled: boolean
  readonly block: readonly Statement[]
  readonly starts: readonly (readonly [string, Expression])[]
  readonly names: readonly (readonly [string, LaneArray])[]
}

/** Writes one round with what is known of the ranks, and learns of them. */
function round(
  loom: Loom,
  frame: Frame,
  statement: For,
  targets: readonly string[],
  carried: readonly string[],
  ranks: Map<string, 0 | 1 | 2>,
): Round | undefined {
  const values = new Map(frame.values)
  for (const target of targets) values.set(target, scalar(name(target)))
  const starts: [string, Expression][] = []
  const names: [string, LaneArray][] = []
  for (const key of carried) {
    const before = frame.values.get(key)
    const start = before && asNumbers(loom, before)
    if (!start) return undefined
    const held = renamed({ ...start, rank: ranks.get(key) ?? start.rank }, name(loom.fresh(key)))
    starts.push([nameOf(held), start.code])
    names.push([key, held])
    values.set(key, held)
  }
  const block: Statement[] = []
  const inner: Frame = { ...frame, values, assigned: new Set([...frame.assigned, ...targets]) }
  const outcome = loom.inside(block, () => {
    return loom.forms.block(loom, inner, statement.body, 'sequence')
  })
  if (!outcome || outcome.returned || outcome.isRaised || outcome.effects.length > 0) return undefined
  let isSettled = true
  const ends: [string, Expression][] = []
  const joined: [string, LaneArray][] = []
  for (const [key, held] of names) {
    const after = values.get(key)
    const end = after && asNumbers(loom, after)
    if (!end) return undefined
    if (end.rank > held.rank) {
      ranks.set(key, rankOf([end, held]))
      isSettled = false
    }
    ends.push([nameOf(held), end.code])
    joined.push([
      key,
      { ...held, type: joinedType(held.type, end.type), isNumpy: held.isNumpy || end.isNumpy },
    ])
  }
  return { isSettled, block: [...block, ...carry(ends)], starts, names: joined }
}

/** `low, high = …`: separately where no value is needed after it was assigned, else all at once. */
function carry(ends: readonly (readonly [string, Expression])[]): readonly Statement[] {
  const changed = ends.filter(([key, end]) => !(end.kind === 'name' && end.id === key))
  const isTangled = changed.some(([, end], at) =>
    changed.slice(0, at).some(([earlier]) => reads(end, earlier)),
  )
  if (!isTangled) return changed.map(([key, end]) => assign(key, end))
  return [
    assign(
      { kind: 'tuple', elements: changed.map(([key]) => name(key)) },
      { kind: 'tuple', elements: changed.map(([, end]) => end) },
    ),
  ]
}

function settle(
  loom: Loom,
  frame: Frame,
  target: Expression,
  iterable: Expression,
  made: Round,
): Outcome | undefined {
  for (const [key, start] of made.starts) if (printExpression(start) !== key) loom.perform(assign(key, start))
  loom.perform(loop(target, iterable, made.block))
  for (const [key, value] of made.names) frame.values.set(key, value)
  return { effects: [], returned: undefined, isRaised: false }
}

function nameOf(value: LaneArray): string {
  return value.code.kind === 'name' ? value.code.id : ''
}

function namesOfTarget(target: Expression): readonly string[] | undefined {
  if (target.kind === 'name') return [target.id]
  if (target.kind !== 'tuple') return undefined
  const names = target.elements.flatMap(element => (element.kind === 'name' ? [element.id] : []))
  return names.length === target.elements.length ? names : undefined
}

/** What the loop goes over, as it is written, with the names that hold here; it must be the same in all lanes. */
function iterableOf(loom: Loom, frame: Frame, iterable: Expression): Expression | undefined {
  if (
    iterable.kind === 'call' &&
    iterable.callee.kind === 'name' &&
    /^(zip|enumerate)$/.test(iterable.callee.id)
  ) {
    const inner = iterable.arguments.map(({ value }) => iterableOf(loom, frame, value))
    if (!inner.every(value => value !== undefined)) return undefined
    return {
      ...iterable,
      arguments: iterable.arguments.map((argument, at) => ({
        ...argument,
        value: inner[at] ?? argument.value,
      })),
    }
  }
  const value: LaneValue | undefined = numbersOf(loom, frame, iterable)
  return value?.kind === 'array' && value.rank === 0 ? value.code : undefined
}
