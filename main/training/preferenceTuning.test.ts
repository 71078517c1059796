import { expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, type Action } from '../core/policy/action.ts'
import { plainNetwork, plainNormalisation } from './network.ts'
import {
  likeliestOf,
  logProbabilitiesOf,
  pairsFromAnswers,
  pairsFromRewards,
  tunePreference,
  type NetworkPolicy,
  type Situation,
} from './preferenceTuning.ts'
import {
  FOLLOW_FROM,
  fitRewardModel,
  leaningOf,
  predictabilityOf,
  rewardsOf,
  type Opinion,
} from './rewardModel.ts'

const NORMALISATION = plainNormalisation(OBSERVATION_SIZE)
const EVERYTHING = ACTIONS.map(action => action !== 'close')

/** Situations through the day, with some chance in the other features. */
function situations(count: number, seed: number): Situation[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const observation = Array.from({ length: OBSERVATION_SIZE }, () => 0.3 * random.normal())
    observation[featureIndex('minutesSinceOpen')] = (4 * (index % 10)) / 10 - 2
    return { observation, allowed: EVERYTHING }
  })
}

function isEarly({ observation }: Situation): boolean {
  return at(observation, featureIndex('minutesSinceOpen')) < 0
}

/** A policy of chance that always suggests one trade. */
function reference(action: Action): NetworkPolicy {
  const network = plainNetwork([16])({ observationSize: OBSERVATION_SIZE, actionCount: ACTION_COUNT })
  const parameters = network.initial(createRandom(7))
  // The biases of the policy's head lie before the value head, which has 16 weights and a bias
  parameters[parameters.length - 17 - ACTION_COUNT + actionIndex(action)] = 1
  return { network, parameters, normalisation: NORMALISATION }
}

async function suggestions(policy: NetworkPolicy, asked: readonly Situation[]): Promise<Action[]> {
  return (await logProbabilitiesOf(policy, asked)).map(likeliestOf)
}

test('a policy is tuned away from what was declined in the mornings, and only then', async () => {
  const champion = reference('sellIronCondor')
  const asked = situations(40, 1)
  const pairs = pairsFromAnswers(
    asked.map(situation => ({ situation, action: 'sellIronCondor', accepted: !isEarly(situation) })),
  )
  const { policy, report } = await tunePreference(champion, pairs, asked, createRandom(2))
  const fresh = situations(60, 3)
  expect(new Set(await suggestions(champion, fresh))).toEqual(new Set(['sellIronCondor']))
  const tuned = await suggestions(policy, fresh)
  const declined = tuned.filter((action, index) => {
    const situation = fresh[index]
    return action === 'sellIronCondor' && situation && isEarly(situation)
  })
  const late = tuned.filter((_, index) => {
    const situation = fresh[index]
    return situation && !isEarly(situation)
  })
  expect(declined.length).toBeLessThan(6)
  expect(late.filter(action => action === 'sellIronCondor').length).toBeGreaterThan(24)
  expect(report.agreementBefore).toBe(0)
  expect(report.agreementAfter).toBeGreaterThan(0.8)
  expect(report.divergence).toBeGreaterThan(0)
})

test('without pairs a policy stays as it is, bit by bit, and the same seed tunes to the same bits', async () => {
  const champion = reference('sellPutVertical10')
  const asked = situations(20, 4)
  const settings = { steps: 5, learningRate: 1e-3, firmness: 0.5, anchorWeight: 0.1 }
  const none = await tunePreference(champion, [], asked, createRandom(1), settings)
  expect(none.policy.parameters).toEqual(champion.parameters)
  expect(none.report).toMatchObject({ pairs: 0, divergence: 0 })
  const pairs = pairsFromAnswers(
    asked.map(situation => ({ situation, action: 'sellPutVertical10', accepted: false })),
  )
  const [one, other] = [
    await tunePreference(champion, pairs, asked, createRandom(1), settings),
    await tunePreference(champion, pairs, asked, createRandom(1), settings),
  ]
  expect(one.policy.parameters).toEqual(other.policy.parameters)
  expect(one.policy.parameters).not.toEqual(champion.parameters)
})

test('the firmer a policy is held to the reference, the nearer it stays', async () => {
  const champion = reference('sellPutVertical10')
  const asked = situations(20, 4)
  const pairs = pairsFromAnswers(
    asked.map(situation => ({ situation, action: 'sellPutVertical10', accepted: false })),
  )
  const divergenceAt = async (firmness: number) => {
    const settings = { steps: 80, learningRate: 2e-3, firmness, anchorWeight: 0 }
    return (await tunePreference(champion, pairs, asked, createRandom(1), settings)).report.divergence
  }
  expect(await divergenceAt(10)).toBeLessThan(0.5 * (await divergenceAt(0.1)))
})

