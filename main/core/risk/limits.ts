import type { Dollars, Milliseconds } from '../base/units.ts'

/** What the trader allows himself. Every order of every origin passes the same limits. */
export interface Limits {
  /** Most that one trade may lose at its worst. */
  readonly maximumLossPerTrade: Dollars
  /** Day loss at which trading locks until the next session. */
  readonly dayLossLimit: Dollars
  /** Lots of one order. */
  readonly lotsPerOrder: number
  /** Contracts held at once, short and long legs alike. */
  readonly openContracts: number
  /** Structures held at once. */
  readonly openStructures: number
  /** Margin held at once. */
  readonly exposure: Dollars
  /** Trades opened in one session. */
  readonly tradesPerSession: number
  /** Oldest quote that an order may be based on. */
  readonly maximumQuoteAge: Milliseconds
}

/** The limits of a cautious first day. */
export const DEFAULT_LIMITS: Limits = {
  maximumLossPerTrade: 600,
  dayLossLimit: 600,
  lotsPerOrder: 3,
  openContracts: 24,
  openStructures: 3,
  exposure: 5000,
  tradesPerSession: 12,
  maximumQuoteAge: 5000,
}

/** Shares of the day loss limit at which the trader is warned, rising. */
export const DAY_LOSS_WARNINGS = [0.5, 0.7, 0.85] as const

/** Share of the day loss limit from which only closing orders pass. */
export const CLOSING_ONLY_FROM = 0.85

/** What sums of cents may gain or lose in binary; an amount this little beyond a limit is at the limit. */
export const ROUNDING: Dollars = 1e-6
