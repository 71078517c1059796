import type { EpochMilliseconds, IsoDate, MinuteOfDay, Price } from '../core/base/units.ts'
import { CONTRACT_MULTIPLIER, MILLISECONDS_PER_MINUTE } from '../core/base/units.ts'
import { exitSignal } from '../core/learning/outcome.ts'
import { proposeOpening, type TradePlan } from '../core/policy/proposal.ts'
import { comboQuote } from '../core/portfolio/comboQuote.ts'
import { orderFees } from '../core/portfolio/fees.ts'
import type { ExitRule } from '../core/portfolio/position.ts'
import { expiryValue, reversed, type Leg } from '../core/portfolio/structure.ts'
import { markOf, type MarketOfMids, type PriceSource } from './backtestMarket.ts'
import type { FixedStrategy, Holding } from './backtestStrategies.ts'

/** One trade of a day of mids, one lot. Prices are a share, so that a percentage of the underlying needs no lot. */
export interface DayTrade {
  readonly date: IsoDate
  readonly time: EpochMilliseconds
  readonly structure: string
  /** Received at the mids, negative where paid. */
  readonly credit: Price
  /** Why it ended: a part of the frozen exit rule, `end` of the day's prices, or `settled` at the official close. */
  readonly exit: string
  readonly underlying: Price
  /** Profit with every price at its mid and no fee. */
  readonly gross: Price
  /** Profit at the prices that were there to be had, fees both ways. */
  readonly net: Price
  /** Where the prices came from, one entry a leg and side. */
  readonly sources: readonly PriceSource[]
}

/** Why a session of the data counts for nothing. */
export type LeftOutReason = 'shut' | 'noEntry' | 'cutShort' | 'noPrice'

/** What a session came to: its trades, or why the data cannot say. */
export type DayOutcome =
  | { readonly kind: 'counted'; readonly trades: readonly DayTrade[]; readonly refusal: string | undefined }
  | { readonly kind: 'leftOut'; readonly reason: LeftOutReason }

/** How a day is traded. */
export interface DayRules {
  readonly plan: TradePlan
  /** When fixed strategies enter, minutes after midnight in New York. */
  readonly entry: MinuteOfDay
  /** Instants by which everything comes late. */
  readonly lag: number
  /** The official close by date; where it is known, what is held to the end settles there without a cost. */
  readonly closeOf: (date: IsoDate) => Price | undefined
}

/** A fixed strategy over one day. */
export function tradeFixed(
  date: IsoDate,
  markets: readonly MarketOfMids[] | undefined,
  strategy: FixedStrategy,
  rules: DayRules,
): DayOutcome {
  if (!markets) return { kind: 'leftOut', reason: 'shut' }
  const first = markets.findIndex(({ minute }) => minute === rules.entry)
  const market = first < 0 ? undefined : markets[first + rules.lag]
  if (!market) return { kind: 'leftOut', reason: 'noEntry' }
  const isSettled = strategy.exit === 'end' && rules.closeOf(date) !== undefined
  if (!isSettled && !reachesEnd(markets)) return { kind: 'leftOut', reason: 'cutShort' }
  const holding = strategy.choose({ ...market, date, wingShare: rules.plan.wingShare })
  if (holding === 'noStrike') return { kind: 'counted', trades: [], refusal: holding }
  if (!holding) return { kind: 'counted', trades: [], refusal: undefined }
  const later = markets.slice(first + rules.lag + 1)
  const trade =
    strategy.exit === 'frozen'
      ? tradeFrozen(date, market, later, holding, rules)
      : tradeToEnd(date, market, later, holding, rules)
  if (trade === 'noPrice') return { kind: 'leftOut', reason: trade }
  return typeof trade === 'string'
    ? { kind: 'counted', trades: [], refusal: trade }
    : { kind: 'counted', trades: [trade], refusal: undefined }
}

/** Whether the prices of a day reach its last half hour. */
export function reachesEnd(markets: readonly MarketOfMids[]): boolean {
  const last = markets.at(-1)
  return last !== undefined && last.time >= last.times.guard
}

/** A price of legs as one trade: at the mids and at what was there to be had, a share; undefined where a leg has none. */
export function legPrices(
  market: MarketOfMids,
  legs: readonly Leg[],
): { readonly mid: Price; readonly natural: Price; readonly sources: readonly PriceSource[] } | undefined {
  const quote = comboQuote(legs, markOf(market, legs).legs)
  if (!quote) return undefined
  let mid = 0
  const sources: PriceSource[] = []
  for (const { right, strike, ratio } of legs) {
    const price = market.price(right, strike)
    if (!price) return undefined
    mid -= ratio * price.mid
    sources.push(price.source)
  }
  return { mid, natural: quote.natural, sources }
}

/** The instant at which a frozen rule ends a trade: its first signal, else the last prices of the day. */
export function frozenExit(
  legs: readonly Leg[],
  rule: ExitRule,
  later: readonly MarketOfMids[],
): { readonly market: MarketOfMids; readonly reason: string } | undefined {
  for (const market of later) {
    const signal = exitSignal(legs, rule, markOf(market, legs))
    if (signal) return { market, reason: signal.reason }
  }
  const last = later.at(-1)
  return last && { market: last, reason: 'end' }
}

function tradeFrozen(
  date: IsoDate,
  market: MarketOfMids,
  later: readonly MarketOfMids[],
  { name, legs, structure }: Holding,
  { plan }: DayRules,
): DayTrade | string {
  if (!structure || !market.smile) return 'noChain'
  const latestExit = market.times.guard - MILLISECONDS_PER_MINUTE
  const { time, smile } = market
  const proposed = proposeOpening(structure, 1, markOf(market, legs).legs, smile, plan, time, latestExit)
  if (!proposed.ok) return proposed.failure
  const { walk, exit, fees } = proposed.value
  const opening = legPrices(market, legs)
  const ended = frozenExit(legs, exit, later)
  const closing = ended && legPrices(ended.market, reversed(legs))
  if (!opening || !closing) return 'noPrice'
  return {
    date,
    time,
    structure: name,
    credit: opening.mid,
    exit: ended.reason,
    underlying: market.underlying,
    gross: opening.mid + closing.mid,
    net: walk.end + closing.natural - fees / CONTRACT_MULTIPLIER,
    sources: [...opening.sources, ...closing.sources],
  }
}

function tradeToEnd(
  date: IsoDate,
  market: MarketOfMids,
  later: readonly MarketOfMids[],
  { name, legs }: Holding,
  { plan, closeOf }: DayRules,
): DayTrade | string {
  const opening = legPrices(market, legs)
  const last = later.at(-1)
  const close = closeOf(date)
  const oneWay = orderFees(legs, 1, plan.fees) / CONTRACT_MULTIPLIER
  const closing = close === undefined && last ? legPrices(last, reversed(legs)) : undefined
  const worth = close === undefined ? closing?.mid : expiryValue(legs, close)
  if (!opening || worth === undefined) return 'noPrice'
  const had = closing ? closing.natural - oneWay : worth
  return {
    date,
    time: market.time,
    structure: name,
    credit: opening.mid,
    exit: closing ? 'end' : 'settled',
    underlying: market.underlying,
    gross: opening.mid + worth,
    net: opening.natural - oneWay + had,
    sources: [...opening.sources, ...(closing?.sources ?? [])],
  }
}
