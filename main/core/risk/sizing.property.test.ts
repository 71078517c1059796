import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyLimits, anyOpenState, anyState, anyTrade, openingOf, type Trade } from '../../fixtures/risks.ts'
import { OPEN_DESK, PUT_VERTICAL, WIDE_LIMITS } from '../../fixtures/trades.ts'
import { firstRefusal, openingChecks } from './gate.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'
import { lotsFor } from './sizing.ts'

const passes = (trade: Trade, lots: number, state: RiskState, limits: Limits) =>
  firstRefusal(openingChecks(openingOf(trade, lots), 0, state, limits)) === undefined

const lotsOf = (trade: Trade, state: RiskState, limits: Limits) => lotsFor(openingOf(trade, 1), state, limits)

test('a size is a whole number of lots, at least one and at most what one order may have', () => {
  fc.assert(
    fc.property(anyTrade, anyState, anyLimits, (trade, state, limits) => {
      const lots = lotsOf(trade, state, limits)
      expect(Number.isInteger(lots)).toBe(true)
      expect(lots).toBeGreaterThanOrEqual(1)
      expect(lots).toBeLessThanOrEqual(limits.lotsPerOrder)
    }),
    { numRuns: 300 },
  )
})

test('the gate lets the chosen size through wherever it lets any size through', () => {
  fc.assert(
    fc.property(anyTrade, anyOpenState, anyLimits, (trade, state, limits) => {
      const lots = lotsOf(trade, state, limits)
      const sizes = Array.from({ length: limits.lotsPerOrder }, (_, index) => index + 1)
      const isPossible = sizes.some(size => passes(trade, size, state, limits))
      expect(passes(trade, lots, state, limits)).toBe(isPossible)
    }),
    { numRuns: 500 },
  )
})

test('a size of more than one stays within every limit by plain sums', () => {
  fc.assert(
    fc.property(anyTrade, anyOpenState, anyLimits, (trade, state, limits) => {
      const lots = lotsOf(trade, state, limits)
      fc.pre(lots > 1)
      const one = openingOf(trade, 1)
      const tolerance = 1e-6
      expect(-one.atWorst * lots).toBeLessThanOrEqual(limits.maximumLossPerTrade + tolerance)
      expect(state.exposure + one.margin * lots).toBeLessThanOrEqual(limits.exposure + tolerance)
      expect(state.openContracts + one.legs.length * lots).toBeLessThanOrEqual(limits.openContracts)
      const dayAtStops = Math.min(state.dayProfit, state.profitAtStops) + one.atStop * lots
      expect(dayAtStops).toBeGreaterThanOrEqual(-0.85 * limits.dayLossLimit - tolerance)
    }),
    { numRuns: 500 },
  )
})

test('without profit of the day to lean on, one lot more would break a limit', () => {
  fc.assert(
    fc.property(anyTrade, anyOpenState, anyLimits, (trade, given, limits) => {
      const state = {
        ...given,
        dayProfit: Math.min(0, given.dayProfit),
        profitAtStops: Math.min(0, given.profitAtStops),
      }
      const more = lotsOf(trade, state, limits) + 1
      expect(passes(trade, more, state, limits)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('a limit of exactly some lots, to the cent, is room for exactly as many', () => {
  const toTheCent = (amount: number) => Math.round(amount * 100) / 100
  fc.assert(
    fc.property(anyTrade, fc.integer({ min: 1, max: 9 }), (trade, lots) => {
      const one = openingOf(trade, 1)
      const byLoss = { ...WIDE_LIMITS, maximumLossPerTrade: toTheCent(-one.atWorst * lots) }
      const byMargin = { ...WIDE_LIMITS, exposure: one.margin * lots }
      for (const limits of [byLoss, byMargin]) {
        expect(lotsOf(trade, OPEN_DESK, limits)).toBe(lots)
        expect(passes(trade, lots, OPEN_DESK, limits)).toBe(true)
        expect(passes(trade, lots + 1, OPEN_DESK, limits)).toBe(false)
      }
    }),
    { numRuns: 500 },
  )
})

test('the size never grows when a limit narrows or more is held', () => {
  const narrower: readonly ((limits: Limits, state: RiskState, by: number) => [Limits, RiskState])[] = [
    (limits, state, by) => [{ ...limits, maximumLossPerTrade: limits.maximumLossPerTrade - by }, state],
    (limits, state, by) => [{ ...limits, dayLossLimit: limits.dayLossLimit - by }, state],
    (limits, state, by) => [{ ...limits, exposure: limits.exposure - by }, state],
    (limits, state) => [{ ...limits, openContracts: limits.openContracts - 1 }, state],
    (limits, state, by) => [limits, { ...state, exposure: state.exposure + by }],
    (limits, state, by) => [limits, { ...state, profitAtStops: state.profitAtStops - by }],
    (limits, state, by) => [limits, { ...state, dayProfit: state.dayProfit - by }],
    (limits, state) => [limits, { ...state, openContracts: state.openContracts + 1 }],
  ]
  const anyWay = fc.constantFrom(...narrower)
  fc.assert(
    fc.property(anyTrade, anyOpenState, anyLimits, anyWay, fc.nat(400), (trade, state, limits, way, by) => {
      const [tight, fuller] = way(limits, state, by)
      expect(lotsOf(trade, fuller, tight)).toBeLessThanOrEqual(lotsOf(trade, state, limits))
    }),
    { numRuns: 300 },
  )
})

/** One lot that may lose 150 at worst and 60 at its stop, for a margin of 300 and two contracts. */
const ONE_LOT = {
  ...openingOf({ structure: PUT_VERTICAL, start: 0.5, end: 0.5, stop: 1.25 }, 1),
  atWorst: -150,
  atStop: -60,
  margin: 300,
}

test.each<[string, number, Partial<Limits>, Partial<RiskState>]>([
  ['lots of an order', 7, { lotsPerOrder: 7 }, {}],
  ['the worst loss', 4, { maximumLossPerTrade: 600 }, {}],
  ['the worst loss, a cent short', 3, { maximumLossPerTrade: 599.99 }, {}],
  ['the day loss at stops', 8, { dayLossLimit: 600 }, {}],
  ['what the day lost at stops', 3, { dayLossLimit: 600 }, { profitAtStops: -300 }],
  ['what the day lost so far', 3, { dayLossLimit: 600 }, { dayProfit: -300 }],
  [
    'the day loss, which profit does not widen',
    8,
    { dayLossLimit: 600 },
    { profitAtStops: 300, dayProfit: 300 },
  ],
  ['exposure left', 5, { exposure: 5000 }, { exposure: 3401 }],
  ['contracts left', 6, { openContracts: 24 }, { openContracts: 11 }],
  ['one lot, however little is left', 1, { exposure: 100 }, { exposure: 5000, openContracts: 99_999 }],
])('as many lots as the tightest limit allows: %s', (_, lots, limits, state) => {
  expect(lotsFor(ONE_LOT, { ...OPEN_DESK, ...state }, { ...WIDE_LIMITS, ...limits })).toBe(lots)
})

test('a trade that cannot lose at its stop is bounded by the other limits alone', () => {
  const lots = lotsFor({ ...ONE_LOT, atStop: 0 }, { ...OPEN_DESK, profitAtStops: -1e6 }, WIDE_LIMITS)
  expect(lots).toBe(100)
})
