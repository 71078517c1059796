import type { Price } from '../base/units.ts'
import type { ExerciseStyle, OptionRight } from '../market/optionContract.ts'
import type { AmericanCarry } from './americanCarry.ts'
import { soughtVolatility } from './americanVolatility.ts'
import { dividendPrice, paidInLife } from './cashDividend.ts'
import type { ImpliedVolatility } from './impliedVolatility.ts'
import { optionVolatility } from './optionFormulas.ts'

/** Digits of a price under a dividend, as a share of spot and strike: less than it cannot be told from nothing. */
const DIGIT = 1e-12

/**
 * The volatility at which an option on a share that pays a cash dividend is worth a price, or why there is none; found by the
 * formulas of `dividendPrice`, one after the other.
 */
export function dividendVolatility(
  style: ExerciseStyle,
  right: OptionRight,
  spot: Price,
  strike: Price,
  price: Price,
  carry: AmericanCarry,
): ImpliedVolatility {
  const isPaid = paidInLife(carry) !== undefined && spot > 0 && strike > 0
  if (!isPaid) return optionVolatility(style, right, spot, strike, price, carry)
  if (!Number.isFinite(price)) return { status: 'notANumber' }
  const certain = dividendPrice(style, right, spot, strike, 0, carry)
  const excess = price - certain
  const digit = DIGIT * (spot + strike)
  if (excess < -digit) return { status: 'belowIntrinsic' }
  if (excess <= digit) return { status: 'lostInRounding' }
  if (price >= greatestPrice(style, right, spot, strike, carry)) return { status: 'aboveMaximum' }
  const volatility = soughtVolatility(
    sigma => dividendPrice(style, right, spot, strike, sigma, carry) - certain,
    excess,
    excess / spot / Math.sqrt(carry.years) + 0.05,
  )
  return volatility === undefined ? { status: 'lostInRounding' } : { status: 'ok', volatility }
}

/** What the price comes to as volatility grows without bound. */
function greatestPrice(
  style: ExerciseStyle,
  right: OptionRight,
  spot: Price,
  strike: Price,
  { rate, dividendYield, discountYears }: AmericanCarry,
): Price {
  const now = right === 'call' ? spot : strike
  const later = now * Math.exp(-(right === 'call' ? dividendYield : rate) * discountYears)
  return (style === 'american' ? Math.max(now, later) : later) * (1 - 1e-12)
}
