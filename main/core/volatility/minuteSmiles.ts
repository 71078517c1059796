import type { EpochMilliseconds, Price, Years } from '../base/units.ts'
import { MILLISECONDS_PER_MINUTE, MINUTES_PER_YEAR } from '../base/units.ts'
import { createChain, rowOf, writeQuote, type OptionChain } from '../market/optionChain.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { impliedForward } from '../pricing/impliedForward.ts'
import { bandReach } from './bandReach.ts'
import { fitSmile, shiftSmile, smilePrice, type Smile } from './smile.ts'
import { notBelow, smileAt } from './surface.ts'

/** A quote of one contract, known from an instant on; 0 where a side is not quoted. */
export interface ContractQuote {
  readonly time: EpochMilliseconds
  readonly right: OptionRight
  readonly strike: Price
  readonly bid: Price
  readonly ask: Price
}

/** What is known of an expiry at the end of a minute. */
export interface MinuteSmile {
  readonly time: EpochMilliseconds
  readonly smile: Smile
  /** Whether its quotes said it, or it was carried on from the minute before. */
  readonly isFitted: boolean
  readonly chain: Pick<OptionChain, 'strikes' | 'bid' | 'ask'>
}

/** The mid at which an option is expected to be quoted, and a band that holds it in nineteen of twenty cases. */
export interface PredictedQuote {
  readonly mid: Price
  readonly low: Price
  readonly high: Price
}

/** A day of one expiry: its quotes in order of time, the price of the underlying by time, and when it expires. */
export interface QuotedDay {
  readonly quotes: readonly ContractQuote[]
  readonly underlyingAt: (time: EpochMilliseconds) => Price | undefined
  readonly close: EpochMilliseconds
  /** The last minute wanted. */
  readonly until: EpochMilliseconds
}

/**
 * The smiles of a day minute by minute, from the first that can be fitted on. Each knows the quotes up to the end of its
 * minute and none that come later; a contract that says nothing in a minute stands as it was. What an expiry that is
 * `sooner` says at the same minute is not undercut.
 */
export function* minuteSmiles(day: QuotedDay, sooner: readonly MinuteSmile[] = []): Generator<MinuteSmile> {
  const { quotes } = day
  const strikesOf = (right: OptionRight) =>
    quotes.filter(quote => quote.right === right).map(quote => quote.strike)
  const chain = createChain({
    underlying: '',
    expiry: '',
    style: 'american',
    callStrikes: strikesOf('call'),
    putStrikes: strikesOf('put'),
  })
  let next = 0
  let before: Smile | undefined
  for (let time = quotes[0]?.time ?? Infinity; time <= day.until; time += MILLISECONDS_PER_MINUTE) {
    for (let quote = quotes[next]; quote && quote.time <= time; quote = quotes[next]) {
      writeQuote(chain, rowOf(chain, quote.right, quote.strike), quote.bid, quote.ask, 0, 0, quote.time)
      next += 1
    }
    const spot = day.underlyingAt(time)
    if (spot === undefined) continue
    const years = yearsUntil(day.close, time)
    const { forward } = impliedForward(chain, spot, 1)
    const least = minuteAt(sooner, time)?.smile
    const fitted = fitSmile(chain, forward, years, before, least)
    before = fitted ?? (before && keptSmile(shiftSmile(before, { forward, years }), least))
    if (!before) continue
    const quoted = { strikes: chain.strikes, bid: chain.bid.slice(), ask: chain.ask.slice() }
    yield { time, smile: before, isFitted: fitted !== undefined, chain: quoted }
  }
}

/** Years from an instant to the close of a day of expiry; 0 after it. */
export function yearsUntil(close: EpochMilliseconds, time: EpochMilliseconds): Years {
  return Math.max(0, close - time) / MILLISECONDS_PER_MINUTE / MINUTES_PER_YEAR
}

/** What was known at an instant, of minutes without a gap: undefined before the first, the last after it. */
export function minuteAt(minutes: readonly MinuteSmile[], time: EpochMilliseconds): MinuteSmile | undefined {
  const first = minutes[0]?.time ?? Infinity
  const position = Math.floor((time - first) / MILLISECONDS_PER_MINUTE)
  return position < 0 ? undefined : minutes[Math.min(position, minutes.length - 1)]
}

/** The quote that is expected of an option, whether it was fitted or never seen. */
export function predictQuote(
  { smile, chain }: Pick<MinuteSmile, 'smile' | 'chain'>,
  right: OptionRight,
  strike: Price,
): PredictedQuote {
  const mid = smilePrice(smile, right, strike)
  const reach = reachAt({ smile, chain }, right, strike, mid)
  return { mid, low: Math.max(0, mid - reach), high: mid + reach }
}

/**
 * The quote that is expected of an option of an expiry between two that are quoted, at the same minute. Its band reaches
 * from what it would be worth if nothing moved after the sooner expiry to what the later one is worth: beyond, a calendar
 * spread would cost less than nothing.
 */
export function predictBetween(
  sooner: MinuteSmile,
  later: MinuteSmile,
  years: Years,
  right: OptionRight,
  strike: Price,
): PredictedQuote | undefined {
  const smile = smileAt({ smiles: [sooner.smile, later.smile] }, years)
  if (!smile) return undefined
  const priceBy = ({ smile: other }: MinuteSmile) =>
    smilePrice({ ...other, forward: smile.forward }, right, strike)
  const mid = smilePrice(smile, right, strike)
  const low = priceBy(sooner) - reachAt(sooner, right, strike, mid)
  return { mid, low: Math.max(0, low), high: priceBy(later) + reachAt(later, right, strike, mid) }
}

function keptSmile(kept: Smile, sooner: Smile | undefined): Smile {
  return sooner && kept.years > 0 ? notBelow(sooner, kept) : kept
}

/** How far the band reaches around a mid; all of it where no neighbour is quoted. */
function reachAt(
  { smile, chain }: Pick<MinuteSmile, 'smile' | 'chain'>,
  right: OptionRight,
  strike: Price,
  mid: Price,
): Price {
  const { forward, years, atTheMoney } = smile
  const reach = bandReach(chain, right, strike, { forward, deviation: atTheMoney * Math.sqrt(years) })
  return Number.isNaN(reach) ? mid : reach
}
