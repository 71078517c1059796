import { at } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import { featureIndex } from '../features/observation.ts'
import { sideOf, targetDelta, type Action, type ActionSide } from './action.ts'
import { priorModel, type BayesianLogistic } from './bayesianLogistic.ts'

/** One way in which a trader's answers may hang together: what of a question they would follow. */
export interface Taste {
  readonly name: 'none' | 'side and hour' | 'hour' | 'delta' | 'trend'
  /** How likely it is before any answer, as a share of all. */
  readonly share: number
  /** What is believed of it before any answer. */
  readonly prior: BayesianLogistic
  /** What it sees of an action at an observation. */
  features(action: Action, observation: Float32Array): Float64Array
}

/** The sides that have a curve over the day, in the order of the curves. */
export const CURVES: readonly ActionSide[] = ['put', 'call', 'both']
export const HALF_HOURS = 14

/** Before any answer he is taken to accept a little more often than not. */
const PRIOR_LOG_ODDS = 0.4

/** How far a curve reaches, in half hours, and how far it may bend, in log-odds. */
const CURVE_REACH = 1.5
const CURVE_DEVIATION = 3.5

/** What is left to each of the narrower tastes, sides and hours being the usual one. */
const OTHERS = 0.35 / 3

/** How far a leaning towards everything alike may go where a taste is about something else. */
const EVERYTHING = 0.35

/** He has no taste: a steady share of yes, whatever he is asked. */
const NONE: Taste = {
  name: 'none',
  share: 0.15,
  prior: slopes([0.7]),
  features: () => Float64Array.of(1),
}

/**
 * One smooth curve over the day for each side he can be asked to sell, and slopes for delta, trend and volatility. The
 * curves are Gaussian processes over half hours, so a no at 10:10 speaks for 10:40 and little for 11:30.
 */
const SIDE_AND_HOUR: Taste = {
  name: 'side and hour',
  share: 0.5,
  prior: curves(CURVES.length, [EVERYTHING, 0.6, 0.6, 0.4]),
  features(action, observation) {
    const side = CURVES.indexOf(sideOf(action))
    const features = new Float64Array(CURVES.length * HALF_HOURS + 4)
    if (side >= 0) features[side * HALF_HOURS + halfHourAt(observation)] = 1
    features.set(
      [
        1,
        side >= 0 ? deltaStep(action) : 0,
        withTrend(action, observation),
        (at(observation, featureIndex('impliedVolatility')) - 0.2) * 5,
      ],
      CURVES.length * HALF_HOURS,
    )
    return features
  },
}

/** One curve over the day, whatever is sold. */
const HOUR: Taste = {
  name: 'hour',
  share: OTHERS,
  prior: curves(1, [EVERYTHING]),
  features(_, observation) {
    const features = new Float64Array(HALF_HOURS + 1)
    features[halfHourAt(observation)] = 1
    features[HALF_HOURS] = 1
    return features
  },
}

/** How far out he sells: everything alike, and the step between 10 and 15 delta. */
const DELTA: Taste = {
  name: 'delta',
  share: OTHERS,
  prior: slopes([1, 2.4]),
  features: action => Float64Array.of(1, deltaStep(action)),
}

/** Whether a side is sold with or against the trend, and both sides in one: everything, verticals, condors, and their slopes. */
const TREND: Taste = {
  name: 'trend',
  share: OTHERS,
  prior: slopes([EVERYTHING, 2, 2, 12, 12]),
  features(action, observation) {
    const isBoth = sideOf(action) === 'both'
    const strength = Math.abs(at(observation, featureIndex('regime')))
    return Float64Array.of(
      1,
      isBoth ? 0 : 1,
      isBoth ? 1 : 0,
      withTrend(action, observation),
      isBoth ? strength : 0,
    )
  },
}

/** Every taste that is looked for; a preference keeps its beliefs in this order. */
export const TASTES: readonly Taste[] = [NONE, SIDE_AND_HOUR, HOUR, DELTA, TREND]

/** The half hour of the day that a question falls into. */
function halfHourAt(observation: Float32Array): number {
  const passed = Math.floor(at(observation, featureIndex('minutesSinceOpen')) * 13 + 1e-6)
  return clamp(passed, 0, HALF_HOURS - 1)
}

/** -1 at 10 delta, 1 at 15. */
function deltaStep(action: Action): number {
  return (targetDelta(action) - 0.125) * 40
}

/** The strength of the trend, positive where the sold side lies behind it; 0 where both are sold. */
function withTrend(action: Action, observation: Float32Array): number {
  const side = sideOf(action)
  const direction = side === 'put' ? 1 : side === 'call' ? -1 : 0
  return direction * at(observation, featureIndex('regime'))
}

/** Independent slopes, the first of which leans towards everything. */
function slopes(deviations: readonly number[]): BayesianLogistic {
  return curves(0, deviations)
}

/** Curves over the half hours of the day, independent of each other, and slopes after them. */
function curves(count: number, deviations: readonly number[]): BayesianLogistic {
  const first = count * HALF_HOURS
  const size = first + deviations.length
  const mean = new Float64Array(size)
  mean[first] = PRIOR_LOG_ODDS
  const covariance = new Float64Array(size * size)
  for (let row = 0; row < first; row += 1) {
    const start = row - (row % HALF_HOURS)
    for (let column = start; column < start + HALF_HOURS; column += 1)
      covariance[row * size + column] =
        CURVE_DEVIATION ** 2 * Math.exp(-((row - column) ** 2) / (2 * CURVE_REACH ** 2))
  }
  deviations.forEach((deviation, index) => {
    covariance[(first + index) * (size + 1)] = deviation ** 2
  })
  return priorModel(mean, covariance)
}
