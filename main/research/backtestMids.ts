import { at } from '../core/base/assert.ts'
import { CONTRACT_MULTIPLIER } from '../core/base/units.ts'
import type { BacktestTrade } from '../contract/backtest.ts'
import type { BacktestSeries, Peer } from './backtestReport.ts'
import { tradeFixed, type DayOutcome, type DayTrade } from './backtestDay.ts'
import { UNKNOWN_FEATURES, type PolicyRules } from './backtestMoment.ts'
import { marketsOf, type DayOfMids, type MarketOfMids } from './backtestMarket.ts'
import { tradePolicy, type AskPolicy } from './backtestPolicy.ts'
import { FIXED_STRATEGIES, type FixedStrategy } from './backtestStrategies.ts'
import { sharpeRatio } from './sharpe.ts'

/** What is tested: a fixed strategy, or a policy that is asked. */
export type Tested =
  | { readonly kind: 'fixed'; readonly strategy: FixedStrategy }
  | { readonly kind: 'policy'; readonly name: string; readonly ask: AskPolicy }

/** One day with its markets, made once for everything that trades it. */
export interface PricedDay {
  readonly day: DayOfMids
  readonly markets: readonly MarketOfMids[] | undefined
}

/** Prices every day; tells how far it is. A fresh turn of the event loop every few days keeps its thread answering. */
export async function priceDays(
  days: readonly DayOfMids[],
  onDay: (done: number) => void,
  rest: () => Promise<void>,
): Promise<PricedDay[]> {
  const priced: PricedDay[] = []
  for (const day of days) {
    priced.push({ day, markets: marketsOf(day) })
    onDay(priced.length)
    if (priced.length % DAYS_AT_ONCE === 0) await rest()
  }
  return priced
}

const DAYS_AT_ONCE = 5

/** Runs a strategy or a policy over priced days, once on time and once one instant late, beside every baseline. */
export async function testOnMids(
  days: readonly PricedDay[],
  tested: Tested,
  rules: PolicyRules,
): Promise<BacktestSeries> {
  const run = (lag: number) => outcomesOf(days, tested, { ...rules, lag })
  const outcomes = await run(rules.lag)
  const late = seriesOf(days, await run(rules.lag + 1))
  const series = seriesOf(days, outcomes)
  const trades = outcomes.flatMap(outcome => (outcome.kind === 'counted' ? outcome.trades : []))
  const percent = (read: (trade: DayTrade) => number) => trades.map(trade => percentOf(trade, read))
  return {
    ...series,
    unit: 'percentOfUnderlying',
    trades: trades.map(tradeOf),
    tradesBefore: percent(trade => trade.gross),
    tradesAfter: percent(trade => trade.net),
    leftOut: counted(outcomes, outcome => (outcome.kind === 'leftOut' ? outcome.reason : undefined)),
    untraded: counted(outcomes, outcome => (outcome.kind === 'counted' ? outcome.refusal : undefined)),
    lag: aligned(series, late),
    peers: peersOf(days, tested, outcomes, rules),
    notes: notesOf(tested, trades, rules),
  }
}

async function outcomesOf(
  days: readonly PricedDay[],
  tested: Tested,
  rules: PolicyRules,
): Promise<readonly DayOutcome[]> {
  if (tested.kind === 'policy') return tradePolicy(days, tested.ask, rules)
  return days.map(({ day, markets }) => tradeFixed(day.date, markets, tested.strategy, rules))
}

function seriesOf(
  days: readonly PricedDay[],
  outcomes: readonly DayOutcome[],
): Pick<BacktestSeries, 'dates' | 'gross' | 'net'> {
  const sessions = outcomes.flatMap((outcome, index) =>
    outcome.kind === 'counted' ? [{ date: days[index]?.day.date ?? '', ...sumsOf(outcome.trades) }] : [],
  )
  return {
    dates: sessions.map(({ date }) => date),
    gross: sessions.map(({ gross }) => gross),
    net: sessions.map(({ net }) => net),
  }
}

