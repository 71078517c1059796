import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelMark, type ModelMarket } from '../../fixtures/marks.ts'
import { cents } from '../../fixtures/risks.ts'
import { PUT_VERTICAL, anyStructure } from '../../fixtures/trades.ts'
import {
  ATTRIBUTION_PARTS,
  NO_ATTRIBUTION,
  addAttribution,
  attributeStep,
  attributionTotal,
  type Attribution,
  type AttributionMark,
} from './attribution.ts'
import { NO_GREEKS, attributionMark } from './mark.ts'
import { reversed, type Leg } from './structure.ts'

const anyNumber = fc.double({ min: -1e4, max: 1e4, noNaN: true }).map(value => value + 0)
const anyGreeks = fc.record({
  delta: anyNumber,
  gamma: anyNumber,
  theta: anyNumber,
  vega: anyNumber,
  vanna: anyNumber,
  charm: anyNumber,
})
const anyMark: fc.Arbitrary<AttributionMark> = fc.record({
  spot: cents(600, 780),
  volatility: cents(0.01, 2),
  years: fc.double({ min: 0, max: 0.001, noNaN: true }),
  value: anyNumber,
  greeks: anyGreeks,
})
const anyAttribution: fc.Arbitrary<Attribution> = fc
  .tuple(anyGreeks, anyNumber, anyNumber, anyNumber)
  .map(([greeks, spread, fees, residual]) => ({ ...greeks, spread, fees, residual }))

test('the parts of a step and their residual are the change of value, whatever the marks', () => {
  fc.assert(
    fc.property(anyMark, anyMark, (from, to) => {
      const step = attributeStep(from, to)
      const size = ATTRIBUTION_PARTS.reduce((sum, part) => sum + Math.abs(step[part]), 1)
      expect(Math.abs(attributionTotal(step) - (to.value - from.value)) / size).toBeLessThan(1e-12)
      expect(step).toMatchObject({ spread: 0, fees: 0 })
    }),
  )
})

test('steps along any path sum to the change from its first mark to its last', () => {
  fc.assert(
    fc.property(fc.array(anyMark, { minLength: 2, maxLength: 12 }), path => {
      const steps = path.slice(1).flatMap((to, index) => {
        const from = path[index]
        return from ? [attributeStep(from, to)] : []
      })
      const whole = steps.reduce(addAttribution, NO_ATTRIBUTION)
      const size = steps.flatMap(step => Object.values(step)).reduce((sum, part) => sum + Math.abs(part), 1)
      const change = (path.at(-1)?.value ?? 0) - (path[0]?.value ?? 0)
      expect(steps).toHaveLength(path.length - 1)
      expect(Math.abs(attributionTotal(whole) - change) / size).toBeLessThan(1e-12)
    }),
  )
})

test('each part answers to its own cause alone', () => {
  fc.assert(
    fc.property(anyMark, cents(-5, 5), cents(-0.3, 0.3), (from, move, rise) => {
      const stepTo = (change: Partial<AttributionMark>) => attributeStep(from, { ...from, ...change })
      const moved = stepTo({ spot: from.spot + move })
      expect(Math.abs(moved.theta) + Math.abs(moved.vega) + Math.abs(moved.vanna)).toBe(0)
      expect(moved.delta).toBeCloseTo(from.greeks.delta * move, 4)
      expect(moved.gamma).toBeCloseTo((from.greeks.gamma * move * move) / 2, 4)
      const risen = stepTo({ volatility: from.volatility + rise })
      expect(risen.vega).toBeCloseTo(from.greeks.vega * rise, 4)
      expect(Math.abs(risen.delta) + Math.abs(risen.gamma) + Math.abs(risen.vanna)).toBe(0)
      const aged = stepTo({ years: 0 })
      expect(aged.theta).toBeCloseTo(from.greeks.theta * from.years, 9)
      expect(Math.abs(aged.delta) + Math.abs(aged.vega) + Math.abs(aged.charm)).toBe(0)
    }),
  )
})

test('the mixed parts take the product of their two causes', () => {
  const from = {
    spot: 690,
    volatility: 0.2,
    years: 0.001,
    value: 0,
    greeks: { ...NO_GREEKS, vanna: 30, charm: 500 },
  }
  const step = attributeStep(from, { ...from, spot: 692, volatility: 0.25, years: 0.0004 })
  expect(step.vanna).toBeCloseTo(3, 9)
  expect(step.charm).toBeCloseTo(0.6, 9)
  expect(step.residual).toBeCloseTo(-3.6, 9)
})

const START: ModelMarket = { spot: 690, volatility: 0.2, years: 300 / 525_600 }

function markOf(legs: readonly Leg[], lots: number, market: ModelMarket): AttributionMark {
  const mark = attributionMark(legs, lots, modelMark(legs, market))
  if (!mark) throw new Error('a modelled leg must be offered')
  return mark
}

