import { add, logSigmoid, mean, multiply, negate, square, subtract } from '../autodiff/elementwise.ts'
import type { Layout, Weights } from '../autodiff/layout.ts'
import { slice, sum } from '../autodiff/shaping.ts'
import type { Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT, actionIndex, opensRisk, type Action } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import { createOptimiser, freshAdam } from './adam.ts'
import {
  initialParameters,
  networkLayout,
  normalise,
  policyNetwork,
  type NetworkShape,
  type Normalisation,
} from './network.ts'
import { createQuestion } from './networkQuestion.ts'

/** A suggested trade that somebody gave his opinion of. */
export interface Opinion {
  readonly observation: ArrayLike<number>
  readonly action: Action
  readonly answer: 'accepted' | 'modified' | 'rejected' | undefined
  /** From 1 to 5, once the outcome was known. */
  readonly rating: number | undefined
}

/** One thing that was preferred to another; undefined stands for waiting. */
interface Comparison {
  readonly better: Opinion | undefined
  readonly worse: Opinion | undefined
  readonly weight: number
}

/** What somebody finds good: a reward for every action at an observation, waiting being 0. */
export interface RewardModel {
  readonly parameters: Float32Array
  readonly normalisation: Normalisation
  readonly comparisons: number
  /** Share of the comparisons that it orders as they were. */
  readonly agreement: number
}

const SHAPE: NetworkShape = { observationSize: OBSERVATION_SIZE, hidden: [24], actionCount: ACTION_COUNT }
const LAYOUT: Layout = networkLayout(SHAPE)
const ROWS = 64
const STEPS = 300
const LEARNING_RATE = 5e-3
/** Pull of every weight to 0: a few dozen answers say little about a network. */
const RIDGE = 2e-3
/** A modified suggestion is half a yes, and a point of rating a quarter of an answer. */
const MODIFIED_WEIGHT = 0.5
const RATING_WEIGHT = 0.25
/** The most comparisons of ratings, so that many ratings do not drown the answers. */
const MOST_RATED = 200

/** The opinions in a journal: suggestions to trade that were answered or rated. */
export function opinionsOf(decisions: readonly Decision[]): Opinion[] {
  return decisions
    .filter(decision => opensRisk(decision.action))
    .map(({ observation, action, answer, rating }) => ({ observation, action, answer: answer?.kind, rating }))
    .filter(({ answer, rating }) => answer !== undefined || rating !== undefined)
}

/**
 * A reward model after Bradley and Terry (1952): the log-odds that one is preferred to another are the difference of
 * their rewards. A yes prefers the trade to waiting, a no prefers waiting; of two rated trades the better rated is
 * preferred. Undefined where there is nothing to compare.
 */
export async function fitRewardModel(
  opinions: readonly Opinion[],
  normalisation: Normalisation,
  random: Random,
): Promise<RewardModel | undefined> {
  const comparisons = [...answersAsComparisons(opinions), ...ratingsAsComparisons(opinions, random)]
  if (comparisons.length === 0) return undefined
  const optimiser = await createOptimiser(
    {
      layout: LAYOUT,
      inputs: COMPARED,
      loss: (weights, fed) => {
        const sure = multiply(logSigmoid(marginOf(weights, fed)), fed('weight'))
        const size = LAYOUT.map(([name]) => sum(square(weights(name)))).reduce((one, other) =>
          add(one, other),
        )
        return { loss: add(negate(mean(sure)), multiply(size, RIDGE)) }
      },
    },
    freshAdam(initialParameters(SHAPE, random)),
  )
  for (let step = 0; step < STEPS; step += 1) {
    const drawn = Array.from({ length: ROWS }, () => comparisons[random.below(comparisons.length)])
    await optimiser.step(batchOf(drawn, normalisation), LEARNING_RATE * (1 - step / STEPS))
  }
  const { parameters } = optimiser
  await optimiser.release()
  const agreement = await orderedShare(comparisons, parameters, normalisation)
  return { parameters, normalisation, comparisons: comparisons.length, agreement }
}

