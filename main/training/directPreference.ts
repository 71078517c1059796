import { multiply, negate, choose, compare, logSigmoid, subtract } from '../autodiff/elementwise.ts'
import { logSoftmax } from '../autodiff/layers.ts'
import type { Weights } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Shape, Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Loss } from './adam.ts'
import { fit, type Fitted } from './fit.ts'
import { flat, normalised, weightedMean } from './imitation.ts'
import {
  compileForward,
  maskLogits,
  networkLayout,
  policyNetwork,
  type NetworkShape,
  type Normalisation,
} from './network.ts'

/** In one situation, what was wanted and what was not. */
export interface PreferredAction {
  /** Raw features. */
  readonly observation: ArrayLike<number>
  readonly mask: ArrayLike<number>
  readonly preferred: number
  readonly declined: number
  readonly weight: number
}

/** Inputs of the objective for a minibatch. */
export function directPreferenceInputs(
  { observationSize, actionCount }: NetworkShape,
  rows: number,
): Record<string, Shape> {
  return {
    observations: [rows, observationSize],
    masks: [rows, actionCount],
    preferred: [rows, actionCount],
    declined: [rows, actionCount],
    // By how much the frozen reference preferred the same, in log-odds
    referenceMargins: [rows],
    rowWeights: [rows],
  }
}

/**
 * Direct preference optimisation (Rafailov et al. 2023): the policy is its own reward model, measured from a frozen
 * reference; `beta` says how dearly it is to leave that.
 */
export function directPreferenceLoss(
  weights: Weights,
  input: (name: string) => Value,
  hidden: readonly number[],
  beta: number,
): Loss {
  const { logits } = policyNetwork(weights, input('observations'), hidden)
  const logProbabilities = logSoftmax(maskLogits(logits, input('masks')))
  const difference = subtract(input('preferred'), input('declined'))
  const margin = sum(multiply(logProbabilities, difference), [1])
  const gained = multiply(subtract(margin, input('referenceMargins')), beta)
  return {
    loss: weightedMean(negate(logSigmoid(gained)), input('rowWeights')),
    metrics: { agreement: weightedMean(choose(compare('Greater', gained, 0), 1, 0), input('rowWeights')) },
  }
}

/** How a policy is made to follow preferences. */
export interface DirectPreference {
  readonly shape: NetworkShape
  /** Those of the reference, from which it starts. */
  readonly parameters: Float32Array
  readonly normalisation: Normalisation
  readonly pairs: readonly PreferredAction[]
  readonly beta: number
  readonly epochs: number
  readonly learningRate: number
  readonly seed: number
  readonly minibatch?: number
}

/** The parameters after learning from pairs, measured from the policy as it was. */
export async function preferDirectly(given: DirectPreference): Promise<Fitted> {
  const { shape, pairs, normalisation, parameters } = given
  const minibatch = given.minibatch ?? 32
  const observations = normalised(
    pairs.map(({ observation }) => observation),
    normalisation,
  )
  const single = (action: number) =>
    Float32Array.from({ length: shape.actionCount }, (_, index) => (index === action ? 1 : 0))
  const column = (width: number, values: Float32Array) => ({ width, values })
  return fit({
    ...given,
    minibatch,
    start: parameters,
    objective: {
      layout: networkLayout(shape),
      inputs: directPreferenceInputs(shape, minibatch),
      loss: (weights, input) => directPreferenceLoss(weights, input, shape.hidden, given.beta),
    },
    columns: {
      observations: column(shape.observationSize, observations),
      masks: column(shape.actionCount, flat(pairs.map(({ mask }) => mask))),
      preferred: column(shape.actionCount, flat(pairs.map(({ preferred }) => single(preferred)))),
      declined: column(shape.actionCount, flat(pairs.map(({ declined }) => single(declined)))),
      referenceMargins: column(1, await referenceMargins(shape, parameters, observations, pairs)),
      rowWeights: column(
        1,
        Float32Array.from(pairs, ({ weight }) => weight),
      ),
    },
  })
}

/** By how much a policy prefers what was preferred, in log-odds; the softmax and its mask fall out of a difference. */
async function referenceMargins(
  shape: NetworkShape,
  parameters: Float32Array,
  observations: Float32Array,
  pairs: readonly PreferredAction[],
): Promise<Float32Array> {
  const forward = await compileForward(shape, pairs.length)
  const { logits } = await forward.run({ parameters, observations })
  await forward.release()
  if (!logits) throw new RangeError('a network must answer logits')
  return Float32Array.from(pairs, ({ mask, preferred, declined }, row) => {
    if (at(mask, preferred) !== 1 || at(mask, declined) !== 1)
      throw new RangeError(`both sides of a pair must be allowed, were ${preferred} and ${declined}`)
    const first = row * shape.actionCount
    return at(logits, first + preferred) - at(logits, first + declined)
  })
}
