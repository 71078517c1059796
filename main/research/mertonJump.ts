import type { Price, Volatility, Years } from '../core/base/units.ts'
import type { OptionRight } from '../core/market/optionContract.ts'
import { europeanPrice } from '../core/pricing/blackScholes.ts'

/** A market part of whose variance comes from jumps, which leave the forward where it is (in the terms of Haug). */
export interface JumpMarket {
  readonly spot: Price
  readonly rate: number
  readonly dividendYield: number
  /** Volatility of all together, a year. */
  readonly volatility: Volatility
  /** Jumps a year. */
  readonly intensity: number
  /** Share of the variance that comes from jumps. */
  readonly share: number
}

const MOST_JUMPS = 1000

/**
 * The European value where jumps of random size come on top of the usual movement: a sum over the number of jumps of
 * Black-Scholes values, weighted by Poisson. R. Merton, "Option pricing when underlying stock returns are discontinuous",
 * Journal of Financial Economics 3 (1976); parameters as in E. Haug, "The complete guide to option pricing formulas".
 */
export function mertonJumpPrice(market: JumpMarket, right: OptionRight, strike: Price, years: Years): Price {
  const { spot, rate, dividendYield, volatility, intensity, share } = market
  const total = volatility * volatility
  const perJump = intensity > 0 ? (share * total) / intensity : 0
  const mean = intensity * years
  let probability = Math.exp(-mean)
  let [sum, reached] = [0, 0]
  for (let jumps = 0; jumps <= MOST_JUMPS && 1 - reached > 1e-16; jumps += 1) {
    if (jumps > 0) probability *= mean / jumps
    const variance = total * (1 - share) + (perJump * jumps) / years
    const carry = { years, discountYears: years, rate, dividendYield }
    sum += probability * europeanPrice(right, spot, strike, Math.sqrt(variance), carry)
    reached += probability
    if (jumps > mean && probability < 1e-18) break
  }
  return sum
}
