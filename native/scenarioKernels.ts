import { levelOf, type InstructionSet, type PricingKernels } from './pricingKernels.ts'

/**
 * The columns of a book and its axes, in the order in which the kernels want them: sign, strike, shares, basis, years and discount
 * years by leg; volatility by time, leg and spot; spots, volatility factors, minutes; and one of the rate and the dividend yield.
 */
export type ScenarioInputs = readonly Float64Array[]

/** Profit, delta, gamma, theta and vega, a number each for every scenario. */
export type ScenarioOutputs = readonly Float64Array[]

/** Scenario grids in double precision on the processor. Both throw where a column does not fit the others. */
export interface ScenarioKernels {
  /** Fills the grid and returns when it is done; neither threads nor their number change a bit of it. */
  run(inputs: ScenarioInputs, outputs: ScenarioOutputs, threads?: number, instructions?: InstructionSet): void
  /** The same off the main thread. The columns must be left alone until it is done. */
  runLater(
    inputs: ScenarioInputs,
    outputs: ScenarioOutputs,
    threads?: number,
    instructions?: InstructionSet,
  ): Promise<void>
}

interface ScenarioAddon {
  scenarios(inputs: ScenarioInputs, outputs: ScenarioOutputs, level: number, threads: number): void
  scenariosLater(
    inputs: ScenarioInputs,
    outputs: ScenarioOutputs,
    level: number,
    threads: number,
  ): Promise<void>
}

/** The scenario kernels of a loaded addon; undefined where it was built without them. */
export function scenarioKernels({
  addon,
  instructionSets,
}: Pick<PricingKernels, 'instructionSets'> & { readonly addon: object }): ScenarioKernels | undefined {
  if (!hasScenarios(addon)) return undefined
  return {
    run: (inputs, outputs, threads = 1, instructions) =>
      addon.scenarios(inputs, outputs, levelOf(instructionSets, instructions), threads),
    runLater: (inputs, outputs, threads = 1, instructions) =>
      addon.scenariosLater(inputs, outputs, levelOf(instructionSets, instructions), threads),
  }
}

function hasScenarios(addon: object): addon is ScenarioAddon {
  return 'scenarios' in addon && 'scenariosLater' in addon
}
