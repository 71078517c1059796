import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadExplainedPolicy, type ExplainedPolicy } from '../adapters/policy/explainedPolicy.ts'
import { loadOnnxPolicy, openModel } from '../adapters/policy/onnxPolicy.ts'
import { splitModel } from '../autodiff/splitModel.ts'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { networkCard } from '../fixtures/networks.ts'
import { lateTables } from '../fixtures/sessionTables.ts'
import { attentionNetwork } from './attentionNetwork.ts'
import { imitate } from './imitation.ts'
import { compileForward, normalise } from './network.ts'
import { normalisationFrom } from './ppo.ts'
import { networkOf } from './tradingNetwork.ts'
import { WrongCheckpoint, trainPolicy } from './trainPolicy.ts'
import { USUAL_LEARNING, type OpenTable, type TrainedPolicy, type TrainingPlan } from './trainingPlan.ts'

const PLAN: TrainingPlan = {
  seed: 5,
  updates: 3,
  learning: { ...USUAL_LEARNING, environments: 4, steps: 32, minibatch: 64, encoder: 'attention' },
  market: { edge: { kind: 'none', strength: 0 }, spread: 0, quoteEvery: 60_000 },
  limits: DEFAULT_LIMITS,
  sessions: { firstSeed: 0, count: 2 },
  heldBack: { firstSeed: 8, count: 1 },
  checkpointEvery: 2,
}
const ROWS = 5
/** Raw features such as nobody sees, so that the limit of normalisation is met as well. */
const raw = Float32Array.from({ length: ROWS * OBSERVATION_SIZE }, createRandom(3).normal)

let open: OpenTable
let trained: TrainedPolicy
let folder: string
let policy: ExplainedPolicy
const checkpoints: Uint8Array[] = []

beforeAll(async () => {
  const tables = await lateTables([1, 2])
  open = seed => Promise.resolve(tables[seed % 2] ?? Promise.reject(new RangeError(`no session ${seed}`)))
  trained = await trainPolicy(PLAN, open, { saveCheckpoint: bytes => void checkpoints.push(bytes) })
  folder = await mkdtemp(join(tmpdir(), 'zerodte-attention-'))
  await writeFile(join(folder, 'policy.onnx'), trained.model)
  await writeFile(join(folder, 'card.json'), JSON.stringify(networkCard('attention')))
  policy = await loadExplainedPolicy(folder, 'policy.onnx')
}, 60_000)

afterAll(async () => {
  await policy.close()
  await rm(folder, { recursive: true })
})

test('it learns, and goes on from each of its checkpoints to the same bytes', async () => {
  const begun = networkOf(PLAN.learning).initial(createRandom(PLAN.seed).split('parameters'))
  expect(trained.parameters).toHaveLength(begun.length)
  expect(trained.parameters).not.toEqual(begun)
  for (const bytes of checkpoints) {
    const resumed = await trainPolicy(PLAN, open, { loadCheckpoint: () => bytes })
    expect(resumed.model).toEqual(trained.model)
    expect(resumed.moments).toEqual(trained.moments)
  }
  const plain = { ...PLAN, learning: { ...PLAN.learning, encoder: 'plain' as const } }
  await expect(trainPolicy(plain, open, { loadCheckpoint: () => checkpoints[0] })).rejects.toThrow(
    WrongCheckpoint,
  )
})

test('its file says of any number of rows what the tape says', async () => {
  const seen = new Float32Array(raw.length)
  normalise(raw, normalisationFrom(trained.moments), seen)
  const forward = await compileForward(networkOf(PLAN.learning), ROWS)
  const { logits = [] } = await forward.run({ parameters: trained.parameters, observations: seen })
  await forward.release()
  const answered = await policy.logits(raw)
  answered.forEach((logit, index) => expect(Math.abs(logit - at(logits, index))).toBeLessThan(1e-5))
  const live = await loadOnnxPolicy(folder)
  expect(await live.logits(raw.slice(0, OBSERVATION_SIZE), 1)).toEqual(answered.slice(0, ACTION_COUNT))
})

test('it shows which of price, flow and context looked at which', async () => {
  for (let row = 0; row < ROWS; row += 1) {
    const own = raw.slice(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE)
    const seen = await policy.attention(own)
    expect(seen?.shape).toEqual([3, 3])
    for (let group = 0; group < 3; group += 1) {
      const shares = [...(seen?.weights.subarray(group * 3, group * 3 + 3) ?? [])]
      expect(Math.min(...shares)).toBeGreaterThan(0)
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5)
    }
  }
})

test('it imitates what was done, as any network', async () => {
  const network = networkOf(PLAN.learning)
  const logits = await policy.logits(raw.slice(0, OBSERVATION_SIZE))
  const action = [...logits].indexOf(Math.min(...logits))
  const demonstration = {
    observation: raw.slice(0, OBSERVATION_SIZE),
    mask: logits.map(() => 1),
    action,
    weight: 1,
  }
  const { parameters } = await imitate({
    network,
    parameters: trained.parameters,
    normalisation: normalisationFrom(trained.moments),
    demonstrations: [demonstration],
    epochs: 60,
    learningRate: 3e-3,
    seed: 1,
    minibatch: 1,
  })
  const session = await openModel('imitated', network.model(parameters, normalisationFrom(trained.moments)))
  const after = await session.logits(raw.slice(0, OBSERVATION_SIZE), 1)
  await session.release()
  expect(after.indexOf(Math.max(...after))).toBe(action)
})

test('an explanation can take it apart', async () => {
  const split = await splitModel(trained.model)
  expect(split === undefined).toBe(false)
  await split?.close()
})

test('groups must hold every feature once', () => {
  const kindOf = (features: readonly number[]) =>
    attentionNetwork({ groups: [{ name: 'all', features }], width: 4, heads: 1 })
  const sizes = { observationSize: 3, actionCount: 2 }
  expect(kindOf([2, 0, 1])(sizes).layout.length).toBeGreaterThan(0)
  expect(() => kindOf([0, 1, 1])(sizes)).toThrow('every feature once')
  expect(() => kindOf([0, 1])(sizes)).toThrow('must hold 3 features')
})
