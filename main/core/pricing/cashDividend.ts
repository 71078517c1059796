import type { Price, Volatility } from '../base/units.ts'
import type { ExerciseStyle, OptionRight } from '../market/optionContract.ts'
import { americanPrice } from './american.ts'
import type { AmericanCarry, CashDividend } from './americanCarry.ts'
import { greeksByDifferences } from './americanGreeks.ts'
import { europeanPrice, type Carry, type Greeks } from './blackScholes.ts'
import { callBoundary, callPremium, dividendPutBoundary, dividendPutPremium } from './dividendBoundary.ts'
import { differencedDividendPrice } from './dividendDifferences.ts'
import { afterDividend, stageExpectation, type DividendStage } from './dividendStage.ts'
import { optionGreeks } from './optionFormulas.ts'

/**
 * The value of an American option on a share that pays a cash dividend. The model is the piecewise lognormal one: the spot moves
 * under its volatility, falls by the amount when the share goes ex (to no less than 0), and moves on. A call may be exercised
 * at the last moment before, a put at the first moment after, both at any other time too. Within 1e-6 dollars of converged
 * finite differences on a spot of 600. Where collocation does not lead, finite differences serve themselves, within 2e-6: a put
 * that is exercised before the share goes ex although it also has a yield, and rates or yields below 0.
 */
export function dividendAmericanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Price {
  const dividend = paidInLife(carry)
  if (dividend === undefined || !(spot > 0) || !(strike > 0))
    return americanPrice(right, spot, strike, volatility, carry)
  const byDifferences = () => differencedDividendPrice(right, spot, strike, volatility, carry, dividend)
  const isNegative = carry.rate < 0 || carry.dividendYield < 0
  if (isNegative && volatility * Math.sqrt(carry.years) > 0) return byDifferences()
  const stage = afterDividend(right, strike, volatility, carry, dividend)
  if (!(stage.deviation > 0)) return Math.max(0, stage.exercised(spot), certainWaiting(stage, spot))
  if (right === 'call') return callPrice(stage, spot)
  return stage.idle < 1 && stage.dividends > 0 ? byDifferences() : putPrice(stage, spot)
}

/** Price and Greeks under a cash dividend: differences of the price, good to about four digits. */
export function dividendGreeks(
  style: ExerciseStyle,
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Greeks {
  const dividend = paidInLife(carry)
  if (dividend === undefined) return optionGreeks(style, right, spot, strike, volatility, carry)
  const value = (spot: Price, volatility: Volatility, shift: Partial<Carry> = {}) => {
    const elapsed = { years: carry.years - (shift.years ?? carry.years), discountYears: 0 }
    if (shift.discountYears !== undefined) elapsed.discountYears = carry.discountYears - shift.discountYears
    const sooner = {
      amount: dividend.amount,
      years: Math.max(0, dividend.years - elapsed.years),
      discountYears: dividend.discountYears - elapsed.discountYears,
    }
    return dividendPrice(style, right, spot, strike, volatility, { ...carry, ...shift, dividend: sooner })
  }
  const step = spot * Math.min(WIDEST_STEP, STEP * volatility * Math.sqrt(carry.years))
  return greeksByDifferences(value, spot, volatility, carry, step)
}

/** The value of an option on a share that pays a cash dividend, under its exercise style. */
export function dividendPrice(
  style: ExerciseStyle,
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Price {
  const price = style === 'american' ? dividendAmericanPrice : dividendEuropeanPrice
  return price(right, spot, strike, volatility, carry)
}

/** Steps of the spot for differences: a share of its standard deviation, and at most so much of itself. */
const STEP = 0.03
const WIDEST_STEP = 2e-3

/** The dividend, where the share goes ex while the option lives and money is lent over that time. */
export function paidInLife({ dividend, discountYears }: AmericanCarry): CashDividend | undefined {
  if (dividend === undefined || !(dividend.amount > 0)) return undefined
  return dividend.discountYears > 0 && dividend.discountYears < discountYears ? dividend : undefined
}

function callPrice(stage: DividendStage, spot: Price): Price {
  const held = stage.waitingPrice(spot)
  // Without a yield nothing is earned by exercise before the last moment
  if (!(stage.dividends > 0)) return Math.max(spot - stage.strike, held)
  const boundary = callBoundary(stage)
  if (Math.log(spot) >= boundary(1)) return spot - stage.strike
  return Math.max(spot - stage.strike, held + callPremium(stage, spot, boundary))
}

function putPrice(stage: DividendStage, spot: Price): Price {
  const held = stage.waitingPrice(spot)
  const { idle } = stage
  // The interest until the share goes ex is less than the dividend: nobody exercises before
  if (idle >= 1) return Math.max(stage.strike - spot, held)
  const boundary = dividendPutBoundary(stage)
  if (Math.log(spot) <= boundary(1)) return stage.strike - spot
  return Math.max(stage.strike - spot, held + dividendPutPremium(stage, spot, boundary))
}

/** What waiting for the dividend pays where nothing moves until then. */
function certainWaiting(stage: DividendStage, spot: Price): Price {
  const later = spot * Math.exp(stage.interest - stage.dividends)
  return Math.exp(-stage.interest) * Math.max(stage.exercised(later), stage.after(later - stage.amount))
}

/** The value of a European option on a share that pays a cash dividend, by the same model. */
export function dividendEuropeanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Price {
  const dividend = paidInLife(carry)
  if (dividend === undefined || !(spot > 0) || !(strike > 0))
    return europeanPrice(right, spot, strike, volatility, carry)
  const left = {
    ...carry,
    years: Math.max(0, carry.years - dividend.years),
    discountYears: carry.discountYears - dividend.discountYears,
  }
  const payoff = (price: Price) => {
    const after = price - dividend.amount
    if (after > 0) return europeanPrice(right, after, strike, volatility, left)
    return right === 'call' ? 0 : strike * Math.exp(-left.rate * left.discountYears)
  }
  if (volatility * Math.sqrt(dividend.years) > 0)
    return stageExpectation(strike, volatility, carry, dividend)(spot, 1, payoff).value
  const { rate, dividendYield } = carry
  const later = spot * Math.exp((rate - dividendYield) * dividend.discountYears)
  return Math.exp(-rate * dividend.discountYears) * payoff(later)
}
