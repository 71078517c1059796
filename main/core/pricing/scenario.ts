import { at, invariant } from '../base/assert.ts'
import {
  CONTRACT_MULTIPLIER,
  MINUTES_PER_YEAR,
  type Price,
  type Volatility,
  type Years,
} from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { europeanGreeks, type Carry, type Greeks } from './blackScholes.ts'

/**
 * What a book would be worth in other markets: every combination of a spot, a volatility factor and a time that has
 * passed. Exercise is European, which is exact for what expires today; beyond, early exercise is left out, as the
 * grid feeds pictures and never an order. This file is the oracle of the native and of the GPU grid.
 */
export interface ScenarioAxes {
  /** Prices of the underlying. */
  readonly spots: Float64Array
  /** What every volatility is multiplied by; 1 leaves it. */
  readonly volatilityFactors: Float64Array
  /** Minutes that have passed since now, 0 or more. */
  readonly minutes: Float64Array
}

/** One leg of a book. */
export interface ScenarioLeg {
  readonly right: OptionRight
  readonly strike: Price
  /** Contracts of 100 shares, below 0 where sold. */
  readonly contracts: number
  /** Price of one share from which profit counts: what was paid, or the value now. */
  readonly basis: Price
  /** Time in which the underlying still moves. */
  readonly years: Years
  /** Time over which money is lent; 0 for an option that expires today. */
  readonly discountYears: Years
}

/** The legs of a book as columns, with their volatilities over the axes of one grid. */
export interface ScenarioBook {
  /** 1 for a call, -1 for a put, by leg. */
  readonly sign: Float64Array
  readonly strike: Float64Array
  /** Shares, below 0 where sold: contracts times 100. */
  readonly shares: Float64Array
  /** Price of one share from which profit counts. */
  readonly basis: Float64Array
  readonly years: Float64Array
  readonly discountYears: Float64Array
  /**
   * Volatility before the factor, where the spot and the time of the scenario put it: at
   * (time * legs + leg) * spots + spot. NaN where nobody knows it; what depends on it is NaN too.
   */
  readonly volatility: Float64Array
  /** Continuously compounded interest a year. */
  readonly rate: number
  /** Continuously compounded dividend yield a year. */
  readonly dividendYield: number
}

/** What a grid tells, in the order of its columns. */
export const SCENARIO_OUTPUTS = ['profit', 'delta', 'gamma', 'theta', 'vega'] as const
export type ScenarioOutput = (typeof SCENARIO_OUTPUTS)[number]

/**
 * The sums over the legs, one number a scenario, at (time * factors + factor) * spots + spot. Profit in dollars, delta
 * in shares, gamma in shares a dollar, theta in dollars a calendar year, vega in dollars per 1.00 of volatility.
 */
export interface ScenarioGrid extends Readonly<Record<ScenarioOutput, Float64Array>> {
  readonly axes: ScenarioAxes
}

/** How interest and dividends run for a book: nothing, for what expires today. */
export type ScenarioRates = Pick<Carry, 'rate' | 'dividendYield'>

/** The volatility of a strike when the underlying stands at a price after some minutes. */
export type VolatilityAt = (strike: Price, spot: Price, minutes: number) => Volatility

/**
 * A book as columns. `volatilityAt` is a smile that moves with the underlying, or one that stays with the strikes.
 */
export function scenarioBook(
  legs: readonly ScenarioLeg[],
  axes: ScenarioAxes,
  rates: ScenarioRates,
  volatilityAt: VolatilityAt,
): ScenarioBook {
  const book = bookWithoutVolatilities(legs, axes, rates)
  for (let time = 0; time < axes.minutes.length; time += 1) writeVolatilities(book, axes, time, volatilityAt)
  return book
}

/** A book as columns whose volatilities nobody knows yet: to be written time by time. */
export function bookWithoutVolatilities(
  legs: readonly ScenarioLeg[],
  axes: ScenarioAxes,
  rates: ScenarioRates,
): ScenarioBook {
  const column = (value: (leg: ScenarioLeg) => number) => Float64Array.from(legs, value)
  return {
    sign: column(leg => (leg.right === 'call' ? 1 : -1)),
    strike: column(leg => leg.strike),
    shares: column(leg => leg.contracts * CONTRACT_MULTIPLIER),
    basis: column(leg => leg.basis),
    years: column(leg => leg.years),
    discountYears: column(leg => leg.discountYears),
    volatility: new Float64Array(axes.minutes.length * legs.length * axes.spots.length).fill(Number.NaN),
    rate: rates.rate,
    dividendYield: rates.dividendYield,
  }
}

