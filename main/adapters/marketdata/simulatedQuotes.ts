import { at } from '../../core/base/assert.ts'
import { createRandom, hashText, type Random } from '../../core/base/random.ts'
import type { EpochMilliseconds, Price } from '../../core/base/units.ts'
import { timeValue } from '../../core/pricing/blackScholes.ts'
import type { QuoteBatch } from '../../engine/event.ts'
import { USUAL, type QuoteModel } from './simulatedModel.ts'
import { activityProfile, strikeVolatility, yearsLeft } from './simulatedPath.ts'

/** Within about so many minutes of the close quotes are wider. */
const LATE_MINUTES = 60

/** What the market makers quote around. */
export interface QuotedMarket {
  readonly spot: Price
  readonly atTheMoney: number
  readonly skew: number
  /** Minutes since the open and of the whole session. */
  readonly minute: number
  readonly length: number
  /** What a strike is worth beyond exercising it, where the market prices by its own law and not by the smile above. */
  readonly timeValue?: ((strike: Price) => Price) | undefined
}

/** How often quotes go wrong. Low, but never never. */
export interface Imperfections {
  /** Chance that a quote arrives crossed. */
  readonly crossed: number
  /** Share of the minutes in which a contract falls silent. */
  readonly silence: number
  /** Share of far strikes that are never quoted. */
  readonly holes: number
}

export const USUAL_IMPERFECTIONS: Imperfections = { crossed: 2e-5, silence: 1.2e-3, holes: 0.02 }

/** A second is quoted in this many slices; each contract is quoted in one of them. */
export const SLICES = 10

/**
 * Market makers of a chain. What they do at an instant depends on the seed and the instant alone, so that a day can be
 * joined at any time and is the same day.
 */
export interface MarketMakers {
  /** The quotes of one slice of a second. */
  quote(slice: number, time: EpochMilliseconds, market: QuotedMarket): QuoteBatch
  /** The quotes of every contract at one instant. */
  quoteAll(time: EpochMilliseconds, market: QuotedMarket): QuoteBatch
  /** Begins a minute: what the last one traded is final. */
  beginMinute(minute: number, market: QuotedMarket): void
  /** Contracts traded so far, by row, a share of the running minute included. */
  volume(shareOfMinute: number): Float64Array
  readonly openInterest: Float64Array
}

/** Market makers for strikes; rows are calls by strike, then puts. */
export function createMarketMakers(
  strikes: readonly Price[],
  startPrice: Price,
  seed: number,
  imperfections: Imperfections,
  model: QuoteModel = USUAL.quotes,
): MarketMakers {
  const rows = strikes.length * 2
  const setUp = createRandom(seed)
  const traded = new Float64Array(rows)
  const running = new Float64Array(rows)
  const openInterest = Float64Array.from({ length: rows }, (_, row) =>
    drawOpenInterest(at(strikes, row % strikes.length), startPrice, setUp),
  )
  const isHole = Array.from({ length: rows }, (_, row) => {
    const isFar = Math.abs(at(strikes, row % strikes.length) / startPrice - 1) > 0.03
    return isFar && setUp.uniform() < imperfections.holes
  })
  const silence = silencer(rows, seed, imperfections.silence)
  function quote(first: number, slices: number, time: EpochMilliseconds, market: QuotedMarket): QuoteBatch {
    const batch = emptyBatch(Math.ceil(rows / slices), time)
    const chance = createRandom(hashText('quotes', seed ^ Math.round(time / 100)))
    const maker = quoter(market, chance, imperfections.crossed, model)
    const isSilent = silence(time)
    for (let row = first; row < rows; row += slices) {
      const strike = at(strikes, row % strikes.length)
      const drawn = maker(strike, row < strikes.length)
      if (!isHole[row] && !isSilent(row)) writeQuote(batch, row, drawn)
    }
    return batch
  }
  function beginMinute(minute: number, market: QuotedMarket): void {
    const chance = createRandom(hashText('volume', seed ^ minute))
    const activity = activityProfile(Math.min(minute, market.length), market.length)
    for (let row = 0; row < rows; row += 1) {
      traded[row] = at(traded, row) + at(running, row)
      running[row] = drawMinuteVolume(at(strikes, row % strikes.length), market.spot, activity, chance)
    }
  }
  return {
    quote: (slice, time, market) => quote(slice % SLICES, SLICES, time, market),
    quoteAll: (time, market) => quote(0, 1, time, market),
    beginMinute,
    volume: share => traded.map((count, row) => count + Math.floor(at(running, row) * share)),
    openInterest,
  }
}