test('what is not on offer is never likely', async () => {
  const allowed = ACTIONS.map(action => action === 'noTrade' || action === 'sellCallVertical15')
  const [logs] = await logProbabilitiesOf(reference('sellIronCondor'), [
    { observation: new Float32Array(OBSERVATION_SIZE), allowed },
  ])
  const likely = ACTIONS.filter((_, index) => Math.exp(at(logs ?? [], index)) > 0)
  expect(likely).toEqual(['noTrade', 'sellCallVertical15'])
})

test('a reward model orders what was accepted above waiting, and waiting above what was declined', async () => {
  const opinions = situations(60, 5).map((situation): Opinion => ({
    observation: situation.observation,
    action: 'sellPutVertical15',
    answer: isEarly(situation) ? 'rejected' : 'accepted',
    rating: undefined,
  }))
  const model = await fitRewardModel(opinions, NORMALISATION, createRandom(6))
  expect(model?.comparisons).toBe(60)
  expect(model?.agreement).toBeGreaterThan(0.95)
  const fresh = situations(50, 8)
  const rewards = model
    ? await rewardsOf(
        model,
        fresh.map(({ observation }) => observation),
      )
    : new Float32Array()
  const right = fresh.filter((situation, row) => {
    const reward = at(rewards, row * ACTION_COUNT + actionIndex('sellPutVertical15'))
    return at(rewards, row * ACTION_COUNT) === 0 && reward < 0 === isEarly(situation)
  })
  expect(right.length).toBeGreaterThan(42)
})

test('a taste tells its own answers, a coin does not', async () => {
  const random = createRandom(11)
  const opinions = (answers: (situation: Situation) => boolean) =>
    situations(40, 12).map((situation): Opinion => ({
      observation: situation.observation,
      action: 'sellIronCondor',
      answer: answers(situation) ? 'accepted' : 'rejected',
      rating: undefined,
    }))
  const predictability = (answers: (situation: Situation) => boolean) =>
    predictabilityOf(opinions(answers), NORMALISATION, createRandom(1))
  expect(await predictability(situation => !isEarly(situation))).toBeGreaterThan(0.9)
  expect(await predictability(() => random.uniform() < 0.5)).toBeLessThan(FOLLOW_FROM)
  expect(await predictability(() => false)).toBeUndefined()
})

test('of two rated trades the better rated is rewarded more', async () => {
  const opinions = situations(20, 9).map(({ observation }, index): Opinion => ({
    observation,
    action: index % 2 ? 'sellIronCondor' : 'sellCallVertical10',
    answer: undefined,
    rating: index % 2 ? 5 : 2,
  }))
  const model = await fitRewardModel(opinions, NORMALISATION, createRandom(6))
  // Every 5 against every 2, and each of them against waiting
  expect(model?.comparisons).toBe(120)
  expect(model?.agreement).toBe(1)
  const many = Array.from({ length: 2000 }, (_, index): Opinion => ({
    observation: new Float32Array(OBSERVATION_SIZE),
    action: 'sellIronCondor',
    answer: undefined,
    rating: index % 2 ? 3 : 5,
  }))
  // A thousand against waiting, and of the million pairs as many as may count
  expect((await fitRewardModel(many, NORMALISATION, createRandom(6), 1))?.comparisons).toBe(1200)
  expect(await fitRewardModel([], NORMALISATION, createRandom(6))).toBeUndefined()
})

test('an answer and a rating add up to how far somebody leans to a trade', () => {
  const rated = (answer: Opinion['answer']) => [1, 2, 3, 4, 5].map(rating => leaningOf({ answer, rating }))
  expect(rated('accepted')).toEqual([0, 0.5, 1, 1.5, 2])
  expect(rated('rejected')).toEqual([-2, -1.5, -1, -0.5, 0])
  expect(rated(undefined)).toEqual([-1, -0.5, 0, 0.5, 1])
  expect(leaningOf({ answer: 'modified', rating: undefined })).toBe(0.5)
})

test('where a reward model dislikes a suggestion waiting is preferred, and no trade that nobody was asked about', () => {
  const logs = Float32Array.from([-3, -9, -1, -2, -9, -1.5, -9])
  const rewards = Float32Array.from([0, -1, -1, -1, 2, 1, 0])
  const situation = { observation: new Float32Array(OBSERVATION_SIZE), allowed: EVERYTHING }
  const [pair] = pairsFromRewards([situation], [logs], rewards, 0.5)
  expect(pair).toMatchObject({ better: 'noTrade', worse: 'sellPutVertical15', weight: 0.5 })
  expect(pairsFromRewards([situation], [logs], new Float32Array(ACTION_COUNT), 1)).toEqual([])
})
