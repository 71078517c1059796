import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { WINDOW, backtestGates, largestShare, positiveWindows } from './backtestGates.ts'

test('steady profit keeps every gate, steady loss none that asks for one', () => {
  const profit = Array.from({ length: 100 }, (_, index) => 1 + (index % 3))
  const kept = (values: readonly number[], low: number) =>
    backtestGates(values, values, { value: 0, low, high: 1 }).map(gate => gate.isKept)
  expect(kept(profit, 1)).toEqual([true, true, true])
  expect(
    kept(
      profit.map(value => -value),
      -1,
    ),
  ).toEqual([false, false, true])
})

test('one lucky trade is no edge', () => {
  expect(largestShare([1, 1, 100])).toBeCloseTo(100 / 102, 12)
  expect(largestShare([-50, 20])).toBe(1)
  expect(largestShare([])).toBe(0)
})

test('windows are counted whole, and a short rest is left to the next report', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
      fc.nat(WINDOW / 2 - 1),
      (signs, rest) => {
        const returns = signs.flatMap(isUp => Array.from({ length: WINDOW }, () => (isUp ? 1 : -1)))
        const more = [...returns, ...Array.from({ length: rest }, () => -1000)]
        const expected = signs.filter(Boolean).length / signs.length
        expect(positiveWindows(more)).toBeCloseTo(expected, 12)
      },
    ),
  )
  expect(positiveWindows([])).toBe(0)
})
