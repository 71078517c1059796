import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, test } from 'vitest'
import { openModel } from '../adapters/policy/onnxPolicy.ts'
import { mean as average, square, subtract } from '../autodiff/elementwise.ts'
import type { Layout } from '../autodiff/layout.ts'
import { at } from '../core/base/assert.ts'
import { standardDeviation } from '../core/base/statistics.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { lateTables } from '../fixtures/sessionTables.ts'
import { createOptimiser, freshAdam, type Objective } from './adam.ts'
import { plainNetwork, plainNormalisation, type PolicyNetwork } from './network.ts'
import { createObservationAdversary } from './ppoAdversary.ts'
import { trainPolicy } from './trainPolicy.ts'
import { USUAL_LEARNING, type LearningSettings, type OpenTable, type TrainingPlan } from './trainingPlan.ts'

const LEARNING: LearningSettings = {
  ...USUAL_LEARNING,
  environments: 4,
  steps: 32,
  minibatch: 64,
  hidden: [16],
  patience: 1,
}
const ROWS = 6
/** Large, so that few rows tell a difference. */
const BUDGET = 0.15
const raw = Float32Array.from({ length: ROWS * OBSERVATION_SIZE }, createRandom(3).normal)
let open: OpenTable

beforeAll(async () => {
  const tables = await lateTables([1, 2])
  open = seed => Promise.resolve(tables[seed % 2] ?? Promise.reject(new RangeError(`no session ${seed}`)))
}, 60_000)

function planOf(learning: Partial<LearningSettings>): TrainingPlan {
  return {
    seed: 5,
    updates: 3,
    learning: { ...LEARNING, ...learning },
    market: { edge: { kind: 'none', strength: 0 }, spread: 0, quoteEvery: 60_000 },
    limits: DEFAULT_LIMITS,
    sessions: { firstSeed: 0, count: 2 },
    heldBack: { firstSeed: 8, count: 1 },
    checkpointEvery: 2,
  }
}

async function trained(learning: Partial<LearningSettings>) {
  const checkpoints: Uint8Array[] = []
  const plan = planOf(learning)
  const result = await trainPolicy(plan, open, { saveCheckpoint: bytes => void checkpoints.push(bytes) })
  return { ...result, plan, checkpoints }
}

const beside: readonly (readonly [string, Partial<LearningSettings>])[] = [
  ['an adversary', { adversary: { budget: 0.02 } }],
  ['an ensemble', { ensemble: 5 }],
  ['a network a regime', { regimes: true }],
  ['both, and attention', { adversary: { budget: 0.02 }, ensemble: 3, encoder: 'attention' }],
]

test.each(beside)(
  'with %s, a training goes on from its checkpoints to the same bytes',
  async (_, learning) => {
    const whole = await trained(learning)
    expect(whole.parameters.every(Number.isFinite)).toBe(true)
    for (const bytes of whole.checkpoints) {
      const resumed = await trainPolicy(whole.plan, open, { loadCheckpoint: () => bytes })
      expect(resumed.model).toEqual(whole.model)
    }
  },
)

describe('an adversary', () => {
  test('changes what is learned; one without a budget changes nothing', async () => {
    const [usual, idle, robust] = [
      await trained({}),
      await trained({ adversary: { budget: 0 } }),
      await trained({ adversary: { budget: 0.02 } }),
    ]
    expect(idle.model).toEqual(usual.model)
    expect(robust.parameters).not.toEqual(usual.parameters)
  })

  test('stays within its budget of each raw feature and within the limit, and never helps', async () => {
    const network = plainNetwork([8])({ observationSize: 4, actionCount: 2 })
    const objective = objectiveOf(network.answer, network.layout)
    const adversary = await createObservationAdversary(objective, BUDGET)
    const mean = Float32Array.of(1, -2, 0, 0.5)
    const scale = Float32Array.of(1, 0.5, 3, 1)
    const normalisation = { mean, scale, limit: 2 }
    const random = createRandom(9)
    const observations = Float32Array.from({ length: 32 * 4 }, () => 2 - 4 * random.uniform())
    const batch = { observations, wanted: wantedOf(observations) }
    const {
      batch: worst,
      before,
      after,
    } = await adversary.worsen(network.initial(random), batch, normalisation)
    await adversary.release()
    expect(after).toBeGreaterThan(before)
    observations.forEach((seen, index) => {
      const [middle, unit] = [at(mean, index % 4), at(scale, index % 4)]
      const [was, is] = [seen / unit + middle, at(worst.observations, index) / unit + middle]
      expect(Math.abs(is - was)).toBeLessThanOrEqual(BUDGET * Math.abs(was) + 1e-5)
      expect(Math.abs(at(worst.observations, index))).toBeLessThanOrEqual(2)
    })
  })

  test('makes the worst less bad where it was trained against', async () => {
    const [usual, robust] = [await worstAfter(false), await worstAfter(true)]
    expect(robust).toBeLessThan(0.9 * usual)
  })
})

