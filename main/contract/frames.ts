import type {
  Dollars,
  EpochMilliseconds,
  Milliseconds,
  Price,
  Probability,
  Volatility,
} from '../core/base/units.ts'
import type { Bar } from '../core/market/bar.ts'
import type { Attribution, PositionGreeks } from '../core/portfolio/attribution.ts'
import type { FactorAttribution } from '../core/portfolio/factorAttribution.ts'
import type { MID_STATUSES, VOLATILITY_SOURCES } from '../core/pricing/chainPricing.ts'
import type { SessionPhase } from '../core/session/phase.ts'
import type { ExpectedMove } from '../core/volatility/expectedMove.ts'

/**
 * Frames are what changes all the time: the latest is enough, and one that was missed is not missed. What must not be
 * missed comes as audits.
 */

/** What the codes of a chain mean, in their order. */
export interface VolatilityCodes {
  readonly sources: typeof VOLATILITY_SOURCES
  readonly statuses: typeof MID_STATUSES
}

/** The chain as columns; rows 0 to n-1 are calls by rising strike, rows n to 2n-1 puts. */
export interface ChainFrame {
  readonly time: EpochMilliseconds
  /** Changes when strikes were added. */
  readonly layout: number
  readonly strikes: Float64Array
  readonly bid: Float32Array
  readonly ask: Float32Array
  readonly bidSize: Float32Array
  readonly askSize: Float32Array
  readonly volume: Float32Array
  readonly openInterest: Float32Array
  /** Age of each quote in milliseconds; NaN where there never was one. */
  readonly age: Float32Array
  readonly impliedVolatility: Float32Array
  /** Codes of `VolatilityCodes.sources`. */
  readonly volatilitySource: Uint8Array
  /** What the own mid of each row says: codes of `VolatilityCodes.statuses`. */
  readonly volatilityStatus: Uint8Array
  readonly delta: Float32Array
  readonly gamma: Float32Array
  /** Dollars an hour. */
  readonly theta: Float32Array
  /** Dollars a point of volatility. */
  readonly vega: Float32Array
  readonly vanna: Float32Array
  readonly charm: Float32Array
}

/** How an outside thing is. */
export interface Heartbeat {
  readonly state: 'alive' | 'late' | 'gone' | 'off'
  /** Since it was last heard. */
  readonly age: Milliseconds
  /** What it is, and what is wrong with it. */
  readonly note: string
}

/** One position as it stands. */
export interface PositionFrame {
  readonly decision: string
  /** What one lot would cost to close, a share; undefined where a leg is not quoted. */
  readonly mark: Price | undefined
  readonly openProfit: Dollars
  readonly greeks: PositionGreeks | undefined
  readonly attribution: Attribution | undefined
  /** The marks of its legs, in the order of its legs. */
  readonly legMarks: readonly (Price | undefined)[]
  readonly legGreeks: readonly (PositionGreeks | undefined)[]
  /** Age of its oldest quote. */
  readonly age: Milliseconds
}

/** The figures of the strip, the positions and the risk bar. */
export interface PulseFrame {
  readonly time: EpochMilliseconds
  readonly phase: SessionPhase
  readonly spot:
    | { readonly bid: Price; readonly ask: Price; readonly last: Price; readonly time: EpochMilliseconds }
    | undefined
  readonly previousClose: Price | undefined
  readonly volatilityIndex:
    | { readonly value: number; readonly previousClose: number; readonly time: EpochMilliseconds }
    | undefined
  readonly forward: Price | undefined
  readonly expectedMove: ExpectedMove | undefined
  readonly openingMove: Price | undefined
  readonly impliedVolatility: Volatility | undefined
  readonly realisedVolatility: Volatility | undefined
  readonly regime: number
  readonly bar: Bar | undefined
  readonly volumeWeightedAveragePrice: Price | undefined
  /** From which age on a quote is stale: no order is based on it, and it is shown greyed. */
  readonly staleAfter: Milliseconds
  readonly heartbeats: Readonly<Record<'feed' | 'broker' | 'database' | 'ai', Heartbeat>>
  /**
   * What computes the chain and the pictures, for the strip: `late` where the slow formulas serve because the addon is
   * missing, or where a backend was refused; the note says which and why. Age is the time of one pricing, 95 of 100.
   */
  readonly pricer?: Heartbeat
  readonly nextDecision: EpochMilliseconds | undefined
  readonly positions: readonly PositionFrame[]
  readonly bookGreeks: PositionGreeks | undefined
  readonly attribution: Attribution
  /** The same profit by factor. */
  readonly factors: FactorAttribution
  readonly risk: RiskFrame
  readonly playback: { readonly pace: number | 'max'; readonly isPaused: boolean; readonly isLive: boolean }
  readonly recording: string | undefined
}

