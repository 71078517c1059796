import type { Price, Volatility } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { americanPrice, exerciseKind, feltCarry, isEarlyExerciseWorthless, mirroredPut } from './american.ts'
import { exercisePremium, type Premium } from './americanPremium.ts'
import { europeanGreeks, type Carry, type Greeks } from './blackScholes.ts'
import { exerciseBoundary, type UnitPut } from './exerciseBoundary.ts'

/** Relative steps of the differences by volatility and by rate. */
const DEVIATION_STEP = 2e-3
const RATE_STEP = 1e-3

/**
 * Price and Greeks of an American option under a continuous yield, in the units of `Greeks`. To the closed form of the European
 * option comes the premium of early exercise, whose integral gives delta and gamma; theta and charm follow from the equation
 * of Black and Scholes; the others are differences of the premium. Where exercise is right now: what it pays.
 */
export function americanGreeks(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const kind = exerciseKind(right, spot, strike, volatility, carry)
  if (kind === 'collocated') return collocatedGreeks(right, spot, strike, volatility, feltCarry(right, carry))
  if (kind === 'worthless' || (!(spot > 0) && isEarlyExerciseWorthless(right, carry)))
    return atLeastExercised(right, spot, strike, europeanGreeks(right, spot, strike, volatility, carry))
  // A share that is worth nothing stays so, and its put is exercised at once
  if (spot === 0) return right === 'put' ? exercisedGreeks(right, strike) : FLAT
  return differencedGreeks(right, spot, strike, volatility, carry)
}

/** The same Greeks at a price that is no less than what exercise pays. */
function atLeastExercised(right: OptionRight, spot: Price, strike: Price, greeks: Greeks): Greeks {
  const exercised = right === 'call' ? spot - strike : strike - spot
  return greeks.price < exercised ? { ...greeks, price: exercised } : greeks
}

function collocatedGreeks(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const { put, level, scale } = mirroredPut(right, spot, strike, volatility, carry)
  const boundary = exerciseBoundary(put)
  const exercised = right === 'call' ? spot - strike : strike - spot
  if (level <= boundary(1)) return exercisedGreeks(right, exercised)
  const european = europeanGreeks(right, spot, strike, volatility, carry)
  const premium = exercisePremium(level, put, boundary)
  const price = european.price + scale * Math.max(0, premium.value)
  if (price < exercised) return exercisedGreeks(right, exercised)
  const root = Math.sqrt(carry.years)
  const slopes = premiumSlopes(right, level, put, premium)
  // By the spot: a put's level rises with it, a call's falls
  const size = right === 'put' ? strike / spot : 1
  const ofDelta = (value: number, first: number) => size * (right === 'put' ? first : value - first)
  const delta = european.delta + ofDelta(premium.value, premium.first)
  const gamma = european.gamma + (size * (premium.second - premium.first)) / spot
  const bySpot = right === 'put' ? premium.third - premium.second : premium.second - premium.third
  const speed =
    europeanSpeed(spot, european, volatility, carry) +
    (size * (bySpot - (right === 'put' ? 2 : 1) * (premium.second - premium.first))) / (spot * spot)
  const vega = european.vega + scale * slopes.byDeviation * root
  const vanna = european.vanna + ofDelta(slopes.byDeviation, slopes.firstByDeviation) * root
  return {
    price,
    delta,
    gamma,
    ...decay({ price, delta, gamma, speed, vega, vanna }, spot, volatility, carry),
    vega,
    rho: european.rho + scale * slopes.byRate * carry.discountYears,
    vanna,
    vomma: european.vomma + scale * slopes.byDeviationTwice * carry.years,
  }
}

/** How the premium changes with deviation and rate. */
interface PremiumSlopes {
  readonly byDeviation: number
  readonly byDeviationTwice: number
  readonly firstByDeviation: number
  readonly byRate: number
}

function premiumSlopes(right: OptionRight, level: number, put: UnitPut, premium: Premium): PremiumSlopes {
  const shifted = (change: Partial<UnitPut>) => {
    const other = { ...put, ...change }
    return exercisePremium(level, other, exerciseBoundary(other))
  }
  const step = put.deviation * DEVIATION_STEP
  const low = shifted({ deviation: put.deviation - step })
  const high = shifted({ deviation: put.deviation + step })
  const shift = RATE_STEP * (right === 'put' ? put.interest : Math.max(put.interest, Math.abs(put.dividends)))
  // The rate is what a put earns on its strike, and what a call pays for it
  const byRate = (sign: 1 | -1) =>
    right === 'put'
      ? shifted({ interest: put.interest + sign * shift }).value
      : shifted({ dividends: put.dividends + sign * shift }).value
  return {
    byDeviation: (high.value - low.value) / (2 * step),
    byDeviationTwice: (high.value - 2 * premium.value + low.value) / (step * step),
    firstByDeviation: (high.first - low.first) / (2 * step),
    byRate: shift > 0 ? (byRate(1) - byRate(-1)) / (2 * shift) : 0,
  }
}

