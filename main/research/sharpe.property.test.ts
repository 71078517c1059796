import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { mean, standardDeviation } from '../core/base/statistics.ts'
import {
  autocorrelatedScale,
  momentsOf,
  normalSharpeError,
  sharpeError,
  sharpeInterval,
  sharpeRatio,
  yearlySharpe,
} from './sharpe.ts'

const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 40 })

function normals(seed: number, count: number, shift = 0): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.normal() + shift)
}

test('a Sharpe ratio knows no unit, changes its sign with the returns, and is 0 without spread', () => {
  fc.assert(
    fc.property(sample, fc.double({ min: 0.01, max: 100, noNaN: true }), (returns, unit) => {
      const ratio = sharpeRatio(returns)
      expect(sharpeRatio(returns.map(value => value * unit))).toBeCloseTo(ratio, 9)
      expect(sharpeRatio(returns.map(value => -value))).toBeCloseTo(-ratio, 12)
      expect(yearlySharpe(returns)).toBeCloseTo(ratio * Math.sqrt(252), 9)
    }),
  )
  expect(sharpeRatio([0.3, 0.3, 0.3])).toBe(0)
  expect(sharpeRatio([])).toBe(0)
})

test('moments are those of the definition', () => {
  const { skewness, kurtosis, count, mean: centre, deviation } = momentsOf([0, 0, 0, 4])
  expect([count, centre]).toEqual([4, 1])
  expect(deviation).toBeCloseTo(2, 12)
  // Three of -1 and one of 3: variance 3, third moment 6, fourth 21
  expect(skewness).toBeCloseTo(6 / 3 ** 1.5, 12)
  expect(kurtosis).toBeCloseTo(21 / 9, 12)
})

test('for normal returns both errors agree, and they are the spread of estimates', () => {
  const normal = { count: 101, mean: 0, deviation: 1, skewness: 0, kurtosis: 3 }
  expect(sharpeError(0.3, normal)).toBeCloseTo(normalSharpeError(0.3, 100), 12)
  const estimates = Array.from({ length: 400 }, (_, seed) => sharpeRatio(normals(seed, 200, 0.1)))
  expect(standardDeviation(estimates) / normalSharpeError(0.1, 200)).toBeCloseTo(1, 0)
  expect(mean(estimates)).toBeCloseTo(0.1, 1)
})

test('the tail on the losing side makes a ratio less sure', () => {
  const shape = { count: 250, mean: 0, deviation: 1, kurtosis: 10 }
  expect(sharpeError(0.2, { ...shape, skewness: -3 })).toBeGreaterThan(
    sharpeError(0.2, { ...shape, skewness: 3 }),
  )
})

test('returns that follow on each other earn less than the square root of time', () => {
  const steps = normals(5, 2000)
  const trending = steps.map((value, index) => value + (steps[index - 1] ?? 0))
  expect(autocorrelatedScale(trending, 252, 5) ?? 0).toBeLessThan(0.85 * Math.sqrt(252))
  expect((autocorrelatedScale(steps, 252, 5) ?? 0) / Math.sqrt(252)).toBeCloseTo(1, 0)
  expect(autocorrelatedScale(steps, 252, 0)).toBeCloseTo(Math.sqrt(252), 12)
})

test('the interval of a Sharpe ratio holds it, and is that of the textbook', () => {
  const returns = normals(9, 250, 0.1)
  const { value, low, high } = sharpeInterval(returns, 3)
  expect(low).toBeLessThan(value)
  expect(high).toBeGreaterThan(value)
  const width = 3.92 * normalSharpeError(sharpeRatio(returns), 250) * Math.sqrt(252)
  expect((high - low) / width).toBeCloseTo(1, 0)
})
