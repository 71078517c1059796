import type { Expression } from '../../syntax/python/tree.ts'
import type { Frame } from './frame.ts'
import { call, integer } from '../build.ts'
import { numbersOf } from './expression.ts'
import { pathOf } from './arrayNames.ts'
import type { Loom } from './loom.ts'
import { lengthOf } from './reading.ts'
import type { LaneIndex, LaneValue } from './value.ts'

/** What a loop goes over. */
export interface Domain {
  /** How many rounds it has. */
  readonly count: Expression
  /** Sequences that are walked side by side: the loop ends with the shortest, the array form wants them equally long. */
  readonly lengths: readonly Expression[]
  readonly bound: readonly (readonly [string, LaneValue])[]
}

/** What a loop binds, read off its head; undefined where it goes over something that cannot be read whole beforehand. */
export function domainOf(
  loom: Loom,
  frame: Frame,
  target: Expression,
  iterable: Expression,
  axis: 1 | 2,
): Domain | undefined {
  const given = iterable.kind === 'call' ? iterable.arguments.map(({ value }) => value) : []
  const isPlain = iterable.kind === 'call' && iterable.arguments.every(({ form }) => form === 'positional')
  const path = iterable.kind === 'call' ? pathOf(iterable.callee, loom.context) : ''
  if (isPlain && path === 'range') return rangeOf(loom, frame, target, given, axis)
  if (isPlain && path === 'enumerate') return enumerated(loom, frame, target, given, axis)
  if (isPlain && path === 'zip') return zipped(loom, frame, target, given, axis)
  if (iterable.kind === 'call' && iterable.callee.kind === 'attribute') {
    const frameRows = rowsOfFrame(loom, frame, target, iterable.callee, axis)
    if (frameRows) return frameRows
  }
  const list = sameInAllLanes(loom, frame, iterable)
  if (!list || list.kind === 'constant') return undefined
  const length = call('len', [list])
  const bound = elements(list, target, target, axis)
  return bound && { count: length, lengths: [length], bound }
}

/** `for a, (b, c) in list`: every name with the part of an element that it stands for. */
function elements(
  list: Expression,
  target: Expression,
  part: Expression,
  axis: 1 | 2,
): (readonly [string, LaneValue])[] | undefined {
  if (part.kind === 'name') return [[part.id, { kind: 'element', axis, list, target, part }]]
  if (part.kind !== 'tuple') return undefined
  const inner = part.elements.map(element => elements(list, target, element, axis))
  return inner.every(found => found !== undefined) ? inner.flat() : undefined
}

function rangeOf(
  loom: Loom,
  frame: Frame,
  target: Expression,
  given: readonly Expression[],
  axis: 1 | 2,
): Domain | undefined {
  const [first, second, step] = given.map(argument => sameInAllLanes(loom, frame, argument))
  if (target.kind !== 'name' || !first || step || given.length > 2 || (given.length === 2 && !second))
    return undefined
  const index: LaneIndex = {
    kind: 'index',
    axis,
    name: target.id,
    start: second ? first : integer(0),
    stop: second ?? first,
  }
  return { count: lengthOf(index), lengths: [], bound: [[target.id, index]] }
}

function enumerated(
  loom: Loom,
  frame: Frame,
  target: Expression,
  [iterable, start]: readonly Expression[],
  axis: 1 | 2,
): Domain | undefined {
  if (target.kind !== 'tuple' || !iterable || start) return undefined
  const [counter, element] = target.elements
  if (counter?.kind !== 'name' || !element) return undefined
  const inner = domainOf(loom, frame, element, iterable, axis)
  if (!inner) return undefined
  const index: LaneIndex = { kind: 'index', axis, name: counter.id, start: integer(0), stop: inner.count }
  return { ...inner, bound: [...inner.bound, [counter.id, index]] }
}

function zipped(
  loom: Loom,
  frame: Frame,
  target: Expression,
  given: readonly Expression[],
  axis: 1 | 2,
): Domain | undefined {
  if (target.kind !== 'tuple' || target.elements.length !== given.length) return undefined
  const inner = target.elements.map((part, at) => {
    const iterable = given[at]
    return iterable && domainOf(loom, frame, part, iterable, axis)
  })
  const [first] = inner
  if (!first || !inner.every(domain => domain !== undefined)) return undefined
  const lengths = inner.flatMap(domain => (domain.lengths.length > 0 ? domain.lengths : [domain.count]))
  return { count: first.count, lengths, bound: inner.flatMap(({ bound }) => bound) }
}

/** `frame.iterrows()` and `frame.itertuples()`: a row whose fields are columns. */
function rowsOfFrame(
  loom: Loom,
  frame: Frame,
  target: Expression,
  callee: Expression & { kind: 'attribute' },
  axis: 1 | 2,
): Domain | undefined {
  if (axis !== 1) return undefined
  const table = sameInAllLanes(loom, frame, callee.value)
  if (!table) return undefined
  const count = call('len', [table])
  if (callee.attribute === 'itertuples' && target.kind === 'name')
    return { count, lengths: [count], bound: [[target.id, { kind: 'frameRow', frame: table }]] }
  if (callee.attribute !== 'iterrows' || target.kind !== 'tuple') return undefined
  const [label, row] = target.elements
  if (label?.kind !== 'name' || row?.kind !== 'name' || target.elements.length !== 2) return undefined
  return { count, lengths: [count], bound: [[row.id, { kind: 'frameRow', frame: table }]] }
}

function sameInAllLanes(loom: Loom, frame: Frame, expression: Expression): Expression | undefined {
  const value = numbersOf(loom, frame, expression)
  return value?.rank === 0 ? value.code : undefined
}

/** Remembers what must be as long as the loop. */
export function requireLengths(loom: Loom, domain: Domain): void {
  for (const length of domain.lengths) loom.equate(domain.count, length)
}
