import type { BacktestReport, BacktestTrade } from '../contract/backtest.ts'
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
import { sharpeRatio } from './sharpe.ts'

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
  /** The mean after costs with everything one bar later. */
  readonly late: number
  /** What everything that could have been chosen made after costs on the sessions that all can count, one row each. */
  readonly peers: readonly (readonly number[])[]
  readonly notes: readonly string[]
}

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
  const gates = gatesOf(series.net, series.tradesAfter, after.mean)
  const { unit, dates, trades, leftOut, untraded, notes } = series
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
    overfitting: overfittingProbability(series.peers)?.probability,
    oneBarLag: series.late,
    walkForward: choosingAnew(series.peers, SEED),
    gates,
    equity: { dates, ...equityOf(series.net) },
    trades,
    sentence: verdictOf(after, trials.count, gates, unit === 'dollars' ? 'dollars' : '% of the underlying'),
    leftOut,
    untraded,
    notes,
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
    equity: { dates: [], profit: new Float64Array(0), drawdown: new Float64Array(0) },
    trades: [],
    sentence: '',
    leftOut: {},
    untraded: {},
    notes: [],
  }
}

/** The Sharpe ratio a session after costs, by which a trial is remembered. */
export function trialSharpe({ net }: BacktestSeries): number {
  return sharpeRatio(net)
}
