import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, IsoDate, MinuteOfDay, Price, Years } from '../core/base/units.ts'
import { createChain, rowOf, writeQuote, type OptionChain } from '../core/market/optionChain.ts'
import { intrinsicValue, type OptionRight } from '../core/market/optionContract.ts'
import type { Leg } from '../core/portfolio/structure.ts'
import { quotedLegs, type MarketMark } from '../core/portfolio/mark.ts'
import { ChainPricer } from '../core/pricing/chainPricing.ts'
import { impliedForward } from '../core/pricing/impliedForward.ts'
import { referenceKernels } from '../core/pricing/referenceKernels.ts'
import { sessionTimes, type SessionTimes } from '../core/session/calendar.ts'
import { newYorkTime } from '../core/session/newYork.ts'
import { yearsToClose } from '../core/session/phase.ts'
import { fitSmile, smilePrice, smileVolatility, type Smile } from '../core/volatility/smile.ts'
import { halfSpread } from './minuteCosts.ts'

/** The middle prices of one instant; NaN where an option has none. */
export interface InstantOfMids {
  readonly minute: MinuteOfDay
  readonly underlying: Price
  /** Rising. */
  readonly strikes: Float64Array
  readonly calls: Float64Array
  readonly puts: Float64Array
}

/** The middle prices of the options that expire on a day, at some instants of it, in order of time. */
export interface DayOfMids {
  readonly date: IsoDate
  readonly instants: readonly InstantOfMids[]
}

/** Where a price comes from: its own mid, the mid across the strike, our smile, or exercise when the day is over. */
export type PriceSource = 'mid' | 'parity' | 'smile' | 'exercise'

/** One instant of a day as a market: quotes made of mids and the cost table, with volatilities and Greeks of our own. */
export interface MarketOfMids {
  readonly times: SessionTimes
  readonly time: EpochMilliseconds
  readonly minute: MinuteOfDay
  readonly underlying: Price
  readonly forward: Price
  /** What the file quotes. */
  readonly quoted: OptionChain
  /** The same with the strikes between and beyond, quoted around our smile: the file has too few for a condor's wings. */
  readonly chain: OptionChain
  readonly smile: Smile | undefined
  /** The mid of an option and where it comes from; undefined where nothing says it. */
  price(right: OptionRight, strike: Price): { readonly mid: Price; readonly source: PriceSource } | undefined
}

/** How far beyond the strikes of the file the smile is believed, as a share of the underlying. */
const BEYOND = 0.015

/** Prices below this are not quoted, points: nobody bids for them. */
const LEAST_PRICE = 0.05

/** How many contracts the displayed size of a quote is taken for; mids know no size, and one lot is traded. */
const SIZE = 100

const pricer = new ChainPricer(referenceKernels())

/** A whole day as markets, one an instant; undefined on a date on which the exchanges are shut. */
export function marketsOf(day: DayOfMids): MarketOfMids[] | undefined {
  const times = sessionTimes(day.date)
  if (!times) return undefined
  let earlier: Smile | undefined
  return day.instants.map(instant => {
    const market = marketOf(day.date, times, instant, earlier)
    earlier = market.smile ?? earlier
    return market
  })
}

/** What the house needs to know of legs at an instant: quotes around their mids as the cost table has them. */
export function markOf(market: MarketOfMids, legs: readonly Leg[]): MarketMark {
  const quotes = legs.flatMap(({ right, strike }) => {
    const price = market.price(right, strike)
    if (!price) return []
    const half = halfSpread({ ...market, right, strike, mid: price.mid })
    const [bid, ask] = [Math.max(0, price.mid - half), price.mid + half]
    return [{ right, strike, bid, ask, bidSize: SIZE, askSize: SIZE, age: 0 }]
  })
  const years = yearsToClose(market.times, market.time)
  return { time: market.time, spot: market.underlying, years, legs: quotedLegs(quotes) }
}

