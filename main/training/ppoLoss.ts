import {
  add,
  choose,
  clip,
  compare,
  exponential,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  square,
  subtract,
} from '../autodiff/elementwise.ts'
import { logSoftmax } from '../autodiff/layers.ts'
import type { Weights } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import type { Shape, Value } from '../autodiff/tape.ts'
import type { Loss } from './adam.ts'
import { decisionInputs, maskLogits, type DecisionSizes, type PolicyNetwork } from './network.ts'

/** What the clipped objective can be told. */
export interface PpoLossSettings {
  /** How far the probability of a decision may move, as a share of what it was. */
  readonly clip: number
  /** How far a value may move. */
  readonly valueClip: number
  readonly valueWeight: number
  readonly entropyWeight: number
}

/** Inputs of the objective for a minibatch. */
export function ppoInputs(sizes: DecisionSizes, rows: number): Record<string, Shape> {
  return {
    ...decisionInputs(sizes, rows),
    actions: [rows, sizes.actionCount],
    oldLogProbabilities: [rows],
    oldValues: [rows],
    advantages: [rows],
    returns: [rows],
  }
}

/** The clipped objective of a minibatch: policy, value and entropy; `actions` has 1 at the action that was taken. */
export function ppoLoss(
  weights: Weights,
  input: (name: string) => Value,
  network: PolicyNetwork,
  settings: PpoLossSettings,
): Loss {
  const { logits, values } = network.answer(weights, input('observations'))
  const logProbabilities = logSoftmax(maskLogits(logits, input('masks')))
  const taken = sum(multiply(logProbabilities, input('actions')), [1])
  const change = subtract(taken, input('oldLogProbabilities'))
  const ratio = exponential(change)
  const advantages = input('advantages')
  const policyLoss = negate(
    mean(
      minimum(
        multiply(ratio, advantages),
        multiply(clip(ratio, 1 - settings.clip, 1 + settings.clip), advantages),
      ),
    ),
  )
  const moved = clip(subtract(values, input('oldValues')), -settings.valueClip, settings.valueClip)
  const held = square(subtract(add(input('oldValues'), moved), input('returns')))
  const free = square(subtract(values, input('returns')))
  const valueLoss = multiply(mean(maximum(held, free)), 0.5)
  const entropy = negate(mean(sum(multiply(exponential(logProbabilities), logProbabilities), [1])))
  const loss = subtract(
    add(policyLoss, multiply(valueLoss, settings.valueWeight)),
    multiply(entropy, settings.entropyWeight),
  )
  const isClipped = compare('Greater', square(subtract(ratio, 1)), settings.clip ** 2)
  return {
    loss,
    metrics: {
      policyLoss,
      valueLoss,
      entropy,
      divergence: mean(subtract(subtract(ratio, 1), change)),
      clipped: mean(choose(isClipped, 1, 0)),
    },
  }
}
