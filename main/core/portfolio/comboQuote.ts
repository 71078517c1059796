import type { Milliseconds, Price } from '../base/units.ts'
import { roundTo } from '../base/statistics.ts'
import { legKey, type Leg, type LegQuote } from './structure.ts'

/** Quotes of single legs by their key. */
export type LegQuotes = Readonly<Record<string, LegQuote>>

/**
 * What trading legs as one order brings in, in dollars a share: positive is a credit, negative a debit. `natural`
 * takes every leg at its worse side and is always there to be had; `best` takes every leg at its better side.
 */
export interface ComboQuote {
  readonly natural: Price
  readonly mid: Price
  readonly best: Price
  /** Lots that the displayed sizes fill at the natural price. */
  readonly naturalSize: number
  /** The age of the oldest leg. */
  readonly age: Milliseconds
}

/** The quote of a combination, or undefined where a side it needs is not quoted at all. */
export function comboQuote(legs: readonly Leg[], quotes: LegQuotes): ComboQuote | undefined {
  let natural = 0
  let best = 0
  let naturalSize = Number.POSITIVE_INFINITY
  let age = 0
  for (const leg of legs) {
    const quote = quotes[legKey(leg)]
    // A bid of nothing is a price at which a long wing can be given away; an ask of nothing is no price at all
    if (!quote || !(quote.ask > 0)) return undefined
    natural += leg.ratio > 0 ? -quote.ask : quote.bid
    best += leg.ratio > 0 ? -quote.bid : quote.ask
    const size = leg.ratio > 0 ? quote.askSize : quote.bid > 0 ? quote.bidSize : Number.POSITIVE_INFINITY
    naturalSize = Math.min(naturalSize, size)
    age = Math.max(age, quote.age)
  }
  const mid = exact((natural + best) / 2)
  return { natural: exact(natural), mid, best: exact(best), naturalSize, age }
}

// Sums of cents miss cents in binary, and a limit or an exit at exactly this price must see it as reached
function exact(net: Price): Price {
  return roundTo(net, 6)
}

/** A net price on the penny grid of SPY options, away from the trader's gain. */
export function onGrid(net: Price): Price {
  return Math.floor(net * 100 + 1e-6) / 100
}
