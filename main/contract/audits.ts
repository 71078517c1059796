import type { Dollars, EpochMilliseconds, IsoDate } from '../core/base/units.ts'
import type { Attribution, AttributionMark } from '../core/portfolio/attribution.ts'
import type { FactorState } from '../core/portfolio/factorAttribution.ts'
import type { Fill, Order } from '../core/portfolio/order.ts'
import type { Position } from '../core/portfolio/position.ts'
import type { Decision } from '../core/policy/decision.ts'
import type { Alert, AlertRule } from '../core/risk/alerts.ts'
import type { Sizing } from '../core/risk/kelly.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { AccountMode, Lockout } from '../core/risk/riskState.ts'
import type { SessionPhase } from '../core/session/phase.ts'

/** The session a book is about. */
export interface BookSession {
  readonly id: string
  readonly date: IsoDate
  readonly underlying: string
  readonly source: string
}

/** Everything being flattened: orders are cancelled, closing starts at an instant unless it is kept. */
export interface Flattening {
  readonly since: EpochMilliseconds
  readonly closesAt: EpochMilliseconds
}

/** The running attribution of one position: what was explained so far, and the mark it was explained up to. */
export interface RunningAttribution {
  readonly decision: string
  readonly total: Attribution
  readonly mark: AttributionMark | undefined
  /** The same by factor; absent where no volatility at the money was known when the position was opened. */
  readonly factors?: FactorState
}

/** One thing that changed. A fact carries the changed thing whole, so that whoever follows only has to put it in place. */
export type Fact =
  | { readonly kind: 'sessionOpened'; readonly session: BookSession; readonly time: EpochMilliseconds }
  | { readonly kind: 'phaseChanged'; readonly phase: SessionPhase }
  | { readonly kind: 'suggested'; readonly decision: Decision }
  | { readonly kind: 'answered'; readonly decision: Decision }
  | { readonly kind: 'lapsed'; readonly decision: Decision }
  | { readonly kind: 'scored'; readonly decision: Decision }
  | { readonly kind: 'rated'; readonly decision: Decision }
  | { readonly kind: 'orderPlaced'; readonly order: Order }
  | { readonly kind: 'orderChanged'; readonly order: Order }
  | { readonly kind: 'orderRefused'; readonly order: Order; readonly sentence: string }
  | {
      readonly kind: 'filled'
      readonly fill: Fill
      readonly order: Order
      readonly position: Position
      readonly spread: Dollars
    }
  | { readonly kind: 'settled'; readonly position: Position; readonly estimated: boolean }
  | {
      readonly kind: 'attributed'
      readonly time: EpochMilliseconds
      readonly attributions: readonly RunningAttribution[]
      readonly dayProfit: Dollars
    }
  | { readonly kind: 'alerted'; readonly alert: Alert }
  | { readonly kind: 'alertsSeen'; readonly ids: readonly string[] }
  | { readonly kind: 'lockedOut'; readonly lockout: Lockout }
  | { readonly kind: 'flattenStarted'; readonly flattening: Flattening }
  | { readonly kind: 'flattenKept' }
  | { readonly kind: 'flattenEnded' }
  | { readonly kind: 'keysArmed'; readonly until: EpochMilliseconds }
  | { readonly kind: 'keysDisarmed' }
  | { readonly kind: 'limitsSet'; readonly limits: Limits }
  /** `isChosen`: by the trader, else by the settings. */
  | { readonly kind: 'sizingSet'; readonly sizing: Sizing; readonly isChosen: boolean }
  | { readonly kind: 'reasonsSet'; readonly reasons: readonly string[] }
  | { readonly kind: 'alertRulesSet'; readonly rules: readonly AlertRule[] }
  | { readonly kind: 'accountConfirmed'; readonly id: string; readonly mode: AccountMode }
  | {
      readonly kind: 'dependencyLost'
      readonly dependency: 'feed' | 'broker' | 'memory' | 'policy'
      readonly reason: string
      readonly time: EpochMilliseconds
    }
  | {
      readonly kind: 'dependencyRestored'
      readonly dependency: 'feed' | 'broker' | 'memory' | 'policy'
      readonly time: EpochMilliseconds
    }
  | { readonly kind: 'reconciled'; readonly time: EpochMilliseconds; readonly missing: number }
  | { readonly kind: 'halted'; readonly rule: string }

export type FactKind = Fact['kind']

/** A numbered line of what happened; numbers have no gaps, so that a replica knows when it missed one. */
export interface Audit {
  readonly sequence: number
  readonly time: EpochMilliseconds
  readonly facts: readonly Fact[]
}
