import type { IsoDate, Price } from '../base/units.ts'

/** What the holder may do: buy (call) or sell (put) the underlying at the strike. */
export type OptionRight = 'call' | 'put'

/** When the holder may do it: at any time until expiry (SPY) or only then (SPX). */
export type ExerciseStyle = 'american' | 'european'

/** One listed option. */
export interface OptionContract {
  readonly underlying: string
  readonly expiry: IsoDate
  readonly right: OptionRight
  readonly strike: Price
}

/** Index roots whose options are European and settle in cash; every other root is American and delivers shares. */
const EUROPEAN_ROOTS: ReadonlySet<string> = new Set([
  'SPX',
  'SPXW',
  'XSP',
  'NDX',
  'NDXP',
  'RUT',
  'RUTW',
  'VIX',
  'DJX',
])

/** The exercise style of an option root. */
export function exerciseStyle(root: string): ExerciseStyle {
  return EUROPEAN_ROOTS.has(root) ? 'european' : 'american'
}

/** What one share receives at exercise: never negative. */
export function intrinsicValue(right: OptionRight, strike: Price, underlying: Price): Price {
  return Math.max(0, right === 'call' ? underlying - strike : strike - underlying)
}
