import type { Dollars, EpochMilliseconds, IsoDate, MinuteOfDay } from '../core/base/units.ts'
import type { Measured } from './learning.ts'

/** The first seed of simulated sessions that no model is trained on: trainings draw theirs below it. */
export const UNSEEN_FROM = 900_000_001

/** What a backtest is run over. */
export type BacktestData =
  /** Simulated sessions of consecutive seeds. */
  | { readonly kind: 'simulated'; readonly seed: number; readonly sessions: number }
  /** A file of mids in the layout of `options_0dte`. */
  | {
      readonly kind: 'mids'
      readonly file: string
      /** A file of official closes, where what is held to the end settles; without it the day ends at its last prices. */
      readonly closes?: string | undefined
      /** When fixed strategies enter; 10:00 where nothing is said. */
      readonly entry?: MinuteOfDay | undefined
    }

/** A strategy that may be tested, and the kinds of data that it is known over. */
export interface BacktestStrategy {
  readonly name: string
  readonly data: readonly BacktestData['kind'][]
}

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
  /** Probability that the true Sharpe ratio is above what the luckiest of all trials would show. */
  readonly deflatedSharpe: number
  /** The deepest fall of the sum below its highest point. */
  readonly drawdown: number
  /** Share of trades that made money. */
  readonly winRate: number
}

/** A rule that a result must keep before it counts as shown. */
export interface BacktestGate {
  /** The rule in words, with its limit. */
  readonly rule: string
  /** Undefined where it cannot be told: too few sessions, no profit to share. Such a rule is not kept. */
  readonly value: number | undefined
  readonly limit: number
  /** Whether the value must be as large as the limit, or as small. */
  readonly bound: 'atLeast' | 'atMost'
  readonly isKept: boolean
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
  /** Strategies and settings ever tried on these data, those that ran beside among them. */
  readonly trials: number
  /**
   * Probability that the best of all strategies on these sessions is worse than the middle one on others (Bailey et al. 2017).
   * Undefined where sessions are too few or none made a profit: then there is no success that luck could explain.
   */
  readonly overfitting: number | undefined
  /** The mean after costs when every entry comes one bar late. */
  readonly oneBarLag: number | undefined
  /** A session after costs, when the strategy with the best past is chosen anew every month, on sessions it had not seen. */
  readonly walkForward: Measured | undefined
  readonly gates: readonly BacktestGate[]
  /** Days and cumulated profit after costs, with the drawdown below the best so far; from nothing on the day before the first. */
  readonly equity: {
    readonly dates: readonly IsoDate[]
    readonly profit: Float64Array
    readonly drawdown: Float64Array
  }
  readonly trades: readonly BacktestTrade[]
  /** `No edge shown` or what is shown, with its interval. */
  readonly sentence: string
  /** Sessions of the data that were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Sessions without a trade that count as nothing earned, by reason. */
  readonly untraded: Readonly<Record<string, number>>
  /** What must be known to read the figures: how positions end, what was not known, where prices come from. */
  readonly notes: readonly string[]
}
