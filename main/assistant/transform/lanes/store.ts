import type { Expression } from '../../syntax/python/tree.ts'
import { assign, call, slice, subscript, tuple } from '../build.ts'
import { numbersOf } from './expression.ts'
import { constantOf, linearOf } from './linear.ts'
import type { Loom } from './loom.ts'
import { sliceOf } from './reading.ts'
import type { Frame, Outcome, StoreEffect } from './frame.ts'

/** A value put into an array at the place of its lane; undefined where two lanes might write to one place. */
export function stored(
  loom: Loom,
  frame: Frame,
  target: Expression & { kind: 'subscript' },
  given: Expression,
): Outcome | undefined {
  if (target.value.kind !== 'name' || !loom.stored.has(target.value.id)) return undefined
  const value = numbersOf(loom, frame, given)
  const place = placeOf(loom, frame, target.value, target.index)
  if (!value || value.rank === 2 || !place) return undefined
  return { effects: [{ kind: 'store', place, value, mask: undefined }], returned: undefined, isRaised: false }
}

/** Writes it. */
export function store(loom: Loom, { place, value, mask }: StoreEffect): void {
  if (!mask) loom.perform(assign(place, value.code))
  else if (mask.rank === 1) {
    const where = subscript(place, mask.code)
    loom.perform(assign(where, value.rank === 1 ? subscript(value.code, mask.code) : value.code))
  } else {
    const both = call(`${loom.moduleName('numpy')}.where`, [mask.code, value.code, place])
    loom.perform(assign(place, both))
  }
}

function placeOf(loom: Loom, frame: Frame, array: Expression, index: Expression): Expression | undefined {
  const [first, second, ...more] = index.kind === 'tuple' ? index.elements : [index]
  if (first?.kind !== 'name' || more.length > 0) return undefined
  const counted = frame.values.get(first.id)
  if (counted?.kind !== 'index' || counted.axis !== 1) return undefined
  const isWhole = constantOf(linearOf(counted.start)) === 0
  const size = call('len', [array])
  if (second) {
    const at = numbersOf(loom, frame, second)
    if (at?.rank !== 0 || !isWhole) return undefined
    loom.equate(counted.stop, size)
    return subscript(array, tuple([slice(), at.code]))
  }
  const part = isWhole
    ? slice()
    : (sliceOf(loom, array, counted, { terms: new Map(), constant: 0 }) ?? slice(counted.start, counted.stop))
  if (isWhole) loom.equate(counted.stop, size)
  return subscript(array, part)
}
