import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mean, standardDeviation } from '../core/base/statistics.ts'
import { createRandom } from '../core/base/random.ts'
import { bootstrap } from './bootstrap.ts'

const sample = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 })

test('the interval lies within the sample, and the same seed gives the same one', () => {
  fc.assert(
    fc.property(sample, fc.nat(), (values, seed) => {
      const interval = bootstrap(values, mean, seed)
      expect(interval.value).toBe(mean(values))
      expect(interval.low).toBeLessThanOrEqual(interval.high)
      expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9)
      expect(interval.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9)
      expect(bootstrap(values, mean, seed)).toEqual(interval)
    }),
    { numRuns: 10 },
  )
})

test('moving the sample moves the interval with it', () => {
  fc.assert(
    fc.property(sample, fc.integer({ min: -50, max: 50 }), (values, shift) => {
      const [here, there] = [values, values.map(value => value + shift)].map(each => bootstrap(each, mean, 7))
      expect((there?.low ?? 0) - (here?.low ?? 0)).toBeCloseTo(shift, 6)
      expect((there?.high ?? 0) - (here?.high ?? 0)).toBeCloseTo(shift, 6)
    }),
    { numRuns: 10 },
  )
})

test('of a large normal sample it is nearly the interval of the textbook', () => {
  const random = createRandom(11)
  const values = Array.from({ length: 400 }, () => random.normal())
  const { value, low, high } = bootstrap(values, mean, 3)
  const error = standardDeviation(values) / Math.sqrt(values.length)
  expect((high - value) / error).toBeCloseTo(1.96, 0)
  expect((value - low) / error).toBeCloseTo(1.96, 0)
})

test('a figure that some draws cannot give is taken of the others', () => {
  const ratio = (values: readonly number[]) =>
    values.filter(value => value > 0).length / values.filter(value => value === 0).length
  const { low, high } = bootstrap([0, 1], ratio, 5)
  expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true)
})

test('of nothing there is no interval', () => {
  expect(bootstrap([], mean, 1).value).toBe(0)
})