interface DrawnQuote {
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: number
  readonly askSize: number
}

/** One market maker at one instant: a penny near the money, wider deep in it, wider when the market is fast. */
function quoter(
  market: QuotedMarket,
  chance: Random,
  crossed: number,
  model: QuoteModel,
): (strike: Price, isCall: boolean) => DrawnQuote {
  const activity = activityProfile(Math.min(market.minute, market.length), market.length)
  const late = model.late * Math.exp((market.minute - market.length) / LATE_MINUTES)
  const widening = model.still + model.busy * activity + late
  return (strike, isCall) => {
    const price = modelPrice(strike, isCall, market)
    const depth =
      price > model.deepAbove ? model.deepFloor + model.deepSlope * Math.abs(strike / market.spot - 1) : 0
    const half = (model.floor + model.root * Math.sqrt(price) + depth) * widening
    const centre = price + chance.normal() * model.noise * half
    const bid = Math.max(0, Math.floor((centre - half) * 100 + 0.5)) / 100
    const ask = Math.max(bid + 0.01, Math.ceil((centre + half) * 100 - 0.5) / 100)
    const isCrossed = chance.uniform() < crossed && bid > 0
    const bidSize = bid > 0 ? drawSize(chance) : 0
    return {
      bid: isCrossed ? cents(ask) : bid,
      ask: isCrossed ? bid : cents(ask),
      bidSize,
      askSize: drawSize(chance),
    }
  }
}

/** What an option is worth to the market makers; American and European agree on the last day. */
export function modelPrice(strike: Price, isCall: boolean, market: QuotedMarket): Price {
  const root = Math.sqrt(yearsLeft(market.minute, market.length))
  const intrinsic = Math.max(0, isCall ? market.spot - strike : strike - market.spot)
  if (!(root > 0)) return intrinsic
  if (market.timeValue) return intrinsic + market.timeValue(strike)
  const x = Math.log(strike / market.spot) / (market.atTheMoney * root)
  return (
    intrinsic + timeValue(market.spot, strike, strikeVolatility(market.atTheMoney, market.skew, x) * root)
  )
}

/** Which rows say nothing in a minute; each minute is drawn once. */
function silencer(
  rows: number,
  seed: number,
  share: number,
): (time: EpochMilliseconds) => (row: number) => boolean {
  let minute = -1
  let silent = new Set<number>()
  return time => {
    const now = Math.floor(time / 60_000)
    if (now !== minute) {
      minute = now
      const chance = createRandom(hashText('silence', seed ^ now))
      silent = new Set(Array.from({ length: rows }, (_, row) => row).filter(() => chance.uniform() < share))
    }
    return row => silent.has(row)
  }
}

type WritableBatch = { -readonly [Name in keyof QuoteBatch]: QuoteBatch[Name] }

function writeQuote(batch: WritableBatch, row: number, quote: DrawnQuote): void {
  const index = batch.count
  batch.rows[index] = row
  batch.times[index] = batch.time
  batch.bid[index] = quote.bid
  batch.ask[index] = quote.ask
  batch.bidSize[index] = quote.bidSize
  batch.askSize[index] = quote.askSize
  batch.count += 1
}

function emptyBatch(size: number, time: EpochMilliseconds): WritableBatch {
  return {
    kind: 'quotes',
    time,
    count: 0,
    times: new Float64Array(size),
    rows: new Int32Array(size),
    bid: new Float64Array(size),
    ask: new Float64Array(size),
    bidSize: new Float64Array(size),
    askSize: new Float64Array(size),
  }
}

function cents(price: Price): Price {
  return Math.round(price * 100) / 100
}

function drawSize(chance: Random): number {
  return 1 + Math.floor(40 * Math.exp(1.1 * chance.normal()))
}

function drawOpenInterest(strike: Price, startPrice: Price, chance: Random): number {
  const round = strike % 10 === 0 ? 2.6 : strike % 5 === 0 ? 1.9 : 1
  const decayed = 7000 * round * Math.exp(-Math.abs(strike - startPrice) / 9)
  return Math.round(decayed * (0.5 + chance.uniform())) + chance.below(40)
}

function drawMinuteVolume(strike: Price, spot: Price, activity: number, chance: Random): number {
  const distance = (strike - spot) / 3
  const rate = 540 * activity * Math.exp(-distance * distance) * (strike % 5 === 0 ? 1.6 : 1) + 1.2
  return Math.floor(rate * -Math.log(1 - chance.uniform()))
}
