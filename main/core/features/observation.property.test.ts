import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TIMES } from '../../fixtures/market.ts'
import type { Recollection } from '../memory/recollection.ts'
import {
  FEATURES,
  OBSERVATION_SIZE,
  featureIndex,
  observe,
  usualObservation,
  type HoldingMoment,
  type MarketMoment,
} from './observation.ts'

/** Any number a computer can hold, the ones that are none among them. */
const anything = fc.double()
const several = fc.array(anything, { maxLength: 25 })

const anyMarket: fc.Arbitrary<MarketMoment> = fc.record({
  session: fc.constant(TIMES),
  time: fc.oneof(anything, fc.integer({ min: TIMES.preflight, max: TIMES.watchEnd })),
  spot: anything,
  impliedVolatility: anything,
  regime: anything,
})

const anyHolding: fc.Arbitrary<HoldingMoment> = fc.record({
  hasPosition: fc.boolean(),
  openProfit: anything,
  openedAt: fc.option(anything, { nil: undefined }),
  riskScore: anything,
})

const anyRecollection: fc.Arbitrary<Recollection> = fc.record({
  lastOutcomes: several,
  lastAnswers: several,
  byHour: fc.dictionary(
    fc.integer({ min: 0, max: 23 }).map(String),
    fc.record({ won: anything, ended: anything }),
  ),
  lastNets: several,
  riskTolerance: anything,
  suggestionsThisSession: anything,
})

const anyDays = fc.option(anything, { nil: undefined })

/** The features that are no number within their range; there must be none. */
function outOfRange(observation: Float32Array): string[] {
  return FEATURES.filter(({ range: [low, high] }, index) => {
    const value = observation[index] ?? Number.NaN
    return !(value >= Math.fround(low) && value <= Math.fround(high))
  }).map(feature => feature.name)
}

test('whatever comes in, twenty finite numbers in their ranges come out', () => {
  fc.assert(
    fc.property(anyMarket, anyHolding, anyRecollection, anyDays, (market, holding, recollection, days) => {
      const observation = observe(market, holding, recollection, days)
      expect(observation).toHaveLength(OBSERVATION_SIZE)
      expect(outOfRange(observation)).toEqual([])
    }),
  )
})

test('the usual observation of any moment lies in the same ranges', () => {
  fc.assert(
    fc.property(anyMarket, anyHolding, anyRecollection, anyDays, (market, holding, recollection, days) => {
      const usual = usualObservation(observe(market, holding, recollection, days))
      expect(outOfRange(usual)).toEqual([])
    }),
  )
})

test('the same moment always looks the same', () => {
  fc.assert(
    fc.property(anyMarket, anyHolding, anyRecollection, anyDays, (market, holding, recollection, days) => {
      const once = observe(market, holding, recollection, days)
      expect(observe(market, holding, recollection, days)).toEqual(once)
    }),
    { numRuns: 30 },
  )
})

const usable = fc.double({ min: -50, max: 50, noNaN: true })

/** Observes with one figure set, everything else at rest. */
const FIGURES = {
  spot: figure => at({ spot: figure * 1000 }),
  impliedVolatility: figure => at({ impliedVolatility: figure }),
  regime: figure => at({ regime: figure }),
  minutesSinceOpen: figure => at({ time: TIMES.open + figure * 3_600_000 }),
  positionProfit: figure => at({}, { openProfit: figure * 1000 }),
  riskScore: figure => at({}, { riskScore: figure }),
  profitTrend: figure => at({}, {}, { lastNets: [figure * 100] }),
  riskTolerance: figure => at({}, {}, { riskTolerance: figure }),
  suggestionsThisSession: figure => at({}, {}, { suggestionsThisSession: figure * 10 }),
  daysSinceSimilar: figure => at({}, {}, {}, figure),
} satisfies Partial<Record<(typeof FEATURES)[number]['name'], (figure: number) => Float32Array>>

test('every continuous feature rises with its figure and never falls', () => {
  for (const { name } of FEATURES) {
    const observeWith = Object.entries(FIGURES).find(([known]) => known === name)?.[1]
    if (!observeWith) continue
    const value = (figure: number) => observeWith(figure)[featureIndex(name)] ?? Number.NaN
    fc.assert(
      fc.property(usable, usable, (one, other) => {
        expect(value(Math.max(one, other))).toBeGreaterThanOrEqual(value(Math.min(one, other)))
      }),
      { numRuns: 30 },
    )
    expect(value(0.5)).toBeGreaterThan(value(0.1))
  }
})

test('minutes since the open and minutes to the close make a whole day while it lasts', () => {
  fc.assert(
    fc.property(fc.integer({ min: TIMES.open, max: TIMES.close }), time => {
      const seen = at({ time })
      const whole =
        (seen[featureIndex('minutesSinceOpen')] ?? 0) + (seen[featureIndex('minutesToClose')] ?? 0)
      expect(whole).toBeCloseTo(1, 6)
    }),
  )
})

function at(
  market: Partial<MarketMoment>,
  holding: Partial<HoldingMoment> = {},
  recollection: Partial<Recollection> = {},
  days?: number,
): Float32Array {
  return observe(
    { session: TIMES, time: TIMES.open, spot: 0, impliedVolatility: 0, regime: 0, ...market },
    { hasPosition: false, openProfit: 0, openedAt: undefined, riskScore: 0, ...holding },
    {
      lastOutcomes: [],
      lastAnswers: [],
      byHour: {},
      lastNets: [],
      riskTolerance: 0,
      suggestionsThisSession: 0,
      ...recollection,
    },
    days,
  )
}
