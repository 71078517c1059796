import type { Price, Volatility } from '../base/units.ts'
import type { ExerciseStyle, OptionRight } from '../market/optionContract.ts'
import { americanPrice } from './american.ts'
import { americanGreeks } from './americanGreeks.ts'
import { americanImpliedVolatility } from './americanVolatility.ts'
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
  const price = style === 'american' ? americanPrice : europeanPrice
  return price(right, underlying, strike, volatility, carry)
}

/** Price and Greeks of an option under its exercise style. */
export function optionGreeks(
  style: ExerciseStyle,
  right: OptionRight,
  underlying: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const greeks = style === 'american' ? americanGreeks : europeanGreeks
  return greeks(right, underlying, strike, volatility, carry)
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
  const volatility = style === 'american' ? americanImpliedVolatility : impliedVolatility
  return volatility(right, underlying, strike, price, carry)
}
