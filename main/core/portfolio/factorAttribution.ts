import type { Dollars, Price, Volatility, Years } from '../base/units.ts'
import { MINUTES_PER_YEAR } from '../base/units.ts'
import type { Attribution, AttributionMark } from './attribution.ts'

/**
 * Where a profit came from, told by what a trader decides rather than by Greeks; the parts sum to the total. Each is a sum
 * over small steps (minutes and fills) of what was known before the step, times what the step brought:
 *
 * - `market`: the average exposure so far, times the move; what holding it without a thought would have made
 * - `momentum`: exposure beyond that average in the direction of the trend before the step, times the move
 * - `meanReversion`: the same against the trend
 * - `timing`: the same where there was no trend to follow or to oppose
 * - `volatilityCarry`: time and curvature (theta, gamma, charm), and vega and vanna times the change of the volatility at the
 *   money; for a seller what is earned where less is realised than was implied
 * - `selection`: vega and vanna times the rest; that the chosen strikes' volatility moved otherwise than the one at the money
 * - `costs`: what fills paid to the other side, and fees
 */
export interface FactorAttribution {
  readonly timing: Dollars
  readonly selection: Dollars
  readonly market: Dollars
  readonly volatilityCarry: Dollars
  readonly momentum: Dollars
  readonly meanReversion: Dollars
  readonly costs: Dollars
  readonly residual: Dollars
}

/** The factors of one position so far, with what the next step has to know of those before it. */
export interface FactorState {
  readonly total: FactorAttribution
  /** Shares held on average, and the time that is averaged over. */
  readonly exposure: number
  readonly years: Years
  /** Moving average of the underlying. */
  readonly average: Price
  readonly atTheMoney: Volatility
}

export const NO_FACTORS: FactorAttribution = {
  timing: 0,
  selection: 0,
  market: 0,
  volatilityCarry: 0,
  momentum: 0,
  meanReversion: 0,
  costs: 0,
  residual: 0,
}

/** The names of the factors, in the order they are shown. */
export const FACTOR_PARTS = Object.keys(NO_FACTORS) as readonly (keyof FactorAttribution)[]

/** Time in which the moving average goes half of its way; a trend is told by how far the underlying stands from it. */
const TREND_HALF_LIFE: Years = 15 / MINUTES_PER_YEAR

/** A distance from the average of less than this share of what volatility makes usual over the half life is no trend. */
const TREND_FROM = 0.5

/** Least time of a step, so that one without any counts in the averages too. */
const SHORTEST: Years = 1 / MINUTES_PER_YEAR / 60

/** The factors of a position at its first mark: nothing yet. */
export function beginFactors(mark: AttributionMark, atTheMoney: Volatility): FactorState {
  return { total: NO_FACTORS, exposure: mark.greeks.delta, years: 0, average: mark.spot, atTheMoney }
}

/** The factors after a step between two marks that was told by Greeks; the residual of the step stays what it is. */
export function factorStep(
  before: FactorState,
  from: AttributionMark,
  to: AttributionMark,
  step: Attribution,
  atTheMoney: Volatility | undefined,
): FactorState {
  const passed = Math.max(SHORTEST, from.years - to.years)
  const years = before.years + passed
  const exposure = before.exposure + ((from.greeks.delta - before.exposure) * passed) / years
  const move = to.spot - from.spot
  const active = step.delta - exposure * move
  const kind = kindOf(from, from.greeks.delta - exposure, from.spot - before.average)
  const rise = (atTheMoney ?? before.atTheMoney) - before.atTheMoney
  const ofMarket = from.greeks.vega * rise + from.greeks.vanna * move * rise
  const total = addFactors(before.total, {
    ...NO_FACTORS,
    market: exposure * move,
    [kind]: active,
    volatilityCarry: step.theta + step.gamma + step.charm + ofMarket,
    selection: step.vega + step.vanna - ofMarket,
    costs: step.spread + step.fees,
    residual: step.residual,
  })
  const kept = 0.5 ** (passed / TREND_HALF_LIFE)
  const average = kept * before.average + (1 - kept) * to.spot
  return { total, exposure, years, average, atTheMoney: atTheMoney ?? before.atTheMoney }
}

/** What exposure beyond the average is: with the trend, against it, or without one. */
function kindOf(
  { spot, volatility }: AttributionMark,
  beyond: number,
  distance: Price,
): 'momentum' | 'meanReversion' | 'timing' {
  const usual = volatility * spot * Math.sqrt(TREND_HALF_LIFE)
  if (!(Math.abs(distance) >= TREND_FROM * usual)) return 'timing'
  return beyond * distance > 0 ? 'momentum' : 'meanReversion'
}

/** The sum of two attributions by factor. */
export function addFactors(one: FactorAttribution, other: FactorAttribution): FactorAttribution {
  return {
    timing: one.timing + other.timing,
    selection: one.selection + other.selection,
    market: one.market + other.market,
    volatilityCarry: one.volatilityCarry + other.volatilityCarry,
    momentum: one.momentum + other.momentum,
    meanReversion: one.meanReversion + other.meanReversion,
    costs: one.costs + other.costs,
    residual: one.residual + other.residual,
  }
}

/** The profit that factors explain, their residual included. */
export function factorTotal(factors: FactorAttribution): Dollars {
  return Object.values(factors).reduce((sum: number, part: number) => sum + part, 0)
}

/** The same factors with the residual that makes them sum to a profit. */
export function balancedFactors(factors: FactorAttribution, profit: Dollars): FactorAttribution {
  return { ...factors, residual: profit - (factorTotal(factors) - factors.residual) }
}
