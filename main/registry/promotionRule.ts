import { failure, success, type Result } from '../core/base/result.ts'
import { OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'

/** Which weights are meant: a version is a name, the digest of the f32 file is the thing itself. */
export interface ModelIdentity {
  readonly version: string
  readonly digest: string
}

/** How two models did over the same held-back sessions. */
export interface Judgement {
  readonly champion: ModelIdentity
  readonly challenger: ModelIdentity
  readonly seeds: number
  readonly sessions: number
  /** Challenger less champion, dollars a session after costs, with its 95 % interval. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number }
  readonly verdict: 'better' | 'noEdge'
}

/** Fewest sessions from which a judgement counts. */
export const FEWEST_SESSIONS = 20

/**
 * Whether a challenger may take the champion's place: only where a judgement of these very two sets of weights, over
 * enough sessions, shows it better after costs with an interval above zero. The failure gives every reason against it
 * as a sentence.
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
  const { value, low, high } = judgement.difference
  if (judgement.verdict !== 'better' || !(low > 0))
    reasons.push(
      `No edge shown: ${dollars(value)} a session against ${champion.version}, 95 % interval ${dollars(low)} to ${dollars(high)}.`,
    )
  return reasons
}

function dollars(value: number): string {
  return `${value < 0 ? '-' : '+'}$${Math.abs(value).toFixed(2)}`
}
