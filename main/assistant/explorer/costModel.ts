import type { Draft, DraftContext } from '../transform/transform.ts'
import { ROUNDS, WORK, WORKS } from './costTable.ts'
import { openWorkCount } from './workCount.ts'

/** Predicts how long a draft takes. */
export interface CostModel {
  /** Work of a draft, one number a kind and depth. */
  features(draft: Draft): Float64Array
  /** Predicted nanoseconds of one call. */
  cost(features: Float64Array): number
}

/** Nanoseconds of each feature: of a unit of its kind, times the rounds of the loops around it. */
export const WEIGHTS: Float64Array = Float64Array.from(
  WORKS.flatMap(work => ROUNDS.map(rounds => WORK[work] * rounds)),
)

/** Opens a model for the drafts of one function; what the drafts share is counted once. */
export function openCostModel(context: DraftContext): CostModel {
  const count = openWorkCount(context)
  return { features: count, cost }
}

/** Predicted nanoseconds of many drafts in one pass over their features. */
export function scoreAll(features: readonly Float64Array[]): Float64Array {
  const scores = new Float64Array(features.length)
  for (const [at, counted] of features.entries()) scores[at] = cost(counted)
  return scores
}

function cost(features: Float64Array): number {
  let sum = 0
  for (let at = 0; at < WEIGHTS.length; at += 1) sum += (features[at] ?? 0) * (WEIGHTS[at] ?? 0)
  return sum
}
