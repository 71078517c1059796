import type { Price, Volatility } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { exercisePremium } from './americanPremium.ts'
import { binomialAmericanPrice } from './binomialTree.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'
import { certainAmericanPrice } from './certainPrice.ts'
import { exerciseBoundary, type UnitPut } from './exerciseBoundary.ts'

/** Below it chance and carry no longer meet: the value is the better of the certain one and the European. */
const SMALLEST_DEVIATION = 1e-5
/** What interest may add to a price, as a share of it, before early exercise counts at all. */
const NEGLIGIBLE_SHARE = 1e-10
/** Interest over a life that is as good as endless: what comes later adds no digit that the collocation has. */
const ENDLESS = 20
/** Steps of the tree where rates are negative and two boundaries exist; with half as many for the extrapolation. */
const TREE_STEPS = 2001

/**
 * The value of an American option under a continuous yield; equals the European one where early exercise is worthless. Found
 * by spectral collocation (`exerciseBoundary`): within 1e-7 dollars of a converged value up to a year on a spot of 600. Never below
 * what exercise pays.
 */
export function americanPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const held = heldPrice(right, spot, strike, volatility, carry)
  const exercised = right === 'call' ? spot - strike : strike - spot
  return held < exercised ? exercised : held
}

function heldPrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const kind = exerciseKind(right, spot, strike, volatility, carry)
  if (kind === 'worthless') return europeanPrice(right, spot, strike, volatility, carry)
  const certain = certainAmericanPrice(right, spot, strike, carry)
  if (!(spot > 0) || !(strike > 0)) return certain
  if (kind === 'certain') return Math.max(certain, europeanPrice(right, spot, strike, volatility, carry))
  if (kind === 'twoBoundaries') return Math.max(certain, treePrice(right, spot, strike, volatility, carry))
  const felt = feltCarry(right, carry)
  const { put, level, scale } = mirroredPut(right, spot, strike, volatility, felt)
  const boundary = exerciseBoundary(put)
  if (level <= boundary(1)) return right === 'call' ? spot - strike : strike - spot
  const european = europeanPrice(right, spot, strike, volatility, felt)
  return Math.max(certain, european + scale * Math.max(0, exercisePremium(level, put, boundary).value))
}

/** Whether holding always beats exercising: no time to earn interest, or nothing to earn by it. */
export function isEarlyExerciseWorthless(right: OptionRight, carry: Carry): boolean {
  if (!(carry.discountYears > 0)) return true
  const earned = right === 'put' ? carry.rate : carry.dividendYield
  const paid = right === 'put' ? carry.dividendYield : carry.rate
  return isNothing(earned * carry.discountYears) && isNothing((earned - paid) * carry.discountYears)
}

/**
 * How early exercise is valued. `worthless`: not at all. `certain`: nothing moves but by carry. `twoBoundaries`: at negative
 * rates a put is exercised between two levels of the spot. `collocated`: below one boundary, the usual case.
 */
export type ExerciseKind = 'worthless' | 'certain' | 'twoBoundaries' | 'collocated'

/** Which of the ways applies to an option. */
export function exerciseKind(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): ExerciseKind {
  const deviation = volatility * Math.sqrt(carry.years)
  if (isEarlyExerciseWorthless(right, carry) && spot > 0 && strike > 0) return 'worthless'
  if (!(deviation > SMALLEST_DEVIATION) || !(spot > 0) || !(strike > 0)) return 'certain'
  return (right === 'put' ? carry.rate : carry.dividendYield) < 0 ? 'twoBoundaries' : 'collocated'
}

/** The carry of an option with one boundary, both clocks cut to where its life is as good as endless. */
export function feltCarry(right: OptionRight, carry: Carry): Carry {
  const interest = (right === 'put' ? carry.rate : carry.dividendYield) * carry.discountYears
  if (!(interest > ENDLESS)) return carry
  const share = ENDLESS / interest
  return { ...carry, years: carry.years * share, discountYears: carry.discountYears * share }
}

/** An option as a put of strike 1 that lives for one unit of time. */
export interface MirroredPut {
  readonly put: UnitPut
  /** The logarithm of the put's spot. */
  readonly level: number
  /** Dollars for one unit of its value. */
  readonly scale: Price
}

/**
 * The option as a put of strike 1: a call is a put with spot and strike, rate and yield exchanged (R. McDonald and M. Schroder,
 * "A parity result for American options", Journal of Computational Finance 1, 1998). The variance over its life is kept, so
 * one clock is left.
 */
export function mirroredPut(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): MirroredPut {
  const { discountYears, rate, dividendYield } = carry
  const [own, other] = right === 'put' ? [spot, strike] : [strike, spot]
  const [earned, paid] = right === 'put' ? [rate, dividendYield] : [dividendYield, rate]
  const put = {
    interest: earned * discountYears,
    dividends: paid * discountYears,
    deviation: volatility * Math.sqrt(carry.years),
  }
  return { put, level: Math.log(own / other), scale: other }
}

function isNothing(share: number): boolean {
  return share < NEGLIGIBLE_SHARE
}

/** Two trees, extrapolated: the error of one falls about in proportion to its steps. */
function treePrice(
  right: OptionRight,
  spot: Price,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): Price {
  const tree = (steps: number) => binomialAmericanPrice(right, spot, strike, volatility, carry, steps)
  return 2 * tree(TREE_STEPS) - tree((TREE_STEPS - 1) / 2 + 1)
}
