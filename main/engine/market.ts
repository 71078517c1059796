import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, Price } from '../core/base/units.ts'
import { extendBars, type Bar } from '../core/market/bar.ts'
import {
  confirmQuotes,
  createChain,
  listMore,
  rightOf,
  rowCount,
  strikeOf,
  writeQuote,
  type OptionChain,
} from '../core/market/optionChain.ts'
import type { QuoteRefusal } from '../core/market/quote.ts'
import type { Carry } from '../core/pricing/blackScholes.ts'
import { fillFromSmile } from '../core/pricing/chainPricing.ts'
import { impliedForward } from '../core/pricing/impliedForward.ts'
import { tradingSession, type SessionTimes } from '../core/session/calendar.ts'
import { phaseAt, yearsToClose, type SessionPhase } from '../core/session/phase.ts'
import { expectedMove, type ExpectedMove } from '../core/volatility/expectedMove.ts'
import { fitSmile, shiftSmile, smileVolatility, type Smile } from '../core/volatility/smile.ts'
import type { MarketEvent, QuoteBatch, SessionInfo } from './event.ts'
import type { Pricer } from './ports.ts'

/** How long a smile is carried forward when the chain says nothing new. */
const SMILE_KEPT = 10 * 60_000

/** Everything that a feed can tell again: kept in memory only, rebuilt by the next quotes. */
export interface Market {
  readonly info: SessionInfo
  readonly times: SessionTimes
  chain: OptionChain
  spot:
    | { readonly bid: Price; readonly ask: Price; readonly last: Price; readonly time: EpochMilliseconds }
    | undefined
  volatilityIndex:
    | { readonly value: number; readonly previousClose: number; readonly time: EpochMilliseconds }
    | undefined
  readonly bars: Bar[]
  /** Last word of the source about anything. */
  heardAt: EpochMilliseconds
  /** Spot at the close, once the close has passed. */
  closingPrice: Price | undefined
  forward: Price
  smile: Smile | undefined
  smileTime: EpochMilliseconds
  /** The first smile and expected move of the session, to compare with. */
  firstSmile: { readonly smile: Smile; readonly time: EpochMilliseconds } | undefined
  firstMove: ExpectedMove | undefined
  move: ExpectedMove | undefined
  readonly quotes: { accepted: number; twoSided: number; withVolatility: number }
  readonly refusals: Map<QuoteRefusal, number>
  /** Changes whenever strikes are added, so that clients know to take the layout anew. */
  layout: number
}

/** The market of a session before its first quote. */
export function openMarket(event: Extract<MarketEvent, { kind: 'sessionOpened' }>): Market {
  return {
    info: event.session,
    times: tradingSession(event.session.date),
    chain: createChain(event.listing),
    spot: undefined,
    volatilityIndex: undefined,
    bars: [],
    heardAt: event.time,
    closingPrice: undefined,
    forward: Number.NaN,
    smile: undefined,
    smileTime: 0,
    firstSmile: undefined,
    firstMove: undefined,
    move: undefined,
    quotes: { accepted: 0, twoSided: 0, withVolatility: 0 },
    refusals: new Map(),
    layout: 1,
  }
}

/** Takes in what a feed says. Everything it refuses is counted by reason and written nowhere. */
export function hearMarket(market: Market, event: Exclude<MarketEvent, { kind: 'sessionOpened' }>): void {
  market.heardAt = Math.max(market.heardAt, event.time)
  switch (event.kind) {
    case 'quotes':
      writeBatch(market, event)
      return
    case 'quotesConfirmed':
      confirmQuotes(market.chain, event.time)
      return
    case 'underlying':
      hearUnderlying(market, event)
      return
    case 'contractsListed':
      market.chain = listMore(market.chain, event.callStrikes, event.putStrikes)
      market.layout += 1
      return
    case 'statistics':
      market.chain.volume.set(event.volume)
      market.chain.openInterest.set(event.openInterest)
      return
    case 'barsBackfilled':
      market.bars.splice(0, market.bars.length, ...event.bars)
      return
    case 'volatilityIndex':
      market.volatilityIndex = event
      return
    case 'sessionEnded':
  }
}

/** Fills volatilities, smile, Greeks and expected move of the chain as it stands: steps 5 and 6 of the life of a tick. */
export function priceMarket(market: Market, time: EpochMilliseconds, pricer: Pricer): void {
  const spot = market.spot?.last
  if (spot === undefined) return
  const carry = carryAt(market, time)
  market.forward = impliedForward(market.chain, spot, 1).forward
  pricer.impliedVolatilities(market.chain, market.forward, carry)
  const fitted = fitSmile(market.chain, market.forward, carry.years)
  if (fitted) {
    market.smile = fitted
    market.smileTime = time
  } else if (market.smile && time - market.smileTime <= SMILE_KEPT) {
    market.smile = shiftSmile(market.smile, { forward: market.forward, years: carry.years })
  } else {
    market.smile = undefined
  }
  const { smile } = market
  if (smile) fillFromSmile(market.chain, market.forward, carry, strike => smileVolatility(smile, strike))
  pricer.greeks(market.chain, market.forward, carry)
  market.move = expectedMove(market.chain, market.forward)
  market.firstMove ??= market.move
  if (smile && smile.contracts >= 6) market.firstSmile ??= { smile, time }
}

/** Counts two-sided quotes and those of them that have a volatility, for the honesty figures of a run. */
export function countVolatilities(market: Market, rows: Iterable<number>): void {
  const { chain, quotes } = market
  for (const row of rows) {
    if (!(at(chain.bid, row) > 0 && at(chain.ask, row) > 0)) continue
    quotes.twoSided += 1
    if (at(chain.impliedVolatility, row) > 0) quotes.withVolatility += 1
  }
}

/** The phase of the session at an instant. */
export function marketPhase(market: Market, time: EpochMilliseconds): SessionPhase {
  return phaseAt(market.times, time)
}

/** The carry of an option that expires at today's close: variance still to come, no day to settle over. */
export function carryAt(market: Market, time: EpochMilliseconds): Carry {
  return { years: yearsToClose(market.times, time), discountYears: 0, rate: 0, dividendYield: 0 }
}

/** The legs of a chain that are listed, by key and row. */
export function listedRows(chain: OptionChain): Map<string, number> {
  const rows = new Map<string, number>()
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (chain.listed[row] === 1)
      rows.set(`${rightOf(chain, row) === 'call' ? 'C' : 'P'}${strikeOf(chain, row)}`, row)
  }
  return rows
}

function writeBatch(market: Market, batch: QuoteBatch): void {
  for (let index = 0; index < batch.count; index += 1) {
    const refusal = writeQuote(
      market.chain,
      at(batch.rows, index),
      at(batch.bid, index),
      at(batch.ask, index),
      at(batch.bidSize, index),
      at(batch.askSize, index),
      at(batch.times, index),
    )
    if (refusal) market.refusals.set(refusal, (market.refusals.get(refusal) ?? 0) + 1)
    else market.quotes.accepted += 1
  }
}

function hearUnderlying(market: Market, event: Extract<MarketEvent, { kind: 'underlying' }>): void {
  if (!(event.last > 0)) return
  market.spot = { bid: event.bid, ask: event.ask, last: event.last, time: event.time }
  if (event.time >= market.times.open && event.time < market.times.lastTrade) {
    extendBars(market.bars, event.last, event.volume, event.time)
  }
  if (event.time <= market.times.close) market.closingPrice = undefined
  else market.closingPrice ??= market.bars.findLast(bar => bar.time < market.times.close)?.close
}
