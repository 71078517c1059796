import { divide, maximum, mean, multiply, negate } from '../autodiff/elementwise.ts'
import { logSoftmax } from '../autodiff/layers.ts'
import type { Weights } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Shape, Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Loss } from './adam.ts'
import { fit, type Fitted } from './fit.ts'
import {
  decisionInputs,
  maskLogits,
  normalise,
  type DecisionSizes,
  type Normalisation,
  type PolicyNetwork,
} from './network.ts'

/** One decision of the journal to be imitated. */
export interface Demonstration {
  /** Raw features. */
  readonly observation: ArrayLike<number>
  /** 1 where an action was allowed. */
  readonly mask: ArrayLike<number>
  readonly action: number
  /** How much it counts; 1 is usual. */
  readonly weight: number
}

/** Inputs of the objective for a minibatch. */
export function imitationInputs(sizes: DecisionSizes, rows: number): Record<string, Shape> {
  return {
    ...decisionInputs(sizes, rows),
    actions: [rows, sizes.actionCount],
    rowWeights: [rows],
  }
}

/** Behaviour cloning: the weighted mean of how unlikely the network held what was done. */
export function imitationLoss(
  weights: Weights,
  input: (name: string) => Value,
  network: PolicyNetwork,
): Loss {
  const { logits } = network.answer(weights, input('observations'))
  const logProbabilities = logSoftmax(maskLogits(logits, input('masks')))
  const taken = sum(multiply(logProbabilities, input('actions')), [1])
  return { loss: weightedMean(negate(taken), input('rowWeights')) }
}

/** The mean of values by weights; rows of weight 0 count nothing, and nothing but those gives 0. */
export function weightedMean(values: Value, weights: Value): Value {
  return divide(mean(multiply(values, weights)), maximum(mean(weights), 1e-8))
}

/** How a network is made to imitate. */
export interface Imitation {
  readonly network: PolicyNetwork
  readonly parameters: Float32Array
  readonly normalisation: Normalisation
  readonly demonstrations: readonly Demonstration[]
  readonly epochs: number
  readonly learningRate: number
  readonly seed: number
  readonly minibatch?: number
}

/** The parameters after imitation. */
export async function imitate(given: Imitation): Promise<Fitted> {
  const { network, demonstrations } = given
  const minibatch = given.minibatch ?? 64
  const actions = demonstrations.map(({ action, mask }) => {
    if (at(mask, action) !== 1)
      throw new RangeError(`a demonstration must take an allowed action, was ${action}`)
    return Float32Array.from({ length: network.actionCount }, (_, index) => (index === action ? 1 : 0))
  })
  return fit({
    ...given,
    minibatch,
    start: given.parameters,
    objective: {
      layout: network.layout,
      inputs: imitationInputs(network, minibatch),
      loss: (weights, input) => imitationLoss(weights, input, network),
    },
    columns: {
      observations: {
        width: network.observationSize,
        values: normalised(
          demonstrations.map(({ observation }) => observation),
          given.normalisation,
        ),
      },
      masks: { width: network.actionCount, values: flat(demonstrations.map(({ mask }) => mask)) },
      actions: { width: network.actionCount, values: flat(actions) },
      rowWeights: { width: 1, values: Float32Array.from(demonstrations, ({ weight }) => weight) },
    },
  })
}

/** Rows one after the other. */
export function flat(rows: readonly ArrayLike<number>[]): Float32Array {
  return Float32Array.from(rows.flatMap(row => Array.from(row)))
}

/** Raw observations one after the other, as the network sees them. */
export function normalised(rows: readonly ArrayLike<number>[], normalisation: Normalisation): Float32Array {
  const raw = flat(rows)
  const seen = new Float32Array(raw.length)
  normalise(raw, normalisation, seen)
  return seen
}