/** The rewards of all actions at observations, row by row, in the order of `ACTIONS`; the first of every row is 0. */
export async function rewardsOf(
  model: RewardModel,
  observations: readonly ArrayLike<number>[],
): Promise<Float32Array> {
  const rows = observations.length
  const question = await createQuestion({
    layout: LAYOUT,
    inputs: { seen: [rows, OBSERVATION_SIZE] },
    answers: (weights, fed) => ({ rewards: rewardsAt(weights, fed('seen')) }),
  })
  const seen = new Float32Array(rows * OBSERVATION_SIZE)
  normalise(Float32Array.from(observations.flatMap(row => Array.from(row))), model.normalisation, seen)
  const rewards = (await question.ask(model.parameters, { seen }))('rewards')
  await question.release()
  return rewards
}

function answersAsComparisons(opinions: readonly Opinion[]): Comparison[] {
  return opinions.flatMap((opinion): Comparison[] => {
    if (opinion.answer === undefined) return []
    if (opinion.answer === 'rejected') return [{ better: undefined, worse: opinion, weight: 1 }]
    const weight = opinion.answer === 'modified' ? MODIFIED_WEIGHT : 1
    return [{ better: opinion, worse: undefined, weight }]
  })
}

function ratingsAsComparisons(opinions: readonly Opinion[], random: Random): Comparison[] {
  const rated = opinions.flatMap(opinion =>
    opinion.rating === undefined ? [] : [{ opinion, rating: opinion.rating }],
  )
  const pairs = rated.flatMap(one =>
    rated
      .filter(other => one.rating > other.rating)
      .map(other => ({
        better: one.opinion,
        worse: other.opinion,
        weight: RATING_WEIGHT * (one.rating - other.rating),
      })),
  )
  while (pairs.length > MOST_RATED) pairs.splice(random.below(pairs.length), 1)
  return pairs
}

/** What a batch of comparisons is fed as; `pick` is 1 at the action that is meant and 0 everywhere for waiting. */
const COMPARED = {
  betterSeen: [ROWS, OBSERVATION_SIZE],
  betterPick: [ROWS, ACTION_COUNT],
  worseSeen: [ROWS, OBSERVATION_SIZE],
  worsePick: [ROWS, ACTION_COUNT],
  weight: [ROWS],
} as const

function batchOf(
  comparisons: readonly (Comparison | undefined)[],
  normalisation: Normalisation,
): Record<keyof typeof COMPARED, Float32Array> {
  const side = (of: 'better' | 'worse') => {
    const raw = new Float32Array(ROWS * OBSERVATION_SIZE)
    const pick = new Float32Array(ROWS * ACTION_COUNT)
    comparisons.forEach((comparison, row) => {
      const opinion = comparison?.[of]
      if (!opinion) return
      raw.set(Array.from(opinion.observation), row * OBSERVATION_SIZE)
      pick[row * ACTION_COUNT + actionIndex(opinion.action)] = 1
    })
    const seen = new Float32Array(raw.length)
    normalise(raw, normalisation, seen)
    return { seen, pick }
  }
  const [better, worse] = [side('better'), side('worse')]
  return {
    betterSeen: better.seen,
    betterPick: better.pick,
    worseSeen: worse.seen,
    worsePick: worse.pick,
    weight: Float32Array.from({ length: ROWS }, (_, row) => comparisons[row]?.weight ?? 0),
  }
}

/** By how much the better is rewarded above the worse, [rows]. */
function marginOf(weights: Weights, fed: (name: string) => Value): Value {
  const reward = (seen: Value, pick: Value) => sum(multiply(rewardsAt(weights, seen), pick), [1])
  return subtract(reward(fed('betterSeen'), fed('betterPick')), reward(fed('worseSeen'), fed('worsePick')))
}

function rewardsAt(weights: Weights, seen: Value): Value {
  const { logits } = policyNetwork(weights, seen, SHAPE.hidden)
  return subtract(logits, slice(logits, 1, 0, 1))
}

async function orderedShare(
  comparisons: readonly Comparison[],
  parameters: Float32Array,
  normalisation: Normalisation,
): Promise<number> {
  const question = await createQuestion({
    layout: LAYOUT,
    inputs: COMPARED,
    answers: (weights, fed) => ({ margin: marginOf(weights, fed) }),
  })
  let right = 0
  for (let from = 0; from < comparisons.length; from += ROWS) {
    const batch = comparisons.slice(from, from + ROWS)
    const margins = (await question.ask(parameters, batchOf(batch, normalisation)))('margin')
    right += batch.filter((_, row) => at(margins, row) > 0).length
  }
  await question.release()
  return right / comparisons.length
}
