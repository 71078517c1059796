import type { Random } from '../../core/base/random.ts'
import { clamp } from '../../core/base/statistics.ts'
import { MINUTES_PER_YEAR, type Price, type Volatility, type Years } from '../../core/base/units.ts'

/** What a simulated day is drawn from; every figure is a share, a count or a multiple, so that days differ in kind. */
export interface DayCharacter {
  readonly startPrice: Price
  readonly previousClose: Price
  /** VIX at the open, in points. */
  readonly volatilityIndex: number
  /** Standard deviation of the day's open-to-close return that options price. */
  readonly impliedDayMove: number
  /** Realised over implied variance: below 1 on most days. */
  readonly realisedShare: number
  /** Drift of the day in standard deviations. */
  readonly drift: number
  readonly jumpsPerDay: number
}

/** The underlying and the level of its variance at one instant. */
export interface PathPoint {
  readonly spot: Price
  /** Instantaneous variance as a multiple of the day's profile. */
  readonly variance: number
  /** Slope of the smile in standardised moneyness. */
  readonly skew: number
  /** Volatility of the smile beyond what variance says, a slow wobble around 1. */
  readonly wobble: number
}

/** Steps of the path a second. */
export const STEPS_PER_SECOND = 10

const INTRADAY_SHARE = 0.62
const VARIANCE_HALF_LIFE_MINUTES = 40
const VARIANCE_OF_VARIANCE = 0.9
const LEVERAGE = -0.65
const JUMP_DEVIATION = 0.18

/** The character of a day, from chance. */
export function drawDay(random: Random, startPrice: Price): DayCharacter {
  const volatilityIndex = clamp(16.5 * Math.exp(0.28 * random.normal()), 10.5, 45)
  const impliedDayMove =
    (volatilityIndex / 100 / Math.sqrt(252)) * Math.sqrt(INTRADAY_SHARE) * Math.exp(0.12 * random.normal())
  return {
    startPrice,
    previousClose: Math.round(startPrice * (1 - 0.004 * random.normal()) * 100) / 100,
    volatilityIndex,
    impliedDayMove,
    realisedShare: clamp(0.82 * Math.exp(0.35 * random.normal()), 0.3, 2.5),
    drift: 0.55 * random.normal(),
    jumpsPerDay: 1.5,
  }
}

/** How busy a minute is against the mean of the session: high at the open, quiet at noon, rising into the close. */
export function activityProfile(minute: number, length: number): number {
  const shape = (at: number) => 0.62 + 1.35 * Math.exp(-at / 22) + 0.65 * Math.exp(-(length - at) / 26)
  return shape(minute) / profileMean(length)
}

/** The share of the session's variance that still lies ahead of a minute. */
export function varianceAhead(minute: number, length: number): number {
  const from = clamp(minute, 0, length)
  const rest = (at: number) =>
    0.62 * (length - at) +
    1.35 * 22 * (Math.exp(-at / 22) - Math.exp(-length / 22)) +
    0.65 * 26 * (1 - Math.exp(-(length - at) / 26))
  return rest(from) / rest(0)
}

/** A path of the underlying, ten steps a second, that can only be walked forward. */
export function createPath(
  character: DayCharacter,
  length: number,
  random: Random,
): { point: PathPoint; step(minute: number): void } {
  const chance = random.split('path')
  const perStep = 1 / (length * 60 * STEPS_PER_SECOND)
  const reversion = Math.LN2 / (VARIANCE_HALF_LIFE_MINUTES * 60 * STEPS_PER_SECOND)
  const dayMove = character.impliedDayMove * Math.sqrt(character.realisedShare)
  let logVariance = 0
  let skew = -0.075
  let wobble = 0
  const state = { spot: character.startPrice, variance: 1, skew, wobble: 1 }
  return {
    point: state,
    step(minute) {
      const activity = activityProfile(minute, length)
      const shock = chance.normal()
      const other = chance.normal()
      const deviation = dayMove * Math.sqrt(activity * state.variance * perStep)
      const jump =
        chance.uniform() < character.jumpsPerDay * perStep
          ? dayMove * JUMP_DEVIATION * (chance.normal() - 0.2)
          : 0
      const drift = character.drift * dayMove * perStep
      state.spot *= Math.exp(drift - (deviation * deviation) / 2 + deviation * shock + jump)
      const spread = VARIANCE_OF_VARIANCE * Math.sqrt(2 * reversion) * 0.5
      logVariance +=
        -reversion * logVariance + spread * (LEVERAGE * shock + Math.sqrt(1 - LEVERAGE * LEVERAGE) * other)
      // A jump wakes the market: variance doubles and dies down again
      if (jump !== 0) logVariance += 0.7
      state.variance = Math.exp(clamp(logVariance, -2, 2.5))
      skew += (-0.075 - skew) * reversion * 2 - 0.0009 * shock * Math.sqrt(perStep * 5e4)
      state.skew = clamp(skew, -0.16, -0.015)
      wobble += -wobble * reversion * 4 + 0.05 * Math.sqrt(8 * reversion) * other
      state.wobble = Math.exp(clamp(wobble, -0.15, 0.15))
    },
  }
}

/** Volatility at the money that the options of the day show, per calendar year. */
export function atTheMoneyVolatility(
  character: DayCharacter,
  point: PathPoint,
  minute: number,
  length: number,
): Volatility {
  const left = Math.max(0.5, length - minute)
  // Variance above its mean decays on the way to the close
  const decay =
    (1 - 0.5 ** (left / VARIANCE_HALF_LIFE_MINUTES)) / ((left / VARIANCE_HALF_LIFE_MINUTES) * Math.LN2)
  const level = 1 + (point.variance - 1) * decay
  const variance =
    character.impliedDayMove ** 2 * varianceAhead(Math.min(minute, length - 0.5), length) * level
  return point.wobble * Math.sqrt(variance / (left / MINUTES_PER_YEAR))
}

/** The volatility of a strike `x` standard deviations from the forward. */
export function strikeVolatility(atTheMoney: Volatility, skew: number, x: number): Volatility {
  return atTheMoney * Math.max(0.35, 1 + skew * x + (0.055 * x * x) / (1 + 0.12 * x * x))
}

/** Time left as the options count it. */
export function yearsLeft(minute: number, length: number): Years {
  return Math.max(0, length - minute) / MINUTES_PER_YEAR
}

function profileMean(length: number): number {
  return (
    (0.62 * length + 1.35 * 22 * (1 - Math.exp(-length / 22)) + 0.65 * 26 * (1 - Math.exp(-length / 26))) /
    length
  )
}