/** Writes the volatilities of all legs at one time of the axes. Legs of one strike share them. */
export function writeVolatilities(
  { strike: strikes, volatility }: ScenarioBook,
  axes: ScenarioAxes,
  time: number,
  volatilityAt: VolatilityAt,
): void {
  const minutes = at(axes.minutes, time)
  const spots = axes.spots.length
  for (const [leg, strike] of strikes.entries()) {
    const begin = (time * strikes.length + leg) * spots
    const same = strikes.indexOf(strike)
    if (same < leg) {
      const known = (time * strikes.length + same) * spots
      volatility.copyWithin(begin, known, known + spots)
      continue
    }
    for (const [place, spot] of axes.spots.entries())
      volatility[begin + place] = volatilityAt(strike, spot, minutes)
  }
}

/** An empty grid over the axes, for a backend to fill. */
export function emptyGrid(axes: ScenarioAxes): ScenarioGrid {
  const column = () => new Float64Array(scenarioCount(axes))
  return { axes, profit: column(), delta: column(), gamma: column(), theta: column(), vega: column() }
}

/** The number of scenarios over the axes. */
export function scenarioCount(axes: ScenarioAxes): number {
  return axes.minutes.length * axes.volatilityFactors.length * axes.spots.length
}

/** Where a scenario stands in the columns of a grid. */
export function scenarioPosition(axes: ScenarioAxes, time: number, factor: number, spot: number): number {
  return (time * axes.volatilityFactors.length + factor) * axes.spots.length + spot
}

/**
 * The columns of a book are as long as its legs, its volatilities cover the axes, and the axes are prices, factors and
 * times that can be; throws where not.
 */
export function checkScenarioShape(book: ScenarioBook, axes: ScenarioAxes): void {
  const legs = book.strike.length
  const isPrice = (value: number) => value > 0 && Number.isFinite(value)
  const isAmount = (value: number) => value >= 0 && Number.isFinite(value)
  invariant(axes.spots.every(isPrice) && book.strike.every(isPrice), 'spots and strikes are above 0')
  invariant(axes.volatilityFactors.every(isAmount), 'volatility factors are 0 or more')
  invariant(axes.minutes.every(isAmount), 'minutes that have passed are 0 or more')
  for (const column of [book.sign, book.shares, book.basis, book.years, book.discountYears])
    invariant(column.length === legs, `every column of a book has ${legs} legs, found ${column.length}`)
  const needed = axes.minutes.length * legs * axes.spots.length
  invariant(
    book.volatility.length === needed,
    `the axes need ${needed} volatilities, found ${book.volatility.length}`,
  )
}

/** The whole grid, leg by leg in double precision. */
export function scenarioGrid(book: ScenarioBook, axes: ScenarioAxes): ScenarioGrid {
  checkScenarioShape(book, axes)
  const grid = emptyGrid(axes)
  for (let position = 0; position < scenarioCount(axes); position += 1) {
    for (let leg = 0; leg < book.strike.length; leg += 1) addLeg(grid, book, leg, position)
  }
  return grid
}

/**
 * One share of a leg in the scenario at a position; undefined where nobody knows its volatility there. Position counts
 * as in the columns of a grid.
 */
export function scenarioGreeks(
  book: ScenarioBook,
  axes: ScenarioAxes,
  leg: number,
  position: number,
): Greeks | undefined {
  const { time, factor, spot } = scenarioAt(axes, position)
  const volatility = at(book.volatility, (time * book.strike.length + leg) * axes.spots.length + spot)
  if (Number.isNaN(volatility)) return undefined
  return europeanGreeks(
    at(book.sign, leg) > 0 ? 'call' : 'put',
    at(axes.spots, spot),
    at(book.strike, leg),
    volatility * at(axes.volatilityFactors, factor),
    carryAfter(book, leg, at(axes.minutes, time)),
  )
}

/** What carries a leg after some minutes. Money is lent by the day: its clock runs only where it runs at all. */
function carryAfter(book: ScenarioBook, leg: number, minutes: number): Carry {
  const passed = minutes / MINUTES_PER_YEAR
  return {
    years: Math.max(0, at(book.years, leg) - passed),
    discountYears: Math.max(0, at(book.discountYears, leg) - passed),
    rate: book.rate,
    dividendYield: book.dividendYield,
  }
}

function scenarioAt(axes: ScenarioAxes, position: number): { time: number; factor: number; spot: number } {
  const spots = axes.spots.length
  const line = Math.floor(position / spots)
  const factors = axes.volatilityFactors.length
  return { time: Math.floor(line / factors), factor: line % factors, spot: position % spots }
}

function addLeg(grid: ScenarioGrid, book: ScenarioBook, leg: number, position: number): void {
  const greeks = scenarioGreeks(book, grid.axes, leg, position)
  const shares = at(book.shares, leg)
  add(grid.profit, position, greeks && shares * (greeks.price - at(book.basis, leg)))
  add(grid.delta, position, greeks && shares * greeks.delta)
  add(grid.gamma, position, greeks && shares * greeks.gamma)
  add(grid.theta, position, greeks && shares * greeks.theta)
  add(grid.vega, position, greeks && shares * greeks.vega)
}

function add(column: Float64Array, position: number, amount: number | undefined): void {
  column[position] = at(column, position) + (amount ?? Number.NaN)
}