describe('an ensemble beside', () => {
  test('does not touch the policy, and tells what its members expect of any number of rows', async () => {
    for (const encoder of ['plain', 'attention'] as const) {
      const [alone, with5] = [await trained({ encoder }), await trained({ encoder, ensemble: 5 })]
      expect(with5.parameters).toEqual(alone.parameters)
      expect(with5.curves).toEqual(alone.curves)
      const [one, other] = [await openModel('alone', alone.model), await openModel('with', with5.model)]
      const [expected, answered] = [await one.logits(raw, ROWS), await other.logits(raw, ROWS)]
      const doubt = await other.doubt(raw.slice(0, OBSERVATION_SIZE))
      expect(await one.doubt(raw.slice(0, OBSERVATION_SIZE))).toBeUndefined()
      await Promise.all([one.release(), other.release()])
      answered.forEach((logit, index) => expect(Math.abs(logit - at(expected, index))).toBeLessThan(1e-5))
      const session = await InferenceSession.create(with5.model)
      const { ensemble } = await session.run({
        observation: new Tensor('float32', raw, [ROWS, OBSERVATION_SIZE]),
      })
      await session.release()
      expect(ensemble?.dims).toEqual([ROWS, 5])
      const values = ensemble?.data instanceof Float32Array ? [...ensemble.data] : []
      expect(values.every(Number.isFinite)).toBe(true)
      expect(new Set(values.slice(0, 5)).size).toBe(5)
      expect(doubt).toBeCloseTo(standardDeviation(values.slice(0, 5)), 5)
    }
  })
})

/** Squared errors of the value at what is wanted, for 32 rows. */
function objectiveOf(answer: PolicyNetwork['answer'], layout: Layout): Objective {
  return {
    layout,
    inputs: { observations: [32, 4], wanted: [32] },
    loss: (weights, input) => ({
      loss: average(square(subtract(answer(weights, input('observations')).values, input('wanted')))),
    }),
  }
}

/** A step of the first feature: steep where a network of few rows makes it so. */
function wantedOf(observations: Float32Array): Float32Array {
  return Float32Array.from({ length: 32 }, (_, row) => (at(observations, row * 4) > 0 ? 1 : -1))
}

/** The loss in the worst case of a network that learned rows as they are, or as an adversary would have them. */
async function worstAfter(isAgainstWorst: boolean): Promise<number> {
  const random = createRandom(4)
  const network = plainNetwork([16])({ observationSize: 4, actionCount: 2 })
  const objective = objectiveOf(network.answer, network.layout)
  const adversary = await createObservationAdversary(objective, BUDGET)
  const optimiser = await createOptimiser(objective, freshAdam(network.initial(random)))
  const observations = Float32Array.from({ length: 32 * 4 }, () => random.normal())
  const batch = { observations, wanted: wantedOf(observations) }
  const worstNow = () => adversary.worsen(optimiser.parameters, batch, plainNormalisation(4))
  for (let step = 0; step < 400; step += 1)
    await optimiser.step(isAgainstWorst ? (await worstNow()).batch : batch, 1e-2)
  const { after } = await worstNow()
  await Promise.all([adversary.release(), optimiser.release()])
  return after
}
