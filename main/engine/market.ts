import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, Price } from '../core/base/units.ts'
import { extendBars, type Bar } from '../core/market/bar.ts'
import {
  confirmQuotes,
  createChain,
  listMore,
  rightOf,
  rowCount,
  rowOf,
  strikeOf,
  writeQuote,
  type OptionChain,
} from '../core/market/optionChain.ts'
import { isTwoSided, type QuoteRefusal } from '../core/market/quote.ts'
import type { Carry } from '../core/pricing/blackScholes.ts'
import { impliedForward } from '../core/pricing/impliedForward.ts'
import { tradingSession, type SessionTimes } from '../core/session/calendar.ts'
import { phaseAt, yearsToClose, type SessionPhase } from '../core/session/phase.ts'
import { expectedMove, type ExpectedMove } from '../core/volatility/expectedMove.ts'
import { fitSmile, shiftSmile, smileVolatility, type Smile } from '../core/volatility/smile.ts'
import type { MarketEvent, QuoteBatch, SessionInfo } from './event.ts'
import type { Pricer } from './ports.ts'

/** Strikes that a chain can grow to within a session. */
const MOST_STRIKES = 4096

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
  /** The smile of the pricing before, which lends its shape to the next one. */
  smileBefore: Smile | undefined
  /** The first smile and expected move of the session, to compare with. */
  firstSmile: { readonly smile: Smile; readonly time: EpochMilliseconds } | undefined
  firstMove: ExpectedMove | undefined
  move: ExpectedMove | undefined
  /** Quotes written, and of those priced before the close: how many were two-sided and how many have a volatility. */
  readonly quotes: { accepted: number; twoSided: number; withVolatility: number }
  /** 1 where a row was quoted since the last pricing. */
  touched: Uint8Array
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
    smileBefore: undefined,
    firstSmile: undefined,
    firstMove: undefined,
    move: undefined,
    quotes: { accepted: 0, twoSided: 0, withVolatility: 0 },
    touched: new Uint8Array(2 * MOST_STRIKES),
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
    case 'bar':
      hearBar(market, event.bar, event.time)
      return
    case 'contractsListed':
      listContracts(market, event)
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
  if (time > market.smileTime) market.smileBefore = market.smile
  const fitted = fitSmile(market.chain, market.forward, carry.years, market.smileBefore)
  if (fitted) {
    market.smile = fitted
    market.smileTime = time
  } else if (market.smile && time - market.smileTime <= SMILE_KEPT) {
    market.smile = shiftSmile(market.smile, { forward: market.forward, years: carry.years })
  } else {
    market.smile = undefined
  }
  const { smile } = market
  if (smile)
    pricer.fillFromSmile(market.chain, market.forward, carry, strike => smileVolatility(smile, strike))
  pricer.greeks(market.chain, market.forward, carry)
  if (carry.years > 0) countVolatilities(market)
  market.move = expectedMove(market.chain, market.forward)
  market.firstMove ??= market.move
  if (smile && smile.contracts >= 6) market.firstSmile ??= { smile, time }
}

/** The phase of the session at an instant. */
export function marketPhase(market: Market, time: EpochMilliseconds): SessionPhase {
  return phaseAt(market.times, time)
}

/** The carry of an option that expires at today's close: variance still to come, no day to settle over. */
export function carryAt(market: Market, time: EpochMilliseconds): Carry {
  return { years: yearsToClose(market.times, time), discountYears: 0, rate: 0, dividendYield: 0 }
}

/** Counts what was quoted since the last pricing, for the honesty figures of a run. */
function countVolatilities(market: Market): void {
  const { chain, quotes, touched } = market
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (touched[row] !== 1) continue
    touched[row] = 0
    if (!isTwoSided(at(chain.bid, row), at(chain.ask, row))) continue
    quotes.twoSided += 1
    if (at(chain.impliedVolatility, row) > 0) quotes.withVolatility += 1
  }
}

/** Rows move when strikes come between them; what was quoted since the last pricing moves along. */
function listContracts(market: Market, event: Extract<MarketEvent, { kind: 'contractsListed' }>): void {
  const { chain, touched } = market
  market.chain = listMore(chain, event.callStrikes, event.putStrikes)
  market.touched = new Uint8Array(touched.length)
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (touched[row] === 1) market.touched[rowOf(market.chain, rightOf(chain, row), strikeOf(chain, row))] = 1
  }
  market.layout += 1
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
    else {
      market.quotes.accepted += 1
      market.touched[at(batch.rows, index)] = 1
    }
  }
}

/** A minute told whole: its close is the last price that is known. */
function hearBar(market: Market, bar: Bar, time: EpochMilliseconds): void {
  if (!(bar.close > 0)) return
  market.spot = { bid: bar.close, ask: bar.close, last: bar.close, time }
  if (
    bar.time >= market.times.open &&
    bar.time < market.times.lastTrade &&
    (market.bars.at(-1)?.time ?? 0) < bar.time
  ) {
    market.bars.push(bar)
  }
  noteClosingPrice(market, time)
}

function hearUnderlying(market: Market, event: Extract<MarketEvent, { kind: 'underlying' }>): void {
  const isSound = event.last > 0 && Number.isFinite(event.last) && !(event.bid > event.ask)
  if (!isSound || event.time < (market.spot?.time ?? 0)) return
  market.spot = { bid: event.bid, ask: event.ask, last: event.last, time: event.time }
  if (event.time >= market.times.open && event.time < market.times.lastTrade) {
    extendBars(market.bars, event.last, event.volume, event.time)
  }
  noteClosingPrice(market, event.time)
}

function noteClosingPrice(market: Market, time: EpochMilliseconds): void {
  if (time >= market.times.close) {
    market.closingPrice ??= market.bars.findLast(bar => bar.time < market.times.close)?.close
  }
}
