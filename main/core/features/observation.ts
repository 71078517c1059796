import type { Dollars, EpochMilliseconds, Price, Probability, Volatility } from '../base/units.ts'
import { at, invariant } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import { acceptanceRate, profitTrend, winRateThisHour, type Recollection } from '../memory/recollection.ts'
import type { SessionTimes } from '../session/calendar.ts'
import { minutesSinceOpen, minutesToClose } from '../session/phase.ts'

/** The version of the twenty features; a policy trained on another version is refused. */
export const OBSERVATION_VERSION = 1

/** The features in the order of the policy's input, each with the range it is held in. */
export const FEATURES = [
  { name: 'minutesSinceOpen', range: [0, 1.2] },
  { name: 'spot', range: [0, 100] },
  { name: 'impliedVolatility', range: [0, 10] },
  { name: 'hasPosition', range: [0, 1] },
  { name: 'positionProfit', range: [-10, 10] },
  { name: 'minutesInPosition', range: [0, 1.2] },
  { name: 'riskScore', range: [0, 1] },
  { name: 'minutesToClose', range: [0, 1] },
  { name: 'lastOutcome1', range: [-1, 1] },
  { name: 'lastOutcome2', range: [-1, 1] },
  { name: 'lastOutcome3', range: [-1, 1] },
  { name: 'lastOutcome4', range: [-1, 1] },
  { name: 'lastOutcome5', range: [-1, 1] },
  { name: 'acceptanceRate', range: [0, 1] },
  { name: 'winRateThisHour', range: [0, 1] },
  { name: 'profitTrend', range: [-1, 1] },
  { name: 'daysSinceSimilar', range: [0, 1] },
  { name: 'suggestionsThisSession', range: [0, 10] },
  { name: 'riskTolerance', range: [0, 1] },
  { name: 'regime', range: [-1, 1] },
] as const

export type FeatureName = (typeof FEATURES)[number]['name']

/** The number of features. */
export const OBSERVATION_SIZE = FEATURES.length

/** The position of a feature in the observation. */
export function featureIndex(name: FeatureName): number {
  return FEATURES.findIndex(feature => feature.name === name)
}

/** The moment that the eight market features describe. */
export interface MarketMoment {
  readonly session: SessionTimes
  readonly time: EpochMilliseconds
  readonly spot: Price
  readonly impliedVolatility: Volatility
  readonly regime: number
}

/** What is held, as the features see it. */
export interface HoldingMoment {
  readonly hasPosition: boolean
  /** Open profit of everything held. */
  readonly openProfit: Dollars
  readonly openedAt: EpochMilliseconds | undefined
  readonly riskScore: Probability
}

/** Days that count as "long ago" for a similar situation. */
const LONG_AGO_DAYS = 30

/** The twenty features of a moment, finite and in range whatever comes in; the same live, replayed and in training. */
export function observe(
  market: MarketMoment,
  holding: HoldingMoment,
  recollection: Recollection,
  daysSinceSimilar: number | undefined,
): Float32Array {
  const outcomes = recollection.lastOutcomes
  const values = [
    minutesSinceOpen(market.session, market.time) / 390,
    market.spot / 1000,
    market.impliedVolatility,
    holding.hasPosition ? 1 : 0,
    holding.openProfit / 1000,
    holding.openedAt === undefined ? 0 : (market.time - holding.openedAt) / 60_000 / 390,
    holding.riskScore,
    minutesToClose(market.session, market.time) / 390,
    outcomes[0] ?? 0,
    outcomes[1] ?? 0,
    outcomes[2] ?? 0,
    outcomes[3] ?? 0,
    outcomes[4] ?? 0,
    acceptanceRate(recollection),
    winRateThisHour(recollection, market.time),
    profitTrend(recollection),
    (daysSinceSimilar ?? LONG_AGO_DAYS) / LONG_AGO_DAYS,
    recollection.suggestionsThisSession / 50,
    recollection.riskTolerance,
    market.regime,
  ]
  invariant(values.length === OBSERVATION_SIZE, 'an observation has one value a feature')
  const observation = new Float32Array(OBSERVATION_SIZE)
  for (let index = 0; index < OBSERVATION_SIZE; index += 1) {
    const value = at(values, index)
    // Asked a hundred thousand times a second in training, so without a word for each feature
    observation[index] = Number.isFinite(value) ? clamp(value, at(LOWEST, index), at(HIGHEST, index)) : 0
  }
  return observation
}

const LOWEST = Float64Array.from(FEATURES, ({ range }) => range[0])
const HIGHEST = Float64Array.from(FEATURES, ({ range }) => range[1])

/**
 * A usual observation, against which an explanation is told: a quiet mid-morning with nothing held and nothing
 * remembered. Spot is the moment's own, because no spot is usual.
 */
export function usualObservation(observation: Float32Array): Float32Array {
  const usual: Partial<Record<FeatureName, number>> = {
    minutesSinceOpen: 0.3,
    spot: observation[featureIndex('spot')] ?? 0,
    impliedVolatility: 0.2,
    riskScore: 0.1,
    minutesToClose: 0.7,
    acceptanceRate: 0.5,
    winRateThisHour: 0.5,
    daysSinceSimilar: 1,
    suggestionsThisSession: 0.2,
    riskTolerance: 0.5,
  }
  return Float32Array.from(FEATURES, feature => usual[feature.name] ?? 0)
}
