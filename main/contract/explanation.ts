import type { Milliseconds, Probability } from '../core/base/units.ts'

/** One of the twenty features in an explanation. */
export interface FeatureShare {
  readonly feature: string
  readonly value: number
  readonly usual: number
  /** How far it moved the probability of the chosen action. */
  readonly contribution: number
}

/** What of the past the encoder looked at, where the policy has one. */
export interface AttentionPicture {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** Row by row; every row sums to 1. */
  readonly weights: Float32Array
}

/** The full explanation of one decision: parts that sum from `usual` to `now`. */
export interface ExplanationReport {
  readonly id: string
  readonly method: 'sampled' | 'exact'
  /** Coalitions that were asked. */
  readonly evaluations: number
  readonly microseconds: number
  readonly usual: Probability
  readonly now: Probability
  /** All twenty, strongest first; they sum to `now - usual`. */
  readonly features: readonly FeatureShare[]
  /** The largest standard error of the contributions; 0 where exact. */
  readonly standardError: number
  readonly attention: AttentionPicture | undefined
  /** When the exact values will be there; undefined once they are. */
  readonly refining: Milliseconds | undefined
  /** What must be known beside it, in a sentence: where the trader's adapter of then is gone, or the model answers otherwise. */
  readonly note?: string
}
