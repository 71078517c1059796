import type { EpochMilliseconds, Milliseconds, Price } from '../core/base/units.ts'
import { rowCount, rowOf } from '../core/market/optionChain.ts'
import type { MaskReason } from '../core/policy/actionMask.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import { maximumLoss } from '../core/portfolio/structure.ts'
import type { RiskState } from '../core/risk/riskState.ts'
import { marketRegime } from '../core/volatility/realised.ts'
import { smileVolatility } from '../core/volatility/smile.ts'
import { staleAfter } from '../engine/book/accounts.ts'
import { LARGE_MOVE_SHARE } from '../engine/decisionClock.ts'
import { hearMarket, marketPhase, openMarket, priceMarket, type Market } from '../engine/market.ts'
import { offerActions } from '../engine/offer.ts'
import type { MarketSource, Pricer } from '../engine/ports.ts'
import { findExits } from './exitColumns.ts'
import { QuoteTape } from './quoteTape.ts'
import { inStep } from './sessionClock.ts'
import {
  KINDS,
  MOST_LEGS,
  OPENINGS,
  REASONS,
  type DecisionColumns,
  type OpeningColumns,
  type SessionTable,
  type TableRules,
} from './sessionTable.ts'

/** Nothing held and nothing shut: what is on offer then depends on the market alone. */
const UNBOUND: RiskState = {
  phase: 'session',
  account: 'paper',
  lockout: undefined,
  isFlattening: false,
  isHalted: false,
  isMemoryDown: false,
  dayProfit: 0,
  profitAtStops: 0,
  openContracts: 0,
  openStructures: 0,
  exposure: 0,
  tradesOpened: 0,
}

/**
 * Compiles a session: plays the source to its end, a beat every `beatEvery`, and writes down what the engine sees.
 * Throws where the source tells no session.
 */
export async function compileSession(
  source: MarketSource,
  rules: TableRules,
  pricer: Pricer,
): Promise<SessionTable> {
  let compiler: SessionCompiler | undefined
  for await (const moment of inStep(source, rules.beatEvery)) {
    if (moment.kind === 'beat') {
      compiler?.beat(moment.time)
      // A session takes half a second; what is sent to this thread meanwhile is heard
      await new Promise(resolve => setImmediate(resolve))
    } else if (moment.event.kind === 'sessionOpened')
      compiler = new SessionCompiler(openMarket(moment.event), rules, pricer)
    else if (compiler) hearMarket(compiler.market, moment.event)
  }
  if (!compiler) throw new RangeError('a source must open a session')
  return compiler.table()
}

/** One decision as it is written down. */
interface Seen {
  readonly beat: number
  readonly spot: Price
  readonly impliedVolatility: number
  readonly regime: number
  readonly expectedMove: number
  readonly offers: readonly (Proposal | MaskReason)[]
}

/** The market of one session while it is compiled. */
class SessionCompiler {
  readonly market: Market
  readonly #rules: TableRules
  readonly #pricer: Pricer
  readonly #staleAfter: Milliseconds
  readonly #tape: QuoteTape
  readonly #seen: Seen[] = []
  #last: { readonly time: EpochMilliseconds; readonly spot: Price } | undefined

  constructor(market: Market, rules: TableRules, pricer: Pricer) {
    this.market = market
    this.#rules = rules
    this.#pricer = pricer
    this.#staleAfter = staleAfter({ limits: rules.limits, quoteInterval: market.info.quoteInterval })
    this.#tape = new QuoteTape(this.#staleAfter)
  }

