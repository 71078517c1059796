import type { Dollars, EpochMilliseconds } from '../core/base/units.ts'
import type { Bar } from '../core/market/bar.ts'
import type { Fill, Order } from '../core/portfolio/order.ts'
import type { Position } from '../core/portfolio/position.ts'
import type { Decision } from '../core/policy/decision.ts'
import type { LearnedTaste } from '../core/policy/learnedTastes.ts'
import type { Alert, AlertRule } from '../core/risk/alerts.ts'
import type { Sizing } from '../core/risk/kelly.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { AccountMode, Lockout } from '../core/risk/riskState.ts'
import type { SessionTimes } from '../core/session/calendar.ts'
import type { SessionPhase } from '../core/session/phase.ts'
import type { BookSession, Flattening } from './audits.ts'

/** What the preference has learned, in words' raw material. */
export interface PreferenceView {
  readonly answers: number
  readonly tastes: readonly LearnedTaste[]
}

/** Everything a client needs to begin, or to begin again after it missed an audit. */
export interface Snapshot {
  /** Number of the last audit that is worked in. */
  readonly sequence: number
  readonly session: BookSession | undefined
  readonly times: SessionTimes | undefined
  readonly phase: SessionPhase
  readonly account: { readonly id: string; readonly mode: AccountMode }
  readonly decisions: readonly Decision[]
  readonly orders: readonly Order[]
  readonly fills: readonly Fill[]
  readonly positions: readonly Position[]
  readonly dayCurve: readonly { readonly time: EpochMilliseconds; readonly profit: Dollars }[]
  readonly alerts: readonly Alert[]
  readonly alertRules: readonly AlertRule[]
  readonly limits: Limits
  readonly sizing: Sizing
  readonly reasons: readonly string[]
  readonly lockout: Lockout | undefined
  readonly flattening: Flattening | undefined
  readonly keysArmedUntil: EpochMilliseconds | undefined
  readonly halted: string | undefined
  readonly lost: readonly {
    readonly dependency: string
    readonly since: EpochMilliseconds
    readonly reason: string
  }[]
  readonly preference: PreferenceView
  readonly bars: readonly Bar[]
  /** What was said at the start that the trader must know: a database set aside, an addon missing. */
  readonly notices: readonly string[]
  readonly shell: 'electron' | 'web'
}