/** What is left unexplained when the market changes by shares of a dollar, of a volatility and of an hour. */
function residual(legs: readonly Leg[], spot: number, volatility: number, hours: number): number {
  const later = {
    spot: START.spot + spot,
    volatility: START.volatility + volatility,
    years: START.years - (hours * 60) / 525_600,
  }
  return attributeStep(markOf(legs, 1, START), markOf(legs, 1, later)).residual
}

test('what a move of the price leaves unexplained is of third order: a tenth of the move, a thousandth of the rest', () => {
  fc.assert(
    fc.property(anyStructure, fc.constantFrom(-1, 1), ({ legs }, side) => {
      const [large, small] = [residual(legs, side * 0.5, 0, 0), residual(legs, side * 0.05, 0, 0)]
      expect(Math.abs(large)).toBeLessThan(0.06)
      expect(Math.abs(small)).toBeLessThan(6e-5)
    }),
  )
})

test('what volatility and time leave unexplained is of second order: a tenth of the step, a hundredth of the rest', () => {
  fc.assert(
    fc.property(anyStructure, fc.constantFrom(-1, 1), ({ legs }, side) => {
      const [large, small] = [residual(legs, 0, side * 0.02, 0.3), residual(legs, 0, side * 0.002, 0.03)]
      expect(Math.abs(large)).toBeLessThan(2)
      expect(Math.abs(small)).toBeLessThan(2e-2)
    }),
  )
})

test('a mixed small step is explained to the cent by all six parts, and not without the mixed ones', () => {
  const [from, to] = [START, { spot: 690.2, volatility: 0.203, years: START.years * 0.99 }]
  const { legs } = PUT_VERTICAL
  const step = attributeStep(markOf(legs, 1, from), markOf(legs, 1, to))
  expect(Math.abs(step.residual)).toBeLessThan(0.02)
  expect(Math.abs(step.residual + step.vanna + step.charm)).toBeGreaterThan(2 * Math.abs(step.residual))
})

test('volatilities that move apart are explained leg by leg, where an average of the legs sees nothing', () => {
  const legs = [
    { volatility: 0.2, vega: 40, vanna: 3 },
    { volatility: 0.3, vega: -40, vanna: -5 },
  ]
  const from: AttributionMark = {
    spot: 690,
    volatility: 0.25,
    years: 0.0005,
    value: 0,
    greeks: NO_GREEKS,
    legs,
  }
  const moved = [0.02, -0.02].map((rise, index) => {
    const leg = legs[index] ?? { volatility: 0, vega: 0, vanna: 0 }
    return { ...leg, volatility: leg.volatility + rise }
  })
  const step = attributeStep(from, { ...from, spot: 691, value: 1.6, legs: moved })
  expect(step.vega).toBeCloseTo(1.6, 9)
  expect(step.vanna).toBeCloseTo(3 * 0.02 + 5 * 0.02, 9)
  const { legs: _, ...unknown } = from
  expect(attributeStep(from, { ...unknown, spot: 691, value: 1.6 })).toMatchObject({ vega: 0, vanna: 0 })
})

test('a short spread is paid for the time that passes and pays for volatility that rises', () => {
  const { legs } = PUT_VERTICAL
  const step = attributeStep(
    markOf(legs, 1, START),
    markOf(legs, 1, { ...START, volatility: 0.21, years: 0.0005 }),
  )
  expect(step.theta).toBeGreaterThan(0)
  expect(step.vega).toBeLessThan(0)
})

test('twice the lots earn twice of every part, and the other side loses what this one earns', () => {
  const later = { spot: 688.7, volatility: 0.23, years: START.years * 0.8 }
  fc.assert(
    fc.property(anyStructure, fc.integer({ min: 2, max: 9 }), ({ legs }, lots) => {
      const step = (given: readonly Leg[], quantity: number) =>
        attributeStep(markOf(given, quantity, START), markOf(given, quantity, later))
      const [one, many, other] = [step(legs, 1), step(legs, lots), step(reversed(legs), 1)]
      for (const part of ATTRIBUTION_PARTS) {
        expect(many[part]).toBeCloseTo(lots * one[part], 6)
        expect(other[part]).toBeCloseTo(-one[part], 9)
      }
    }),
  )
})

test('adding is by part: nothing changes nothing, order does not matter, totals add', () => {
  fc.assert(
    fc.property(anyAttribution, anyAttribution, (one, other) => {
      const both = addAttribution(one, other)
      expect(addAttribution(one, NO_ATTRIBUTION)).toEqual(one)
      expect(both).toEqual(addAttribution(other, one))
      for (const part of ATTRIBUTION_PARTS) expect(both[part]).toBe(one[part] + other[part])
      expect(attributionTotal(both)).toBeCloseTo(attributionTotal(one) + attributionTotal(other), 6)
    }),
  )
})

test('nine parts are shown, the residual last', () => {
  expect(ATTRIBUTION_PARTS).toEqual([
    'delta',
    'gamma',
    'theta',
    'vega',
    'vanna',
    'charm',
    'spread',
    'fees',
    'residual',
  ])
  expect(attributionTotal(NO_ATTRIBUTION)).toBe(0)
})
