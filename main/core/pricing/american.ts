import type { Price, Volatility } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { binomialAmericanPrice } from './binomialTree.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'
import { certainAmericanPrice } from './certainPrice.ts'
import { exerciseBoundary, type LogBoundary, type UnitPut } from './exerciseBoundary.ts'
import { normalDistribution } from './normal.ts'
import { tanhSinh } from './quadrature.ts'

/** Half the points of the rule that integrates the premium. */
const PREMIUM_POINTS = 40
/** Below it chance and carry no longer meet: the value is the better of the certain one and the European. */
const SMALLEST_DEVIATION = 1e-5
/** What interest may add to a price, as a share of it, before early exercise counts at all. */
const NEGLIGIBLE_SHARE = 1e-10

/**
 * The value of an American option; equals the European one where early exercise is worthless. Found by spectral
 * collocation (`exerciseBoundary`) and the premium integral of Kim (1990).
 */
export function americanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const european = europeanPrice(right, spot, strike, volatility, carry)
  if (isEarlyExerciseWorthless(right, carry)) return european
  const deviation = volatility * Math.sqrt(carry.years)
  const certain = Math.max(european, certainAmericanPrice(right, spot, strike, carry))
  if (!(deviation > SMALLEST_DEVIATION) || !(spot > 0) || !(strike > 0)) return certain
  // A call is a put with spot and strike, rate and yield exchanged (McDonald and Schroder 1998)
  const [own, other] = right === 'put' ? [spot, strike] : [strike, spot]
  const [earned, paid] =
    right === 'put' ? [carry.rate, carry.dividendYield] : [carry.dividendYield, carry.rate]
  if (earned < 0) return binomialAmericanPrice(right, spot, strike, volatility, carry, 2001)
  const put = { interest: earned * carry.discountYears, dividends: paid * carry.discountYears, deviation }
  const boundary = exerciseBoundary(put)
  const level = Math.log(own / other)
  if (level <= boundary(1)) return other - own
  return Math.max(certain, european + other * earlyExercisePremium(level, put, boundary))
}

/** Whether holding always beats exercising: no time to earn interest, or nothing to earn by it. */
export function isEarlyExerciseWorthless(right: OptionRight, carry: Carry): boolean {
  if (!(carry.discountYears > 0)) return true
  const earned = right === 'put' ? carry.rate : carry.dividendYield
  const paid = right === 'put' ? carry.dividendYield : carry.rate
  return isNothing(earned * carry.discountYears) && isNothing((earned - paid) * carry.discountYears)
}

function isNothing(share: number): boolean {
  return share < NEGLIGIBLE_SHARE
}

/**
 * What early exercise adds to a European put of strike 1 at a logarithmic level: interest on the strike less dividends
 * given up, over all the time that it is exercised (Kim 1990).
 */
function earlyExercisePremium(level: number, put: UnitPut, boundary: LogBoundary): number {
  const { interest, dividends, deviation } = put
  const { fromStart, fromEnd, weights } = tanhSinh(PREMIUM_POINTS)
  const spot = Math.exp(level)
  let premium = 0
  for (let index = 0; index < weights.length; index += 1) {
    const gap = at(fromStart, index)
    const spread = deviation * Math.sqrt(gap)
    const distance = level - boundary(Math.sqrt(at(fromEnd, index)))
    const d2 = (distance + (interest - dividends) * gap) / spread - spread / 2
    premium +=
      at(weights, index) *
      (interest * Math.exp(-interest * gap) * normalDistribution(-d2) -
        dividends * spot * Math.exp(-dividends * gap) * normalDistribution(-d2 - spread))
  }
  return Math.max(0, premium)
}