/** After costs on the sessions that both can count. */
function aligned(onTime: Pick<BacktestSeries, 'dates' | 'net'>, late: Pick<BacktestSeries, 'dates' | 'net'>) {
  const lateOn = new Map(late.dates.map((date, index) => [date, at(late.net, index)]))
  const both = onTime.dates.flatMap((date, index) => {
    const delayed = lateOn.get(date)
    return delayed === undefined ? [] : [{ punctual: at(onTime.net, index), delayed }]
  })
  return { onTime: both.map(({ punctual }) => punctual), late: both.map(({ delayed }) => delayed) }
}

function sumsOf(trades: readonly DayTrade[]): { readonly gross: number; readonly net: number } {
  const sum = (read: (trade: DayTrade) => number) =>
    trades.reduce((total, trade) => total + percentOf(trade, read), 0)
  return { gross: sum(trade => trade.gross), net: sum(trade => trade.net) }
}

function percentOf(trade: DayTrade, read: (trade: DayTrade) => number): number {
  return (100 * read(trade)) / trade.underlying
}

/** Everything that could have been chosen, the tested one among it, on the sessions that all can count. */
function peersOf(
  days: readonly PricedDay[],
  tested: Tested,
  own: readonly DayOutcome[],
  rules: PolicyRules,
): Peer[] {
  const name = nameOf(tested)
  const others = FIXED_STRATEGIES.filter(strategy => strategy.name !== name)
  const all = [
    { name, outcomes: own },
    ...others.map(strategy => ({
      name: strategy.name,
      outcomes: days.map(({ day, markets }) => tradeFixed(day.date, markets, strategy, rules)),
    })),
  ]
  const shared = days.filter((_, index) => all.every(({ outcomes }) => outcomes[index]?.kind === 'counted'))
  const isShared = new Set(shared.map(({ day }) => day.date))
  return all.map(peer => {
    const { dates, net } = seriesOf(days, peer.outcomes)
    const returns = net.filter((_, session) => isShared.has(dates[session] ?? ''))
    return { name: peer.name, returns, sharpe: sharpeRatio(net) }
  })
}

/** How what is tested is called. */
export function nameOf(tested: Tested): string {
  return tested.kind === 'fixed' ? tested.strategy.name : tested.name
}

function counted(
  outcomes: readonly DayOutcome[],
  reasonOf: (outcome: DayOutcome) => string | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const reason = reasonOf(outcome)
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1
  }
  return counts
}

function tradeOf({ date, time, structure, credit, exit, gross, net }: DayTrade): BacktestTrade {
  const dollars = (price: number) => Math.round(price * CONTRACT_MULTIPLIER * 100) / 100
  return { date, time, structure, credit, exit, gross: dollars(gross), net: dollars(net) }
}

function notesOf(tested: Tested, trades: readonly DayTrade[], rules: PolicyRules): string[] {
  const sources = trades.flatMap(trade => trade.sources)
  const share = (source: string) =>
    `${((100 * sources.filter(each => each === source).length) / Math.max(1, sources.length)).toFixed(1)} %`
  const isSettled = trades.some(({ exit }) => exit === 'settled')
  return [
    tested.kind === 'policy'
      ? `Decides greedily at every instant but the last; one lot a trade, at most ${rules.limits.openStructures} at once. Ends are looked for at the instants of the file only.`
      : tested.strategy.description,
    isSettled
      ? 'What is held to the end settles at the official close, without a cost.'
      : 'What is held to the end is closed at the last prices of the day.',
    `Prices: ${share('mid')} own mids, ${share('parity')} by parity from the mid across the strike, ${share('smile')} from our smile of the instant, ${share('exercise')} by exercise.`,
    'Costs: half spreads by minute of the day and moneyness from recorded quotes, and fees both ways.',
    ...(tested.kind === 'policy'
      ? [`Not known from mids, and held at what it is for somebody new: ${UNKNOWN_FEATURES.join(', ')}.`]
      : []),
  ]
}
