import type { Probability } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { ACTIONS, ACTION_COUNT, type Action } from './action.ts'
import { preferenceShift, type Preference } from './preference.ts'
import { qualityShift, type Quality } from './quality.ts'

/** Probabilities of all actions, in the order of `ACTIONS`; masked ones are 0. */
export type ActionProbabilities = Float64Array

/** What shifts the policy's answer for this trader: what he would accept and what turned out good. */
export interface Adapter {
  readonly preference: Preference
  readonly quality: Quality
}

/** The shifts of all actions at an observation, to be added to the policy's log-probabilities. */
export function adapterShifts(adapter: Adapter, observation: Float32Array): Float64Array {
  return Float64Array.from(
    ACTIONS,
    action =>
      preferenceShift(adapter.preference, action, observation) +
      qualityShift(adapter.quality, action, observation),
  )
}

/** The policy's logits under a mask, shifted for the trader, as probabilities. */
export function chooseProbabilities(
  logits: ArrayLike<number>,
  allowed: readonly boolean[],
  shifts: ArrayLike<number>,
): ActionProbabilities {
  const result = new Float64Array(ACTION_COUNT)
  let highest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < ACTION_COUNT; index += 1) {
    if (allowed[index]) highest = Math.max(highest, at(logits, index) + at(shifts, index))
  }
  let sum = 0
  for (let index = 0; index < ACTION_COUNT; index += 1) {
    if (!allowed[index]) continue
    const weight = Math.exp(at(logits, index) + at(shifts, index) - highest)
    result[index] = weight
    sum += weight
  }
  return result.map(weight => weight / sum)
}

/** The probability of one action, as `chooseProbabilities` would give it, for a row of many without making an array. */
export function probabilityOf(
  chosen: number,
  logits: Float32Array,
  offset: number,
  allowed: readonly boolean[],
  shifts: Float64Array,
): Probability {
  if (!allowed[chosen]) return 0
  const score = at(logits, offset + chosen) + at(shifts, chosen)
  let sum = 0
  for (let index = 0; index < ACTION_COUNT; index += 1) {
    if (allowed[index]) sum += Math.exp(at(logits, offset + index) + at(shifts, index) - score)
  }
  return 1 / sum
}

/** The likeliest action; the earlier one where two are equal, so waiting wins a tie. */
export function likeliest(probabilities: ActionProbabilities): {
  readonly action: Action
  readonly probability: Probability
} {
  let best = 0
  for (let index = 1; index < ACTION_COUNT; index += 1) {
    if (at(probabilities, index) > at(probabilities, best)) best = index
  }
  return { action: ACTIONS[best] ?? 'noTrade', probability: at(probabilities, best) }
}

/** The likeliest action that takes risk, what a wait passes over; undefined where none is allowed. */
export function bestTrade(probabilities: ActionProbabilities): Action | undefined {
  const ranked = ACTIONS.map((action, index) => ({ action, probability: at(probabilities, index) }))
    .filter(entry => entry.probability > 0 && entry.action !== 'noTrade' && entry.action !== 'close')
    .sort((one, other) => other.probability - one.probability)
  return ranked[0]?.action
}