/** The third derivative of the European value by the spot. */
function europeanSpeed(spot: Price, european: Greeks, volatility: Volatility, carry: Carry): number {
  // Vanna is -carried density d2 / volatility, and gamma carried density / (spot deviation): together they give d1
  const deviation = volatility * Math.sqrt(carry.years)
  const d2 = european.gamma > 0 ? -european.vanna / (european.gamma * spot * Math.sqrt(carry.years)) : 0
  return (-european.gamma / spot) * (1 + (d2 + deviation) / deviation)
}

/**
 * What a year that passes takes from value and delta, by the equation of Black and Scholes. The clocks of variance and
 * interest run together, also where they do not show the same time.
 */
function decay(
  greeks: Pick<Greeks, 'price' | 'delta' | 'gamma' | 'vega' | 'vanna'> & { readonly speed: number },
  spot: Price,
  volatility: Volatility,
  { years, discountYears, rate, dividendYield }: Carry,
): Pick<Greeks, 'theta' | 'charm'> {
  const { price, delta, gamma, speed, vega, vanna } = greeks
  const variance = (volatility * volatility * years) / discountYears
  const clocks = (volatility / 2) * (1 / years - 1 / discountYears)
  const carry = rate - dividendYield
  return {
    theta: rate * price - carry * spot * delta - (variance / 2) * spot * spot * gamma - clocks * vega,
    charm:
      rate * delta -
      carry * (delta + spot * gamma) -
      (variance / 2) * spot * (2 * gamma + spot * speed) -
      clocks * vanna,
  }
}

function exercisedGreeks(right: OptionRight, price: Price): Greeks {
  return { ...FLAT, price, delta: right === 'call' ? 1 : -1 }
}

/** Price and Greeks by differences of the price: where nothing moves, and where two boundaries exist. */
function differencedGreeks(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Greeks {
  const value = (spot: Price, volatility: Volatility, shift: Partial<Carry> = {}) =>
    americanPrice(right, spot, strike, volatility, { ...carry, ...shift })
  return greeksByDifferences(value, spot, volatility, carry)
}

/**
 * Price and Greeks of any option by central differences of its price. Steps are coarse, for prices that are rough; that of the spot
 * may be given.
 */
export function greeksByDifferences(
  value: (spot: Price, volatility: Volatility, shift?: Partial<Carry>) => Price,
  spot: Price,
  volatility: Volatility,
  carry: Carry,
  ds = spot * 2e-3,
): Greeks {
  const dv = Math.max(volatility * 1e-2, 1e-6)
  const dt = carry.years * 1e-2
  const dr = 1e-4
  const years = (sign: 1 | -1) => ({
    years: carry.years + sign * dt,
    discountYears: Math.max(0, carry.discountYears + sign * dt),
  })
  const price = value(spot, volatility)
  const slope = (volatility: Volatility, shift?: Partial<Carry>) =>
    ds > 0 ? (value(spot + ds, volatility, shift) - value(spot - ds, volatility, shift)) / (2 * ds) : 0
  const [up, down] = [value(spot, volatility + dv), value(spot, Math.max(0, volatility - dv))]
  const width = dv + Math.min(dv, volatility)
  const passed = (early: number, late: number) => (dt > 0 ? (late - early) / (2 * dt) : 0)
  return {
    price,
    delta: slope(volatility),
    gamma: ds > 0 ? (value(spot + ds, volatility) - 2 * price + value(spot - ds, volatility)) / (ds * ds) : 0,
    theta: passed(value(spot, volatility, years(1)), value(spot, volatility, years(-1))),
    vega: (up - down) / width,
    rho:
      (value(spot, volatility, { rate: carry.rate + dr }) -
        value(spot, volatility, { rate: carry.rate - dr })) /
      (2 * dr),
    vanna: (slope(volatility + dv) - slope(Math.max(0, volatility - dv))) / width,
    charm: passed(slope(volatility, years(1)), slope(volatility, years(-1))),
    vomma: width < 2 * dv ? 0 : (up - 2 * price + down) / (dv * dv),
  }
}

const FLAT: Greeks = { price: 0, delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0, vanna: 0, charm: 0, vomma: 0 }
