import type { Dollars, EpochMilliseconds, IsoDate } from '../core/base/units.ts'
import type { Measured } from './learning.ts'

/** What a backtest is run over. */
export type BacktestData =
  /** Simulated sessions of consecutive seeds. */
  | { readonly kind: 'simulated'; readonly seed: number; readonly sessions: number }
  /** A file of mids in the layout of `options_0dte`. */
  | { readonly kind: 'mids'; readonly file: string }

/** One trade of a backtest. */
export interface BacktestTrade {
  readonly date: IsoDate
  readonly time: EpochMilliseconds
  /** The structure as a trader writes it. */
  readonly structure: string
  /** Credit received a share. */
  readonly credit: number
  readonly exit: string
  readonly gross: Dollars
  readonly net: Dollars
}

/** The figures of a backtest, one set before and one after costs. */
export interface BacktestStatistics {
  readonly count: number
  readonly mean: Measured
  readonly volatility: number
  readonly quantiles: {
    readonly p1: number
    readonly p25: number
    readonly p50: number
    readonly p75: number
    readonly p99: number
  }
  /** A year of 252 sessions. */
  readonly sharpe: Measured
  readonly drawdown: number
  readonly winRate: number
}

/** Everything the Backtest page shows, also the file that is written. */
export interface BacktestReport {
  readonly id: string
  readonly strategy: string
  readonly data: BacktestData
  /** What the figures are in: dollars, or percent of the underlying. */
  readonly unit: 'dollars' | 'percentOfUnderlying'
  readonly startedAt: EpochMilliseconds
  readonly status: 'running' | 'finished' | 'failed'
  readonly done: number
  readonly total: number
  readonly failure: string | undefined
  readonly beforeCosts: BacktestStatistics | undefined
  readonly afterCosts: BacktestStatistics | undefined
  /** Probability that the Sharpe ratio is above zero, given how many strategies were tried (Bailey and Lopez de Prado 2014). */
  readonly deflatedSharpe: number | undefined
  /** Strategies and settings ever tried here, from the run store. */
  readonly trials: number
  /** The mean after costs when every entry comes one bar late. */
  readonly oneBarLag: number | undefined
  /** Days and cumulated profit after costs, with the drawdown below the best so far. */
  readonly equity: {
    readonly dates: readonly IsoDate[]
    readonly profit: Float64Array
    readonly drawdown: Float64Array
  }
  readonly trades: readonly BacktestTrade[]
  /** `No edge shown` or what is shown, with its interval. */
  readonly sentence: string
  /** Rows of the data that were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
}
