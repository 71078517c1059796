import type { Decision } from '../policy/decision.ts'

/** Dollars that count as one unit of reward. */
const REWARD_SCALE = 100

/**
 * What a decision earned, in hundreds of dollars net of costs: only from what was known or happened after it. A wait
 * earns nothing. Undefined until its outcome is scored.
 */
export function reward(decision: Decision): number | undefined {
  if (!decision.outcome || decision.outcome.status === 'unavailable') return undefined
  return decision.outcome.net / REWARD_SCALE
}
