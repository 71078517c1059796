import { add, multiply, square } from '../autodiff/elementwise.ts'
import type { Layout } from '../autodiff/layout.ts'
import { sum } from '../autodiff/shaping.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, type Action } from '../core/policy/action.ts'
import { createOptimiser, freshAdam } from './adam.ts'
import {
  bradleyTerryInputs,
  bradleyTerryLoss,
  rewardLayout,
  rewardsOf as rewardsOfRows,
  type PreferredFeatures,
  type RewardShape,
} from './bradleyTerry.ts'
import { flat } from './imitation.ts'
import { normalise, type Normalisation } from './network.ts'
import { initialWeights } from './perceptron.ts'

/** A suggested trade that somebody gave his opinion of. */
export interface Opinion {
  readonly observation: ArrayLike<number>
  readonly action: Action
  readonly answer: 'accepted' | 'modified' | 'rejected' | undefined
  /** From 1 to 5, once the outcome was known. */
  readonly rating: number | undefined
}

/** What somebody finds good: a reward for every action at an observation, waiting being 0. */
export interface RewardModel {
  readonly parameters: Float32Array
  readonly normalisation: Normalisation
  readonly comparisons: number
  /** Share of the comparisons that it orders as they were. */
  readonly agreement: number
}

/** A trade is seen by the normalised features of its moment and a 1 at its action. */
const SHAPE: RewardShape = { features: OBSERVATION_SIZE + ACTION_COUNT, hidden: [24] }
const LAYOUT: Layout = rewardLayout(SHAPE)
const ROWS = 64
const USUAL_STEPS = 300
const LEARNING_RATE = 5e-3
/** Pull of every weight to 0: a few dozen answers say little about a network. */
const RIDGE = 2e-3
/** What an answer says for a trade, in answers. */
const ANSWER_LEANING = { accepted: 1, modified: 0.5, rejected: -1 } as const
/** A rating says half an answer a point, from the middle of 1 to 5, and a quarter between two trades. */
const MIDDLE_RATING = 3
const RATING_LEANING = 0.5
const RATING_WEIGHT = 0.25
/** The most comparisons of ratings, so that many ratings do not drown the answers. */
const MOST_RATED = 200

/**
 * How far somebody was for a trade, in answers, negative where he was against it: a yes is 1, a yes with changes half, a no -1, and
 * once he knew how it went every point of his rating above or below 3 is half an answer. A yes that he regrets with a 1 says
 * nothing any more; no answer and a 2 says a little against.
 */
export function leaningOf({ answer, rating }: Partial<Pick<Opinion, 'answer' | 'rating'>>): number {
  const said = answer === undefined ? 0 : ANSWER_LEANING[answer]
  return said + RATING_LEANING * ((rating ?? MIDDLE_RATING) - MIDDLE_RATING)
}

/**
 * A reward model after Bradley and Terry (1952): the log-odds that one is preferred to another are the difference of
 * their rewards. Who leans towards a trade prefers it to waiting, who leans against it prefers waiting, by as much as he
 * leans; of two rated trades the better rated is preferred. Undefined where there is nothing to compare.
 */
export async function fitRewardModel(
  opinions: readonly Opinion[],
  normalisation: Normalisation,
  random: Random,
  steps = USUAL_STEPS,
): Promise<RewardModel | undefined> {
  const pairs = [
    ...leaningsAsPairs(opinions, normalisation),
    ...ratingsAsPairs(opinions, normalisation, random),
  ]
  if (pairs.length === 0) return undefined
  const optimiser = await createOptimiser(
    {
      layout: LAYOUT,
      inputs: bradleyTerryInputs(SHAPE, ROWS),
      loss: (weights, fed) => {
        const { loss } = bradleyTerryLoss(weights, fed, SHAPE)
        const size = LAYOUT.map(([name]) => sum(square(weights(name)))).reduce((one, other) =>
          add(one, other),
        )
        return { loss: add(loss, multiply(size, RIDGE)) }
      },
    },
    freshAdam(initialWeights(LAYOUT, random)),
  )
  for (let step = 0; step < steps; step += 1) {
    const drawn = Array.from({ length: ROWS }, () => pairs[random.below(pairs.length)])
    await optimiser.step(
      {
        preferred: flat(drawn.map(pair => pair?.preferred ?? [])),
        declined: flat(drawn.map(pair => pair?.declined ?? [])),
        rowWeights: Float32Array.from(drawn, pair => pair?.weight ?? 0),
      },
      LEARNING_RATE * (1 - step / steps),
    )
  }
  const { parameters } = optimiser
  await optimiser.release()
  const rewards = await rewardsOfRows(
    SHAPE,
    parameters,
    pairs.flatMap(({ preferred, declined }) => [preferred, declined]),
  )
  const ordered = pairs.filter((_, row) => at(rewards, 2 * row) > at(rewards, 2 * row + 1))
  return { parameters, normalisation, comparisons: pairs.length, agreement: ordered.length / pairs.length }
}

