import { at } from '../core/base/assert.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTION_COUNT, actionIndex, type Action } from '../core/policy/action.ts'
import type { Policy } from '../engine/ports.ts'

/** Somebody who decides: actions for rows of observations and masks, each of which its mask must allow. */
export interface Strategy {
  readonly name: string
  choose(observations: Float32Array, masks: Uint8Array, count: number): Promise<Int32Array>
}

/** Minutes after the open at which fixed-time trades are made: 10:00. */
const FIXED_MINUTE = 30

/** Decisions come on whole minutes; features are in single precision. */
const ROUNDING_MINUTES = 0.01

/** Never trades. */
export const DO_NOTHING: Strategy = {
  name: 'do nothing',
  choose: (_observations, _masks, count) => Promise.resolve(new Int32Array(count)),
}

/** The trades that a policy must beat: one a day at 10:00, or the first one after it that is on offer, left to its exit. */
export const FIXED_TIME: readonly Strategy[] = [
  fixedTime('fixed-time condor', 'sellIronCondor'),
  fixedTime('fixed-time put vertical', 'sellPutVertical10'),
  fixedTime('fixed-time call vertical', 'sellCallVertical10'),
]

/** Takes the likeliest action of a policy among those that are allowed, the earlier one where two are equal. */
export function greedy(name: string, policy: Pick<Policy, 'logits'>): Strategy {
  return {
    name,
    async choose(observations, masks, count) {
      const logits = await policy.logits(observations, count)
      return Int32Array.from({ length: count }, (_, row) => likeliestOf(logits, masks, row * ACTION_COUNT))
    },
  }
}

function fixedTime(name: string, action: Action): Strategy {
  const [minute, suggestions] = [featureIndex('minutesSinceOpen'), featureIndex('suggestionsThisSession')]
  const wanted = actionIndex(action)
  return {
    name,
    choose: (observations, masks, count) =>
      Promise.resolve(
        Int32Array.from({ length: count }, (_, row) => {
          const first = row * OBSERVATION_SIZE
          const isTime = at(observations, first + minute) * 390 >= FIXED_MINUTE - ROUNDING_MINUTES
          const isFirst = at(observations, first + suggestions) === 0
          return isTime && isFirst && masks[row * ACTION_COUNT + wanted] === 1 ? wanted : 0
        }),
      ),
  }
}

function likeliestOf(logits: Float32Array, masks: Uint8Array, first: number): number {
  let best = 0
  for (let action = 1; action < ACTION_COUNT; action += 1) {
    if (masks[first + action] === 1 && at(logits, first + action) > at(logits, first + best)) best = action
  }
  return best
}