/** Where the day stands against its limits. */
export interface RiskFrame {
  readonly dayProfit: Dollars
  readonly realised: Dollars
  readonly open: Dollars
  readonly atStops: Dollars
  readonly exposure: Dollars
  readonly openContracts: number
  readonly tradesOpened: number
  readonly valueAtRisk: Dollars | undefined
  readonly expectedShortfall: Dollars | undefined
}

/** Curves over the price of the underlying: the smile, and profit now and at the close. */
export interface CurvesFrame {
  readonly time: EpochMilliseconds
  readonly spot: Price
  readonly prices: Float64Array
  /** The fitted smile and the volatilities of single contracts, NaN where there is none. */
  readonly smile: Float64Array
  /** The band around the fitted smile. */
  readonly smileLow?: Float64Array
  readonly smileHigh?: Float64Array
  readonly earlierSmile: Float64Array
  readonly earlierTime: EpochMilliseconds | undefined
  readonly contractStrikes: Float64Array
  readonly contractVolatilities: Float64Array
  /** The volatilities at the bids and at the asks of those contracts: 0 where nothing is bid, NaN where it is not known. */
  readonly contractBids: Float64Array
  readonly contractAsks: Float64Array
  /** The market's density of the closing price, its peak at 1. */
  readonly density: Float64Array
  readonly suggestion: PayoffCurve | undefined
  readonly book: PayoffCurve | undefined
}

/** Profit in dollars by the price of the underlying. */
export interface PayoffCurve {
  readonly label: string
  readonly now: Float64Array
  readonly atClose: Float64Array
  readonly strikes: readonly { readonly strike: Price; readonly ratio: number }[]
  readonly breakEvens: readonly Price[]
  readonly best: Dollars
  readonly worst: Dollars
  readonly probabilityOfProfit: Probability
}

/** A payoff that is being drawn, over its own prices; or why there is none. */
export type PayoffPreview =
  | {
      readonly kind: 'payoff'
      readonly time: EpochMilliseconds
      readonly prices: Float64Array
      readonly curve: PayoffCurve
      /** What was received for each holding, a share and lot: as given, or what the market gives at the middle. */
      readonly nets: readonly Price[]
    }
  | { readonly kind: 'nothing'; readonly reason: string }

/**
 * Profit in dollars and its Greeks over prices of the underlying, volatilities and times. Columns run over the prices
 * first, then the volatilities, then the times.
 */
export interface ScenarioFrame {
  readonly kind: 'grid'
  readonly time: EpochMilliseconds
  readonly label: string
  readonly spot: Price
  readonly spots: Float64Array
  readonly volatilityFactors: Float64Array
  /** Minutes from `time`. */
  readonly minutes: Float64Array
  readonly profit: Float64Array
  readonly delta: Float64Array
  readonly gamma: Float64Array
  /** Dollars a calendar year. */
  readonly theta: Float64Array
  /** Dollars per 1.00 of volatility. */
  readonly vega: Float64Array
  readonly strikes: readonly Price[]
  /** Who computed it, as people call it, and how long that took. */
  readonly backend: string
  readonly precision: 'f64' | 'f32'
  readonly microseconds: number
}

/** A grid of scenarios, or why there is none. */
export type ScenarioAnswer = ScenarioFrame | { readonly kind: 'nothing'; readonly reason: string }

/** How the machine and the program are. */
export interface HealthReport {
  readonly stages: readonly {
    readonly stage: string
    readonly count: number
    readonly p50: Milliseconds
    readonly p95: Milliseconds
    readonly p99: Milliseconds
  }[]
  readonly counts: { readonly decisions: number; readonly suggestions: number; readonly noTrades: number }
  readonly quotes: {
    readonly accepted: number
    readonly conflated: number
    readonly refused: Readonly<Record<string, number>>
  }
  readonly memoryBytes: number
  readonly uptime: Milliseconds
  readonly pricer: string
  readonly policy: {
    readonly name: string
    readonly version: string
    readonly provider: string
    readonly restarts: number
  }
  readonly database: {
    readonly file: string
    readonly entries: number
    readonly situations: number
    readonly index: string
    readonly setAside: string | undefined
  }
  readonly platform: string
  readonly audits: number
}
