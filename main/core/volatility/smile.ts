import type { Price, Probability, Volatility, Years } from '../base/units.ts'
import { MINUTES_PER_YEAR } from '../base/units.ts'
import { at, numberAt } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import type { OptionChain } from '../market/optionChain.ts'
import { intrinsicValue, type OptionRight } from '../market/optionContract.ts'
import { logMoneyness } from '../pricing/blackScholes.ts'
import { impliedDeviation } from '../pricing/impliedVolatility.ts'
import { normalDistribution } from '../pricing/normal.ts'
import { bandReach } from './bandReach.ts'
import {
  KNOTS,
  KNOT_STEP,
  SEGMENTS,
  logAt,
  outOfTheMoneyValue,
  quantileCurve,
  quantileOf,
  segmentOf,
  type QuantileCurve,
} from './quantileCurve.ts'
import { fitQuantileCurve, type StrikeEvidence } from './quantileFit.ts'
import { strikeEvidence } from './strikeEvidence.ts'

/**
 * Implied volatility by strike at one instant, free of butterfly arbitrage whatever its numbers are: the underlying at
 * expiry as a rising function of a normal, see `QuantileCurve`. Plain data, so that it can be kept and sent.
 */
export interface Smile {
  readonly forward: Price
  readonly years: Years
  /** Volatility at the forward, the unit of the shape. */
  readonly atTheMoney: Volatility
  /** Local deviations by segment of the curve, as shares of the deviation at the money. */
  readonly shape: readonly number[]
  /** How far the band reaches around prices out of the money, as a share of the forward: by z of `BAND_QUANTILES`. */
  readonly reaches: readonly number[]
  /** Strikes fitted whose mid says a volatility. */
  readonly contracts: number
}

/** Volatilities between which the mid of a contract lies that was not fitted, in at least nineteen of twenty cases. */
export interface SmileBand {
  readonly low: Volatility
  readonly high: Volatility
}

/** Where along the curve the reach of the band is kept. */
export const BAND_QUANTILES = [-4, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4] as const

/** Weight of the shape of one minute before, by which the smile keeps what quotes do not say just now. */
const MEMORY = 30
const SHORTEST_MEMORY = 1 / 60

/** With fewer mids than this an earlier smile knows more than a new one would. */
const FEWEST_BESIDE_EARLIER = 2

/** How far to both sides of the money the skew is taken, in standard deviations. */
const SKEW_REACH = 0.5

/** Beyond this z values are too small for numbers; the volatility stays what it is there. */
const FARTHEST_QUANTILE = 30

/**
 * The smile of what a chain quotes around a forward, or undefined where too few out-of-the-money mids say a volatility. An
 * `earlier` smile of the same expiry lends its shape where the quotes are silent; the smile of an expiry that is `sooner` is
 * not undercut, so that no calendar spread costs less than nothing.
 */
export function fitSmile(
  chain: OptionChain,
  forward: Price,
  years: Years,
  earlier?: Smile,
  sooner?: Smile,
): Smile | undefined {
  if (!(years > 0) || !(forward > 0)) return undefined
  const evidence = strikeEvidence(chain, forward)
  const contracts = evidence.isTwoSided.reduce((sum, isTwoSided) => sum + isTwoSided, 0)
  if (contracts < (earlier ? FEWEST_BESIDE_EARLIER : 1)) return undefined
  const remembered = earlier && shapeOf(earlier, years)
  const start = remembered?.deviations ?? startOf(evidence)
  const least = sooner && localDeviations(sooner)
  const curve = fitQuantileCurve(evidence, start, { earlier: remembered, least })
  const deviation = impliedDeviation(1, 1, outOfTheMoneyValue(curve, 0))
  const shape = Array.from(curve.deviations, local => local / deviation)
  const reaches = BAND_QUANTILES.map(z => {
    const strike = forward * Math.exp(logAt(curve, z))
    const reach = bandReach(chain, z < 0 ? 'put' : 'call', strike, { forward, deviation })
    return Number.isNaN(reach) ? 0 : reach / forward
  })
  return { forward, years, atTheMoney: deviation / Math.sqrt(years), shape, reaches, contracts }
}

/** The volatility of a strike; at expiry the one at the money. */
export function smileVolatility(smile: Smile, strike: Price): Volatility {
  const curve = curveOf(smile)
  if (!curve) return smile.atTheMoney
  const log = logOfStrike(smile, curve, strike)
  return volatilityOf(smile, log, outOfTheMoneyValue(curve, log))
}

/** The undiscounted value of a European option under the smile, in dollars. */
export function smilePrice(smile: Smile, right: OptionRight, strike: Price): Price {
  const curve = curveOf(smile)
  const intrinsic = intrinsicValue(right, strike, smile.forward)
  if (!curve) return intrinsic
  return intrinsic + smile.forward * outOfTheMoneyValue(curve, -logMoneyness(smile.forward, strike))
}

