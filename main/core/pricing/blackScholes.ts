import type { Price, Volatility, Years } from '../base/units.ts'
import { clamp } from '../base/statistics.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { millsRatio, normalDensity, normalDistribution } from './normal.ts'

/**
 * What carries the underlying to expiry. Variance and discounting run on two clocks: the first counts minutes to
 * the close, the second the days between settlements, which is 0 for an option that expires today (a share
 * bought now and one bought at the close are paid on the same day, so no interest lies between).
 */
export interface Carry {
  /** Time in which the underlying still moves. */
  readonly years: Years
  /** Time over which money is lent. */
  readonly discountYears: Years
  /** Continuously compounded interest a year. */
  readonly rate: number
  /** Continuously compounded dividend yield a year. */
  readonly dividendYield: number
}

/** The price of an option and its sensitivities, in the units of `OptionChain`. */
export interface Greeks {
  readonly price: Price
  readonly delta: number
  readonly gamma: number
  /** Dollars a calendar year that passes. */
  readonly theta: number
  /** Dollars per 1.00 of volatility. */
  readonly vega: number
  /** Dollars per 1.00 of rate. */
  readonly rho: number
  /** Delta per 1.00 of volatility. */
  readonly vanna: number
  /** Delta a calendar year that passes. */
  readonly charm: number
  /** Vega per 1.00 of volatility. */
  readonly vomma: number
}

/** The forward price of the underlying at expiry. */
export function forwardPrice(spot: Price, carry: Carry): Price {
  return spot * Math.exp((carry.rate - carry.dividendYield) * carry.discountYears)
}

/**
 * The undiscounted value of the out-of-the-money side at a strike: the call where the strike is at or above the
 * forward, the put below. `deviation` is volatility times the root of time. Written with Mills ratios, so that
 * neither leg is a difference of near equals.
 */
export function timeValue(forward: Price, strike: Price, deviation: number): Price {
  // Without chance, and against nothing, one side is sure
  if (deviation <= 0 || forward === 0 || strike === 0) return 0
  // Here the exponentials would leave the range of numbers, and no digit separates the value from its maximum
  if (deviation > 70) return Math.min(forward, strike)
  const distance = Math.abs(logMoneyness(forward, strike)) / deviation
  // Nothing is left of the density here, and ratios so far out leave the range of numbers
  if (distance > 40) return 0
  return (
    geometricMean(forward, strike) *
    Math.exp(-deviation * deviation * 0.125) *
    normalDensity(distance) *
    millsSpread(distance, deviation / 2)
  )
}

/** The root of a product, also where the product leaves the range of numbers. */
function geometricMean(one: number, other: number): number {
  const product = one * other
  return product > 1e-290 && product < Infinity ? Math.sqrt(product) : Math.sqrt(one) * Math.sqrt(other)
}

/** ln(forward / strike) with all its digits: near the forward, where the logarithm of a quotient loses them, and far from it. */
export function logMoneyness(forward: Price, strike: Price): number {
  return forward < strike
    ? -Math.log1p((strike - forward) / forward)
    : Math.log1p((forward - strike) / strike)
}

/** R(x - h) - R(x + h) of the Mills ratio R, by its odd Taylor terms where h is small. */
export function millsSpread(x: number, h: number): number {
  if (h > 0.04) return millsRatio(x - h) - millsRatio(x + h)
  const ratio = millsRatio(x)
  const first = x * ratio - 1
  const second = ratio + x * first
  const third = 2 * first + x * second
  const fourth = 3 * second + x * third
  const fifth = 4 * third + x * fourth
  const sixth = 5 * fourth + x * fifth
  const seventh = 6 * fifth + x * sixth
  const square = h * h
  return -2 * h * (first + square * (third / 6 + square * (fifth / 120 + (square * seventh) / 5040)))
}

/** The European value of an option (Black, Scholes and Merton 1973). */
export function europeanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const forward = forwardPrice(spot, carry)
  const ahead = right === 'call' ? forward - strike : strike - forward
  const value = Math.max(0, ahead) + timeValue(forward, strike, volatility * Math.sqrt(carry.years))
  return Math.exp(-carry.rate * carry.discountYears) * value
}

/**
 * Price and Greeks of a European option in closed form. Where nothing is left to chance (at expiry, without volatility)
 * the price is what exercise is sure to bring, and the rest is its limit. NaN comes back as NaN.
 */
export function europeanGreeks(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const { years, discountYears, rate, dividendYield } = carry
  const forward = forwardPrice(spot, carry)
  const deviation = volatility * Math.sqrt(years)
  const sign = right === 'call' ? 1 : -1
  const price = europeanPrice(right, spot, strike, volatility, carry)
  const carried = Math.exp(-dividendYield * discountYears)
  const discounted = Math.exp(-rate * discountYears)
  if (deviation <= 0 || forward + strike === 0) return sureGreeks(sign, spot, strike, price, carry)
  // From the spot: in minutes to expiry a forward rounded to a double has lost digits that count
  const distance = logMoneyness(spot, strike) + (rate - dividendYield) * discountYears
  const d1 = clamp(distance / deviation + deviation / 2, -1e8, 1e8)
  const d2 = d1 - deviation
  const density = normalDensity(d1)
  const inside1 = normalDistribution(sign * d1)
  const inside2 = normalDistribution(sign * d2)
  // Carry accrues only where settlement lies on a later day
  const accrues = discountYears > 0 ? 1 : 0
  const vega = spot * carried * density * Math.sqrt(years)
  const drift = (-d2 / (2 * years) + (accrues * (rate - dividendYield)) / deviation) * density
  return {
    price,
    delta: sign * carried * inside1,
    gamma: spot === 0 ? 0 : (carried * density) / (spot * deviation),
    theta:
      (-vega * volatility) / (2 * years) +
      accrues * sign * (dividendYield * spot * carried * inside1 - rate * strike * discounted * inside2),
    vega,
    rho: sign * strike * discountYears * discounted * inside2,
    vanna: (-carried * density * d2) / volatility,
    charm: carried * (accrues * dividendYield * sign * inside1 - drift),
    vomma: (vega * d1 * d2) / volatility,
  }
}

/** The limit of the Greeks where it is sure whether the option will be exercised. At the very strike, half of it is. */
function sureGreeks(sign: 1 | -1, spot: Price, strike: Price, price: Price, carry: Carry): Greeks {
  const { discountYears, rate, dividendYield } = carry
  const inside = (1 + Math.sign(sign * (forwardPrice(spot, carry) - strike))) / 2
  const none = { price, delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0, vanna: 0, charm: 0, vomma: 0 }
  if (inside === 0) return none
  const shares = sign * inside * Math.exp(-dividendYield * discountYears)
  if (!(discountYears > 0)) return { ...none, delta: shares }
  const owed = sign * inside * strike * Math.exp(-rate * discountYears)
  return {
    ...none,
    delta: shares,
    theta: dividendYield * spot * shares - rate * owed,
    rho: discountYears * owed,
    charm: dividendYield * shares,
  }
}
