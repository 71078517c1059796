import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  clamp,
  logOdds,
  logistic,
  mean,
  quantile,
  quantileBetween,
  roundTo,
  standardDeviation,
} from './statistics.ts'

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const values = fc.array(value, { minLength: 1, maxLength: 40 })
const share = fc.double({ min: 0, max: 1, noNaN: true })

test('nothing has mean 0, and what is alone has no spread', () => {
  expect(mean([])).toBe(0)
  expect(standardDeviation([])).toBe(0)
  expect(standardDeviation([42])).toBe(0)
  expect(quantile([], 0.5)).toBeNaN()
})

test('the mean moves and scales with the values, the standard deviation scales only', () => {
  fc.assert(
    fc.property(values, value, fc.double({ min: -50, max: 50, noNaN: true }), (values, shift, factor) => {
      const moved = values.map(value => factor * value + shift)
      expect(Math.abs(mean(moved) - (factor * mean(values) + shift))).toBeLessThan(1e-6)
      const spread = Math.abs(factor) * standardDeviation(values)
      expect(Math.abs(standardDeviation(moved) - spread)).toBeLessThan(1e-9 * spread + 1e-5)
    }),
  )
})

test('the variance is half the mean squared difference of all pairs', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 12 }), values => {
      const squares = values.flatMap((a, i) => values.slice(i + 1).map(b => (a - b) ** 2))
      expect(standardDeviation(Float64Array.from(values))).toBeCloseTo(Math.sqrt(mean(squares) / 2), 4)
    }),
  )
})

test('a quantile is one of the values, with at most its share of them below and the rest not above', () => {
  fc.assert(
    fc.property(values, share, (values, share) => {
      const found = quantile(values, share)
      expect(values).toContain(found)
      const below = values.filter(value => value < found).length
      const atMost = values.filter(value => value <= found).length
      expect(below).toBeLessThanOrEqual(share * values.length)
      expect(atMost).toBeGreaterThanOrEqual(Math.min(values.length, share * values.length))
    }),
  )
})

test('quantiles run from the smallest to the largest value, never fall, and leave the values as they were', () => {
  fc.assert(
    fc.property(values, share, share, (values, a, b) => {
      const before = values.slice()
      expect(quantile(values, 0)).toBe(Math.min(...values))
      expect(quantile(values, 1)).toBe(Math.max(...values))
      expect(quantile(values, Math.min(a, b))).toBeLessThanOrEqual(quantile(values, Math.max(a, b)))
      expect(values).toEqual(before)
    }),
  )
})

test('quantiles of 1 to 100 are known', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([0.5, 0.95, 0.99].map(share => quantile(hundred, share))).toEqual([51, 96, 100])
})

test('a held value lies between its bounds and is left alone inside of them', () => {
  fc.assert(
    fc.property(value, value, value, (given, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      const held = clamp(given, low, high)
      expect(held >= low && held <= high).toBe(true)
      expect(held === given).toBe(given >= low && given <= high)
    }),
  )
})

test('rounding moves by half a unit at most, does it once, and leaves no negative zero', () => {
  fc.assert(
    fc.property(value, fc.nat(6), (given, decimals) => {
      const rounded = roundTo(given, decimals)
      expect(Math.abs(rounded - given)).toBeLessThanOrEqual(0.5 * 10 ** -decimals * (1 + 1e-6))
      expect(roundTo(rounded, decimals)).toBe(rounded)
      expect(Object.is(rounded, -0)).toBe(false)
      expect(Number(rounded.toFixed(decimals))).toBe(rounded)
    }),
  )
  expect([roundTo(-0.004, 2), roundTo(1.235, 2), roundTo(-2.5, 0)]).toEqual([0, 1.24, -2])
})

test('the logistic function is a probability, rises, and is symmetric', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      const chance = logistic(a)
      expect(chance >= 0 && chance <= 1).toBe(true)
      expect(logistic(Math.min(a, b))).toBeLessThanOrEqual(logistic(Math.max(a, b)))
      expect(chance + logistic(-a)).toBeCloseTo(1, 14)
    }),
  )
})

test('log-odds undo the logistic function, and the ends stay finite', () => {
  fc.assert(
    fc.property(fc.double({ min: -20, max: 20, noNaN: true }), odds => {
      expect(Math.abs(logOdds(logistic(odds)) - odds)).toBeLessThan(1e-6)
    }),
  )
  expect(logOdds(0.8)).toBeCloseTo(Math.log(4), 14)
  expect(logOdds(0)).toBeCloseTo(Math.log(1e-9), 6)
  expect(logOdds(1)).toBeCloseTo(-Math.log(1e-9), 6)
})

test('quantiles between values are known, lie within them, and turn over with their sign', () => {
  const five = [15, 20, 35, 40, 50]
  expect([0.05, 0.4, 0.5, 1].map(share => quantileBetween(five, share))).toEqual([16, 29, 35, 50])
  expect(quantileBetween([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect(quantileBetween([7], 0.99)).toBe(7)
  expect(quantileBetween([], 0.5)).toBeNaN()
  const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const found = quantileBetween(values, share)
      expect(found).toBeGreaterThanOrEqual(Math.min(...values))
      expect(found).toBeLessThanOrEqual(Math.max(...values))
      const turned = values.map(value => -value)
      expect(quantileBetween(turned, 1 - share)).toBeCloseTo(-found, 6)
    }),
  )
})
