import type { BacktestGate, BacktestReport, BacktestTrade } from '../contract/backtest.ts'
import { mean } from '../core/base/statistics.ts'
import type { IsoDate } from '../core/base/units.ts'
import {
  choosingAnew,
  equityOf,
  gatesOf,
  statisticsOf,
  verdictOf,
  type TrialsKnown,
} from './backtestFigures.ts'
import { overfittingProbability } from './overfitting.ts'
import { bootstrap } from './bootstrap.ts'
import { lagReport, type LagReport } from './oneBarLag.ts'
import {
  SESSIONS_PER_YEAR,
  autocorrelatedScale,
  momentsOf,
  normalSharpeError,
  sharpeError,
  sharpeRatio,
} from './sharpe.ts'
import { followBest, purgedFolds } from './walkForward.ts'

/** Something that could have been chosen: the tested one, or what was run beside it. */
export interface Peer {
  readonly name: string
  /** After costs, on the sessions that all peers can count. */
  readonly returns: readonly number[]
  /** The Sharpe ratio a session after costs over all sessions that it can count itself. */
  readonly sharpe: number
}

/** What a test over sessions came to, one entry a counted session, in its unit. */
export interface BacktestSeries {
  readonly unit: BacktestReport['unit']
  readonly dates: readonly IsoDate[]
  /** Before costs and after, a session. */
  readonly gross: readonly number[]
  readonly net: readonly number[]
  readonly trades: readonly BacktestTrade[]
  /** Before costs and after, a trade, in the unit of the sessions. */
  readonly tradesBefore: readonly number[]
  readonly tradesAfter: readonly number[]
  readonly leftOut: Readonly<Record<string, number>>
  readonly untraded: Readonly<Record<string, number>>
  /** After costs, on time and with everything one bar later, over the sessions that both can count. */
  readonly lag: { readonly onTime: readonly number[]; readonly late: readonly number[] }
  /** Everything that could have been chosen, the tested one first. */
  readonly peers: readonly Peer[]
  readonly notes: readonly string[]
}

/** Sessions over which returns may follow on each other: a week. */
const AUTOCORRELATIONS = 5

const FOLDS = 5
const EMBARGO = 1
const FEWEST_IN_FOLD = 10

/** Every interval of every report is drawn with the same seed, so that the same sessions give the same figures. */
const SEED = 20_231_106

/** The report of a test, in the shape that the Backtest page and the file have. */
export function reportOn(
  series: BacktestSeries,
  about: Pick<BacktestReport, 'id' | 'strategy' | 'data' | 'startedAt' | 'total'>,
  trials: TrialsKnown,
): BacktestReport {
  const before = statisticsOf(series.gross, series.tradesBefore, trials, SEED)
  const after = statisticsOf(series.net, series.tradesAfter, trials, SEED)
  const lag = lagReport(series.lag.onTime, series.lag.late, SEED)
  const gates = [...gatesOf(series.net, series.tradesAfter, after.mean), lagGate(lag)]
  const { unit, dates, trades, leftOut, untraded, notes } = series
  const peers = series.peers.map(({ returns }) => returns)
  const overfitting = overfittingOf(peers)
  return {
    ...about,
    unit,
    status: 'finished',
    done: about.total,
    failure: undefined,
    beforeCosts: before,
    afterCosts: after,
    deflatedSharpe: after.deflatedSharpe,
    trials: trials.count,
    overfitting,
    oneBarLag: lag.late.value,
    walkForward: choosingAnew(peers, SEED),
    gates,
    equity: equityOf(dates, series.net),
    trades,
    sentence: verdictOf(
      after,
      { trials: trials.count, trades: trades.length },
      gates,
      unit === 'dollars' ? 'dollars' : '% of the underlying',
    ),
    leftOut,
    untraded,
    notes: [...notes, ...sharpeNotes(series.net), ...luckNotes(peers, overfitting), ...foldNotes(peers)],
  }
}

/** A report of a test that runs or has failed: nothing is known of it yet. */
export function unfinishedReport(
  about: Pick<BacktestReport, 'id' | 'strategy' | 'data' | 'startedAt' | 'total' | 'done' | 'unit'>,
  failure: string | undefined,
): BacktestReport {
  return {
    ...about,
    status: failure === undefined ? 'running' : 'failed',
    failure,
    beforeCosts: undefined,
    afterCosts: undefined,
    deflatedSharpe: undefined,
    trials: 0,
    overfitting: undefined,
    oneBarLag: undefined,
    walkForward: undefined,
    gates: [],
    equity: equityOf([], []),
    trades: [],
    sentence: '',
    leftOut: {},
    untraded: {},
    notes: [],
  }
}

/** What every peer made after costs, a row each. */
type Returns = readonly (readonly number[])[]

/** A profit that one bar undoes was never there to be had. */
function lagGate({ late, isSuspicious }: LagReport): BacktestGate {
  return {
    rule: 'mean a session, one bar late',
    value: late.value,
    limit: 0,
    bound: 'atLeast',
    isKept: !isSuspicious && late.value > 0,
  }
}

/** The probability of overfitting; unknown where nothing made a profit, for then there is no success that luck could explain. */
function overfittingOf(peers: Returns): number | undefined {
  return hasProfit(peers) ? overfittingProbability(peers)?.probability : undefined
}

/** Why nothing is said of luck, where nothing is. */
function luckNotes(peers: Returns, overfitting: number | undefined): string[] {
  if (overfitting !== undefined) return []
  return hasProfit(peers)
    ? ['Sessions are too few to say how likely the best strategy on them was lucky.']
    : ['No strategy made a profit on these sessions, so that none of them could have been lucky.']
}

function hasProfit(peers: Returns): boolean {
  return peers.some(returns => mean(returns) > 0)
}

/** How sure the Sharpe ratio is by formula, beside its bootstrap interval. */
function sharpeNotes(net: readonly number[]): string[] {
  const moments = momentsOf(net)
  const ratio = sharpeRatio(net)
  const yearly = Math.sqrt(SESSIONS_PER_YEAR)
  if (ratio === 0) return []
  const scale = autocorrelatedScale(net, SESSIONS_PER_YEAR, AUTOCORRELATIONS)
  const followed =
    scale === undefined
      ? ''
      : `; ${(ratio * scale).toFixed(2)} where sessions follow on each other as these did`
  return [
    `Sharpe ratio of a year after costs ${(ratio * yearly).toFixed(2)}, standard error ${(sharpeError(ratio, moments) * yearly).toFixed(2)} for returns of this shape, ${(normalSharpeError(ratio, net.length) * yearly).toFixed(2)} were they normal${followed}.`,
  ]
}

/** What choosing the best in sample brought out of sample, by purged folds with an embargo. */
function foldNotes(peers: Returns): string[] {
  const sessions = peers[0]?.length ?? 0
  if (sessions < FOLDS * FEWEST_IN_FOLD) return []
  const labels = Array.from({ length: sessions }, (_, session) => ({ start: session, end: session }))
  const followed = followBest(peers, purgedFolds(labels, FOLDS, EMBARGO), sharpeRatio)
  const { value, low, high } = bootstrap(
    followed.map(({ value: net }) => net),
    mean,
    SEED,
  )
  return [
    `Choosing the best of all ${peers.length} strategies on ${FOLDS - 1} of ${FOLDS} purged folds and trading it on the other: ${value.toPrecision(3)} a session after costs (95 % interval ${low.toPrecision(3)} to ${high.toPrecision(3)}).`,
  ]
}
