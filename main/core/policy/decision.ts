import type {
  Dollars,
  EpochMilliseconds,
  IsoDate,
  Milliseconds,
  Price,
  Probability,
  Volatility,
} from '../base/units.ts'
import type { Neighbour } from '../memory/recollection.ts'
import type { Action } from './action.ts'
import type { Estimate } from './bayesianLogistic.ts'
import type { Flip } from './flip.ts'
import type { Proposal } from './proposal.ts'
import type { DriverName } from './shapley.ts'

/** Where a decision stands between the cockpit and its trader. */
export type DecisionStatus = 'open' | 'accepted' | 'modified' | 'rejected' | 'lapsed' | 'refused'

/** One driver of a suggestion: how far it moved the probability of the chosen action from its usual value. */
export interface Driver {
  readonly name: DriverName
  readonly contribution: number
}

/** Why a suggestion was made, told so that it can be checked. */
export interface Reasons {
  readonly sentence: string
  /** Probability of the action at the usual observation and at this one. */
  readonly usual: Probability
  readonly now: Probability
  /** All drivers, strongest first; they sum to now - usual. */
  readonly drivers: readonly Driver[]
  readonly flips: readonly Flip[]
  readonly neighbours: readonly Neighbour[]
  /** Situations that the neighbours were searched in. */
  readonly remembered: number
  readonly unknown: readonly string[]
  /** How the number of lots came about, where it was not the limits alone. */
  readonly sizing?: string
}

/** The market in which a decision was made. */
export interface DecisionContext {
  readonly spot: Price
  readonly forward: Price
  readonly impliedVolatility: Volatility
  readonly realisedVolatility: Volatility | undefined
  readonly expectedMove: Price | undefined
  readonly vix: number | undefined
  readonly regime: number
  readonly minutesToClose: number
  /** Age of the oldest quote that the proposal needs. */
  readonly dataAge: Milliseconds
}

/** What the trader answered. */
export interface Answer {
  readonly kind: 'accepted' | 'modified' | 'rejected'
  readonly time: EpochMilliseconds
  /** Why he rejected, from the list of reasons. */
  readonly reason?: string
  readonly comment?: string
  /** What he changed. */
  readonly edits?: Edits
}

/** Bounded edits of a suggestion; what is left out stays as suggested. */
export interface Edits {
  readonly strikes?: readonly Price[]
  readonly quantity?: number
  readonly limit?: Price
}

/** How a suggestion ended under the exit rule frozen when it was made. */
export interface Outcome {
  readonly status: 'scored' | 'unavailable'
  readonly time: EpochMilliseconds
  readonly reason: 'takeProfit' | 'stop' | 'time' | 'expiry' | 'noQuotes'
  /** Net of costs; for a wait, 0. */
  readonly net: Dollars
  /** For a wait: what the trade it passed over brought under the same rule. */
  readonly forgone?: Dollars
  readonly wasGood: boolean
}

/** One decision of the policy with everything it was made of, append by append until it is scored. */
export interface Decision {
  /** `2026-11-20/14`. */
  readonly id: string
  /** The number within the session. */
  readonly number: number
  readonly session: string
  readonly date: IsoDate
  readonly time: EpochMilliseconds
  readonly status: DecisionStatus
  readonly action: Action
  /** The trade; none for a wait. */
  readonly proposal?: Proposal
  /** What a wait passed over, scored all the same. */
  readonly passedOver?: { readonly action: Action; readonly proposal: Proposal }
  /** Adapted probabilities of all actions, in the order of `ACTIONS`. */
  readonly probabilities: readonly number[]
  /** The policy's own, before the trader's adapter. */
  readonly policyProbabilities: readonly number[]
  readonly wouldAccept: Estimate
  readonly wouldBeGood: Estimate
  readonly reasons: Reasons
  readonly context: DecisionContext
  readonly observation: readonly number[]
  readonly situation: readonly number[]
  /** Versions of observation, actions and policy that made it. */
  readonly versions: { readonly observation: number; readonly actions: number; readonly policy: string }
  /** Why risk refused it, in a sentence. */
  readonly refusal?: string
  /** Limits passed of limits checked. */
  readonly checks: { readonly passed: number; readonly of: number }
  readonly expiresAt: EpochMilliseconds
  readonly answer?: Answer
  readonly outcome?: Outcome
  readonly rating?: number
}

/** Accepted or modified. */
export function isTaken(decision: Decision): boolean {
  return decision.status === 'accepted' || decision.status === 'modified'
}

/**
 * The verdict on answer and outcome together, for the journal; undefined while either is missing. A wait that was
 * overruled counts as rejected, and a wait was good where what it passed over lost.
 */
export function verdict(
  decision: Decision,
): 'acceptedWinner' | 'acceptedLoser' | 'rejectedWinner' | 'rejectedLoser' | 'unavailable' | undefined {
  if (!decision.outcome) return undefined
  if (decision.outcome.status === 'unavailable') return 'unavailable'
  const good = decision.outcome.wasGood
  if (isTaken(decision)) return good ? 'acceptedWinner' : 'acceptedLoser'
  if (decision.status === 'rejected') return good ? 'rejectedWinner' : 'rejectedLoser'
  return undefined
}
