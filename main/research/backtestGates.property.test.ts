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
  ).toEqual([false, false, false])
})

test('one lucky trade is no edge', () => {
  expect(largestShare([1, 1, 100])).toBeCloseTo(100 / 102, 12)
  expect(largestShare([-10, 20])).toBe(1)
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
  expect(positiveWindows([])).toBeUndefined()
})

test('what cannot be told is said and not kept: no praise of four sessions, of no profit, of nothing', () => {
  for (const [returns, words] of [
    [
      [5, 5, 5, 5],
      ['fewer sessions than one', ''],
    ],
    [
      [-5, 4, -3, 2],
      ['fewer sessions than one', 'no profit'],
    ],
    [Array.from({ length: 40 }, () => -1), ['', 'no profit']],
    [[], ['fewer sessions than one', 'no profit']],
  ] as const) {
    const [windows, , largest] = backtestGates(returns, returns, { value: 0, low: -1, high: 1 })
    for (const [gate, word] of [
      [windows, words[0]],
      [largest, words[1]],
    ] as const) {
      expect(gate?.value === undefined).toBe(word !== '')
      expect(gate?.rule).toContain(word)
      expect(word !== '' && gate?.isKept).toBe(false)
    }
  }
})
