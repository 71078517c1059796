import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { millsRatio, normalDensity, normalDistribution } from './normal.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** The distribution above 1/2 by its series x + x^3/3 + x^5/(3 5) + ..., all of whose terms are positive. */
function bySeries(x: number): number {
  let [term, sum] = [x, x]
  for (let order = 3; term > sum * 1e-18; order += 2) {
    term *= (x * x) / order
    sum += term
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum
}

/** The Mills ratio by Laplace's continued fraction 1/(x + 1/(x + 2/(x + 3/(x + ...)))), from the inside out. */
function byContinuedFraction(x: number): number {
  let value = x
  for (let level = 400; level > 0; level -= 1) value = x + level / value
  return 1 / value
}

function relativeMiss(found: number, truth: number): number {
  return Math.abs(found / truth - 1)
}

test('the distribution is that of the power series', () => {
  fc.assert(
    fc.property(number(0, 6), x => {
      expect(relativeMiss(normalDistribution(x), bySeries(x))).toBeLessThan(2e-15)
      // In the lower tail the series loses digits to the difference from 1
      expect(Math.abs(normalDistribution(-x) - (1 - bySeries(x)))).toBeLessThan(5e-16)
    }),
    { numRuns: 1000 },
  )
})

test('the Mills ratio is that of the continued fraction', () => {
  fc.assert(
    fc.property(fc.oneof(number(1.5, 10), number(10, 1e6)), x => {
      expect(relativeMiss(millsRatio(x), byContinuedFraction(x))).toBeLessThan(2e-15)
    }),
    { numRuns: 1000 },
  )
})

test('the lower tail keeps its digits as long as numbers reach', () => {
  fc.assert(
    fc.property(number(2, 37), x => {
      const truth = normalDensity(x) * byContinuedFraction(x)
      expect(relativeMiss(normalDistribution(-x), truth)).toBeLessThan(2e-15)
    }),
  )
})

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1, 0.15865525393145707],
  [-3, 1.3498980316300946e-3],
  [-10, 7.619853024160527e-24],
  [-30, 4.906713927148187e-198],
  [-37.5, 4.605353009581954e-308],
])('the distribution at %d is %d', (x, truth) => {
  expect(relativeMiss(normalDistribution(x), truth)).toBeLessThan(1e-13)
})

test('both tails add up to one, and a Mills ratio and its mirror to one over the density', () => {
  fc.assert(
    fc.property(number(-37, 37), x => {
      expect(Math.abs(normalDistribution(x) + normalDistribution(-x) - 1)).toBeLessThan(3e-16)
      const both = (millsRatio(x) + millsRatio(-x)) * normalDensity(x)
      expect(relativeMiss(both, 1)).toBeLessThan(3e-13)
    }),
  )
})

test('the distribution never falls and the Mills ratio never rises', () => {
  fc.assert(
    fc.property(number(-35, 40), number(0, 1e-3), (x, step) => {
      // Close neighbours, where the approximations are joined too
      expect(normalDistribution(x + step)).toBeGreaterThanOrEqual(normalDistribution(x) * (1 - 1e-15))
      expect(millsRatio(x + step)).toBeLessThanOrEqual(millsRatio(x) * (1 + 2e-15))
    }),
    { numRuns: 1000 },
  )
})

test.each([0.46875, 4])('no step shows where two approximations meet, at an error function of %d', joint => {
  const x = joint * Math.SQRT2
  for (const sign of [1, -1]) {
    const [before, after] = [sign * x * (1 - 1e-15), sign * x * (1 + 1e-15)]
    expect(relativeMiss(millsRatio(before), millsRatio(after))).toBeLessThan(2e-13)
  }
})

test('the Mills ratio lies between its bounds x / (x^2 + 1) and 1 / x (Gordon 1941)', () => {
  fc.assert(
    fc.property(number(1e-3, 1e5), x => {
      expect(millsRatio(x)).toBeGreaterThanOrEqual((x / (x * x + 1)) * (1 - 1e-15))
      expect(millsRatio(x)).toBeLessThanOrEqual((1 / x) * (1 + 1e-15))
    }),
  )
})

test('the ends are exact and what is no number stays none', () => {
  expect(normalDistribution(Number.POSITIVE_INFINITY)).toBe(1)
  expect(normalDistribution(Number.NEGATIVE_INFINITY)).toBe(0)
  expect(normalDistribution(-40)).toBe(0)
  expect(millsRatio(Number.POSITIVE_INFINITY)).toBe(0)
  expect(normalDistribution(Number.NaN)).toBeNaN()
})
