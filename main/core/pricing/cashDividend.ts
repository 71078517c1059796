import type { Price, Volatility } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { americanPrice } from './american.ts'
import type { AmericanCarry, CashDividend } from './americanCarry.ts'
import { americanGreeks, greeksByDifferences } from './americanGreeks.ts'
import { europeanPrice, type Carry, type Greeks } from './blackScholes.ts'
import { callBoundary, callPremium, dividendPutBoundary, dividendPutPremium } from './dividendBoundary.ts'
import { afterDividend, type DividendStage } from './dividendStage.ts'

/**
 * The value of an American option on a share that pays a cash dividend. The model is the piecewise lognormal one: the spot moves
 * under its volatility, falls by the amount when the share goes ex (to no less than 0), and moves on. A call may be exercised
 * at the last moment before, a put at the first moment after, both at any other time too. Rates and yields below 0
 * give NaN. Within 1e-5 dollars of converged finite differences on a spot of 100; of a put months ahead of a dividend that is less
 * than a 2,000th of the strike, only within a cent.
 */
export function dividendAmericanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Price {
  const dividend = paidInLife(carry)
  if (dividend === undefined) return americanPrice(right, spot, strike, volatility, carry)
  if (carry.rate < 0 || carry.dividendYield < 0) return Number.NaN
  const stage = afterDividend(right, strike, volatility, carry, dividend)
  if (!(stage.deviation > 0)) return Math.max(0, stage.exercised(spot), certainWaiting(stage, spot))
  return right === 'call' ? callPrice(stage, spot) : putPrice(stage, spot)
}

/** Price and Greeks under a cash dividend: differences of the price, good to about five digits. */
export function dividendAmericanGreeks(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Greeks {
  const dividend = paidInLife(carry)
  if (dividend === undefined) return americanGreeks(right, spot, strike, volatility, carry)
  const value = (spot: Price, volatility: Volatility, shift: Partial<Carry> = {}) => {
    const elapsed = { years: carry.years - (shift.years ?? carry.years), discountYears: 0 }
    if (shift.discountYears !== undefined) elapsed.discountYears = carry.discountYears - shift.discountYears
    const sooner = {
      amount: dividend.amount,
      years: Math.max(0, dividend.years - elapsed.years),
      discountYears: dividend.discountYears - elapsed.discountYears,
    }
    return dividendAmericanPrice(right, spot, strike, volatility, { ...carry, ...shift, dividend: sooner })
  }
  return greeksByDifferences(value, spot, volatility, carry)
}

/** The dividend, where the share goes ex while the option lives and money is lent over that time. */
function paidInLife({ dividend, discountYears }: AmericanCarry): CashDividend | undefined {
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

/** The value of a European option under a cash dividend, by the same model; for tests of limits. */
export function dividendEuropeanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: AmericanCarry,
): Price {
  const dividend = paidInLife(carry)
  if (dividend === undefined) return europeanPrice(right, spot, strike, volatility, carry)
  const stage = afterDividend(right, strike, volatility, carry, dividend)
  const left = {
    ...carry,
    years: carry.years - dividend.years,
    discountYears: carry.discountYears - dividend.discountYears,
  }
  return stage.expectation(spot, 1, price => {
    const after = price - dividend.amount
    if (after > 0) return europeanPrice(right, after, strike, volatility, left)
    return right === 'call' ? 0 : strike * Math.exp(-left.rate * left.discountYears)
  }).value
}
