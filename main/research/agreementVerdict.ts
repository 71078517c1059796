import type { Measured } from '../contract/learning.ts'
import { mean } from '../core/base/statistics.ts'
import type { AgreementChange } from './agreementTrial.ts'
import { overSeeds } from './plantedTruth.ts'

/** What a consistent trader's disagreement must fall by, as a share of what it was, and another's must not. */
export const WANTED_FALL = 0.3

/** What seeds show together of one trader under one way to learn from him. */
export interface AgreementVerdict {
  /** Shares of suggestions he would decline, averaged over the seeds in which something is suggested; NaN where in none. */
  readonly before: number
  readonly after: number
  /** Suggestions of a seed, averaged over all. */
  readonly suggestionsBefore: number
  readonly suggestionsAfter: number
  /** Over the seeds in which he would decline any before, and is suggested something after. */
  readonly fall: Measured
  /** Dollars a session; intervals over sessions, averaged over seeds. */
  readonly qualityBefore: Measured
  readonly qualityAfter: Measured
  readonly qualityChange: Measured
  /** The fall that is wanted of the consistent, and its absence in the inconsistent. */
  readonly isFallRight: boolean
  /** Quality is no further down than the lower end of the interval it had. */
  readonly isQualityKept: boolean
  /** The interval of the change, session by session, lies wholly below zero: a stricter reading than `isQualityKept`. */
  readonly isQualityShownToFall: boolean
}

/** Judges the seeds of one trader and way. */
export function agreementVerdict(
  changes: readonly AgreementChange[],
  isConsistent: boolean,
): AgreementVerdict {
  const over = (of: (change: AgreementChange) => Measured): Measured => ({
    value: mean(changes.map(change => of(change).value)),
    low: mean(changes.map(change => of(change).low)),
    high: mean(changes.map(change => of(change).high)),
  })
  const falls = changes.map(({ fall }) => fall.value).filter(Number.isFinite)
  const fall = falls.length > 0 ? overSeeds(falls) : { value: 0, low: -Infinity, high: Infinity }
  const [qualityBefore, qualityAfter, qualityChange] = [
    over(change => change.qualityBefore),
    over(change => change.qualityAfter),
    over(change => change.qualityChange),
  ]
  return {
    before: averageShare(changes.map(({ before }) => before.value)),
    after: averageShare(changes.map(({ after }) => after.value)),
    suggestionsBefore: mean(changes.map(({ suggestionsBefore }) => suggestionsBefore)),
    suggestionsAfter: mean(changes.map(({ suggestionsAfter }) => suggestionsAfter)),
    fall,
    qualityBefore,
    qualityAfter,
    qualityChange,
    isFallRight: isConsistent ? fall.value > WANTED_FALL : fall.value < WANTED_FALL,
    isQualityKept: qualityAfter.value >= qualityBefore.low,
    isQualityShownToFall: qualityChange.high < 0,
  }
}

function averageShare(shares: readonly number[]): number {
  const known = shares.filter(Number.isFinite)
  return known.length > 0 ? mean(known) : Number.NaN
}
