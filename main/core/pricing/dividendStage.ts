import type { Price, Volatility } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { americanPrice, exerciseKind, mirroredPut } from './american.ts'
import type { CashDividend } from './americanCarry.ts'
import { exercisePremium } from './americanPremium.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'
import { exerciseBoundary } from './exerciseBoundary.ts'
import { normalDensity } from './normal.ts'
import { chebyshevCoefficients, chebyshevValue, gaussLegendre } from './quadrature.ts'

/** Standard deviations beyond which nothing is expected. */
const REACH = 9.5
const PANEL_POINTS = 16
const PANEL_WIDTH = 1.5
const PREMIUM_DEGREE = 64

/** A discounted expectation and its derivative by the logarithm of the spot. */
export interface Expectation {
  readonly value: Price
  readonly slope: Price
}

/** The life until the share goes ex, as one unit of time, and what the option is worth at its end. */
export interface DividendStage {
  readonly right: OptionRight
  readonly strike: Price
  readonly amount: Price
  readonly interest: number
  readonly dividends: number
  readonly deviation: number
  /** What exercise pays. */
  exercised(spot: Price): Price
  /** The value by the spot after the dividend. */
  after(spot: Price): Price
  /** The spot at which a call is exercised at the last moment; infinite where never, and for puts. */
  readonly lastExercise: Price
  /**
   * The share of the stage at its end in which no put is exercised: interest on the strike until the share goes ex is then less
   * than the dividend. (Below a spot of the size of the dividend itself this is not quite so; that is left out.)
   */
  readonly idle: number
  /** The discounted expectation of a payoff at the end, when a share of the stage remains; the payoff may bend where `after` does. */
  expectation(spot: Price, remaining: number, payoff: (spot: Price) => Price): Expectation
  /** What waiting pays above exercise: a call's at the last moment, a put's at the first moment after. */
  waiting(spot: Price, remaining: number): Expectation
  /** The value of an option that is not exercised before the last moment. */
  waitingPrice(spot: Price): Price
}

/** The stage before a dividend, seen from the value after it. */
export function afterDividend(
  right: OptionRight,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
  dividend: CashDividend,
): DividendStage {
  const { rate, dividendYield } = carry
  const left = {
    years: Math.max(0, carry.years - dividend.years),
    discountYears: carry.discountYears - dividend.discountYears,
    rate,
    dividendYield,
  }
  const { amount } = dividend
  const interest = rate * dividend.discountYears
  const dividends = dividendYield * dividend.discountYears
  const deviation = volatility * Math.sqrt(dividend.years)
  const after = valueAfter(right, strike, volatility, left)
  const exercised = (spot: Price) => (right === 'call' ? spot - strike : strike - spot)
  const lastExercise = right === 'call' ? lastCallExercise(strike, amount, after) : Number.POSITIVE_INFINITY
  const turns = [amount + firstHeld(strike, after), lastExercise]
  const expectation = stageExpectation(strike, volatility, carry, dividend, turns)
  const excess = (spot: Price) =>
    right === 'call'
      ? Math.max(0, after(spot - amount) - exercised(spot))
      : Math.max(0, after(spot - amount) - exercised(spot - amount))
  const waiting = (spot: Price, remaining: number) => expectation(spot, remaining, excess)
  const [spotNow, moneyNow] = [Math.exp(-dividends), Math.exp(-interest)]
  return {
    right,
    strike,
    amount,
    interest,
    dividends,
    deviation,
    exercised,
    after,
    lastExercise,
    idle: interest > 0 ? Math.log1p(amount / strike) / interest : Number.POSITIVE_INFINITY,
    expectation,
    waiting,
    waitingPrice: spot =>
      waiting(spot, 1).value +
      (right === 'call' ? spot * spotNow - strike * moneyNow : (strike + amount) * moneyNow - spot * spotNow),
  }
}

/**
 * The American value after the dividend. Its premium is expanded once in Chebyshev polynomials of the level between the boundary and
 * where nothing is left of it, for it is wanted very often.
 */