  beat(time: EpochMilliseconds): void {
    const { market } = this
    if (time >= market.times.lastTrade) return
    // Nothing is decided from the guard on, so nothing has to be priced there
    const isDeciding = marketPhase(market, time) === 'session'
    if (isDeciding) priceMarket(market, time, this.#pricer)
    this.#tape.add(market.chain, time)
    if (isDeciding && this.#isDue(time)) this.#see(time)
  }

  table(): SessionTable {
    const { market } = this
    const quotes = this.#tape.finish(rowCount(market.chain))
    const openings = openingColumns(this.#seen, market)
    findExits(quotes, decisionColumns(this.#seen).beat, openings)
    return {
      id: market.info.id,
      date: market.info.date,
      underlying: market.info.underlying,
      times: market.times,
      plan: this.#rules.suggestion.plan,
      strikes: market.chain.strikes,
      quotes,
      closingPrice: market.closingPrice ?? Number.NaN,
      decisions: decisionColumns(this.#seen),
      openings,
    }
  }

  /** As `isDecisionDue` of the engine has it, where every suggestion is answered at once. */
  #isDue(time: EpochMilliseconds): boolean {
    const { market } = this
    const spot = market.spot?.last
    if (spot === undefined || time - market.heardAt > this.#staleAfter) return false
    if (!this.#last || time - this.#last.time >= this.#rules.suggestion.cadence) return true
    const reach = LARGE_MOVE_SHARE * (market.move?.move ?? Number.POSITIVE_INFINITY)
    return Math.abs(spot - this.#last.spot) > reach
  }

  #see(time: EpochMilliseconds): void {
    const { market } = this
    const { plan } = this.#rules.suggestion
    const spot = market.spot?.last ?? Number.NaN
    const limits = { ...this.#rules.limits, lotsPerOrder: 1 }
    const desk = { times: market.times, plan, limits, risk: UNBOUND, held: [] }
    const mask = offerActions(market.chain, market.smile, desk, time)
    this.#last = { time, spot }
    this.#seen.push({
      beat: this.#tape.length - 1,
      spot,
      impliedVolatility: market.smile ? smileVolatility(market.smile, market.smile.forward) : Number.NaN,
      regime: marketRegime(market.bars, spot),
      expectedMove: market.move?.move ?? Number.NaN,
      offers: OPENINGS.map(action => {
        const entry = mask[action]
        return entry.allowed ? (entry.proposal ?? 'notQuoted') : entry.reason
      }),
    })
  }
}

function decisionColumns(seen: readonly Seen[]): DecisionColumns {
  return {
    count: seen.length,
    beat: Int32Array.from(seen, ({ beat }) => beat),
    spot: Float64Array.from(seen, ({ spot }) => spot),
    impliedVolatility: Float64Array.from(seen, ({ impliedVolatility }) => impliedVolatility),
    regime: Float64Array.from(seen, ({ regime }) => regime),
    expectedMove: Float64Array.from(seen, ({ expectedMove }) => expectedMove),
  }
}

function openingColumns(seen: readonly Seen[], market: Market): OpeningColumns {
  const offers = seen.flatMap(({ offers }) => offers)
  const figure = (pick: (proposal: Proposal) => number) =>
    Float64Array.from(offers, offer => (typeof offer === 'string' ? Number.NaN : pick(offer)))
  const rows = new Int16Array(offers.length * MOST_LEGS).fill(-1)
  offers.forEach((offer, index) => {
    if (typeof offer === 'string') return
    offer.legs.forEach((leg, place) => {
      rows[index * MOST_LEGS + place] = rowOf(market.chain, leg.right, leg.strike)
    })
  })
  return {
    reason: Uint8Array.from(offers, offer => (typeof offer === 'string' ? REASONS.indexOf(offer) + 1 : 0)),
    rows,
    kind: Uint8Array.from(offers, offer =>
      typeof offer === 'string' ? 0 : KINDS.indexOf(offer.structure.kind),
    ),
    start: figure(offer => offer.walk.start),
    end: figure(offer => offer.walk.end),
    takeProfit: figure(offer => offer.exit.takeProfit),
    stop: figure(offer => offer.exit.stop),
    exitTime: figure(offer => offer.exit.time),
    worst: figure(offer => maximumLoss(offer.legs, offer.walk.end)),
    margin: figure(offer => offer.margin),
    probabilityOfProfit: figure(offer => offer.probabilityOfProfit),
    exitBeat: new Int32Array(offers.length).fill(-1),
    exitDebit: figure(() => Number.NaN),
    scoreBeat: new Int32Array(offers.length).fill(-1),
    scoreDebit: figure(() => Number.NaN),
  }
}
