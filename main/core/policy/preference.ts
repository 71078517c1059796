import { at } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import { featureIndex } from '../features/observation.ts'
import { sideOf, targetDelta, type Action, type ActionSide } from './action.ts'
import {
  estimateAt,
  learnAnswer,
  meanLogOdds,
  priorModel,
  type BayesianLogistic,
  type Estimate,
} from './bayesianLogistic.ts'

/**
 * The trader's preference: what he would accept, learned from every answer. One smooth curve over the day for each
 * side he can be asked to sell, plus slopes for delta, trend and volatility. The curves are Gaussian processes over
 * half hours, so a no at 10:10 speaks for 10:40 and hardly for 11:30.
 */
export type Preference = BayesianLogistic

const SIDES: readonly ActionSide[] = ['put', 'call', 'both']
const HALF_HOURS = 14
const SLOPES = ['everything', 'delta', 'trend', 'volatility'] as const
const SIZE = SIDES.length * HALF_HOURS + SLOPES.length

/** How far a curve reaches, in half hours, and how far it may bend, in log-odds. */
const CURVE_REACH = 1
const CURVE_DEVIATION = 2.4
const SLOPE_DEVIATIONS = [0.35, 0.6, 0.6, 0.4]

/** Before any answer he is taken to accept a little more often than not. */
const PRIOR_LOG_ODDS = 0.4

/**
 * The most that preference may move an action's log-probability: a dislike can silence, a liking only tips the scales,
 * for what he likes to hear must not make trades out of waits.
 */
const LARGEST_DISLIKE = -5
const LARGEST_LIKING = 0.35

/** The preference of somebody who was never asked. */
export function firstPreference(): Preference {
  const mean = new Float64Array(SIZE)
  mean[SIZE - SLOPES.length] = PRIOR_LOG_ODDS
  const covariance = new Float64Array(SIZE * SIZE)
  for (let side = 0; side < SIDES.length; side += 1) {
    for (let i = 0; i < HALF_HOURS; i += 1) {
      for (let j = 0; j < HALF_HOURS; j += 1) {
        const row = side * HALF_HOURS + i
        const column = side * HALF_HOURS + j
        covariance[row * SIZE + column] =
          CURVE_DEVIATION ** 2 * Math.exp(-((i - j) ** 2) / (2 * CURVE_REACH ** 2))
      }
    }
  }
  SLOPE_DEVIATIONS.forEach((deviation, index) => {
    const row = SIDES.length * HALF_HOURS + index
    covariance[row * SIZE + row] = deviation ** 2
  })
  return priorModel(mean, covariance)
}

/** What the preference sees of an action at an observation. */
export function preferenceFeatures(action: Action, observation: Float32Array): Float64Array {
  const features = new Float64Array(SIZE)
  const side = sideOf(action)
  const position = SIDES.indexOf(side)
  const halfHour = clamp(
    Math.floor(at(observation, featureIndex('minutesSinceOpen')) * 13 + 1e-6),
    0,
    HALF_HOURS - 1,
  )
  if (position >= 0) features[position * HALF_HOURS + halfHour] = 1
  const slopes = SIDES.length * HALF_HOURS
  const direction = side === 'put' ? 1 : side === 'call' ? -1 : 0
  features[slopes] = 1
  features[slopes + 1] = position >= 0 ? (targetDelta(action) - 0.125) * 40 : 0
  features[slopes + 2] = direction * at(observation, featureIndex('regime'))
  features[slopes + 3] = (at(observation, featureIndex('impliedVolatility')) - 0.2) * 5
  return features
}

/** The probability that he would accept an action, with its interval. */
export function wouldAccept(preference: Preference, action: Action, observation: Float32Array): Estimate {
  return estimateAt(preference, preferenceFeatures(action, observation))
}

/** The preference after an answer; a modified suggestion is half a yes. */
export function learnPreference(
  preference: Preference,
  action: Action,
  observation: Float32Array,
  answer: 'accepted' | 'modified' | 'rejected',
): Preference {
  const features = preferenceFeatures(action, observation)
  return learnAnswer(preference, features, answer !== 'rejected', answer === 'modified' ? 0.5 : 1)
}

/** How far an action's log-probability moves for this trader; 0 for waiting and closing, and before any answer. */
export function preferenceShift(preference: Preference, action: Action, observation: Float32Array): number {
  if (sideOf(action) === 'none') return 0
  const mean = meanLogOdds(preference, preferenceFeatures(action, observation))
  return clamp(mean - PRIOR_LOG_ODDS, LARGEST_DISLIKE, LARGEST_LIKING)
}

/** One thing the preference has learned, in words and in log-odds from where it began. */
export interface LearnedTaste {
  readonly side: ActionSide
  /** Minutes since the open of the first and past the last half hour. */
  readonly from: number
  readonly to: number
  readonly shift: number
}

/** The stretches of the day in which the preference clearly left its prior, strongest first. */
export function learnedTastes(preference: Preference): LearnedTaste[] {
  const tastes: LearnedTaste[] = []
  for (const [index, side] of SIDES.entries()) {
    let current: LearnedTaste | undefined
    for (let halfHour = 0; halfHour < HALF_HOURS - 1; halfHour += 1) {
      const shift = at(preference.mean, index * HALF_HOURS + halfHour)
      const isClear = Math.abs(shift) > 0.7
      if (current && (!isClear || Math.sign(shift) !== Math.sign(current.shift))) {
        tastes.push(current)
        current = undefined
      }
      if (!isClear) continue
      const strongest: number = current && Math.abs(current.shift) > Math.abs(shift) ? current.shift : shift
      current = { side, from: current?.from ?? halfHour * 30, to: (halfHour + 1) * 30, shift: strongest }
    }
    if (current) tastes.push(current)
  }
  return tastes.sort((one, other) => Math.abs(other.shift) - Math.abs(one.shift))
}
