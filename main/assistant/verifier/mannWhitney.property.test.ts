import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mannWhitney, stratifiedP } from './mannWhitney.ts'

const sample = (min: number, max: number) =>
  fc.array(fc.integer({ min: -20, max: 20 }), { minLength: min, maxLength: max })

/** Every way to choose which of all values are the first sample. */
function choices(count: number, chosen: number): number[][] {
  if (chosen === 0) return [[]]
  if (count < chosen) return []
  return [...choices(count - 1, chosen), ...choices(count - 1, chosen - 1).map(rest => [...rest, count - 1])]
}

function uOf(first: readonly number[], second: readonly number[]): number {
  return first.reduce((sum, one) => sum + second.filter(other => one > other).length, 0)
}

test('exact p is the share of arrangements at least as far from the middle', () => {
  const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 9 })
  fc.assert(
    fc.property(distinct, fc.nat(), (values, cut) => {
      const m = 1 + (cut % (values.length - 1))
      const middle = (m * (values.length - m)) / 2
      const own = mannWhitney(values.slice(0, m), values.slice(m))
      const all = choices(values.length, m).map(places => {
        const first = values.filter((_, place) => places.includes(place))
        return uOf(
          first,
          values.filter(it => !first.includes(it)),
        )
      })
      const far = all.filter(u => Math.abs(u - middle) >= Math.abs(own.u - middle) - 1e-9).length
      expect(own.p).toBeCloseTo(Math.min(1, far / all.length), 10)
    }),
    { numRuns: 60 },
  )
})

test('p is the same whichever sample comes first, and one where both are the same', () => {
  fc.assert(
    fc.property(sample(1, 12), sample(1, 12), (first, second) => {
      expect(mannWhitney(first, second).p).toBeCloseTo(mannWhitney(second, first).p, 12)
      expect(mannWhitney(first, second).u + mannWhitney(second, first).u).toBe(first.length * second.length)
      expect(mannWhitney(first, first).p).toBeCloseTo(1, 6)
    }),
  )
})

// What scipy.stats.mannwhitneyu 1.10 says of the same samples, two-sided
test.each([
  [[1, 2, 3], [4, 5, 6], 0, 0.1],
  [[1.5, 2.5, 9, 4], [3, 5, 6, 7, 8], 6, 0.4126984126984127],
  [[10, 11, 12, 13, 14, 15], [1, 2, 3, 4, 5, 16], 30, 0.06493506493506493],
  [[1, 1, 2, 3], [2, 2, 3, 4, 5], 3.5, 0.13158676028118635],
])('agrees with scipy on %j and %j', (first, second, u, p) => {
  const found = mannWhitney(first, second)
  expect(found.u).toBe(u)
  expect(found.p).toBeCloseTo(p, 6)
})

test('several sizes together show what each alone is too small to show', () => {
  const apart = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ] as const
  expect(mannWhitney(...apart).p).toBeGreaterThan(0.01)
  expect(stratifiedP([apart, apart, apart])).toBeLessThan(0.001)
  // Levels that differ between sizes are no difference between samples
  const high = apart.map(values => values.map(it => it + 1_000))
  expect(stratifiedP([apart, [high[1] ?? [], high[0] ?? []]])).toBeGreaterThan(0.9)
})
