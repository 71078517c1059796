import {
  SCENARIO_OUTPUTS,
  checkScenarioShape,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioGrid,
} from '../../core/pricing/scenario.ts'
import type { ScenarioInputs, ScenarioOutputs } from '../../../native/scenarioKernels.ts'

/** A book and its axes as compiled kernels want them; throws where their lengths do not fit. */
export function scenarioInputs(book: ScenarioBook, axes: ScenarioAxes): ScenarioInputs {
  checkScenarioShape(book, axes)
  return [
    book.sign,
    book.strike,
    book.shares,
    book.basis,
    book.years,
    book.discountYears,
    book.volatility,
    axes.spots,
    axes.volatilityFactors,
    axes.minutes,
    Float64Array.of(book.rate, book.dividendYield),
  ]
}

/** The columns of a grid as compiled kernels fill them. */
export function scenarioOutputs(grid: ScenarioGrid): ScenarioOutputs {
  return SCENARIO_OUTPUTS.map(output => grid[output])
}
