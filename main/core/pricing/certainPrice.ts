import type { Price } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import type { Carry } from './blackScholes.ts'

/**
 * The value of an American option on an underlying that does not move but by its carry: the best of exercise now, at
 * expiry, and at the moment between them where interest and dividends are in balance.
 */
export function certainAmericanPrice(right: OptionRight, spot: Price, strike: Price, carry: Carry): Price {
  const { discountYears, rate, dividendYield } = carry
  const sign = right === 'call' ? 1 : -1
  const exercised = (time: number) =>
    sign * (spot * Math.exp(-dividendYield * time) - strike * Math.exp(-rate * time))
  const balance = Math.log((dividendYield * spot) / (rate * strike)) / (dividendYield - rate)
  const between = balance > 0 && balance < discountYears ? exercised(balance) : 0
  return Math.max(0, exercised(0), exercised(discountYears), between)
}