/** The band of a strike around its volatility: the value and its reach above and below, as volatilities. */
export function smileBand(smile: Smile, strike: Price): SmileBand {
  const curve = curveOf(smile)
  if (!curve) return { low: smile.atTheMoney, high: smile.atTheMoney }
  const log = logOfStrike(smile, curve, strike)
  const value = outOfTheMoneyValue(curve, log)
  const reach = reachOf(smile, quantileOf(curve, log))
  return {
    low: value > reach ? volatilityOf(smile, log, value - reach) : 0,
    high: volatilityOf(smile, log, value + reach),
  }
}

/** The slope of the smile across the money: change of volatility a standard deviation up, as a share of that at the money. */
export function smileSkew(smile: Smile): number {
  const step = SKEW_REACH * smile.atTheMoney * Math.sqrt(smile.years)
  const [up, down] = [smile.forward * Math.exp(step), smile.forward * Math.exp(-step)]
  return (smileVolatility(smile, up) - smileVolatility(smile, down)) / (2 * SKEW_REACH * smile.atTheMoney)
}

/** Local deviations by segment of the curve behind a smile; all 0 at expiry. */
export function localDeviations(smile: Smile): Float64Array {
  const deviation = smile.atTheMoney * Math.sqrt(smile.years)
  return Float64Array.from(smile.shape, share => share * deviation)
}

/** The same smile around another forward, at another time or level: volatility moves with moneyness. */
export function shiftSmile(smile: Smile, shift: { forward?: Price; years?: Years; level?: number }): Smile {
  return {
    ...smile,
    forward: shift.forward ?? smile.forward,
    years: shift.years ?? smile.years,
    atTheMoney: smile.atTheMoney * (shift.level ?? 1),
  }
}

/** The market's probability that the underlying closes above a price: the slope of the call price by strike. */
export function probabilityAbove(smile: Smile, price: Price): Probability {
  const curve = curveOf(smile)
  if (!curve) return smile.forward > price ? 1 : 0
  if (!(price > 0)) return 1
  const log = -logMoneyness(smile.forward, price)
  return normalDistribution(-quantileOf(curve, log, segmentOf(curve, log)))
}

/** A first guess: at every segment the deviation that the quote nearest to it in standard deviations implies. */
function startOf(evidence: StrikeEvidence): Float64Array {
  const start = new Float64Array(SEGMENTS)
  const distances = new Float64Array(SEGMENTS).fill(Number.POSITIVE_INFINITY)
  for (let point = 0; point < evidence.logs.length; point += 1) {
    if (evidence.isTwoSided[point] !== 1) continue
    const log = numberAt(evidence.logs, point)
    const deviation = impliedDeviation(1, Math.exp(log), numberAt(evidence.values, point))
    for (let segment = 0; segment < SEGMENTS; segment += 1) {
      const middle = numberAt(KNOTS, Math.max(0, segment - 1)) + KNOT_STEP / 2
      const distance = Math.abs(log / deviation - middle)
      if (!(distance < numberAt(distances, segment))) continue
      distances[segment] = distance
      start[segment] = deviation
    }
  }
  return start
}

/** The shape of an earlier smile at a later time, weighing the more the nearer it is. */
function shapeOf(earlier: Smile, years: Years) {
  const minutes = Math.abs(earlier.years - years) * MINUTES_PER_YEAR
  const deviation = earlier.atTheMoney * Math.sqrt(years)
  return {
    deviations: Float64Array.from(earlier.shape, share => share * deviation),
    weight: MEMORY / Math.max(SHORTEST_MEMORY, minutes),
  }
}

function volatilityOf(smile: Smile, log: number, value: number): Volatility {
  const strike = Math.exp(log)
  const held = Math.min(value, 0.999 * Math.min(1, strike))
  return impliedDeviation(1, strike, held) / Math.sqrt(smile.years)
}

function reachOf(smile: Smile, z: number): number {
  const held = clamp(z, at(BAND_QUANTILES, 0), at(BAND_QUANTILES, BAND_QUANTILES.length - 1))
  const above = Math.max(
    1,
    BAND_QUANTILES.findIndex(quantile => quantile >= held),
  )
  const [low, high] = [at(BAND_QUANTILES, above - 1), at(BAND_QUANTILES, above)]
  const share = (held - low) / (high - low)
  return at(smile.reaches, above - 1) * (1 - share) + at(smile.reaches, above) * share
}

function logOfStrike(smile: Smile, curve: QuantileCurve, strike: Price): number {
  if (!(strike > 0)) return logAt(curve, -FARTHEST_QUANTILE)
  return clamp(
    -logMoneyness(smile.forward, strike),
    logAt(curve, -FARTHEST_QUANTILE),
    logAt(curve, FARTHEST_QUANTILE),
  )
}

/** The last curve of every shape: smiles are asked strike by strike, and shifting the forward does not change it. */
const curves = new WeakMap<readonly number[], { readonly deviation: number; readonly curve: QuantileCurve }>()

function curveOf(smile: Smile): QuantileCurve | undefined {
  const deviation = smile.atTheMoney * Math.sqrt(smile.years)
  if (!(deviation > 0)) return undefined
  const known = curves.get(smile.shape)
  if (known?.deviation === deviation) return known.curve
  const curve = quantileCurve(localDeviations(smile))
  curves.set(smile.shape, { deviation, curve })
  return curve
}
