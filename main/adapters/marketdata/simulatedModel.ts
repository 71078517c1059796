import type { Random } from '../../core/base/random.ts'
import { clamp } from '../../core/base/statistics.ts'
import type { Price } from '../../core/base/units.ts'

/** What is planted into a simulated market for a policy to find; without one nothing but costs decides. */
export type PlantedEdge =
  | { readonly kind: 'none' }
  /**
   * The trend of the last half hour goes on: while the regime of `marketRegime` is at 0.3 or beyond, the underlying
   * drifts its way by `strength` standard deviations of an hour in each hour, less where the regime is smaller.
   */
  | { readonly kind: 'momentum'; readonly strength: number }
  /**
   * Days whose options price a large move realise less than they say, and calm days more: the logarithm of the
   * realised share falls by `strength` for each standard deviation that the logarithm of the priced move lies above
   * its median. The mean share stays.
   */
  | { readonly kind: 'premium'; readonly strength: number }

/** A figure drawn once a day: a median, its spread as a standard deviation of the logarithm, and its bounds. */
export interface DrawnLevel {
  readonly median: number
  readonly deviation: number
  readonly least: number
  readonly most: number
}

/** How the makers quote: half spreads in dollars and what widens them. */
export interface QuoteModel {
  /** Half spread of an option worth nothing. */
  readonly floor: Price
  /** Half spread for each root of a dollar of price. */
  readonly root: number
  /** From this price on an option is deep, and its half spread grows by `deepFloor` and `deepSlope` times moneyness. */
  readonly deepAbove: Price
  readonly deepFloor: Price
  readonly deepSlope: Price
  /** What multiplies the half spread: a part that is always there, and one that follows the activity of the minute. */
  readonly still: number
  readonly busy: number
  /** What the close adds to them; it fades with the minutes before. */
  readonly late: number
  /** Wobble of the centre, in half spreads. */
  readonly noise: number
}

/** The parameters of simulated days, all that is not chance. */
export interface DayModel {
  /**
   * `lognormal`: the logarithm of variance reverts, and options are quoted from a smile that is drawn beside it.
   * `affine`: variance is a square-root process with jumps, and every option is quoted at its expectation under the
   * law of that very process, so that no structure earns anything at its mid unless `realised` or `edge` say so.
   */
  readonly dynamics: 'lognormal' | 'affine'
  /** Volatility index at the open, in points. */
  readonly volatilityIndex: DrawnLevel
  /** Share of a day's variance that falls into the session. */
  readonly intradayShare: number
  /** Standard deviation of the logarithm of the move that options price, around what the index says. */
  readonly impliedDeviation: number
  /** Realised over implied variance of a day; below 1 is a premium for sellers. */
  readonly realised: DrawnLevel
  /** Drift of the day in its standard deviations: mean and spread over days. */
  readonly drift: { readonly mean: number; readonly deviation: number }
  readonly variance: {
    readonly halfLifeMinutes: number
    /** Of the logarithm (lognormal) or of the multiple itself (affine), in the long run. */
    readonly deviation: number
    /** Correlation of variance with the underlying. */
    readonly leverage: number
  }
  readonly jumps: {
    readonly perDay: number
    /** Standard deviation of a jump, in moves of the day. */
    readonly deviation: number
    /** Mean of a jump, in its standard deviations. */
    readonly mean: number
    /** What a jump adds to the logarithm of variance (lognormal) or to its multiple (affine). */
    readonly waking: number
  }
  readonly quotes: QuoteModel
  readonly edge: PlantedEdge
}

/** The days of the cockpit. */
export const USUAL: DayModel = {
  dynamics: 'lognormal',
  volatilityIndex: { median: 16.5, deviation: 0.28, least: 10.5, most: 45 },
  intradayShare: 0.62,
  impliedDeviation: 0.12,
  realised: { median: 0.82, deviation: 0.35, least: 0.3, most: 2.5 },
  drift: { mean: 0, deviation: 0.55 },
  variance: { halfLifeMinutes: 40, deviation: 0.45, leverage: -0.65 },
  jumps: { perDay: 1.5, deviation: 0.18, mean: -0.2, waking: 0.7 },
  quotes: {
    floor: 0.006,
    root: 0.0035,
    deepAbove: 4,
    deepFloor: 0.012,
    deepSlope: 0.25,
    still: 0.7,
    busy: 0.3,
    late: 0,
    noise: 0.1,
  },
  edge: { kind: 'none' },
}

/**
 * Days that are calibrated to published facts of options on their last day: `npm run calibration` prints the strategies
 * of Vilkov (2023) and the spreads of recorded quotes beside these days' own.
 */
export const CALIBRATED: DayModel = {
  dynamics: 'affine',
  volatilityIndex: { median: 17, deviation: 0.4, least: 9.5, most: 80 },
  intradayShare: 0.62,
  impliedDeviation: 0.12,
  realised: { median: 0.92, deviation: 0.35, least: 0.3, most: 2.5 },
  drift: { mean: 0, deviation: 0 },
  variance: { halfLifeMinutes: 40, deviation: 0.6, leverage: -0.4 },
  jumps: { perDay: 1.5, deviation: 0.18, mean: -0.1, waking: 0.7 },
  quotes: {
    floor: 0.0044,
    root: 0.0188,
    deepAbove: 2,
    deepFloor: 0,
    deepSlope: 4.5,
    still: 0.9,
    busy: 0,
    late: 0.9,
    noise: 0.1,
  },
  edge: { kind: 'none' },
}

/**
 * Calibrated days without any premium: what is realised is what options expect, day by day, and nothing drifts. Every
 * mid is an expectation, so that nothing earns before costs and everything loses its costs.
 */
export const FAIR: DayModel = {
  ...CALIBRATED,
  realised: { median: 1, deviation: 0, least: 1, most: 1 },
  drift: { mean: 0, deviation: 0 },
}

/** Fair days with an edge planted into them. */
export function withEdge(edge: PlantedEdge, model: DayModel = FAIR): DayModel {
  const isPremium = edge.kind === 'premium'
  return { ...model, edge, realised: isPremium ? { ...model.realised, least: 0.2, most: 3 } : model.realised }
}

/**
 * Another domain around a model: levels, dynamics and spreads are scaled by lognormal draws, `spread` 1 for spreads as
 * wide as years differ, 0 for none. What pays (premium, drift, edge) stays as the model has it.
 */
export function drawDayModel(random: Random, spread: number, model: DayModel = CALIBRATED): DayModel {
  const scale = (deviation: number) => Math.exp(spread * deviation * random.normal())
  const { volatilityIndex, variance, jumps, quotes } = model
  return {
    ...model,
    volatilityIndex: { ...volatilityIndex, median: volatilityIndex.median * scale(0.15) },
    intradayShare: clamp(model.intradayShare * scale(0.1), 0.4, 0.9),
    variance: {
      halfLifeMinutes: variance.halfLifeMinutes * scale(0.25),
      deviation: clamp(variance.deviation * scale(0.2), 0.2, 0.9),
      leverage: clamp(variance.leverage * scale(0.2), -0.9, 0.9),
    },
    jumps: {
      ...jumps,
      perDay: jumps.perDay * scale(0.3),
      deviation: clamp(jumps.deviation * scale(0.2), 0.05, 0.3),
      waking: jumps.waking * scale(0.25),
    },
    quotes: { ...quotes, floor: quotes.floor * scale(0.15), root: quotes.root * scale(0.2) },
  }
}

/** A level drawn for one day. */
export function drawLevel(level: DrawnLevel, random: Random): number {
  return clamp(level.median * Math.exp(level.deviation * random.normal()), level.least, level.most)
}
