import type { Price, Volatility } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { americanPrice, isEarlyExerciseWorthless } from './american.ts'
import type { Carry } from './blackScholes.ts'
import { certainAmericanPrice } from './certainPrice.ts'
import { impliedVolatility, type ImpliedVolatility } from './impliedVolatility.ts'

const MOST_STEPS = 80
/** Relative steps of volatility below which it is found. */
const FOUND = 1e-13

/**
 * The volatility at which the American value gives a price back, or why there is none. What the price pays above an option
 * without chance is solved in logarithms by secants inside a bracket.
 */
export function americanImpliedVolatility(
  right: OptionRight,
  spot: Price,
  strike: Price,
  price: Price,
  carry: Carry,
): ImpliedVolatility {
  if (isEarlyExerciseWorthless(right, carry)) return impliedVolatility(right, spot, strike, price, carry)
  if (!(carry.years > 0)) return { status: 'expired' }
  const certain = certainAmericanPrice(right, spot, strike, carry)
  const excess = price - certain
  // In the money a price is a difference of spot and strike, and has no more digits than they
  const digit = 2 * Number.EPSILON * (certain > 0 ? spot + strike : price)
  if (excess < -digit) return { status: 'belowIntrinsic' }
  if (excess <= digit) return { status: 'lostInRounding' }
  // Without bound a put becomes worth its strike, a call its share
  if (price >= (right === 'put' ? strike : spot) * (1 - 1e-13)) return { status: 'aboveMaximum' }
  const volatility = soughtVolatility(
    sigma => americanPrice(right, spot, strike, sigma, carry) - certain,
    excess,
    excess / spot / Math.sqrt(carry.years) + 0.05,
  )
  return volatility === undefined ? { status: 'lostInRounding' } : { status: 'ok', volatility }
}

/**
 * The volatility at which a rising function takes a value above 0, by secants of logarithms from a first guess; undefined where
 * rounding hides it.
 */
export function soughtVolatility(
  excessAt: (volatility: Volatility) => number,
  wanted: number,
  start: Volatility,
): Volatility | undefined {
  let [low, high] = [0, Number.POSITIVE_INFINITY]
  let volatility = start
  let last: { readonly place: number; readonly miss: number } | undefined
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const excess = excessAt(volatility)
    const miss = Math.log(excess / wanted)
    if (excess > wanted) high = volatility
    else low = volatility
    const place = Math.log(volatility)
    const slope = last && (miss - last.miss) / (place - last.place)
    last = Number.isFinite(miss) ? { place, miss } : undefined
    const move = slope === undefined ? Number.NaN : -miss / slope
    const isClosed = high < Number.POSITIVE_INFINITY && high - low <= 1e-15 * high
    if (miss === 0 || Math.abs(move) < FOUND || isClosed) return volatility
    const next = Math.exp(place + move)
    volatility = next > low && next < high ? next : between(low, high)
  }
  return high < Number.POSITIVE_INFINITY && high - low < 1e-9 * high ? volatility : undefined
}

/** A place inside a bracket that may still be open at its ends. */
function between(low: number, high: number): number {
  if (high === Number.POSITIVE_INFINITY) return 2 * low
  return low > 0 ? (low + high) / 2 : high / 2
}
