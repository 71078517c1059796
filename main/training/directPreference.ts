import { multiply, negate, choose, compare, logSigmoid, subtract } from '../autodiff/elementwise.ts'
import { logSoftmax } from '../autodiff/layers.ts'
import type { Weights } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Shape, Value } from '../autodiff/tape.ts'
import type { Loss } from './adam.ts'
import { weightedMean } from './imitation.ts'
import { decisionInputs, maskLogits, type DecisionSizes, type PolicyNetwork } from './network.ts'

/** Inputs of the objective for a minibatch. */
export function directPreferenceInputs(sizes: DecisionSizes, rows: number): Record<string, Shape> {
  return {
    ...decisionInputs(sizes, rows),
    preferred: [rows, sizes.actionCount],
    declined: [rows, sizes.actionCount],
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
  network: PolicyNetwork,
  beta: number,
): Loss {
  const { logits } = network.answer(weights, input('observations'))
  const logProbabilities = logSoftmax(maskLogits(logits, input('masks')))
  const difference = subtract(input('preferred'), input('declined'))
  const margin = sum(multiply(logProbabilities, difference), [1])
  const gained = multiply(subtract(margin, input('referenceMargins')), beta)
  return {
    loss: weightedMean(negate(logSigmoid(gained)), input('rowWeights')),
    metrics: { agreement: weightedMean(choose(compare('Greater', gained, 0), 1, 0), input('rowWeights')) },
  }
}
