import { at } from '../base/assert.ts'
import { europeanGreeks, type Greeks } from './blackScholes.ts'
import { BATCH_OUTPUTS, type BatchOutput, type OptionBatch } from './optionBatch.ts'
import {
  SCENARIO_OUTPUTS,
  scenarioGreeks,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioGrid,
  type ScenarioOutput,
} from './scenario.ts'

/** Double precision, or the single precision of a GPU. */
export type Precision = 'f64' | 'f32'

/** How far an answer may lie from the reference: by a number, and by a share of what the reference says. */
interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/**
 * Single precision for one share: 5e-5 dollars, 3e-7 of delta and a share of 1e-4 of every other Greek. The floor lies
 * below anything that a picture shows: beyond nine deviations a single has no digits left.
 */
const SINGLE: Readonly<Record<keyof Greeks, Tolerance>> = {
  price: { absolute: 5e-5, relative: 2e-7 },
  delta: { absolute: 3e-7, relative: 0 },
  gamma: { absolute: 1e-9, relative: 1e-4 },
  theta: { absolute: 1e-6, relative: 1e-4 },
  vega: { absolute: 1e-9, relative: 1e-4 },
  rho: { absolute: 1e-6, relative: 1e-4 },
  vanna: { absolute: 1e-9, relative: 1e-4 },
  charm: { absolute: 1e-6, relative: 1e-4 },
  vomma: { absolute: 1e-9, relative: 1e-4 },
}

const DOUBLE: Tolerance = { absolute: 1e-12, relative: 1e-12 }

/**
 * What is wrong with the Greeks of one option, as a sentence; undefined where they are what the reference says. Theta is
 * decay less carry and may pass through 0, so the dollars a year that carry at most makes count with its size.
 */
export function greeksFault(
  expected: Greeks,
  found: Greeks,
  precision: Precision,
  carryAtMost = 0,
): string | undefined {
  for (const output of BATCH_OUTPUTS) {
    const { absolute, relative } = precision === 'f32' ? SINGLE[output] : DOUBLE
    const carry = output === 'theta' ? carryAtMost : 0
    const reach = absolute + relative * (Math.abs(expected[output]) + 2 * carry)
    if (!isClose(found[output], expected[output], reach))
      return `${output} should be ${expected[output]}, was ${found[output]}`
  }
  return undefined
}

/** What is wrong with European options of a batch at some places, as a sentence; undefined where nothing is. */
export function batchFault(
  batch: OptionBatch,
  precision: Precision,
  places: Iterable<number>,
): string | undefined {
  for (const place of places) {
    const years = at(batch.years, place)
    const [rate, dividendYield] = [at(batch.rate, place), at(batch.dividendYield, place)]
    const [spot, strike] = [at(batch.spot, place), at(batch.strike, place)]
    const right = at(batch.sign, place) > 0 ? 'call' : 'put'
    const carry = { years, discountYears: years, rate, dividendYield }
    const expected = europeanGreeks(right, spot, strike, at(batch.volatility, place), carry)
    const carryAtMost = Math.abs(rate * strike) + Math.abs(dividendYield * spot)
    const fault = greeksFault(expected, greeksAt(batch, place), precision, carryAtMost)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Price and Greeks at a place of columns. */
export function greeksAt(batch: Readonly<Record<BatchOutput, Float64Array>>, place: number): Greeks {
  return {
    price: at(batch.price, place),
    delta: at(batch.delta, place),
    gamma: at(batch.gamma, place),
    theta: at(batch.theta, place),
    vega: at(batch.vega, place),
    rho: at(batch.rho, place),
    vanna: at(batch.vanna, place),
    charm: at(batch.charm, place),
    vomma: at(batch.vomma, place),
  }
}

/**
 * What is wrong with a grid at some positions, as a sentence; undefined where it is what the reference says. Errors of
 * the legs add up: the tolerance of a sum is the sum of theirs.
 */
export function scenarioFault(
  book: ScenarioBook,
  axes: ScenarioAxes,
  grid: ScenarioGrid,
  precision: Precision,
  positions: Iterable<number>,
): string | undefined {
  for (const position of positions) {
    for (const output of SCENARIO_OUTPUTS) {
      const { sum, reach } = expectedSum(book, axes, position, output, precision)
      const found = at(grid[output], position)
      if (!isClose(found, sum, reach)) return `${output} should be ${sum}, was ${found}`
    }
  }
  return undefined
}

function expectedSum(
  book: ScenarioBook,
  axes: ScenarioAxes,
  position: number,
  output: ScenarioOutput,
  precision: Precision,
): { readonly sum: number; readonly reach: number } {
  const greek = output === 'profit' ? 'price' : output
  const { absolute, relative } = precision === 'f32' ? SINGLE[greek] : DOUBLE
  let sum = 0
  let reach = 0
  for (let leg = 0; leg < book.strike.length; leg += 1) {
    const greeks = scenarioGreeks(book, axes, leg, position)
    if (greeks === undefined) return { sum: Number.NaN, reach: 0 }
    const shares = at(book.shares, leg)
    const basis = output === 'profit' ? at(book.basis, leg) : 0
    const carry = output === 'theta' ? carryAtMost(book, axes, leg, position) : 0
    sum += shares * (greeks[greek] - basis)
    reach +=
      Math.abs(shares) * (absolute + relative * (Math.abs(greeks[greek]) + Math.abs(basis) + 2 * carry))
  }
  return { sum, reach }
}

/** What interest on the strike and dividends on the spot come to a year, 0 where none run. */
function carryAtMost(book: ScenarioBook, axes: ScenarioAxes, leg: number, position: number): number {
  if (!(at(book.discountYears, leg) > 0)) return 0
  const spot = at(axes.spots, position % axes.spots.length)
  return Math.abs(book.rate * at(book.strike, leg)) + Math.abs(book.dividendYield * spot)
}

function isClose(found: number, expected: number, reach: number): boolean {
  return Math.abs(found - expected) <= reach || (Number.isNaN(found) && Number.isNaN(expected))
}
