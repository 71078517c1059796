import type { BacktestGate, BacktestReport, BacktestStatistics } from '../contract/backtest.ts'
import type { Measured } from '../contract/learning.ts'
import { mean, quantileBetween, standardDeviation } from '../core/base/statistics.ts'
import type { IsoDate } from '../core/base/units.ts'
import { maximumDrawdown } from '../core/portfolio/performance.ts'
import { tradingDayOnOrBefore } from '../core/session/calendar.ts'
import { addDays } from '../core/session/newYork.ts'
import { backtestGates } from './backtestGates.ts'
import { bootstrap } from './bootstrap.ts'
import { deflatedSharpe } from './deflatedSharpe.ts'
import { followBest, walkForward, type WalkPlan } from './walkForward.ts'
import { sharpeInterval, sharpeRatio } from './sharpe.ts'

/** What was tried before on the same sessions, this one included. */
export interface TrialsKnown {
  readonly count: number
  /** Variance of their Sharpe ratios a session; undefined where fewer than two are known. */
  readonly variance: number | undefined
}

/** Twice twenty sessions are learned from, twenty judged, one left out on either side. */
const WALK: WalkPlan = { train: 60, test: 20, purge: 1, embargo: 1 }

/**
 * The figures of returns a session and of the trades they came from, in whatever unit the returns have: intervals are
 * percentile bootstraps over sessions with a fixed seed, so that the same sessions give the same figures.
 */
export function statisticsOf(
  returns: readonly number[],
  trades: readonly number[],
  trials: TrialsKnown,
  seed: number,
): BacktestStatistics {
  return {
    count: returns.length,
    mean: bootstrap(returns, mean, seed),
    volatility: standardDeviation(returns),
    quantiles: {
      p1: quantileBetween(returns, 0.01),
      p25: quantileBetween(returns, 0.25),
      p50: quantileBetween(returns, 0.5),
      p75: quantileBetween(returns, 0.75),
      p99: quantileBetween(returns, 0.99),
    },
    sharpe: sharpeInterval(returns, seed),
    deflatedSharpe: deflatedSharpe(returns, trials.count, trials.variance),
    drawdown: maximumDrawdown(returns),
    winRate: trades.length === 0 ? 0 : trades.filter(value => value > 0).length / trades.length,
  }
}

/** The variance of Sharpe ratios a session, undefined of fewer than two. */
export function varianceOf(ratios: readonly number[]): number | undefined {
  return ratios.length < 2 ? undefined : standardDeviation(ratios) ** 2
}

/** The gates of a result after costs, in words. */
export function gatesOf(
  returns: readonly number[],
  trades: readonly number[],
  meanNet: Measured,
): BacktestGate[] {
  return backtestGates(returns, trades, meanNet).map(({ rule, value, limit, bound, isKept }) => ({
    rule,
    value,
    limit,
    bound,
    isKept,
  }))
}

/** A session of choosing anew: the best Sharpe ratio so far is followed; undefined where sessions are too few. */
export function choosingAnew(returns: readonly (readonly number[])[], seed: number): Measured | undefined {
  const splits = walkForward(returns[0]?.length ?? 0, WALK)
  const followed = followBest(returns, splits, sharpeRatio).map(({ value }) => value)
  return followed.length < WALK.test ? undefined : bootstrap(followed, mean, seed)
}

/** The running sum of returns and how far it stands below its highest point, from nothing on the trading day before the first. */
export function equityOf(dates: readonly IsoDate[], returns: readonly number[]): BacktestReport['equity'] {
  const [first] = dates
  if (first === undefined) return { dates, profit: new Float64Array(0), drawdown: new Float64Array(0) }
  const profit = new Float64Array(returns.length + 1)
  const drawdown = new Float64Array(returns.length + 1)
  let [sum, peak] = [0, 0]
  returns.forEach((value, session) => {
    sum += value
    peak = Math.max(peak, sum)
    profit[session + 1] = sum
    drawdown[session + 1] = peak - sum
  })
  return { dates: [tradingDayOnOrBefore(addDays(first, -1)), ...dates], profit, drawdown }
}

/** Above this deflated Sharpe ratio the number of trials no longer explains a result. */
const SHOWN_FROM = 0.95

/** What a result shows, in one sentence that claims no more than its figures. */
export function verdictOf(
  { mean: net, deflatedSharpe: deflated, count }: BacktestStatistics,
  { trials, trades }: { readonly trials: number; readonly trades: number },
  gates: readonly BacktestGate[],
  unit: string,
): string {
  const figure = `${signed(net.value)} ${unit} a session after costs (95 % interval ${signed(net.low)} to ${signed(net.high)}, ${count} sessions)`
  if (count === 0) return 'No edge shown: no session could be counted.'
  if (trades === 0) return `No edge shown: nothing was traded in ${count} sessions.`
  if (net.high < 0) return `No edge shown: it loses, ${figure}.`
  if (!(net.low > 0)) return `No edge shown: ${figure}.`
  const tried = `${trials} ${trials === 1 ? 'trial' : 'trials'}`
  if (deflated < SHOWN_FROM)
    return `No edge shown: ${figure}, which luck may explain after ${tried} (deflated Sharpe ${deflated.toFixed(2)}).`
  const missed = gates.filter(({ isKept }) => !isKept)
  if (missed.length > 0)
    return `No edge shown: ${figure}, but not kept: ${missed.map(({ rule }) => rule).join('; ')}.`
  return `Earned on these sessions: ${figure}, deflated Sharpe ${deflated.toFixed(2)} after ${tried}.`
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toPrecision(3)}`
}
