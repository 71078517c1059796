import { multiply } from '../autodiff/elementwise.ts'
import type { Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { createOptimiser, freshAdam, type AdamSettings, type AdamState } from './adam.ts'
import { initialWeights } from './perceptron.ts'
import { constantWeights } from './policyFile.ts'
import {
  drawnRows,
  ensembleLayout,
  ensembleObjective,
  ensembleValues,
  type EnsembleShape,
} from './valueEnsemble.ts'

/** Small members: five of them learn in less time than the policy. */
const HIDDEN = [32, 32]

/** Value networks that learn what a policy's decisions brought, beside it and without touching it. */
export interface EnsembleBeside {
  readonly state: AdamState
  /** Draws anew how often each member learns from each row of a rollout; by a chance of its own, told by the update. */
  begin(rows: number, update: number): void
  /** One step on rows of the rollout: what was seen there, normalised, and what came of it. */
  learn(
    rows: Int32Array,
    batch: { readonly observations: Float32Array; readonly returns: Float32Array },
    learningRate: number,
  ): Promise<void>
  /** On a tape, what each member expects of normalised observations, [rows, members], times the unit of returns. */
  expected(observations: Value, unit: number): Value
  release(): Promise<void>
}

/** The sizes of an ensemble of so many members over so many features. */
export function besideShape(features: number, members: number): EnsembleShape {
  return { features, hidden: HIDDEN, members }
}

/** An ensemble that knows nothing yet; undefined for none. */
export function freshEnsemble(features: number, members: number, seed: number): AdamState | undefined {
  if (members === 0) return undefined
  const layout = ensembleLayout(besideShape(features, members))
  return freshAdam(initialWeights(layout, createRandom(seed).split('ensemble')))
}

/** Goes on with an ensemble, in minibatches of a size; a seed and the number of an update always draw the same. */
export async function createEnsembleBeside(
  shape: EnsembleShape,
  start: AdamState,
  {
    minibatch,
    seed,
    adam,
  }: { readonly minibatch: number; readonly seed: number; readonly adam: AdamSettings },
): Promise<EnsembleBeside> {
  const { members } = shape
  const optimiser = await createOptimiser(ensembleObjective(shape, minibatch), start, adam)
  let draws: Float32Array = new Float32Array()
  return {
    get state() {
      return optimiser.state
    },
    begin(rows, update) {
      draws = drawnRows(rows, members, createRandom(seed).split(`ensemble ${update}`))
    },
    async learn(rows, { observations, returns }, learningRate) {
      const own = Float32Array.from({ length: rows.length * members }, (_, index) =>
        at(draws, at(rows, Math.floor(index / members)) * members + (index % members)),
      )
      await optimiser.step({ features: observations, outcomes: returns, draws: own }, learningRate)
    },
    expected(observations, unit) {
      const weights = constantWeights(observations.tape, optimiser.parameters, ensembleLayout(shape))
      return multiply(ensembleValues(weights, observations, shape), unit)
    },
    release: () => optimiser.release(),
  }
}
