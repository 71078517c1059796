import { BATCH_INPUTS, createBatch, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import {
  scenarioBook,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioLeg,
} from '../../core/pricing/scenario.ts'
import { MINUTES_PER_YEAR } from '../../core/base/units.ts'

const SPOT = 600
const HOURS_LEFT = 4

/** An iron condor, a leg of next week and one that expires at once, over a small grid that ends after expiry. */
export function knownGrid(): { readonly book: ScenarioBook; readonly axes: ScenarioAxes } {
  const axes = {
    spots: Float64Array.from({ length: 67 }, (_, step) => SPOT + (step - 33) / 4),
    volatilityFactors: Float64Array.of(0, 0.7, 1, 1.8),
    minutes: Float64Array.of(0, 60, HOURS_LEFT * 60 - 1, HOURS_LEFT * 60),
  }
  const today = (right: 'call' | 'put', strike: number, contracts: number): ScenarioLeg => ({
    right,
    strike,
    contracts,
    basis: 0.5,
    years: (HOURS_LEFT * 60) / MINUTES_PER_YEAR,
    discountYears: 0,
  })
  const week = 7 / 365
  const legs = [
    today('put', 590, 3),
    today('put', 595, -3),
    today('call', 605, -3),
    today('call', 610, 3),
    { ...today('call', 600, 2), years: week, discountYears: week },
    { ...today('put', 601, 1), years: 0 },
  ]
  const rates = { rate: 0.043, dividendYield: 0.012 }
  const book = scenarioBook(legs, axes, rates, (strike, spot) => 0.12 + 2 * ((strike - spot) / spot) ** 2)
  return { book, axes }
}

/** Options from one minute to a month, from one deviation below the strike to seven above it, and two limits. */
export function knownBatch(): OptionBatch {
  const rows: number[][] = [
    [SPOT, SPOT, 0, 0.2, 0.043, 0.012, 1],
    [SPOT, 612, 0.01, 0, 0.043, 0.012, -1],
  ]
  for (const minutes of [1, 7, 60, 390, 1440, 43_200]) {
    for (const deviations of [-7, -2.5, -1, -0.2, 0.1, 1, 3, 7]) {
      const years = minutes / MINUTES_PER_YEAR
      const strike = SPOT * Math.exp(deviations * 0.18 * Math.sqrt(years))
      for (const sign of [1, -1]) rows.push([SPOT, strike, years, 0.18, 0.043, 0.012, sign])
    }
  }
  const batch = createBatch(rows.length)
  for (const [place, row] of rows.entries())
    for (const [column, name] of BATCH_INPUTS.entries()) batch[name][place] = row[column] ?? Number.NaN
  return batch
}