function valueAfter(
  right: OptionRight,
  strike: Price,
  volatility: Volatility,
  carry: Carry,
): (spot: Price) => Price {
  const worthless = right === 'call' ? 0 : strike
  const kind = exerciseKind(right, strike, strike, volatility, carry)
  if (kind !== 'collocated')
    return spot => (spot > 0 ? americanPrice(right, spot, strike, volatility, carry) : worthless)
  const { put } = mirroredPut(right, strike, strike, volatility, carry)
  const boundary = exerciseBoundary(put)
  const low = boundary(1)
  const width = Math.max(0, -low) + 10 * put.deviation
  const points = Float64Array.from({ length: PREMIUM_DEGREE + 1 }, (_, index) => {
    const level = low + (width * (1 + Math.cos((index * Math.PI) / PREMIUM_DEGREE))) / 2
    return exercisePremium(level, put, boundary).value
  })
  const coefficients = chebyshevCoefficients(points)
  return spot => {
    if (!(spot > 0)) return worthless
    const level = right === 'put' ? Math.log(spot / strike) : Math.log(strike / spot)
    if (level <= low) return right === 'put' ? strike - spot : spot - strike
    const european = europeanPrice(right, spot, strike, volatility, carry)
    const place = (2 * (level - low)) / width - 1
    const scale = right === 'put' ? strike : spot
    return place < 1 ? european + scale * Math.max(0, chebyshevValue(coefficients, place)) : european
  }
}

/** The spot above which a call pays more at the last moment before the dividend than after it. */
function lastCallExercise(strike: Price, amount: Price, after: (spot: Price) => Price): Price {
  const waits = (spot: Price) => after(spot - amount) > spot - strike
  let [low, high] = [strike, strike + amount]
  while (waits(high)) {
    low = high
    high *= 2
    if (high > 1e4 * strike) return Number.POSITIVE_INFINITY
  }
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step += 1) {
    const middle = (low + high) / 2
    if (waits(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Discounted expectations over the spot at the end of the stage, of payoffs that bend fast about the strike after the dividend, and
 * at spots of their own.
 */
export function stageExpectation(
  strike: Price,
  volatility: Volatility,
  { years, rate, dividendYield }: Carry,
  dividend: CashDividend,
  turns: readonly Price[] = [],
): DividendStage['expectation'] {
  const { amount, discountYears } = dividend
  const deviation = volatility * Math.sqrt(Math.max(0, years - dividend.years))
  const spots = [-6, -3, -1, 0, 1, 3, 6].map(step => amount + strike * Math.exp(step * deviation))
  const bends = [amount, ...spots, ...turns].filter(spot => spot > 0 && Number.isFinite(spot))
  const own = volatility * Math.sqrt(dividend.years)
  return expectationOf(rate * discountYears, dividendYield * discountYears, own, bends)
}

/** The spot next to which exercise after the dividend stops being right. */
function firstHeld(strike: Price, after: (spot: Price) => Price): Price {
  const isExercised = (spot: Price) => after(spot) === Math.abs(strike - spot)
  let [one, other] = [strike, strike]
  for (let step = 0; step < 60 && !isExercised(other); step += 1)
    other *= after(strike * 1e3) > strike ? 1.1 : 0.9
  for (let step = 0; step < 60; step += 1) {
    const middle = (one + other) / 2
    if (isExercised(middle)) other = middle
    else one = middle
  }
  return other
}

/** Expectations over the lognormal spot at the end of the stage, by Gauss-Legendre panels between the bends. */
function expectationOf(
  interest: number,
  dividends: number,
  deviation: number,
  bends: readonly Price[],
): DividendStage['expectation'] {
  const { nodes, weights } = gaussLegendre(PANEL_POINTS)
  return (spot, remaining, payoff) => {
    const spread = deviation * Math.sqrt(remaining)
    const drift = Math.log(spot) + (interest - dividends) * remaining - (spread * spread) / 2
    const ends = panelEnds(bends.map(bend => (Math.log(bend) - drift) / spread))
    let [value, slope] = [0, 0]
    for (let panel = 1; panel < ends.length; panel += 1) {
      const [from, half] = [at(ends, panel - 1), (at(ends, panel) - at(ends, panel - 1)) / 2]
      for (let index = 0; index < nodes.length; index += 1) {
        const z = from + half * (1 + at(nodes, index))
        const part = half * at(weights, index) * normalDensity(z) * payoff(Math.exp(drift + spread * z))
        value += part
        slope += part * z
      }
    }
    const discount = Math.exp(-interest * remaining)
    return { value: discount * value, slope: (discount * slope) / spread }
  }
}

/** Ends of panels that cover what can happen, no wider than the rule can follow. */
function panelEnds(bends: readonly number[]): readonly number[] {
  const inside = bends.filter(bend => Math.abs(bend) < REACH).toSorted((one, other) => one - other)
  const ends = [-REACH]
  for (const end of [...inside, REACH]) {
    const start = ends.at(-1) ?? -REACH
    const panels = Math.ceil((end - start) / PANEL_WIDTH)
    for (let panel = 1; panel <= panels; panel += 1) ends.push(start + ((end - start) * panel) / panels)
  }
  return ends
}
