import { at, invariant } from '../base/assert.ts'

/** What many environments went through side by side; row `step * environments + environment`. */
export interface Rollout {
  readonly steps: number
  readonly environments: number
  readonly rewards: ArrayLike<number>
  /** One row more than rewards: the last one is what is expected after the last step. */
  readonly values: ArrayLike<number>
  /** 1 where a step was the last of its episode. */
  readonly isOver: ArrayLike<number>
}

/** How far ahead is looked, and how much of it is measured rather than expected; both in [0, 1]. */
export interface Horizon {
  readonly discount: number
  readonly smoothing: number
}

/**
 * Generalised advantages (Schulman et al. 2016): how much better each decision turned out than was expected of the
 * situation, the sum of discounted surprises with weights `(discount * smoothing)^n`, cut at the end of an episode.
 */
export function generalisedAdvantages(rollout: Rollout, { discount, smoothing }: Horizon): Float32Array {
  const { steps, environments, rewards, values, isOver } = rollout
  invariant(rewards.length === steps * environments, 'a rollout has a reward for every step')
  invariant(values.length === (steps + 1) * environments, 'a rollout has a value more than rewards')
  const advantages = new Float32Array(steps * environments)
  for (let environment = 0; environment < environments; environment += 1) {
    let advantage = 0
    for (let step = steps - 1; step >= 0; step -= 1) {
      const row = step * environments + environment
      const goesOn = at(isOver, row) === 0 ? 1 : 0
      const surprise = at(rewards, row) + discount * goesOn * at(values, row + environments) - at(values, row)
      advantage = surprise + discount * smoothing * goesOn * advantage
      advantages[row] = advantage
    }
  }
  return advantages
}
