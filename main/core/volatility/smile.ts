import type { Price, Probability, Volatility, Years } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import { rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { europeanGreeks, logMoneyness } from '../pricing/blackScholes.ts'
import { sourceCode } from '../pricing/chainPricing.ts'
import { normalDistribution } from '../pricing/normal.ts'
import { weightedLeastSquares } from './leastSquares.ts'

/**
 * Implied volatility by strike at one instant: a polynomial in standardised log-moneyness, straight beyond the
 * strikes it was fitted on.
 */
export interface Smile {
  readonly forward: Price
  readonly years: Years
  /** Volatility at the forward, the unit of standardised moneyness. */
  readonly atTheMoney: Volatility
  /** Coefficients of 1, x, x^2, x^3 as shares of the volatility at the money. */
  readonly coefficients: readonly number[]
  /** The standardised moneyness of the lowest and of the highest strike fitted. */
  readonly range: readonly [number, number]
  /** Contracts fitted. */
  readonly contracts: number
  /** Half the width of the band, as a share of the volatility at the money. */
  readonly reach?: number
}

const OWN_MID = sourceCode('mid')

/** Fewest contracts that make a smile; with so few the ridge keeps it flat. */
const FEWEST_CONTRACTS = 1

/**
 * The smile of a chain whose volatilities were filled, or undefined where too little is quoted. Every contract whose
 * own mid says a volatility takes part, weighted by how sharply its spread pins it; a second pass discounts what lies
 * far off.
 */
export function fitSmile(chain: OptionChain, forward: Price, years: Years): Smile | undefined {
  const points = smilePoints(chain, forward, years)
  if (points.length < FEWEST_CONTRACTS) return undefined
  const atTheMoney = nearTheMoney(points, forward)
  const scale = atTheMoney * Math.sqrt(years)
  const x = points.map(point => -logMoneyness(forward, point.strike) / scale)
  const basis = x.map(value => [1, value, value * value, value * value * value])
  const target = points.map(point => point.volatility / atTheMoney)
  let weights = points.map(point => point.weight)
  let coefficients: Float64Array = new Float64Array()
  let reach = 0
  for (let pass = 0; pass < 2; pass += 1) {
    coefficients = weightedLeastSquares(basis, target, weights, [1e-9, 1e-6, 1e-4, 1e-3])
    const misses = basis.map((row, index) =>
      Math.abs(polynomial(coefficients, at(row, 1)) - at(target, index)),
    )
    const typical = Math.max(1e-4, middle(misses))
    reach = at(
      [...misses].sort((a, b) => a - b),
      Math.floor(0.9 * misses.length),
    )
    weights = points.map((point, index) => point.weight / Math.max(1, at(misses, index) / (3 * typical)))
  }
  return {
    forward,
    years,
    atTheMoney,
    coefficients: [...coefficients],
    range: [Math.min(...x), Math.max(...x)],
    contracts: points.length,
    reach,
  }
}

/** The volatility of a strike, never below a tenth of the one at the money. */
export function smileVolatility(smile: Smile, strike: Price): Volatility {
  const scale = smile.atTheMoney * Math.sqrt(smile.years)
  const x = scale > 0 ? -logMoneyness(smile.forward, strike) / scale : 0
  const [low, high] = smile.range
  const held = clamp(x, low, high)
  const slope = clamp(polynomialSlope(smile.coefficients, held), -0.5, 0.5)
  return smile.atTheMoney * Math.max(0.1, polynomial(smile.coefficients, held) + slope * (x - held))
}

/** Volatilities between which nine of ten mids of a strike are expected that the fit has not seen. */
export interface SmileBand {
  readonly low: Volatility
  readonly high: Volatility
}

/** The band of a strike around its volatility, never below zero. */
export function smileBand(smile: Smile, strike: Price): SmileBand {
  const volatility = smileVolatility(smile, strike)
  const reach = smile.atTheMoney * (smile.reach ?? 0)
  return { low: Math.max(0, volatility - reach), high: volatility + reach }
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
  if (!(smile.years > 0)) return smile.forward > price ? 1 : 0
  const step = Math.max(0.01, price * 1e-4)
  const volatility = smileVolatility(smile, price)
  const skew = (smileVolatility(smile, price + step) - smileVolatility(smile, price - step)) / (2 * step)
  const deviation = volatility * Math.sqrt(smile.years)
  const d2 = logMoneyness(smile.forward, price) / deviation - deviation / 2
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  const vega = europeanGreeks('call', smile.forward, price, volatility, carry).vega
  return clamp(normalDistribution(d2) - vega * skew, 0, 1)
}

interface SmilePoint {
  readonly strike: Price
  readonly volatility: Volatility
  readonly weight: number
}

function smilePoints(chain: OptionChain, forward: Price, years: Years): SmilePoint[] {
  const points: SmilePoint[] = []
  const carry = { years, discountYears: 0, rate: 0, dividendYield: 0 }
  for (let row = 0; row < rowCount(chain); row += 1) {
    const strike = strikeOf(chain, row)
    const right = rightOf(chain, row)
    const volatility = at(chain.impliedVolatility, row)
    const [bid, ask] = [at(chain.bid, row), at(chain.ask, row)]
    if (chain.volatilitySource[row] !== OWN_MID) continue
    const vega = europeanGreeks(right, forward, strike, volatility, carry).vega
    const uncertainty = Math.max(0.005, (ask - bid) / 2) / vega
    if (Number.isFinite(uncertainty))
      points.push({ strike, volatility, weight: 1 / (uncertainty * uncertainty) })
  }
  return points
}

function nearTheMoney(points: readonly SmilePoint[], forward: Price): Volatility {
  const nearest = [...points]
    .sort((a, b) => Math.abs(a.strike - forward) - Math.abs(b.strike - forward))
    .slice(0, 4)
  return middle(nearest.map(point => point.volatility))
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? at(sorted, half) : (at(sorted, half - 1) + at(sorted, half)) / 2
}

function polynomial(coefficients: ArrayLike<number>, x: number): number {
  let value = 0
  for (let order = coefficients.length - 1; order >= 0; order -= 1)
    value = value * x + at(coefficients, order)
  return value
}

function polynomialSlope(coefficients: ArrayLike<number>, x: number): number {
  let value = 0
  for (let order = coefficients.length - 1; order > 0; order -= 1)
    value = value * x + order * at(coefficients, order)
  return value
}
