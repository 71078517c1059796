import type { Price, Volatility } from '../base/units.ts'
import { intrinsicValue, type ExerciseStyle, type OptionRight } from '../market/optionContract.ts'
import { americanPrice, isEarlyExerciseWorthless } from './american.ts'
import { europeanGreeks, europeanPrice, type Carry, type Greeks } from './blackScholes.ts'
import { impliedVolatility, type ImpliedVolatility } from './impliedVolatility.ts'

/** The value of an option under its exercise style. */
export function optionPrice(
  style: ExerciseStyle,
  right: OptionRight,
  underlying: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  return style === 'american'
    ? americanPrice(right, underlying, strike, volatility, carry)
    : europeanPrice(right, underlying, strike, volatility, carry)
}

/** Price and Greeks under the exercise style; American ones by differences where early exercise is worth something. */
export function optionGreeks(
  style: ExerciseStyle,
  right: OptionRight,
  underlying: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  if (style === 'european' || isEarlyExerciseWorthless(right, carry)) {
    return europeanGreeks(right, underlying, strike, volatility, carry)
  }
  const value = (spot: Price, sigma: Volatility, shift: Partial<Carry>) =>
    americanPrice(right, spot, strike, sigma, { ...carry, ...shift })
  return greeksByDifferences(value, underlying, volatility, carry)
}

/** The volatility that a price says under the exercise style, or why it says none. */
export function optionVolatility(
  style: ExerciseStyle,
  right: OptionRight,
  underlying: Price,
  strike: Price,
  price: Price,
  carry: Carry,
): ImpliedVolatility {
  const european = impliedVolatility(right, underlying, strike, price, carry)
  if (style === 'european' || isEarlyExerciseWorthless(right, carry)) return european
  return americanImpliedVolatility(right, underlying, strike, price, carry)
}

function greeksByDifferences(
  value: (spot: Price, volatility: Volatility, shift: Partial<Carry>) => Price,
  spot: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const ds = spot * 1e-3
  const dv = volatility * 1e-2
  const dt = carry.years * 1e-2
  const later = { years: carry.years - dt, discountYears: Math.max(0, carry.discountYears - dt) }
  const price = value(spot, volatility, {})
  const delta = (sigma: Volatility, shift: Partial<Carry>) =>
    (value(spot + ds, sigma, shift) - value(spot - ds, sigma, shift)) / (2 * ds)
  const up = value(spot, volatility + dv, {})
  const down = value(spot, volatility - dv, {})
  const dr = 1e-4
  return {
    price,
    delta: delta(volatility, {}),
    gamma: (value(spot + ds, volatility, {}) - 2 * price + value(spot - ds, volatility, {})) / (ds * ds),
    theta: (value(spot, volatility, later) - price) / dt,
    vega: (up - down) / (2 * dv),
    rho:
      (value(spot, volatility, { rate: carry.rate + dr }) -
        value(spot, volatility, { rate: carry.rate - dr })) /
      (2 * dr),
    vanna: (delta(volatility + dv, {}) - delta(volatility - dv, {})) / (2 * dv),
    charm: (delta(volatility, later) - delta(volatility, {})) / dt,
    vomma: (up - 2 * price + down) / (dv * dv),
  }
}

/** The volatility at which the American value gives a price back, by bisection. */
function americanImpliedVolatility(
  right: OptionRight,
  spot: Price,
  strike: Price,
  price: Price,
  carry: Carry,
): ImpliedVolatility {
  if (carry.years <= 0) return { status: 'expired' }
  const intrinsic = intrinsicValue(right, strike, spot)
  if (Number.isNaN(price - intrinsic) || Number.isNaN(carry.years)) return { status: 'notANumber' }
  if (price < intrinsic) return { status: 'belowIntrinsic' }
  if (price <= intrinsic * (1 + 1e-12)) return { status: 'lostInRounding' }
  let low = 1e-4
  let high = 0.5
  while (americanPrice(right, spot, strike, high, carry) < price) {
    high *= 2
    if (high > 64) return { status: 'aboveMaximum' }
  }
  if (americanPrice(right, spot, strike, low, carry) > price) return { status: 'lostInRounding' }
  for (let step = 0; step < 60 && high - low > 1e-12 * high; step += 1) {
    const middle = (low + high) / 2
    if (americanPrice(right, spot, strike, middle, carry) < price) low = middle
    else high = middle
  }
  return { status: 'ok', volatility: (low + high) / 2 }
}
