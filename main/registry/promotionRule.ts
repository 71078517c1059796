import { failure, success, type Result } from '../core/base/result.ts'
import type { Probability } from '../core/base/units.ts'
import { OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'

/** Which weights are meant: a version is a name, the digest of the f32 file is the thing itself. */
export interface ModelIdentity {
  readonly version: string
  readonly digest: string
}

/** A figure with its interval. */
interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How two models did over the same held-back sessions. */
export interface Judgement {
  readonly champion: ModelIdentity
  readonly challenger: ModelIdentity
  readonly seeds: number
  readonly sessions: number
  /** Challenger less champion with the edge that is claimed, dollars a session after costs; the interval is of `confidence`. */
  readonly difference: Interval
  /** The same without the edge, with its 95 % interval. */
  readonly fairDifference: Interval
  /** Which of the comparisons with this champion it was, from 1 on. */
  readonly trial: number
  readonly confidence: Probability
  readonly verdict: 'better' | 'noEdge'
}

/** Fewest sessions from which a judgement counts. */
export const FEWEST_SESSIONS = 20

/** The most that all comparisons with one champion together may err. */
const ERROR = 0.05

/**
 * The confidence at which the interval of a comparison must lie above zero, by its number among those with the same champion.
 * Who compares often enough finds a lucky challenger; so the n-th comparison may err with 0.05 / (n (n + 1)), and all of them
 * together, however many they become, with 0.05 (Bonferroni over an endless row).
 */
export function confidenceOfTrial(trial: number): Probability {
  return 1 - ERROR / (trial * (trial + 1))
}

/** Whether a difference is below zero by its whole interval. */
export function isShownWorse({ high }: Interval): boolean {
  return high < 0
}

/**
 * Whether a challenger may take the champion's place: only where a judgement of these very two sets of weights, over
 * enough sessions, shows it better after costs where the edge is that it claims, with an interval above zero at the confidence
 * that its number asks for, and does not show it worse where there is no edge. The failure gives every reason against it as a
 * sentence.
 */
export function promotionRule(
  champion: ModelIdentity,
  challenger: ModelIdentity & { readonly observationVersion: number; readonly actionVersion: number },
  judgement: Judgement | undefined,
): Result<null, readonly string[]> {
  const wrong = versionProblem(challenger)
  const reasons = [
    ...(wrong === undefined ? [] : [`${wrong}.`]),
    ...(challenger.digest === champion.digest
      ? [`${challenger.version} has the very weights of ${champion.version}, which is the champion.`]
      : judgementReasons(champion, challenger, judgement)),
  ]
  return reasons.length === 0 ? success(null) : failure(reasons)
}

/** Which version of a model this program does not understand, undefined where it understands both. */
export function versionProblem(model: {
  readonly version: string
  readonly observationVersion: number
  readonly actionVersion: number
}): string | undefined {
  const { version, observationVersion, actionVersion } = model
  if (observationVersion !== OBSERVATION_VERSION)
    return `observationVersion of ${version} must be ${OBSERVATION_VERSION}, is ${observationVersion}`
  return actionVersion === ACTION_VERSION
    ? undefined
    : `actionVersion of ${version} must be ${ACTION_VERSION}, is ${actionVersion}`
}

function judgementReasons(
  champion: ModelIdentity,
  challenger: ModelIdentity,
  judgement: Judgement | undefined,
): string[] {
  if (!judgement) return [`${challenger.version} was not compared with ${champion.version} yet.`]
  if (judgement.champion.digest !== champion.digest || judgement.challenger.digest !== challenger.digest)
    return [
      `The comparison was of ${judgement.challenger.version} with ${judgement.champion.version}, not of the models as they are now.`,
    ]
  const reasons: string[] = []
  if (judgement.sessions < FEWEST_SESSIONS)
    reasons.push(`Compared over ${judgement.sessions} sessions; at least ${FEWEST_SESSIONS} must be.`)
  const { trial, confidence, difference, fairDifference } = judgement
  const needed = confidenceOfTrial(trial)
  if (!(confidence >= needed))
    reasons.push(
      `Comparison ${trial} with ${champion.version} must hold at ${percent(needed)}, was made at ${percent(confidence)}.`,
    )
  if (judgement.verdict !== 'better' || !(difference.low > 0))
    reasons.push(`No edge shown: ${differenceInWords(judgement)} against ${champion.version}.`)
  if (isShownWorse(fairDifference))
    reasons.push(
      `Worse where there is no edge: ${inWords(fairDifference, 1 - ERROR)} against ${champion.version}.`,
    )
  return reasons
}

/** By how much a challenger was better, in words: `+$12.00 a session, 97.5 % interval +$4.00 to +$20.00`. */
export function differenceInWords({ difference, confidence }: Judgement): string {
  return inWords(difference, confidence)
}

function inWords({ value, low, high }: Interval, confidence: Probability): string {
  return `${dollars(value)} a session, ${percent(confidence)} interval ${dollars(low)} to ${dollars(high)}`
}

function percent(share: Probability): string {
  return `${Number((100 * share).toFixed(3))} %`
}

function dollars(value: number): string {
  return `${value < 0 ? '-' : '+'}$${Math.abs(value).toFixed(2)}`
}
