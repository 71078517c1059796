import type { Command } from '../../contract/commands.ts'
import type { BookSession } from '../../contract/audits.ts'
import type { EpochMilliseconds, Milliseconds, Price } from '../../core/base/units.ts'
import type { Recollection } from '../../core/memory/recollection.ts'
import type { MarketMark } from '../../core/portfolio/mark.ts'
import type { TradePlan } from '../../core/policy/proposal.ts'
import type { AlertRule } from '../../core/risk/alerts.ts'
import type { Sizing } from '../../core/risk/kelly.ts'
import type { Limits } from '../../core/risk/limits.ts'
import type { AccountMode } from '../../core/risk/riskState.ts'
import type { SessionTimes } from '../../core/session/calendar.ts'
import type { SessionPhase } from '../../core/session/phase.ts'
import type { Smile } from '../../core/volatility/smile.ts'
import type { Evaluation } from '../evaluation.ts'
import type { BrokerEvent, Dependency } from '../event.ts'

/** A learned model as plain numbers. */
export interface StoredModel {
  readonly mean: readonly number[]
  readonly covariance: readonly number[]
  readonly answers: number
}

/** A preference as plain numbers: what is believed of every taste, by its name. */
export interface StoredPreference {
  readonly answers: number
  readonly beliefs: readonly (StoredModel & { readonly name: string; readonly logWeight: number })[]
}

/** The account that orders go to, as the broker confirmed it. */
export interface Account {
  readonly id: string
  readonly mode: AccountMode
}

/** Since when an outside thing is gone, and why. */
export interface Loss {
  readonly since: EpochMilliseconds
  readonly reason: string
}

/** What goes over from one session into the next. */
export interface Carried {
  /** A single model where it was kept before several tastes were thought possible. */
  readonly preference: StoredPreference | StoredModel
  readonly quality: StoredModel
  readonly recollection: Recollection
  readonly limits: Limits
  /** Present where the trader chose it. */
  readonly sizing?: Sizing
  readonly reasons: readonly string[]
  readonly alertRules: readonly AlertRule[]
  readonly account: Account
  readonly lost: readonly (readonly [Dependency, Loss])[]
}

/** How suggestions are made and how long they wait. */
export interface SuggestionRules {
  readonly plan: TradePlan
  /** Time between two decisions. */
  readonly cadence: Milliseconds
  /** How long a suggested trade waits for its answer. */
  readonly life: Milliseconds
  /** How lots are counted until the trader chooses; by the limits where nothing is said. */
  readonly sizing?: Sizing
}

/** The market at one instant, as far as the book has to know it. */
export interface BookMark extends MarketMark {
  readonly phase: SessionPhase
  /** Dollars that are still expected to be moved until the close. */
  readonly expectedMove: Price | undefined
  /** Since when the source has said nothing. */
  readonly silence: Milliseconds
  /** The price at the close, once it is known. */
  readonly closingPrice: Price | undefined
}

/**
 * What happens to the book. Every event brings the part of the market that it needs, so that the journal alone is
 * enough to live the day again.
 */
export type BookEvent =
  | {
      readonly kind: 'sessionOpened'
      readonly time: EpochMilliseconds
      readonly session: BookSession
      readonly times: SessionTimes
      readonly rules: SuggestionRules
      readonly carried: Carried
      /** How often the source speaks; what counts as late follows from it. */
      readonly quoteInterval: Milliseconds
    }
  | { readonly kind: 'beat'; readonly time: EpochMilliseconds; readonly mark: BookMark }
  | {
      readonly kind: 'evaluated'
      readonly time: EpochMilliseconds
      readonly mark: BookMark
      readonly evaluation: Evaluation
    }
  | {
      readonly kind: 'command'
      readonly time: EpochMilliseconds
      readonly mark: BookMark
      readonly command: Command
      /** Present where strikes may be edited. */
      readonly smile?: Smile | undefined
    }
  | {
      readonly kind: 'broker'
      readonly time: EpochMilliseconds
      readonly mark: BookMark
      readonly event: BrokerEvent
    }
  /** The program was started again in the middle of a session, perhaps with other settings. */
  | { readonly kind: 'sessionResumed'; readonly time: EpochMilliseconds; readonly rules: SuggestionRules }
  | { readonly kind: 'slowDecision'; readonly time: EpochMilliseconds; readonly latency: Milliseconds }
  | {
      readonly kind: 'dependencyLost'
      readonly time: EpochMilliseconds
      readonly dependency: Dependency
      readonly reason: string
    }
  | { readonly kind: 'dependencyRestored'; readonly time: EpochMilliseconds; readonly dependency: Dependency }
  /** The program broke a rule of its own outside of the book. */
  | { readonly kind: 'failed'; readonly time: EpochMilliseconds; readonly rule: string }
