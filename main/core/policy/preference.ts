import { present } from '../base/assert.ts'
import { clamp, logOdds } from '../base/statistics.ts'
import type { Probability } from '../base/units.ts'
import { sideOf, type Action } from './action.ts'
import { estimateAt, learnAnswer, type BayesianLogistic, type Estimate } from './bayesianLogistic.ts'
import { TASTES, type Taste } from './taste.ts'

/**
 * The trader's preference: what he would accept, learned from every answer. Several tastes are thought possible, that he
 * has none among them, and each is believed by how well it foretold his answers (Bayesian model averaging: J. Hoeting,
 * D. Madigan, A. Raftery, C. Volinsky, 1999). So a taste is found in a few answers, and somebody whose answers tell nothing
 * of each other silences nothing.
 */
export interface Preference {
  /** What is believed of each of `TASTES`, in their order. */
  readonly beliefs: readonly Belief[]
  /** Answers learned. */
  readonly answers: number
}

/** What is believed of one taste. */
export interface Belief {
  readonly model: BayesianLogistic
  /** Log of how likely the taste is, beside the likeliest one. */
  readonly logWeight: number
}

/** No taste is ever ruled out further than this, or a trader could not change. */
export const LEAST_LOG_WEIGHT = -6

/**
 * The most that preference may move an action's log-probability: a dislike can silence, a liking only tips the scales,
 * for what he likes to hear must not make trades out of waits.
 */
const LARGEST_DISLIKE = -5
const LARGEST_LIKING = 0.35

/**
 * A dislike counts from here on, in log-odds from where he began, and then for more than its odds: a doubt silences nothing,
 * a clear no must.
 */
const DISLIKE_TOLERANCE = 0.5
const DISLIKE_WEIGHT = 3

const NEVER_ASKED: Preference = {
  beliefs: believed(TASTES.map(({ prior, share }) => ({ model: prior, logWeight: Math.log(share) }))),
  answers: 0,
}

/** The preference of somebody who was never asked. */
export function firstPreference(): Preference {
  return NEVER_ASKED
}

/** The probability that he would accept an action, with its interval. */
export function wouldAccept({ beliefs }: Preference, action: Action, observation: Float32Array): Estimate {
  return estimateOf(beliefs, seenByTastes(action, observation))
}

/** The preference after an answer; a modified suggestion is half a yes. */
export function learnPreference(
  { beliefs, answers }: Preference,
  action: Action,
  observation: Float32Array,
  answer: 'accepted' | 'modified' | 'rejected',
): Preference {
  const isYes = answer !== 'rejected'
  const weight = answer === 'modified' ? 0.5 : 1
  const seen = seenByTastes(action, observation)
  const learned = beliefs.map(({ model, logWeight }, index): Belief => {
    const features = present(seen[index], 'every taste sees something')
    const { mean } = estimateAt(model, features)
    return {
      model: learnAnswer(model, features, isYes, weight),
      logWeight: logWeight + weight * Math.log(isYes ? mean : 1 - mean),
    }
  })
  return { beliefs: believed(learned), answers: answers + 1 }
}

/** How likely each taste is by the answers so far. */
export function tasteShares({ beliefs }: Preference): Readonly<Record<Taste['name'], Probability>> {
  const weights = weightsOf(beliefs)
  const shares = TASTES.map(({ name }, index) => [name, weights[index]?.weight ?? 0] as const)
  return Object.assign(
    { none: 0, 'side and hour': 0, hour: 0, delta: 0, trend: 0 },
    Object.fromEntries(shares),
  )
}

/** How far an action's log-probability moves for this trader; 0 for waiting and closing, and before any answer. */
export function preferenceShift(preference: Preference, action: Action, observation: Float32Array): number {
  if (sideOf(action) === 'none' || preference.answers === 0) return 0
  const seen = seenByTastes(action, observation)
  const oddsOf = ({ beliefs }: Preference) => logOdds(estimateOf(beliefs, seen).mean)
  const moved = oddsOf(preference) - oddsOf(NEVER_ASKED)
  if (moved > 0) return Math.min(moved, LARGEST_LIKING)
  return clamp(DISLIKE_WEIGHT * (moved + DISLIKE_TOLERANCE), LARGEST_DISLIKE, 0)
}

/** What each taste sees of an action, in their order. */
function seenByTastes(action: Action, observation: Float32Array): Float64Array[] {
  return TASTES.map(taste => taste.features(action, observation))
}

/** What the tastes foretell, each as far as it is believed. */
function estimateOf(beliefs: readonly Belief[], seen: readonly Float64Array[]): Estimate {
  const both = { mean: 0, low: 0, high: 0 }
  weightsOf(beliefs).forEach(({ model, weight }, index) => {
    const { mean, low, high } = estimateAt(model, present(seen[index], 'every taste sees something'))
    both.mean += weight * mean
    both.low += weight * low
    both.high += weight * high
  })
  return both
}

/** Beliefs as shares of one. */
function weightsOf(
  beliefs: readonly Belief[],
): { readonly model: BayesianLogistic; readonly weight: Probability }[] {
  const sum = beliefs.reduce((all, { logWeight }) => all + Math.exp(logWeight), 0)
  return beliefs.map(({ model, logWeight }) => ({ model, weight: Math.exp(logWeight) / sum }))
}

/** Beliefs beside the likeliest of them, none ruled out. */
function believed(beliefs: readonly Belief[]): Belief[] {
  const most = Math.max(...beliefs.map(({ logWeight }) => logWeight))
  return beliefs.map(({ model, logWeight }) => ({
    model,
    logWeight: Math.max(logWeight - most, LEAST_LOG_WEIGHT),
  }))
}