function marketOf(
  date: IsoDate,
  times: SessionTimes,
  instant: InstantOfMids,
  earlier: Smile | undefined,
): MarketOfMids {
  const time = newYorkTime(date, instant.minute)
  const years = yearsToClose(times, time)
  const quoted = chainOf(date, instant, instant.strikes, (right, strike) => ownMid(instant, right, strike))
  const { forward } = impliedForward(quoted, instant.underlying, 1)
  const smile = fitSmile(quoted, forward, years, earlier)
  const chain = smile ? fullChain(date, instant, smile) : quoted
  const carry = { years, discountYears: 0, rate: 0, dividendYield: 0 }
  for (const each of new Set([quoted, chain])) {
    pricer.impliedVolatilities(each, forward, carry)
    if (smile) pricer.fillFromSmile(each, forward, carry, strike => smileVolatility(smile, strike))
    pricer.greeks(each, forward, carry)
  }
  return {
    times,
    time,
    minute: instant.minute,
    underlying: instant.underlying,
    forward,
    quoted,
    chain,
    smile,
    price: (right, strike) => priceAt(instant, { forward, smile, years }, right, strike),
  }
}

/** Every strike of the grid of the file, some way beyond it too; where the file has no mid, the smile has one. */
function fullChain(date: IsoDate, instant: InstantOfMids, smile: Smile): OptionChain {
  const { strikes, underlying } = instant
  const step = smallestStep(strikes)
  const low = at(strikes, 0) - Math.ceil((BEYOND * underlying) / step) * step
  const high = at(strikes, strikes.length - 1) + BEYOND * underlying
  const grid = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step)
  const listed = Float64Array.from(new Set([...grid, ...strikes])).sort()
  return chainOf(date, instant, listed, (right, strike) => {
    const own = ownMid(instant, right, strike)
    if (own > 0) return own
    const mid = smilePrice(smile, right, strike)
    return mid < LEAST_PRICE ? Number.NaN : mid
  })
}

function chainOf(
  date: IsoDate,
  { minute, underlying }: InstantOfMids,
  strikes: Float64Array,
  midAt: (right: OptionRight, strike: Price) => Price,
): OptionChain {
  const time = newYorkTime(date, minute)
  const all = Array.from(strikes)
  const listing = { underlying: 'SPX', expiry: date, style: 'european' } as const
  const chain = createChain({ ...listing, callStrikes: all, putStrikes: all })
  for (const right of ['call', 'put'] as const) {
    for (const strike of all) {
      const mid = midAt(right, strike)
      if (!(mid > 0)) continue
      const half = halfSpread({ right, strike, underlying, mid, minute })
      writeQuote(chain, rowOf(chain, right, strike), Math.max(0, mid - half), mid + half, SIZE, SIZE, time)
    }
  }
  return chain
}

/** The smallest distance between strikes; the whole of one strike alone. */
function smallestStep(strikes: Float64Array): Price {
  let step = at(strikes, 0)
  for (let position = 1; position < strikes.length; position += 1)
    step = Math.min(step, at(strikes, position) - at(strikes, position - 1))
  return step
}

function ownMid({ strikes, calls, puts }: InstantOfMids, right: OptionRight, strike: Price): Price {
  const position = strikes.indexOf(strike)
  return position < 0 ? Number.NaN : at(right === 'call' ? calls : puts, position)
}

function priceAt(
  instant: InstantOfMids,
  { forward, smile, years }: { forward: Price; smile: Smile | undefined; years: Years },
  right: OptionRight,
  strike: Price,
): { readonly mid: Price; readonly source: PriceSource } | undefined {
  const mid = ownMid(instant, right, strike)
  if (mid >= 0) return { mid, source: 'mid' }
  const other = ownMid(instant, right === 'call' ? 'put' : 'call', strike)
  const carried = right === 'call' ? forward - strike : strike - forward
  const floor = intrinsicValue(right, strike, forward)
  if (other >= 0) return { mid: Math.max(floor, other + carried), source: 'parity' }
  if (smile) return { mid: smilePrice(smile, right, strike), source: 'smile' }
  const exercised = intrinsicValue(right, strike, instant.underlying)
  return years === 0 ? { mid: exercised, source: 'exercise' } : undefined
}
