import { choose, compare, logSigmoid, negate, subtract } from '../autodiff/elementwise.ts'
import { compileGraph } from '../autodiff/compiledGraph.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { reshape } from '../autodiff/shaping.ts'
import { createTape, type Shape, type Value } from '../autodiff/tape.ts'
import type { Loss } from './adam.ts'
import { flat, weightedMean } from './imitation.ts'
import { perceptron, perceptronLayout } from './perceptron.ts'

/** Two things by their features, of which one was preferred. */
export interface PreferredFeatures {
  readonly preferred: ArrayLike<number>
  readonly declined: ArrayLike<number>
  readonly weight: number
}

/** The sizes of a reward model: features in, layers of tanh units, one reward out. */
export interface RewardShape {
  readonly features: number
  readonly hidden: readonly number[]
}

/** The parameters of a reward model. */
export function rewardLayout({ features, hidden }: RewardShape): Layout {
  return perceptronLayout('reward ', [features, ...hidden, 1])
}

/** The reward of rows of features, [rows]; only differences between rewards mean something. */
export function rewardOf(weights: Weights, features: Value, { hidden }: RewardShape): Value {
  return reshape(perceptron(weights, 'reward ', features, hidden.length + 1), [features.shape[0] ?? 1])
}

/** Inputs of the objective for a minibatch. */
export function bradleyTerryInputs({ features }: RewardShape, rows: number): Record<string, Shape> {
  return { preferred: [rows, features], declined: [rows, features], rowWeights: [rows] }
}

/** Bradley and Terry 1952: the preferred one wins with the sigmoid of the difference of rewards. */
export function bradleyTerryLoss(weights: Weights, input: (name: string) => Value, shape: RewardShape): Loss {
  const difference = subtract(
    rewardOf(weights, input('preferred'), shape),
    rewardOf(weights, input('declined'), shape),
  )
  return {
    loss: weightedMean(negate(logSigmoid(difference)), input('rowWeights')),
    metrics: {
      agreement: weightedMean(choose(compare('Greater', difference, 0), 1, 0), input('rowWeights')),
    },
  }
}

/** The rewards of rows of features by a fitted model. */
export async function rewardsOf(
  shape: RewardShape,
  parameters: Float32Array,
  rows: readonly ArrayLike<number>[],
): Promise<Float32Array> {
  const tape = createTape()
  const layout = rewardLayout(shape)
  const weights = unpack(tape.input('parameters', [layoutSize(layout)]), layout)
  tape.output('rewards', rewardOf(weights, tape.input('features', [rows.length, shape.features]), shape))
  const graph = await compileGraph(tape)
  const { rewards } = await graph.run({ parameters, features: flat(rows) })
  await graph.release()
  return Float32Array.from(rewards ?? [])
}
