import type { Price, Years } from '../base/units.ts'
import type { Carry } from './blackScholes.ts'

/** Cash that the share pays at one known moment in the option's life. */
export interface CashDividend {
  /** Dollars for one share. */
  readonly amount: Price
  /** Time in which the underlying moves until the share goes ex. */
  readonly years: Years
  /** Time over which money is lent until the share goes ex. */
  readonly discountYears: Years
}

/** What carries the underlying, with at most one cash dividend. */
export interface AmericanCarry extends Carry {
  readonly dividend?: CashDividend
}
