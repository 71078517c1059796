import { choose, compare, logSigmoid, negate, subtract } from '../autodiff/elementwise.ts'
import { compileGraph } from '../autodiff/compiledGraph.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { reshape } from '../autodiff/shaping.ts'
import { createTape, type Shape, type Value } from '../autodiff/tape.ts'
import { createRandom } from '../core/base/random.ts'
import type { Loss } from './adam.ts'
import { fit, type Fitted } from './fit.ts'
import { flat, weightedMean } from './imitation.ts'
import { initialWeights, perceptron, perceptronLayout } from './perceptron.ts'

/** Two things by their features, of which one was preferred. */
export interface PreferredFeatures {
  readonly preferred: ArrayLike<number>
  readonly declined: ArrayLike<number>
  readonly weight: number
}

/** A trader's answer to a suggestion, each thing by its features; `alternative` is what he made of it. */
export interface AnswerFeatures {
  readonly answer: 'accepted' | 'modified' | 'rejected'
  readonly suggestion: ArrayLike<number>
  readonly alternative?: ArrayLike<number>
  readonly noTrade: ArrayLike<number>
  /** From 1 to 5; undefined where he gave none. */
  readonly rating: number | undefined
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

/**
 * Answers as pairs: an accepted suggestion is preferred to no trade, no trade to a rejected one, what was made of a
 * suggestion to the suggestion and to no trade. A rating far from the middle makes a pair count up to twice.
 */
export function pairsOfAnswers(answers: readonly AnswerFeatures[]): readonly PreferredFeatures[] {
  return answers.flatMap(({ answer, suggestion, alternative, noTrade, rating }) => {
    const weight = 1 + Math.abs((rating ?? 3) - 3) / 2
    if (answer === 'accepted') return [{ preferred: suggestion, declined: noTrade, weight }]
    if (answer === 'rejected') return [{ preferred: noTrade, declined: suggestion, weight }]
    if (!alternative) return []
    return [
      { preferred: alternative, declined: suggestion, weight },
      { preferred: alternative, declined: noTrade, weight },
    ]
  })
}

/** How a reward model is fitted. */
export interface RewardFit {
  readonly shape: RewardShape
  readonly pairs: readonly PreferredFeatures[]
  readonly epochs: number
  readonly learningRate: number
  readonly seed: number
  readonly minibatch?: number
}

/** A reward model fitted to pairs. */
export async function fitReward(given: RewardFit): Promise<Fitted> {
  const { shape, pairs } = given
  const minibatch = given.minibatch ?? 32
  const layout = rewardLayout(shape)
  const column = (rows: readonly ArrayLike<number>[]) => ({ width: shape.features, values: flat(rows) })
  return fit({
    ...given,
    minibatch,
    start: initialWeights(layout, createRandom(given.seed).split('reward'), {
      [`reward weights${shape.hidden.length}`]: 0.1,
    }),
    objective: {
      layout,
      inputs: bradleyTerryInputs(shape, minibatch),
      loss: (weights, input) => bradleyTerryLoss(weights, input, shape),
    },
    columns: {
      preferred: column(pairs.map(({ preferred }) => preferred)),
      declined: column(pairs.map(({ declined }) => declined)),
      rowWeights: { width: 1, values: Float32Array.from(pairs, ({ weight }) => weight) },
    },
  })
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
