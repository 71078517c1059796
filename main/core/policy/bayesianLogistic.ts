import type { Probability } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { logistic } from '../base/statistics.ts'

/**
 * A logistic regression whose weights are a normal distribution, learned one answer at a time: each answer is one
 * Newton solution along the direction it informs (a rank-one Laplace step), so learning costs microseconds, never
 * forgets, and knows how unsure it is.
 */
export interface BayesianLogistic {
  /** Mean of the weights. */
  readonly mean: Float64Array
  /** Covariance of the weights, row by row. */
  readonly covariance: Float64Array
  /** Answers learned. */
  readonly answers: number
}

/** An estimate with its 80 % interval. */
export interface Estimate {
  readonly mean: Probability
  readonly low: Probability
  readonly high: Probability
}

/** Standard deviations from the centre of an estimate to the ends of its interval, which holds 80 of 100. */
export const INTERVAL_DEVIATIONS = 1.2816

/** A model before its first answer. */
export function priorModel(mean: Float64Array, covariance: Float64Array): BayesianLogistic {
  return { mean, covariance, answers: 0 }
}

/** Mean and variance of the log-odds of a yes at features. */
export function logOddsAt(
  model: BayesianLogistic,
  features: Float64Array,
): { readonly mean: number; readonly variance: number } {
  // Asked a hundred times a decision, of features that are mostly 0
  const size = features.length
  const seen: number[] = []
  for (let index = 0; index < size; index += 1) if (at(features, index) !== 0) seen.push(index)
  let [mean, variance] = [0, 0]
  for (const row of seen) {
    let spread = 0
    for (const column of seen) spread += at(model.covariance, row * size + column) * at(features, column)
    mean += at(model.mean, row) * at(features, row)
    variance += spread * at(features, row)
  }
  return { mean, variance: Math.max(0, variance) }
}

/** Mean of the log-odds of a yes at features. */
export function meanLogOdds(model: BayesianLogistic, features: Float64Array): number {
  return dot(model.mean, features)
}

/** The probability of a yes at features, with `offset` added to the log-odds. */
export function estimateAt(model: BayesianLogistic, features: Float64Array, offset = 0): Estimate {
  const { mean, variance } = logOddsAt(model, features)
  const deviation = Math.sqrt(variance)
  const centre = mean + offset
  return {
    mean: logistic(centre / Math.sqrt(1 + (Math.PI * variance) / 8)),
    low: logistic(centre - INTERVAL_DEVIATIONS * deviation),
    high: logistic(centre + INTERVAL_DEVIATIONS * deviation),
  }
}

/** The model after one more answer; `weight` below 1 makes it count for less than a full answer. */
export function learnAnswer(
  model: BayesianLogistic,
  features: Float64Array,
  yes: boolean,
  weight = 1,
  offset = 0,
): BayesianLogistic {
  const spread = timesCovariance(model.covariance, features)
  const variance = dot(spread, features)
  const centre = dot(model.mean, features) + offset
  const answer = yes ? 1 : 0
  const chance = logistic(settledLogOdds(centre, variance * weight, answer))
  const pull = weight * (answer - chance)
  const certainty = weight * chance * (1 - chance)
  const shrink = certainty / (1 + certainty * variance)
  const size = features.length
  return {
    mean: model.mean.map((value, index) => value + at(spread, index) * pull),
    covariance: model.covariance.map(
      (value, index) => value - shrink * at(spread, Math.floor(index / size)) * at(spread, index % size),
    ),
    answers: model.answers + 1,
  }
}

/**
 * The log-odds that balance the pull of the answer against the spread of what was believed. They lie between the
 * centre and the full pull; a Newton step that leaves what is left of this stretch is halved, or it could jump to and
 * fro for ever.
 */
function settledLogOdds(centre: number, reach: number, answer: 0 | 1): number {
  let [low, high] = answer === 1 ? [centre, centre + reach] : [centre - reach, centre]
  let settled = centre
  for (let step = 0; step < 100; step += 1) {
    const chance = logistic(settled)
    const miss = settled - centre - reach * (answer - chance)
    if (miss > 0) high = settled
    else low = settled
    const move = miss / (1 + reach * chance * (1 - chance))
    if (Math.abs(move) < 1e-12) break
    const next = settled - move
    settled = next > low && next < high ? next : (low + high) / 2
  }
  return settled
}

function timesCovariance(covariance: Float64Array, features: Float64Array): Float64Array {
  const size = features.length
  const result = new Float64Array(size)
  for (let column = 0; column < size; column += 1) {
    const value = at(features, column)
    if (value === 0) continue
    for (let row = 0; row < size; row += 1)
      result[row] = at(result, row) + at(covariance, row * size + column) * value
  }
  return result
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += at(one, index) * at(other, index)
  return sum
}
