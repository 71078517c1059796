import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, IsoDate, MinuteOfDay, Price } from '../core/base/units.ts'
import { createChain, rowOf, writeQuote, type OptionChain } from '../core/market/optionChain.ts'
import { intrinsicValue, type OptionRight } from '../core/market/optionContract.ts'
import { legKey, type Leg } from '../core/portfolio/structure.ts'
import type { MarketMark } from '../core/portfolio/mark.ts'
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

/** Where a price comes from: its own mid, the mid across the strike by parity, or our smile of the instant. */
export type PriceSource = 'mid' | 'parity' | 'smile'

/** One instant of a day as a market: quotes made of mids and the cost table, with volatilities and Greeks of our own. */
export interface MarketOfMids {
  readonly times: SessionTimes
  readonly time: EpochMilliseconds
  readonly minute: MinuteOfDay
  readonly underlying: Price
  readonly forward: Price
  readonly chain: OptionChain
  readonly smile: Smile | undefined
  /** The mid of an option and where it comes from; undefined where nothing says it. */
  price(right: OptionRight, strike: Price): { readonly mid: Price; readonly source: PriceSource } | undefined
}

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
  const marks: Record<string, MarketMark['legs'][string]> = {}
  for (const { right, strike } of legs) {
    const price = market.price(right, strike)
    if (!price) continue
    const half = halfSpread({ ...market, right, strike, mid: price.mid })
    marks[legKey({ right, strike })] = {
      right,
      strike,
      bid: Math.max(0, price.mid - half),
      ask: price.mid + half,
      bidSize: SIZE,
      askSize: SIZE,
      age: 0,
      ...UNKNOWN,
    }
  }
  return {
    time: market.time,
    spot: market.underlying,
    years: yearsToClose(market.times, market.time),
    legs: marks,
  }
}

const UNKNOWN = {
  impliedVolatility: Number.NaN,
  delta: Number.NaN,
  gamma: Number.NaN,
  theta: Number.NaN,
  vega: Number.NaN,
  vanna: Number.NaN,
  charm: Number.NaN,
}

function marketOf(
  date: IsoDate,
  times: SessionTimes,
  instant: InstantOfMids,
  earlier: Smile | undefined,
): MarketOfMids {
  const time = newYorkTime(date, instant.minute)
  const chain = quotedChain(date, instant, time)
  const years = yearsToClose(times, time)
  const { forward } = impliedForward(chain, instant.underlying, 1)
  const carry = { years, discountYears: 0, rate: 0, dividendYield: 0 }
  pricer.impliedVolatilities(chain, forward, carry)
  const smile = fitSmile(chain, forward, years, earlier)
  if (smile) pricer.fillFromSmile(chain, forward, carry, strike => smileVolatility(smile, strike))
  pricer.greeks(chain, forward, carry)
  return {
    times,
    time,
    minute: instant.minute,
    underlying: instant.underlying,
    forward,
    chain,
    smile,
    price: (right, strike) => priceAt(instant, forward, smile, right, strike),
  }
}

function quotedChain(date: IsoDate, instant: InstantOfMids, time: EpochMilliseconds): OptionChain {
  const strikes = Array.from(instant.strikes)
  const listing = { underlying: 'SPX', expiry: date, style: 'european' } as const
  const chain = createChain({ ...listing, callStrikes: strikes, putStrikes: strikes })
  const { minute, underlying } = instant
  for (const right of ['call', 'put'] as const) {
    strikes.forEach((strike, position) => {
      const mid = at(right === 'call' ? instant.calls : instant.puts, position)
      if (!(mid > 0)) return
      const half = halfSpread({ right, strike, underlying, mid, minute })
      const bid = Math.max(0, mid - half)
      writeQuote(chain, rowOf(chain, right, strike), bid, mid + half, SIZE, SIZE, time)
    })
  }
  return chain
}

function priceAt(
  instant: InstantOfMids,
  forward: Price,
  smile: Smile | undefined,
  right: OptionRight,
  strike: Price,
): { readonly mid: Price; readonly source: PriceSource } | undefined {
  const position = instant.strikes.indexOf(strike)
  const [own, across] = right === 'call' ? [instant.calls, instant.puts] : [instant.puts, instant.calls]
  const mid = position < 0 ? Number.NaN : at(own, position)
  if (mid >= 0) return { mid, source: 'mid' }
  const other = position < 0 ? Number.NaN : at(across, position)
  const carried = right === 'call' ? forward - strike : strike - forward
  const floor = intrinsicValue(right, strike, forward)
  if (other >= 0) return { mid: Math.max(floor, other + carried), source: 'parity' }
  return smile ? { mid: smilePrice(smile, right, strike), source: 'smile' } : undefined
}
