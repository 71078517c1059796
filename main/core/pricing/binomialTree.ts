import type { Price, Volatility } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import type { Carry } from './blackScholes.ts'
import { certainAmericanPrice } from './certainPrice.ts'

/**
 * The value of an American option on a Leisen-Reimer tree (1996) with an odd number of steps. Slow and simple: the
 * independent check of the collocation method, and its stand-in where rates are negative and two boundaries exist.
 */
export function binomialAmericanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
  steps: number,
): Price {
  const time = carry.discountYears
  const deviation = volatility * Math.sqrt(carry.years)
  const drift = (carry.rate - carry.dividendYield) * time
  const d2 = (Math.log(spot / strike) + drift) / deviation - deviation / 2
  const upChance = peizerPratt(d2, steps)
  const upChanceInShares = peizerPratt(d2 + deviation, steps)
  // So far from the strike that every path ends on one side of it
  if (isCertain(upChance) || isCertain(upChanceInShares))
    return certainAmericanPrice(right, spot, strike, carry)
  const growth = Math.exp(drift / steps)
  const up = (growth * upChanceInShares) / upChance
  const down = (growth * (1 - upChanceInShares)) / (1 - upChance)
  const discount = Math.exp((-carry.rate * time) / steps)
  const sign = right === 'call' ? 1 : -1
  const value = (price: Price) => Math.max(0, sign * (price - strike))
  const values = Float64Array.from({ length: steps + 1 }, (_, ups) =>
    value(spot * up ** ups * down ** (steps - ups)),
  )
  for (let step = steps - 1; step >= 0; step -= 1) {
    let price = spot * down ** step
    for (let ups = 0; ups <= step; ups += 1) {
      const held = discount * (upChance * at(values, ups + 1) + (1 - upChance) * at(values, ups))
      values[ups] = Math.max(held, value(price))
      price *= up / down
    }
  }
  return at(values, 0)
}

function isCertain(chance: number): boolean {
  return !(chance > 0 && chance < 1)
}

/** The Peizer-Pratt inversion of the normal distribution into a binomial one. */
function peizerPratt(z: number, steps: number): number {
  const scaled = z / (steps + 1 / 3 + 0.1 / (steps + 1))
  return 0.5 + Math.sign(z) * Math.sqrt(0.25 - 0.25 * Math.exp(-scaled * scaled * (steps + 1 / 6)))
}
