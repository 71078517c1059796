import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelMark, type ModelMarket } from '../../fixtures/marks.ts'
import { PUT_VERTICAL, anyStructure } from '../../fixtures/trades.ts'
import { attributeStep, attributionTotal, type AttributionMark } from './attribution.ts'
import {
  FACTOR_PARTS,
  addFactors,
  balancedFactors,
  beginFactors,
  factorStep,
  factorTotal,
  type FactorAttribution,
} from './factorAttribution.ts'
import { attributionMark } from './mark.ts'
import type { Leg } from './structure.ts'

const START: ModelMarket = { spot: 690, volatility: 0.2, years: 300 / 525_600 }

const anyMarket: fc.Arbitrary<ModelMarket> = fc.record({
  spot: fc.double({ min: 680, max: 700, noNaN: true }),
  volatility: fc.double({ min: 0.1, max: 0.5, noNaN: true }),
  years: fc.constant(0),
})
/** Markets in a row, a few minutes apart. */
const anyPath = fc
  .array(anyMarket, { minLength: 2, maxLength: 12 })
  .map(path => path.map((market, index) => ({ ...market, years: (300 - 4 * index) / 525_600 })))

function markOf(legs: readonly Leg[], market: ModelMarket): AttributionMark {
  const mark = attributionMark(legs, 1, { ...modelMark(legs, market), atTheMoney: market.volatility })
  if (!mark) throw new Error('a modelled leg must be offered')
  return mark
}

/** Lives along a path with one position. */
function along(legs: readonly Leg[], path: readonly ModelMarket[]) {
  const marks = path.map(market => markOf(legs, market))
  const [first] = marks
  if (!first) throw new Error('a path must not be empty')
  let state = beginFactors(first, path[0]?.volatility ?? 0)
  for (const [index, to] of marks.entries()) {
    const from = marks[index - 1]
    if (from) state = factorStep(state, from, to, attributeStep(from, to), path[index]?.volatility)
  }
  return { state, profit: (marks.at(-1)?.value ?? 0) - first.value }
}

test('factors and their residual are the change of value, along any path of any structure', () => {
  fc.assert(
    fc.property(anyStructure, anyPath, ({ legs }, path) => {
      const { state, profit } = along(legs, path)
      const size = FACTOR_PARTS.reduce((sum, part) => sum + Math.abs(state.total[part]), 1)
      expect(Math.abs(factorTotal(state.total) - profit) / size).toBeLessThan(1e-9)
    }),
    { numRuns: 60 },
  )
})

test('the residual is that of the Greeks: no factor explains what no Greek does', () => {
  fc.assert(
    fc.property(anyStructure, anyMarket, ({ legs }, market) => {
      const [from, to] = [markOf(legs, START), markOf(legs, { ...market, years: START.years * 0.98 })]
      const step = attributeStep(from, to)
      const { total } = factorStep(beginFactors(from, START.volatility), from, to, step, market.volatility)
      expect(total.residual).toBe(step.residual)
      expect(factorTotal(total)).toBeCloseTo(attributionTotal(step), 6)
    }),
  )
})

/** A mark with made-up exposure, so that one thing at a time can be seen. */
function made(
  spot: number,
  minutes: number,
  greeks: Partial<AttributionMark['greeks']> = {},
): AttributionMark {
  const none = { delta: 0, gamma: 0, theta: 0, vega: 0, vanna: 0, charm: 0 }
  return { spot, volatility: 0.2, years: minutes / 525_600, value: 0, greeks: { ...none, ...greeks } }
}

/** The factors of exposures held over prices, a minute apart. */
function held(exposures: readonly number[], prices: readonly number[]): FactorAttribution {
  const marks = prices.map((price, index) => made(price, 300 - index, { delta: exposures[index] ?? 0 }))
  const [first] = marks
  if (!first) throw new Error('prices must not be empty')
  let state = beginFactors(first, 0.2)
  for (const [index, to] of marks.entries()) {
    const from = marks[index - 1]
    if (from) state = factorStep(state, from, to, { ...attributeStep(from, to), residual: 0 }, 0.2)
  }
  return state.total
}

test('exposure that never changes is the market, and nothing else', () => {
  const prices = [690, 691, 689.5, 692, 694]
  const factors = held([50, 50, 50, 50, 50], prices)
  expect(factors.market).toBeCloseTo(200, 9)
  expect(Math.abs(factors.timing) + Math.abs(factors.momentum) + Math.abs(factors.meanReversion)).toBeCloseTo(
    0,
    9,
  )
})

test('who adds with the trend earns momentum where it goes on, who adds against it pays for mean reversion', () => {
  const rising = [690, 691, 692, 693, 694, 695]
  const chasing = held([0, 0, 0, 100, 100, 100], rising)
  expect(chasing.momentum).toBeGreaterThan(100)
  expect(chasing.meanReversion).toBe(0)
  const fading = held([0, 0, 0, -100, -100, -100], rising)
  expect(fading.meanReversion).toBeLessThan(-100)
  expect(fading.momentum).toBe(0)
})

test('where the underlying goes nowhere a change of exposure is timing', () => {
  const factors = held([0, 0, 100, 0, 0], [690, 690, 690, 690.3, 690.3])
  expect(factors.timing).toBeGreaterThan(15)
  expect(factors.timing + factors.market).toBeCloseTo(30, 9)
  expect([factors.momentum, factors.meanReversion]).toEqual([0, 0])
})

test('time and curvature are carry; volatility is carry as far as it moved at the money, selection beyond', () => {
  const greeks = { theta: 525_600, gamma: -20, vega: -100 }
  const from = made(690, 300, greeks)
  const to = { ...made(691, 299), volatility: 0.23 }
  const step = attributeStep(from, to)
  const { total } = factorStep(beginFactors(from, 0.2), from, to, step, 0.22)
  expect(total.volatilityCarry).toBeCloseTo(1 - 10 - 100 * 0.02, 9)
  expect(total.selection).toBeCloseTo(-100 * 0.01, 9)
  const unknown = factorStep(beginFactors(from, 0.2), from, to, step, undefined)
  expect(unknown.total.selection).toBeCloseTo(-3, 9)
  expect(unknown.atTheMoney).toBe(0.2)
})

test('a sold spread in a calm hour earns carry', () => {
  const calm = Array.from({ length: 60 }, (_, minute) => ({ ...START, years: (300 - minute) / 525_600 }))
  const { state } = along(PUT_VERTICAL.legs, calm)
  expect(state.total.volatilityCarry).toBeGreaterThan(0)
  expect(Math.abs(state.total.selection)).toBeLessThan(1e-9)
  expect(state.total.market).toBe(0)
})

test('adding is by part, and balancing changes the residual alone', () => {
  const one = held([10, 20, 5], [690, 692, 691])
  const both = addFactors(one, one)
  for (const part of FACTOR_PARTS) expect(both[part]).toBe(2 * one[part])
  const balanced = balancedFactors(one, 12.5)
  expect(factorTotal(balanced)).toBeCloseTo(12.5, 9)
  expect({ ...balanced, residual: 0 }).toEqual({ ...one, residual: 0 })
})
