import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJob, writeJob } from '../adapters/experiments/trainingJob.ts'
import { UNSEEN_FROM } from '../contract/backtest.ts'
import { createRandom } from '../core/base/random.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { encodeCheckpoint } from '../training/checkpoint.ts'
import { networkOf } from '../training/tradingNetwork.ts'
import { USUAL_LEARNING } from '../training/trainingPlan.ts'
import { encoderOf, startOf } from './learningModels.ts'
import { learningWith, newJob, planOf } from './newTraining.ts'

const budget = fc.constantFrom('short' as const, 'usual' as const)
const seed = fc.nat({ max: 2_147_483_647 })

test('no session that is judged on was ever trained on, and every one has a seed that can be drawn from', () => {
  fc.assert(
    fc.property(seed, seed, budget, budget, fc.string(), (one, other, small, large, occasion) => {
      const { heldBack } = planOf({ seed: one, budget: small, start: undefined }, occasion)
      const { sessions } = planOf({ seed: other, budget: large, start: undefined }, 'another')
      expect(sessions.firstSeed + sessions.count).toBeLessThanOrEqual(UNSEEN_FROM)
      expect(UNSEEN_FROM).toBeLessThan(heldBack.firstSeed)
      expect(heldBack.firstSeed + heldBack.count).toBeLessThan(2 ** 31)
    }),
  )
})

test('every run and every comparison is judged on sessions of its own', () => {
  const ranges = Array.from({ length: 200 }, (_, week) =>
    (['short', 'usual'] as const).map(
      each => planOf({ seed: 1, budget: each, start: undefined }, `run ${week} ${each}`).heldBack,
    ),
  ).flat()
  const sorted = ranges.toSorted((one, other) => one.firstSeed - other.firstSeed)
  sorted.slice(1).forEach(({ firstSeed }, index) => {
    const before = sorted[index]
    expect(firstSeed).toBeGreaterThanOrEqual((before?.firstSeed ?? 0) + (before?.count ?? 0))
  })
})

test('a job tells the network that was asked for, in its plan and in its command; a plain one has the usual plan', () => {
  const jobWith = (encoder: 'plain' | 'attention') =>
    newJob({
      kind: 'train',
      seed: 3,
      budget: 'short',
      encoder,
      now: 0,
      champion: { version: 'champion-1', digest: 'a'.repeat(64) },
      start: undefined,
      experience: { answers: 0, outcomes: 0, rows: [] },
      trial: 1,
      revision: 'unknown',
    })
  const [plain, attentive] = [jobWith('plain'), jobWith('attention')]
  expect(plain.plan.learning).toEqual(USUAL_LEARNING)
  expect(plain.madeBy).toContain(' --encoder plain ')
  expect(attentive.plan.learning.encoder).toBe('attention')
  expect(attentive.madeBy).toContain(' --encoder attention ')
  for (const job of [plain, attentive]) expect(parseJob(writeJob(job))).toEqual({ ok: true, value: job })
})

test.each(['plain', 'attention'] as const)(
  'a training of a model that is %s begins where that ended, with a network of its kind',
  async encoder => {
    const folder = temporaryFolder()
    expect(await encoderOf({ folder })).toBe('plain')
    const parameters = networkOf(learningWith(encoder)).initial(createRandom(1))
    const fields = new Map<string, Float32Array | Float64Array>([
      ['parameters', parameters],
      ['moments', Float64Array.of(1, 2, 3)],
    ])
    await writeFile(join(folder, 'start.bin'), encodeCheckpoint('start', fields))
    expect(await encoderOf({ folder })).toBe(encoder)
    expect(await startOf({ folder }, learningWith(encoder))).toEqual({
      parameters: [...parameters],
      moments: [1, 2, 3],
    })
    const other = encoder === 'plain' ? 'attention' : 'plain'
    expect(await startOf({ folder }, learningWith(other))).toBeUndefined()
  },
)
