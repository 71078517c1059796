import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { exercisePremium } from './americanPremium.ts'
import { boundaryBeforeExpiry, exerciseBoundary } from './exerciseBoundary.ts'
import { tanhSinh } from './quadrature.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const put = fc.record({
  interest: between(1e-4, 0.2),
  dividends: fc.oneof(fc.constant(0), between(0, 0.2)),
  deviation: between(0.02, 0.8),
})

test('the boundary starts where interest and dividends balance and falls with the time that is left', () => {
  fc.assert(
    fc.property(put, put => {
      const boundary = exerciseBoundary(put)
      expect(Math.exp(boundary(0))).toBeCloseTo(boundaryBeforeExpiry(put), 6)
      const levels = Array.from({ length: 41 }, (_, index) => boundary(index / 40))
      for (const [index, level] of levels.entries())
        expect(level).toBeLessThanOrEqual((levels[index - 1] ?? level) + 1e-4)
    }),
    { numRuns: 30 },
  )
})

test('a long life nears the boundary of a put that never expires (Merton 1973)', () => {
  const [rate, volatility, years] = [0.08, 0.3, 150]
  const root = (-2 * rate) / volatility ** 2
  const boundary = exerciseBoundary({
    interest: rate * years,
    dividends: 0,
    deviation: volatility * Math.sqrt(years),
  })
  expect(Math.exp(boundary(1))).toBeCloseTo(root / (root - 1), 3)
})

test('the premium is positive where the put is held, and its derivatives are differences of it', () => {
  fc.assert(
    fc.property(put, between(0.5, 2), (put, distance) => {
      const boundary = exerciseBoundary(put)
      const level = boundary(1) + distance * put.deviation
      const step = 1e-3 * put.deviation
      const [low, premium, high] = [level - step, level, level + step].map(it =>
        exercisePremium(it, put, boundary),
      )
      if (!low || !premium || !high) return
      expect(premium.value).toBeGreaterThan(-1e-12)
      const near = (found: number, wanted: number, order: number) =>
        expect(Math.abs(found - wanted) * put.deviation ** order).toBeLessThan(1e-4 * put.interest)
      near(premium.first, (high.value - low.value) / (2 * step), 1)
      near(premium.second, (high.first - low.first) / (2 * step), 2)
      near(premium.third, (high.second - low.second) / (2 * step), 3)
    }),
    { numRuns: 30 },
  )
})

test('the double exponential rule does not mind roots and logarithms at its ends', () => {
  const { fromStart, fromEnd, weights } = tanhSinh(40)
  const integral = (value: (start: number, end: number) => number) =>
    weights.reduce((sum, weight, index) => sum + weight * value(at(fromStart, index), at(fromEnd, index)), 0)
  expect(integral(() => 1)).toBeCloseTo(1, 13)
  expect(integral(start => Math.sqrt(start))).toBeCloseTo(2 / 3, 12)
  expect(integral((start, end) => Math.log(start) * Math.sqrt(end))).toBeCloseTo(
    (-2 / 3) * (8 / 3 - 2 * Math.log(2)),
    11,
  )
})
