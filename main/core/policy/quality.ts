import { CONTRACT_MULTIPLIER, type Probability } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { clamp, logOdds } from '../base/statistics.ts'
import { featureIndex } from '../features/observation.ts'
import { sideOf, targetDelta, type Action } from './action.ts'
import type { Proposal } from './proposal.ts'
import {
  estimateAt,
  learnAnswer,
  meanLogOdds,
  priorModel,
  type BayesianLogistic,
  type Estimate,
} from './bayesianLogistic.ts'

/**
 * What was good: the probability that a suggestion makes money after costs under its own exit rule. It starts from the odds at
 * which that exit neither wins nor loses, and learns from every outcome, taken or not, whether trades do better or worse than
 * that. It never sees what the trader answered.
 */
export type Quality = BayesianLogistic

const DEVIATIONS = [0.5, 0.4, 0.4, 0.4, 0.4, 0.4]

/** The most that outcomes may move an action's log-probability. */
const LARGEST_SHIFT = 1

/** Even odds are never nearer to certainty than this, whatever an exit rule promises. */
const CERTAINTY = 0.02

/**
 * The chance of a profit at which a trade under its frozen exit is worth nothing: entered at the worst limit of its walk, its
 * profit is taken or its stop is hit, after all fees. The smile's probability at expiry would not do: an exit an hour after the
 * entry wins less often than expiry does, and loses less.
 */
export function breakEvenChance({
  walk,
  exit,
  fees,
  quantity,
}: Pick<Proposal, 'walk' | 'exit' | 'fees' | 'quantity'>): Probability {
  const costs = fees / (CONTRACT_MULTIPLIER * quantity)
  const win = Math.max(0, walk.end - exit.takeProfit - costs)
  const loss = Math.max(0, exit.stop - walk.end + costs)
  return win + loss > 0 ? clamp(loss / (win + loss), CERTAINTY, 1 - CERTAINTY) : 0.5
}

/** The quality model before its first outcome: it trusts no trade to be worth more than nothing. */
export function firstQuality(): Quality {
  const size = DEVIATIONS.length
  const covariance = new Float64Array(size * size)
  DEVIATIONS.forEach((deviation, index) => {
    covariance[index * size + index] = deviation ** 2
  })
  return priorModel(new Float64Array(size), covariance)
}

/** What the quality model sees of an action at an observation. */
export function qualityFeatures(action: Action, observation: Float32Array): Float64Array {
  const side = sideOf(action)
  const direction = side === 'put' ? 1 : side === 'call' ? -1 : 0
  return Float64Array.of(
    1,
    (targetDelta(action) - 0.125) * 40,
    direction,
    direction * at(observation, featureIndex('regime')),
    clamp((at(observation, featureIndex('impliedVolatility')) - 0.2) * 5, -2, 2),
    at(observation, featureIndex('minutesSinceOpen')) * 2 - 1,
  )
}

/** The probability that an action is good, with its interval; `implied` is what its exit rule implies. */
export function wouldBeGood(
  quality: Quality,
  action: Action,
  observation: Float32Array,
  implied: Probability,
): Estimate {
  return estimateAt(quality, qualityFeatures(action, observation), logOdds(implied))
}

/** The quality model after an outcome; `weight` below 1 where it is one of several that say the same. */
export function learnQuality(
  quality: Quality,
  action: Action,
  observation: Float32Array,
  implied: Probability,
  wasGood: boolean,
  weight = 1,
): Quality {
  return learnAnswer(quality, qualityFeatures(action, observation), wasGood, weight, logOdds(implied))
}

/** How far an action's log-probability moves for what past outcomes said beyond its break-even odds. */
export function qualityShift(quality: Quality, action: Action, observation: Float32Array): number {
  if (sideOf(action) === 'none') return 0
  return clamp(meanLogOdds(quality, qualityFeatures(action, observation)), -LARGEST_SHIFT, LARGEST_SHIFT)
}
