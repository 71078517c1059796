import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at } from '../base/assert.ts'
import { timeValue } from '../pricing/blackScholes.ts'
import { normalDistribution } from '../pricing/normal.ts'
import {
  KNOTS,
  SEGMENTS,
  logAt,
  outOfTheMoneyValue,
  quantileCurve,
  quantileOf,
  type QuantileCurve,
} from './quantileCurve.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** Deviations of any shape, wild ones too. */
const deviations = fc
  .tuple(number(0.002, 0.3), fc.array(number(-1, 1), { minLength: SEGMENTS, maxLength: SEGMENTS }))
  .map(([level, shape]) => Float64Array.from(shape, part => level * Math.exp(part)))

function callValue(curve: QuantileCurve, log: number): number {
  return outOfTheMoneyValue(curve, log) + Math.max(0, 1 - Math.exp(log))
}

test('equal deviations are the model of Black, digit by digit into the tails', () => {
  fc.assert(
    fc.property(number(0.0005, 0.5), number(-15, 15), (deviation, x) => {
      const curve = quantileCurve(new Float64Array(SEGMENTS).fill(deviation))
      const expected = timeValue(1, Math.exp(x * deviation), deviation)
      fc.pre(expected > 1e-100)
      expect(outOfTheMoneyValue(curve, x * deviation) / expected).toBeCloseTo(1, 9)
    }),
  )
})

test('the call at the forward is worth the put, so the mean is the forward', () => {
  fc.assert(
    fc.property(deviations, shape => {
      const curve = quantileCurve(shape)
      expect(outOfTheMoneyValue(curve, 0)).toBeCloseTo(outOfTheMoneyValue(curve, -1e-13), 12)
    }),
  )
})

test('whatever the deviations, calls fall and are convex by strike, beyond the outermost knots too', () => {
  fc.assert(
    fc.property(deviations, number(-6, 6), number(0.01, 1), (shape, z, width) => {
      const curve = quantileCurve(shape)
      const strikes = [z - width, z, z + width].map(each => Math.exp(logAt(curve, each)))
      const [low = 0, middle = 0, high = 0] = strikes.map(strike => callValue(curve, Math.log(strike)))
      const share = (at(strikes, 1) - at(strikes, 0)) / (at(strikes, 2) - at(strikes, 0))
      expect(low).toBeGreaterThanOrEqual(middle - 1e-14)
      expect(middle).toBeGreaterThanOrEqual(high - 1e-14)
      expect(low * (1 - share) + high * share).toBeGreaterThanOrEqual(middle - 1e-13)
    }),
  )
})

test('the slope of the call by strike is the chance to end above it', () => {
  fc.assert(
    fc.property(deviations, number(-3, 3), (shape, z) => {
      const curve = quantileCurve(shape)
      const strike = Math.exp(logAt(curve, z))
      const step = strike * at(shape, 0) * 1e-4
      const slope =
        (callValue(curve, Math.log(strike + step)) - callValue(curve, Math.log(strike - step))) / (2 * step)
      expect(slope).toBeCloseTo(-normalDistribution(-z), 3)
    }),
  )
})

test('a logarithm and its quantile lead back to each other', () => {
  fc.assert(
    fc.property(deviations, number(-8, 8), (shape, z) => {
      const curve = quantileCurve(shape)
      expect(quantileOf(curve, logAt(curve, z))).toBeCloseTo(z, 9)
    }),
  )
})

test('knots rise', () => {
  fc.assert(
    fc.property(deviations, shape => {
      const { logs } = quantileCurve(shape)
      expect(logs.every((log, knot) => knot === 0 || log > at(logs, knot - 1))).toBe(true)
      expect(logs).toHaveLength(KNOTS.length)
    }),
  )
})

test('wider deviations anywhere are worth more everywhere', () => {
  fc.assert(
    fc.property(deviations, fc.nat(SEGMENTS - 1), number(1, 2), number(-4, 4), (shape, place, factor, z) => {
      const narrow = quantileCurve(shape)
      const wide = quantileCurve(shape.map((part, segment) => (segment === place ? part * factor : part)))
      const log = logAt(narrow, z)
      expect(outOfTheMoneyValue(wide, log)).toBeGreaterThanOrEqual(
        outOfTheMoneyValue(narrow, log) * (1 - 1e-9),
      )
    }),
  )
})