/** Parts that answers are dealt into to see whether some of them tell the others. */
const FOLDS = 4

/** From this predictability on answers are worth following: a coin with twenty yeses and noes reaches it once in sixty. */
export const FOLLOW_FROM = 0.7

/**
 * How far answers tell other answers of the same person: the probability that a reward model that never saw either of them
 * rewards an accepted trade above a rejected one (area under the curve, cross-validated). 1 for a clear taste, about 0.5
 * for a coin; undefined where everything got the same answer, which contradicts nothing.
 */
export async function predictabilityOf(
  opinions: readonly Opinion[],
  normalisation: Normalisation,
  random: Random,
): Promise<number | undefined> {
  const answered = opinions.filter(({ answer }) => answer !== undefined)
  if (new Set(answered.map(({ answer }) => answer === 'rejected')).size < 2) return undefined
  const told: { readonly isYes: boolean; readonly reward: number }[] = []
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const held = answered.filter((_, index) => index % FOLDS === fold)
    const others = answered.filter((_, index) => index % FOLDS !== fold)
    const model = await fitRewardModel(others, normalisation, random, USUAL_STEPS / 2)
    if (!model || held.length === 0) continue
    const rewards = await rewardsOf(
      model,
      held.map(({ observation }) => observation),
    )
    held.forEach(({ answer, action }, row) => {
      told.push({
        isYes: answer !== 'rejected',
        reward: at(rewards, row * ACTION_COUNT + actionIndex(action)),
      })
    })
  }
  const yes = told.filter(({ isYes }) => isYes)
  const no = told.filter(({ isYes }) => !isYes)
  const right = yes.map(({ reward }) => no.filter(other => reward > other.reward).length)
  const pairs = yes.length * no.length
  return right.reduce((sumOf, count) => sumOf + count, 0) / pairs
}

/** The rewards of all actions at observations, row by row, in the order of `ACTIONS`; the first of every row is 0. */
export async function rewardsOf(
  model: RewardModel,
  observations: readonly ArrayLike<number>[],
): Promise<Float32Array> {
  const rows = observations.flatMap(observation =>
    ACTIONS.map(action => featuresOf(observation, action, model.normalisation)),
  )
  const rewards = await rewardsOfRows(SHAPE, model.parameters, rows)
  return rewards.map((reward, index) => reward - at(rewards, index - (index % ACTION_COUNT)))
}

function leaningsAsPairs(opinions: readonly Opinion[], normalisation: Normalisation): PreferredFeatures[] {
  return opinions.flatMap(opinion => {
    const leaning = leaningOf(opinion)
    if (leaning === 0) return []
    const trade = featuresOf(opinion.observation, opinion.action, normalisation)
    const wait = featuresOf(opinion.observation, 'noTrade', normalisation)
    const [preferred, declined] = leaning > 0 ? [trade, wait] : [wait, trade]
    return [{ preferred, declined, weight: Math.abs(leaning) }]
  })
}

/** Of all pairs of differently rated trades as many as may count, all of them equally likely (reservoir sampling). */
function ratingsAsPairs(
  opinions: readonly Opinion[],
  normalisation: Normalisation,
  random: Random,
): PreferredFeatures[] {
  const rated = opinions.flatMap(({ observation, action, rating }) =>
    rating === undefined ? [] : [{ rating, features: featuresOf(observation, action, normalisation) }],
  )
  const pairs: PreferredFeatures[] = []
  let seen = 0
  for (const one of rated) {
    for (const other of rated) {
      if (one.rating <= other.rating) continue
      seen += 1
      const place = pairs.length < MOST_RATED ? pairs.length : random.below(seen)
      const weight = RATING_WEIGHT * (one.rating - other.rating)
      if (place < MOST_RATED) pairs[place] = { preferred: one.features, declined: other.features, weight }
    }
  }
  return pairs
}

function featuresOf(
  observation: ArrayLike<number>,
  action: Action,
  normalisation: Normalisation,
): Float32Array {
  const features = new Float32Array(SHAPE.features)
  normalise(Float32Array.from(observation), normalisation, features)
  features[OBSERVATION_SIZE + actionIndex(action)] = 1
  return features
}
