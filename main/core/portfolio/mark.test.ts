import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelMark, quotedMark, type ModelMarket } from '../../fixtures/marks.ts'
import { cents } from '../../fixtures/risks.ts'
import { CONDOR, PUT_VERTICAL, anyStructure, quotesFor } from '../../fixtures/trades.ts'
import { europeanPrice } from '../pricing/blackScholes.ts'
import { comboQuote } from './comboQuote.ts'
import { NO_GREEKS, addGreeks, attributionMark, legMid, lotGreeks, type LegMark } from './mark.ts'
import { legKey, reversed, type Leg } from './structure.ts'

const NAMES = ['delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const
const anyLots = fc.integer({ min: 1, max: 12 })
const anyMarket: fc.Arbitrary<ModelMarket> = fc.record({
  spot: cents(680, 700),
  volatility: cents(0.08, 0.5),
  years: fc.integer({ min: 5, max: 390 }).map(minutes => minutes / 525_600),
})
const BASE: ModelMarket = { spot: 690, volatility: 0.14, years: 240 / 525_600 }
const UNKNOWN: ReturnType<typeof lotGreeks> = undefined

/** A mark without one leg, or with that leg changed. */
function withLeg(legs: readonly Leg[], changed: Leg, change: Partial<LegMark> | undefined) {
  const mark = modelMark(legs, BASE)
  const key = legKey(changed)
  const { [key]: known, ...others } = mark.legs
  return { ...mark, legs: known && change ? { ...others, [key]: { ...known, ...change } } : others }
}

test.each([
  ['between bid and ask', { bid: 0.2, ask: 0.3 }, 0.25],
  ['half the ask where nobody bids', { bid: 0, ask: 0.02 }, 0.01],
  ['unknown where nobody offers', { bid: 0.2, ask: 0 }, undefined],
])('the mid of a leg is %s', (_, sides, mid) => {
  const quote = { right: 'put', strike: 686, bidSize: 1, askSize: 1, age: 0, ...sides } as const
  expect(legMid(quote)).toBe(mid)
})

test('a leg without a quote has no mid', () => {
  expect(legMid(undefined)).toBeUndefined()
})

test('Greeks of a position are slopes of its value by the closed form', () => {
  fc.assert(
    fc.property(anyStructure, anyLots, anyMarket, ({ legs }, lots, market) => {
      const carry = { years: market.years, discountYears: 0, rate: 0, dividendYield: 0 }
      const worth = (spot: number, volatility: number) =>
        legs.reduce(
          (sum, { right, strike, ratio }) =>
            sum + ratio * 100 * lots * europeanPrice(right, spot, strike, volatility, carry),
          0,
        )
      const greeks = lotGreeks(legs, lots, modelMark(legs, market)) ?? NO_GREEKS
      const { spot, volatility } = market
      const [step, rise] = [1e-3, 1e-5]
      const delta = (worth(spot + step, volatility) - worth(spot - step, volatility)) / (2 * step)
      const vega = (worth(spot, volatility + rise) - worth(spot, volatility - rise)) / (2 * rise)
      expect(Math.abs(greeks.delta - delta)).toBeLessThan(1e-3 * lots)
      expect(Math.abs(greeks.vega - vega)).toBeLessThan(1e-2 * lots)
    }),
  )
})

test('Greeks grow with lots, change their sign the other way round, and add up over sides', () => {
  fc.assert(
    fc.property(anyLots, anyMarket, (lots, market) => {
      const mark = modelMark(CONDOR.legs, market)
      const of = (legs: readonly Leg[], quantity: number) => lotGreeks(legs, quantity, mark) ?? NO_GREEKS
      const whole = of(CONDOR.legs, lots)
      const sides = addGreeks(of(CONDOR.legs.slice(0, 2), lots), of(CONDOR.legs.slice(2), lots))
      const size = (value: number) => 1e-9 * (1 + Math.abs(value))
      for (const name of NAMES) {
        const value = whole[name]
        expect(Math.abs(value - lots * of(CONDOR.legs, 1)[name])).toBeLessThan(size(value))
        expect(value + of(reversed(CONDOR.legs), lots)[name]).toBe(0)
        expect(Math.abs(value - sides[name])).toBeLessThan(size(value) * 100)
      }
    }),
  )
})

test('adding no Greeks changes nothing, and the order of adding does not matter', () => {
  const one = lotGreeks(PUT_VERTICAL.legs, 2, modelMark(PUT_VERTICAL.legs, BASE)) ?? NO_GREEKS
  const other = lotGreeks(CONDOR.legs, 1, modelMark(CONDOR.legs, BASE)) ?? NO_GREEKS
  expect(addGreeks(one, NO_GREEKS)).toEqual(one)
  expect(addGreeks(one, other)).toEqual(addGreeks(other, one))
})

test('a short put vertical is long delta, short vega and earns time', () => {
  const greeks = lotGreeks(PUT_VERTICAL.legs, 1, modelMark(PUT_VERTICAL.legs, BASE)) ?? NO_GREEKS
  expect(greeks.delta).toBeGreaterThan(0)
  expect(greeks.vega).toBeLessThan(0)
  expect(greeks.theta).toBeGreaterThan(0)
})

test.each(CONDOR.legs)('a condor is not known while its %o is not', leg => {
  expect(lotGreeks(CONDOR.legs, 1, withLeg(CONDOR.legs, leg, undefined))).toBe(UNKNOWN)
  expect(lotGreeks(CONDOR.legs, 1, withLeg(CONDOR.legs, leg, { delta: Number.NaN }))).toBe(UNKNOWN)
  expect(attributionMark(CONDOR.legs, 1, withLeg(CONDOR.legs, leg, undefined))).toBeUndefined()
  expect(attributionMark(CONDOR.legs, 1, withLeg(CONDOR.legs, leg, { ask: 0 }))).toBeUndefined()
  expect(attributionMark(CONDOR.legs, 1, withLeg(CONDOR.legs, leg, { delta: Number.NaN }))).toBeUndefined()
})

test('quotes without Greeks make no attribution', () => {
  const mark = quotedMark(quotesFor(CONDOR))
  expect(attributionMark(CONDOR.legs, 1, mark)).toBeUndefined()
})

test('a position is worth what its legs cost at mid, the sign turned', () => {
  fc.assert(
    fc.property(anyStructure, anyLots, anyMarket, ({ legs }, lots, market) => {
      const mark = modelMark(legs, market)
      const mid = comboQuote(legs, mark.legs)?.mid
      fc.pre(mid !== undefined)
      const found = attributionMark(legs, lots, mark)
      // A net price is told to a millionth of a dollar a share
      expect(Math.abs((found?.value ?? Number.NaN) + 100 * lots * mid)).toBeLessThan(1e-4 * lots)
      expect(found).toMatchObject({ spot: market.spot, years: market.years })
      expect(found?.greeks).toEqual(lotGreeks(legs, lots, mark))
    }),
  )
})

test('volatility is an average of the legs in which the leg with more vega counts more', () => {
  const [short, long] = PUT_VERTICAL.legs
  const mark = modelMark(PUT_VERTICAL.legs, BASE)
  const legs = { ...mark.legs }
  const [near, far] = [legs['P686'], legs['P683']]
  const changed = {
    P686: { ...near, impliedVolatility: 0.2, vega: 3 },
    P683: { ...far, impliedVolatility: 0.3, vega: 1 },
  }
  expect([short?.strike, long?.strike]).toEqual([686, 683])
  expect(
    attributionMark(PUT_VERTICAL.legs, 5, { ...mark, legs: changed as typeof legs })?.volatility,
  ).toBeCloseTo(0.225, 12)
})

test('at one volatility for all legs the average is that volatility, whatever the lots', () => {
  fc.assert(
    fc.property(anyStructure, anyLots, anyMarket, ({ legs }, lots, market) => {
      const mark = modelMark(legs, market)
      fc.pre(Object.values(mark.legs).every(leg => leg.ask > 0 && leg.vega > 0))
      expect(attributionMark(legs, lots, mark)?.volatility).toBeCloseTo(market.volatility, 9)
    }),
  )
})

test('where no leg has vega left there is no volatility to speak of', () => {
  const mark = modelMark(PUT_VERTICAL.legs, { ...BASE, spot: 680, years: 0 })
  expect(attributionMark(PUT_VERTICAL.legs, 1, mark)).toMatchObject({ volatility: 0, value: -300 })
})
