import { scenarioFault } from '../../core/pricing/precision.ts'
import {
  SCENARIO_OUTPUTS,
  emptyGrid,
  scenarioBook,
  scenarioCount,
  scenarioGrid,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioGrid,
} from '../../core/pricing/scenario.ts'
import type { BackendName } from '../../contract/machine.ts'
import type { Scenarios } from '../../engine/ports.ts'
import type { Backend, Job, RouterTime } from './router.ts'
import { placesInTurn } from './turns.ts'

/** A grid to be filled. */
export interface ScenarioTask {
  readonly book: ScenarioBook
  readonly axes: ScenarioAxes
}

/** Evaluations, a leg in a scenario, that are measured. */
const SIZES = [4, 16, 64, 512, 4096, 16_384, 65_536]

/** The job of filling scenario grids, by whoever can and in the end by the reference. */
export function scenarioJob(
  backends: readonly Backend<ScenarioTask, ScenarioGrid>[],
  time: RouterTime,
): Job<ScenarioTask, ScenarioGrid> {
  const positions = placesInTurn()
  const grids = new Map<number, ScenarioTask>()
  return {
    backends: [...backends, scenarioBackend('reference', referenceScenarios(time))],
    sizes: SIZES,
    sizeOf: ({ book, axes }) => Math.max(1, scenarioCount(axes) * book.strike.length),
    probe(evaluations) {
      const grid = grids.get(evaluations) ?? typicalGrid(evaluations)
      grids.set(evaluations, grid)
      return grid
    },
    fault: ({ book, axes }, grid, precision) =>
      scenarioFault(book, axes, grid, precision, positions(scenarioCount(axes))),
  }
}

/** Scenarios as a backend of the router, from so many evaluations on. */
export function scenarioBackend(
  name: BackendName,
  scenarios: Scenarios,
  from = 1,
): Backend<ScenarioTask, ScenarioGrid> {
  return { name, from, perform: ({ book, axes }) => scenarios.grid(book, axes) }
}

/** The readable formulas, one time after the other with everything else between them. */
function referenceScenarios(time: RouterTime): Scenarios {
  return {
    name: 'TypeScript reference',
    precision: 'f64',
    async grid(book, axes) {
      const grid = emptyGrid(axes)
      const scenarios = scenarioCount(axes) / Math.max(1, axes.minutes.length)
      const volatilities = book.volatility.length / Math.max(1, axes.minutes.length)
      for (let index = 0; index < axes.minutes.length; index += 1) {
        const slice = scenarioGrid(
          {
            ...book,
            volatility: book.volatility.subarray(index * volatilities, (index + 1) * volatilities),
          },
          { ...axes, minutes: axes.minutes.subarray(index, index + 1) },
        )
        for (const name of SCENARIO_OUTPUTS) grid[name].set(slice[name], index * scenarios)
        if (index + 1 < axes.minutes.length) await time.delay(0)
      }
      return grid
    },
  }
}

/** An iron condor of today over spots and volatilities, with about so many evaluations. */
function typicalGrid(evaluations: number): ScenarioTask {
  const leg = { contracts: 1, basis: 1, years: 200 / 525_600, discountYears: 0 }
  const legs = [
    { ...leg, right: 'put', strike: 590, contracts: 1 },
    { ...leg, right: 'put', strike: 595, contracts: -1 },
    { ...leg, right: 'call', strike: 605, contracts: -1 },
    { ...leg, right: 'call', strike: 610, contracts: 1 },
  ] as const
  const scenarios = Math.max(1, Math.round(evaluations / legs.length))
  const factors = Math.max(1, Math.min(21, Math.round(Math.sqrt(scenarios / 3))))
  const spots = Math.max(1, Math.round(scenarios / factors))
  const axes = {
    spots: Float64Array.from({ length: spots }, (_, index) => 585 + (30 * index) / spots),
    volatilityFactors: Float64Array.from({ length: factors }, (_, index) => 0.5 + index / factors),
    minutes: Float64Array.of(0),
  }
  const rates = { rate: 0, dividendYield: 0 }
  return { book: scenarioBook(legs, axes, rates, strike => 0.12 + 1e-4 * Math.abs(strike - 600)), axes }
}
