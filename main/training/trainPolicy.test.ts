import { beforeAll, describe, expect, test } from 'vitest'
import { openModel } from '../adapters/policy/onnxPolicy.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { lateTables, withPutsPaying } from '../fixtures/sessionTables.ts'
import { greedy } from './baselines.ts'
import { judge } from './judgePolicies.ts'
import type { SessionTable } from './sessionTable.ts'
import { WrongCheckpoint, trainPolicy } from './trainPolicy.ts'
import { USUAL_LEARNING, type OpenTable, type TrainingPlan } from './trainingPlan.ts'

/** Sessions by their seeds: the first eight are trained on, the others held back. */
let fair: readonly SessionTable[]

beforeAll(async () => {
  fair = await lateTables(Array.from({ length: 14 }, (_, index) => index + 1))
}, 60_000)

const PLAN: TrainingPlan = {
  seed: 5,
  updates: 6,
  learning: { ...USUAL_LEARNING, environments: 8, steps: 32, minibatch: 64, hidden: [16], patience: 3 },
  market: { edge: { kind: 'none', strength: 0 }, spread: 0, quoteEvery: 60_000 },
  limits: DEFAULT_LIMITS,
  sessions: { firstSeed: 0, count: 8 },
  heldBack: { firstSeed: 8, count: 6 },
  checkpointEvery: 2,
}

function openFrom(tables: readonly SessionTable[]): OpenTable {
  return seed => {
    const table = tables[seed]
    return table ? Promise.resolve(table) : Promise.reject(new RangeError(`no session ${seed}`))
  }
}

async function checkpointsOf(plan: TrainingPlan): Promise<Uint8Array[]> {
  const checkpoints: Uint8Array[] = []
  await trainPolicy(plan, openFrom(fair), { saveCheckpoint: bytes => void checkpoints.push(bytes) })
  return checkpoints
}

describe('a plan decides everything', () => {
  test('the same plan gives the same bytes, from its start and from each of its checkpoints', async () => {
    const whole = await trainPolicy(PLAN, openFrom(fair))
    const checkpoints = await checkpointsOf(PLAN)
    expect(checkpoints).toHaveLength(3)
    for (const bytes of checkpoints) {
      const resumed = await trainPolicy(PLAN, openFrom(fair), { loadCheckpoint: () => bytes })
      expect(resumed.model).toEqual(whole.model)
      expect(resumed.parameters).toEqual(whole.parameters)
      expect(resumed.moments).toEqual(whole.moments)
      expect(resumed.curves).toEqual(whole.curves)
    }
  })

  test('another seed gives another model', async () => {
    const [one, other] = [
      await trainPolicy({ ...PLAN, updates: 1 }, openFrom(fair)),
      await trainPolicy({ ...PLAN, updates: 1, seed: 6 }, openFrom(fair)),
    ]
    expect(one.parameters).not.toEqual(other.parameters)
  })

  test('a training goes on from where another one ended', async () => {
    const first = await trainPolicy({ ...PLAN, updates: 2 }, openFrom(fair))
    const start = { parameters: [...first.parameters], moments: first.moments }
    const told: number[] = []
    await trainPolicy({ ...PLAN, updates: 1, start }, openFrom(fair), {
      onMetrics: update => void told.push(update),
      saveCheckpoint: () => undefined,
    })
    expect(told).toEqual([1])
  })
})

describe('a checkpoint that does not fit is refused by name', () => {
  test('one of another plan', async () => {
    const [bytes] = await checkpointsOf({ ...PLAN, updates: 2 })
    const resumed = trainPolicy({ ...PLAN, updates: 4 }, openFrom(fair), { loadCheckpoint: () => bytes })
    await expect(resumed).rejects.toThrow(
      new WrongCheckpoint('checkpoint, plan: the checkpoint must be of the same plan'),
    )
  })

  test('one with a bit turned over, wherever it is', async () => {
    const [bytes = new Uint8Array()] = await checkpointsOf({ ...PLAN, updates: 2 })
    for (const share of [0, 0.01, 0.3, 0.7, 0.999]) {
      const turned = bytes.slice()
      const place = Math.floor(share * turned.length)
      turned[place] = (turned[place] ?? 0) ^ 1
      const resumed = trainPolicy({ ...PLAN, updates: 2 }, openFrom(fair), { loadCheckpoint: () => turned })
      await expect(resumed).rejects.toThrow(WrongCheckpoint)
    }
  })
})

test('whoever runs it can end it between two updates, and is told how far it is', async () => {
  const told: string[] = []
  let asked = 0
  const running = trainPolicy(PLAN, openFrom(fair), {
    onProgress: ({ phase, done, total }) => void told.push(`${phase} ${done} of ${total}`),
    gate: () => {
      asked += 1
      return asked > PLAN.sessions.count + 2 ? Promise.reject(new Error('ended')) : Promise.resolve()
    },
  })
  await expect(running).rejects.toThrow('ended')
  expect(told.slice(-3)).toEqual(['preparing sessions 8 of 8', 'training 1 of 6', 'training 2 of 6'])
})

test('an edge that is there is found, and one that is not is not claimed', async () => {
  const paying = fair.map(withPutsPaying)
  const learning = {
    ...PLAN.learning,
    environments: 16,
    steps: 64,
    minibatch: 256,
    learningRate: 3e-3,
    patience: 0,
  }
  const trained = await trainPolicy({ ...PLAN, updates: 80, learning }, openFrom(paying))
  const policy = await openModel('trained', trained.model)
  const subject = greedy('trained', policy)
  const bench = { limits: DEFAULT_LIMITS, seed: 1 }
  const found = await judge(subject, [], { ...bench, tables: paying.slice(8) })
  const missing = await judge(subject, [], { ...bench, tables: fair.slice(8) })
  await policy.release()
  for (const { difference } of found.differences) expect(difference.low).toBeGreaterThan(0)
  expect(found.isEdgeShown).toBe(true)
  expect(missing.isEdgeShown).toBe(false)
  expect(missing.sentence).toMatch(/^No edge shown/)
})
