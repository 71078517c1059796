import type { Price, Volatility } from '../base/units.ts'
import { forwardPrice, logMoneyness, millsSpread, type Carry } from './blackScholes.ts'
import { normalDensity } from './normal.ts'
import type { OptionRight } from '../market/optionContract.ts'

/**
 * What became of a price. `ok`: a volatility gives it. `belowIntrinsic`, `aboveMaximum`: none can. `lostInRounding`: the
 * digits that would say one are noise. `expired`: no time is left. `notANumber`: something asked with is none.
 */
export const VOLATILITY_STATUSES = [
  'ok',
  'belowIntrinsic',
  'aboveMaximum',
  'lostInRounding',
  'expired',
  'notANumber',
] as const
export type VolatilityStatus = (typeof VOLATILITY_STATUSES)[number]

/** The code of a status in `KernelColumns.status`. */
export function statusCode(status: VolatilityStatus): number {
  return VOLATILITY_STATUSES.indexOf(status)
}

/** A volatility that gives a price back, or why there is none. */
export type ImpliedVolatility =
  | { readonly status: 'ok'; readonly volatility: Volatility }
  | { readonly status: Exclude<VolatilityStatus, 'ok'> }

const MAXIMUM_STEPS = 40

/**
 * The volatility at which the European formula gives a price back. The time value is solved in logarithms by
 * Halley's method from a normal-model start, held inside a bracket; about four steps for a quote of today's expiry.
 * Moneyness comes from spot, strike and drift, not from the forward, which has lost the digits of a minute in rounding.
 */
export function impliedVolatility(
  right: OptionRight,
  spot: Price,
  strike: Price,
  price: Price,
  carry: Carry,
): ImpliedVolatility {
  if (carry.years <= 0) return { status: 'expired' }
  const drift = (carry.rate - carry.dividendYield) * carry.discountYears
  const gap = spot - strike + spot * Math.expm1(drift)
  const undiscounted = price * Math.exp(carry.rate * carry.discountYears)
  const ahead = Math.max(0, right === 'call' ? gap : -gap)
  const value = undiscounted - ahead
  if (Number.isNaN(value) || Number.isNaN(carry.years)) return { status: 'notANumber' }
  if (value < 0) return { status: 'belowIntrinsic' }
  // Below a few units in the last place of the price, the digits are noise
  if (value <= 4 * Number.EPSILON * Math.max(undiscounted, ahead)) return { status: 'lostInRounding' }
  const forward = forwardPrice(spot, carry)
  const maximum = Math.min(forward, strike)
  if (value >= maximum * (1 - 1e-13)) return { status: 'aboveMaximum' }
  const scale = Math.sqrt(forward * strike)
  const distance = Math.abs(logMoneyness(spot, strike) + drift)
  const deviation = solveDeviation(distance, Math.abs(gap) / scale, value / scale)
  if (!(deviation > 0)) return { status: 'lostInRounding' }
  return { status: 'ok', volatility: deviation / Math.sqrt(carry.years) }
}

/** The deviation (volatility times the root of time) at which `timeValue` gives a value back. */
export function impliedDeviation(forward: Price, strike: Price, value: Price): number {
  const scale = Math.sqrt(forward * strike)
  const distance = Math.abs(logMoneyness(forward, strike))
  return solveDeviation(distance, Math.abs(forward - strike) / scale, value / scale)
}

/** The same from |ln(forward / strike)|, and from the gap between them and the value as shares of the root of their product. */
function solveDeviation(distance: number, gap: number, value: number): number {
  const target = Math.log(value)
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let deviation = normalModelStart(gap, value)
  for (let step = 0; step < MAXIMUM_STEPS; step += 1) {
    const spread = millsSpread(distance / deviation, deviation / 2)
    const log =
      -(deviation * deviation) / 8 +
      Math.log(normalDensity(0) * spread) -
      (distance * distance) / (2 * deviation * deviation)
    const miss = log - target
    if (miss > 0) high = deviation
    else low = deviation
    const slope = 1 / spread
    const curvature = slope * ((distance * distance) / deviation ** 3 - deviation / 4) - slope * slope
    const newton = -miss / slope
    let next = deviation + newton / (1 + Math.max(-0.5, (newton * curvature) / (2 * slope)))
    if (!(next >= low && next <= high))
      next = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : deviation * 2
    // The method triples its digits: a step of a millionth leaves an error far below the last place
    if (Math.abs(next - deviation) <= 1e-6 * deviation) return next
    deviation = next
  }
  return deviation
}

/**
 * A first deviation from the normal (Bachelier) model: with u = value / distance and l = ln(1 + 1/(u sqrt(2 pi))),
 * distance / deviation is near l / sqrt(1 + l/2), right in both limits.
 */
function normalModelStart(distance: number, value: number): number {
  if (distance < 1e-12 * value) return value / normalDensity(0)
  const spread = Math.log1p((normalDensity(0) * distance) / value)
  return (distance * Math.sqrt(1 + spread / 2)) / spread
}
