import type { Price, Volatility } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { binomialAmericanPrice } from './binomialTree.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'
import { certainAmericanPrice } from './certainPrice.ts'
import { normalDistribution } from './normal.ts'
import { chebyshevCoefficients, chebyshevValue, gaussLegendre } from './quadrature.ts'

/**
 * American exercise by spectral collocation of the exercise boundary: L. Andersen, M. Lake and D. Offengenden,
 * "High-performance American option pricing", Journal of Computational Finance 20 (2016), fixed point system B.
 * The boundary is expanded in Chebyshev polynomials of the root of time, after the transform ln^2(B/X).
 */
const COLLOCATION_DEGREE = 14
const BOUNDARY_POINTS = 24
const PRICE_POINTS = 48
const FIXED_POINT_STEPS = 24
/** What interest may add to a price, as a share of it, before early exercise counts at all. */
const NEGLIGIBLE_SHARE = 1e-10

/** The value of an American option; equals the European one where early exercise is worthless. */
export function americanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const european = europeanPrice(right, spot, strike, volatility, carry)
  if (isEarlyExerciseWorthless(right, carry)) return european
  if (!(volatility * Math.sqrt(carry.years) > 0)) return certainAmericanPrice(right, spot, strike, carry)
  const intrinsic = Math.max(0, right === 'call' ? spot - strike : strike - spot)
  // A call is a put with spot and strike, rate and yield exchanged (McDonald and Schroder 1998)
  const put =
    right === 'put'
      ? { spot, strike, rate: carry.rate, dividendYield: carry.dividendYield }
      : { spot: strike, strike: spot, rate: carry.dividendYield, dividendYield: carry.rate }
  if (isNothing(put.rate * carry.discountYears))
    return binomialAmericanPrice(right, spot, strike, volatility, carry, 2001)
  // One clock for both: the volatility that gives the same variance over the time of discounting
  const time = carry.discountYears
  const spread = volatility * Math.sqrt(carry.years / time)
  const boundary = exerciseBoundary(put.rate, put.dividendYield, spread, time)
  if (put.spot <= put.strike * boundary(time)) return Math.max(intrinsic, put.strike - put.spot)
  return (
    european + earlyExercisePremium(put.spot, put.strike, put.rate, put.dividendYield, spread, time, boundary)
  )
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

/** The exercise boundary of a put as a share of the strike, by time to expiry. */
function exerciseBoundary(
  rate: number,
  dividendYield: number,
  volatility: Volatility,
  time: number,
): (remaining: number) => number {
  const start = dividendYield > 0 ? Math.min(1, rate / dividendYield) : 1
  const times = Float64Array.from({ length: COLLOCATION_DEGREE + 1 }, (_, index) => {
    const root = (Math.sqrt(time) / 2) * (1 + Math.cos((index * Math.PI) / COLLOCATION_DEGREE))
    return root * root
  })
  let levels: Float64Array = times.map(remaining =>
    firstBoundary(remaining, rate, dividendYield, volatility, start),
  )
  let coefficients: Float64Array = new Float64Array()
  const boundary = (remaining: number): number => {
    const position = 2 * Math.sqrt(Math.max(0, remaining) / time) - 1
    return start * Math.exp(-Math.sqrt(Math.max(0, chebyshevValue(coefficients, position))))
  }
  const expand = () => chebyshevCoefficients(levels.map(level => Math.log(level / start) ** 2))
  coefficients = expand()
  for (let step = 0; step < FIXED_POINT_STEPS; step += 1) {
    const before = levels
    levels = times.map((remaining, index) =>
      remaining > 0
        ? Math.min(start, fixedPoint(remaining, at(before, index), rate, dividendYield, volatility, boundary))
        : start,
    )
    coefficients = expand()
    if (levels.every((level, index) => Math.abs(level - at(before, index)) < 1e-13)) break
  }
  return boundary
}

/** One step of fixed point system B of the paper, equations 36 to 38, for a strike of 1. */
function fixedPoint(
  remaining: number,
  level: number,
  rate: number,
  dividendYield: number,
  volatility: Volatility,
  boundary: (remaining: number) => number,
): number {
  const { nodes, weights } = gaussLegendre(BOUNDARY_POINTS)
  const carry = rate - dividendYield
  const d = (time: number, ratio: number, sign: 1 | -1) =>
    (Math.log(ratio) + carry * time + (sign * volatility * volatility * time) / 2) /
    (volatility * Math.sqrt(time))
  let above = normalDistribution(d(remaining, level, -1))
  let below = normalDistribution(d(remaining, level, 1))
  for (let index = 0; index < nodes.length; index += 1) {
    const half = (1 + at(nodes, index)) / 2
    const gap = remaining * half * half
    const left = remaining - gap
    const weight = at(weights, index) * remaining * half
    const ratio = level / boundary(left)
    above += rate * weight * Math.exp(rate * left) * normalDistribution(d(gap, ratio, -1))
    below += dividendYield * weight * Math.exp(dividendYield * left) * normalDistribution(d(gap, ratio, 1))
  }
  // Where carry outruns chance both vanish, and the first boundary is the limit already
  return below > 0 ? (Math.exp(-carry * remaining) * above) / below : level
}

/** What early exercise adds to the European put: interest on the strike less dividends given up (Kim 1990). */
function earlyExercisePremium(
  spot: Price,
  strike: Price,
  rate: number,
  dividendYield: number,
  volatility: Volatility,
  time: number,
  boundary: (remaining: number) => number,
): Price {
  const { nodes, weights } = gaussLegendre(PRICE_POINTS)
  let premium = 0
  for (let index = 0; index < nodes.length; index += 1) {
    const half = (1 + at(nodes, index)) / 2
    const gap = time * half * half
    const deviation = volatility * Math.sqrt(gap)
    const ratio = Math.log(spot / (strike * boundary(time - gap)))
    const d2 = (ratio + (rate - dividendYield) * gap) / deviation - deviation / 2
    premium +=
      at(weights, index) *
      time *
      half *
      (rate * strike * Math.exp(-rate * gap) * normalDistribution(-d2) -
        dividendYield * spot * Math.exp(-dividendYield * gap) * normalDistribution(-d2 - deviation))
  }
  return Math.max(0, premium)
}

/** A first boundary between its limits at expiry and for ever, after Bjerksund and Stensland (1993). */
function firstBoundary(
  remaining: number,
  rate: number,
  dividendYield: number,
  volatility: Volatility,
  start: number,
): number {
  const variance = volatility * volatility
  const carry = rate - dividendYield
  const slope = carry / variance - 0.5
  // The negative root of a quadratic, so written that it is no difference of near equals
  const spread = Math.sqrt(slope * slope + (2 * rate) / variance)
  const root = slope > 0 ? -slope - spread : (2 * rate) / variance / (slope - spread)
  const forever = root / (root - 1)
  const fall =
    ((carry * remaining - 2 * volatility * Math.sqrt(remaining)) * start) / Math.max(1e-12, start - forever)
  return forever + (start - forever) * Math.exp(Math.min(0, fall))
}
