import type { Random } from '../../core/base/random.ts'
import { clamp } from '../../core/base/statistics.ts'
import { MINUTES_PER_YEAR, type Price, type Volatility, type Years } from '../../core/base/units.ts'
import { USUAL, drawLevel, type DayModel } from './simulatedModel.ts'

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

/** A walk of the underlying that can only go forward. */
export interface Path {
  readonly point: PathPoint
  /**
   * Goes one step on; `minute` is the time since the open at which the activity of the step is taken, `push` a drift
   * beyond the day's own, in standard deviations of the day for each day.
   */
  step(minute: number, push?: number): void
}

/** The character of a day, from chance. */
export function drawDay(random: Random, startPrice: Price, model: DayModel = USUAL): DayCharacter {
  const volatilityIndex = drawLevel(model.volatilityIndex, random)
  const impliedDayMove =
    (volatilityIndex / 100 / Math.sqrt(252)) *
    Math.sqrt(model.intradayShare) *
    Math.exp(model.impliedDeviation * random.normal())
  return {
    startPrice,
    previousClose: Math.round(startPrice * (1 - 0.004 * random.normal()) * 100) / 100,
    volatilityIndex,
    impliedDayMove,
    realisedShare: drawLevel(model.realised, random) * premiumOf(model, impliedDayMove),
    drift: model.drift.mean + model.drift.deviation * random.normal(),
    jumpsPerDay: model.jumps.perDay,
  }
}

/** What the planted premium makes of the realised share: 1 in the mean over days. */
function premiumOf(model: DayModel, impliedDayMove: number): number {
  const { edge, volatilityIndex, impliedDeviation, intradayShare } = model
  if (edge.kind !== 'premium') return 1
  const usual = (volatilityIndex.median / 100 / Math.sqrt(252)) * Math.sqrt(intradayShare)
  const height = Math.log(impliedDayMove / usual) / Math.hypot(volatilityIndex.deviation, impliedDeviation)
  return Math.exp(-edge.strength * height - edge.strength ** 2 / 2)
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

/** A path of the underlying in lognormal variance, so many steps a second as is said. */
export function createPath(
  character: DayCharacter,
  length: number,
  random: Random,
  { variance, jumps }: DayModel = USUAL,
  stepsPerSecond: number = STEPS_PER_SECOND,
): Path {
  const chance = random.split('path')
  const perStep = 1 / (length * 60 * stepsPerSecond)
  const reversion = Math.LN2 / (variance.halfLifeMinutes * 60 * stepsPerSecond)
  const dayMove = character.impliedDayMove * Math.sqrt(character.realisedShare)
  const { leverage } = variance
  let logVariance = 0
  let skew = -0.075
  let wobble = 0
  const state = { spot: character.startPrice, variance: 1, skew, wobble: 1 }
  return {
    point: state,
    step(minute, push = 0) {
      const activity = activityProfile(minute, length)
      const shock = chance.normal()
      const other = chance.normal()
      const deviation = dayMove * Math.sqrt(activity * state.variance * perStep)
      const jump =
        chance.uniform() < character.jumpsPerDay * perStep
          ? dayMove * jumps.deviation * (chance.normal() + jumps.mean)
          : 0
      const drift = (character.drift + push) * dayMove * perStep
      state.spot *= Math.exp(drift - (deviation * deviation) / 2 + deviation * shock + jump)
      const spread = variance.deviation * Math.sqrt(2 * reversion)
      logVariance +=
        -reversion * logVariance + spread * (leverage * shock + Math.sqrt(1 - leverage * leverage) * other)
      // A jump wakes the market: variance rises and dies down again
      if (jump !== 0) logVariance += jumps.waking
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
  halfLife: number = USUAL.variance.halfLifeMinutes,
): Volatility {
  const left = Math.max(0.5, length - minute)
  // Variance above its mean decays on the way to the close
  const decay = (1 - 0.5 ** (left / halfLife)) / ((left / halfLife) * Math.LN2)
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
