import { expect, test } from 'vitest'
import { TIMES, clock } from '../../fixtures/market.ts'
import { NOTHING_REMEMBERED, rememberTrade, type Recollection } from '../memory/recollection.ts'
import {
  FEATURES,
  OBSERVATION_SIZE,
  OBSERVATION_VERSION,
  featureIndex,
  observe,
  usualObservation,
  type FeatureName,
  type HoldingMoment,
  type MarketMoment,
} from './observation.ts'

const MARKET: MarketMoment = {
  session: TIMES,
  time: clock(11, 0),
  spot: 690,
  impliedVolatility: 0.14,
  regime: 0.2,
}
const HOLDING: HoldingMoment = { hasPosition: false, openProfit: 0, openedAt: undefined, riskScore: 0.1 }

interface Change {
  readonly market?: Partial<MarketMoment>
  readonly holding?: Partial<HoldingMoment>
  readonly recollection?: Recollection
  readonly days?: number
}

function seen(change: Change = {}): Float32Array {
  return observe(
    { ...MARKET, ...change.market },
    { ...HOLDING, ...change.holding },
    change.recollection ?? NOTHING_REMEMBERED,
    change.days,
  )
}

function remembered(change: Partial<Recollection>): Change {
  return { recollection: { ...NOTHING_REMEMBERED, ...change } }
}

test('version 1 has these twenty features in this order: a policy file depends on it', () => {
  expect(OBSERVATION_VERSION).toBe(1)
  expect(FEATURES.map(feature => feature.name)).toEqual([
    'minutesSinceOpen',
    'spot',
    'impliedVolatility',
    'hasPosition',
    'positionProfit',
    'minutesInPosition',
    'riskScore',
    'minutesToClose',
    'lastOutcome1',
    'lastOutcome2',
    'lastOutcome3',
    'lastOutcome4',
    'lastOutcome5',
    'acceptanceRate',
    'winRateThisHour',
    'profitTrend',
    'daysSinceSimilar',
    'suggestionsThisSession',
    'riskTolerance',
    'regime',
  ])
  expect(OBSERVATION_SIZE).toBe(20)
  expect(FEATURES.map(feature => featureIndex(feature.name))).toEqual(FEATURES.map((_, index) => index))
})

// What changes, which features move with it, and the value they take
const CHANGES: readonly (readonly [string, Change, Partial<Record<FeatureName, number>>])[] = [
  [
    'an hour passes',
    { market: { time: clock(12, 0) } },
    { minutesSinceOpen: 150 / 390, minutesToClose: 240 / 390 },
  ],
  ['the underlying rises', { market: { spot: 700 } }, { spot: 0.7 }],
  ['implied volatility rises', { market: { impliedVolatility: 0.25 } }, { impliedVolatility: 0.25 }],
  ['the trend turns', { market: { regime: -0.6 } }, { regime: -0.6 }],
  ['something is held', { holding: { hasPosition: true } }, { hasPosition: 1 }],
  ['what is held gains', { holding: { openProfit: 120 } }, { positionProfit: 0.12 }],
  ['what is held loses', { holding: { openProfit: -450 } }, { positionProfit: -0.45 }],
  [
    'it was opened half an hour ago',
    { holding: { openedAt: clock(10, 30) } },
    { minutesInPosition: 30 / 390 },
  ],
  ['risk rises', { holding: { riskScore: 0.8 } }, { riskScore: 0.8 }],
  [
    'five trades ended',
    remembered({ lastOutcomes: [1, -1, 0, 1, -1] }),
    { lastOutcome1: 1, lastOutcome2: -1, lastOutcome4: 1, lastOutcome5: -1 },
  ],
  ['he said yes eight times', remembered({ lastAnswers: Array(8).fill(1) }), { acceptanceRate: 0.9 }],
  ['he said no eight times', remembered({ lastAnswers: Array(8).fill(0) }), { acceptanceRate: 0.1 }],
  ['trades of this hour won', remembered({ byHour: { 11: { won: 3, ended: 3 } } }), { winRateThisHour: 0.8 }],
  ['trades of another hour won', remembered({ byHour: { 10: { won: 3, ended: 3 } } }), {}],
  ['recent trades made 500 dollars', remembered({ lastNets: [300, 200] }), { profitTrend: Math.tanh(1) }],
  ['something like it was seen 6 days ago', { days: 6 }, { daysSinceSimilar: 0.2 }],
  ['something like it was seen just now', { days: 0 }, { daysSinceSimilar: 0 }],
  ['25 suggestions were made', remembered({ suggestionsThisSession: 25 }), { suggestionsThisSession: 0.5 }],
  ['his answers allow more risk', remembered({ riskTolerance: 0.9 }), { riskTolerance: 0.9 }],
]

test.each(CHANGES)('when %s, the features of that name move and no other', (_, change, moved) => {
  const expected = Float32Array.from(FEATURES, (feature, index) => moved[feature.name] ?? seen()[index] ?? 9)
  expect(Array.from(seen(change), rounded)).toEqual(Array.from(expected, rounded))
})

test('before anything happened the memory features are neutral', () => {
  const neutral = Array.from(seen()).slice(featureIndex('lastOutcome1'))
  expect(neutral.map(rounded)).toEqual([0, 0, 0, 0, 0, 0.5, 0.5, 0, 1, 0, 0.5, 0.2])
})

test.each([
  ['preflight', TIMES.preflight, 0, 1],
  ['the open', TIMES.open, 0, 1],
  ['the close', TIMES.close, 1, 0],
  ['the last trades', TIMES.lastTrade, 405 / 390, 0],
  ['the end of the watch', TIMES.watchEnd, 1.2, 0],
])('at %s the clock features stay within the day', (_, time, since, left) => {
  const at = seen({ market: { time } })
  expect(at[featureIndex('minutesSinceOpen')]).toBeCloseTo(since, 6)
  expect(at[featureIndex('minutesToClose')]).toBeCloseTo(left, 6)
})

test('a trade that ended is the newest outcome, and it counts for the hour in which it was opened', () => {
  const recollection = rememberTrade(
    rememberTrade(NOTHING_REMEMBERED, clock(10, 59), -80),
    clock(11, 30),
    120,
  )
  const after = seen({ recollection })
  expect(after[featureIndex('lastOutcome1')]).toBe(1)
  expect(after[featureIndex('lastOutcome2')]).toBe(-1)
  expect(after[featureIndex('winRateThisHour')]).toBeCloseTo(2 / 3, 6)
  expect(after[featureIndex('profitTrend')]).toBeGreaterThan(0)
})

test('the usual observation keeps the spot of the moment and nothing else of it', () => {
  const unusual = seen({
    market: { spot: 412, regime: -1, impliedVolatility: 2 },
    holding: { hasPosition: true },
  })
  const usual = usualObservation(unusual)
  const ofAnotherMoment = usualObservation(seen())
  const spot = featureIndex('spot')
  expect(usual[spot]).toBeCloseTo(0.412, 6)
  usual[spot] = ofAnotherMoment[spot] ?? 0
  expect(usual).toEqual(ofAnotherMoment)
  expect(usual[featureIndex('hasPosition')]).toBe(0)
})

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
