/**
 * The units of the house, named once. They are aliases and not brands: sums of brands need a cast on every
 * line, and a cast is where a unit error hides. A name says the unit, a typed array says it in its comment.
 */

/** Milliseconds since 1970-01-01 UTC. */
export type EpochMilliseconds = number

/** A length of time in milliseconds. */
export type Milliseconds = number

/** A calendar date in New York, written `2026-11-20`. */
export type IsoDate = string

/** Minutes since midnight in New York: 570 is 09:30. */
export type MinuteOfDay = number

/** Time as a fraction of a calendar year of 525,600 minutes. */
export type Years = number

/** US dollars for one share of the underlying. */
export type Price = number

/** US dollars of the account. */
export type Dollars = number

/** Annualised volatility per calendar year: 0.20 is 20 %. */
export type Volatility = number

/** A number from 0 to 1. */
export type Probability = number

/** Shares that one option contract delivers. */
export const CONTRACT_MULTIPLIER = 100

/** Minutes of a calendar year, the clock of every implied volatility on screen and in files. */
export const MINUTES_PER_YEAR = 525_600

export const MILLISECONDS_PER_MINUTE = 60_000
