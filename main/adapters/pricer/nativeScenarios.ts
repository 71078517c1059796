import type { Scenarios } from '../../engine/ports.ts'
import {
  emptyGrid,
  scenarioCount,
  type ScenarioAxes,
  type ScenarioBook,
} from '../../core/pricing/scenario.ts'
import type { InstructionSet } from '../../../native/pricingKernels.ts'
import type { ScenarioKernels } from '../../../native/scenarioKernels.ts'
import { scenarioInputs, scenarioOutputs } from './scenarioColumns.ts'

/** Evaluations, a leg in a scenario, that take about a millisecond; more are done off the main thread. */
const EVALUATIONS_AT_ONCE = 30_000

/** Scenario grids in double precision by the compiled kernels, on so many threads. */
export function nativeScenarios(
  kernels: ScenarioKernels,
  threads: number,
  instructions?: InstructionSet,
): Scenarios {
  return {
    name: threads === 1 ? 'native' : `native on ${threads} threads`,
    precision: 'f64',
    async grid(book: ScenarioBook, axes: ScenarioAxes) {
      const grid = emptyGrid(axes)
      const inputs = scenarioInputs(book, axes)
      if (scenarioCount(axes) * book.strike.length <= EVALUATIONS_AT_ONCE)
        kernels.run(inputs, scenarioOutputs(grid), threads, instructions)
      else await kernels.runLater(inputs, scenarioOutputs(grid), threads, instructions)
      return grid
    },
  }
}
