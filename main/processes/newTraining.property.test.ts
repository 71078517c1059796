import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJob, writeJob, type TrainingJob } from '../adapters/experiments/trainingJob.ts'
import { UNSEEN_FROM } from '../contract/backtest.ts'
import { createRandom } from '../core/base/random.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { encodeCheckpoint } from '../training/checkpoint.ts'
import { networkOf } from '../training/tradingNetwork.ts'
import { USUAL_LEARNING } from '../training/trainingPlan.ts'
import { networkKindOf, startOf } from './learningModels.ts'
import { learningWith, newJob, planOf, type TrainingWish } from './newTraining.ts'

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

/** A job of a training against a champion. */
function jobWith(changes: Partial<TrainingWish>): TrainingJob {
  return newJob({
    kind: 'train',
    seed: 3,
    budget: 'short',
    now: 0,
    champion: { version: 'champion-1', digest: 'a'.repeat(64) },
    start: undefined,
    experience: { answers: 0, outcomes: 0, rows: [] },
    trial: 1,
    revision: 'unknown',
    ...changes,
  })
}

test('the command of a weekly retraining makes the same model: it is trained and judged on the same sessions', () => {
  const [week, again] = [jobWith({ kind: 'retrain' }), jobWith({ kind: 'train' })]
  expect(week.run).not.toBe(again.run)
  expect([week.plan, week.model, week.madeBy]).toEqual([again.plan, again.model, again.madeBy])
  expect(week.madeBy).toMatch(/where champion-1 is in charge, .* and comparison 1 comes next$/)
})

test('a job tells the network that was asked for, in its plan and in its command; a plain one has the usual plan', () => {
  const [plain, attentive] = [jobWith({ encoder: 'plain' }), jobWith({ encoder: 'attention' })]
  expect(plain.plan.learning).toEqual(USUAL_LEARNING)
  expect(plain.madeBy).toContain(' --encoder plain ')
  expect(attentive.plan.learning.encoder).toBe('attention')
  expect(attentive.madeBy).toContain(' --encoder attention ')
  const names = [plain, attentive, jobWith({ encoder: 'plain', regimes: true })].map(({ name }) => name)
  expect(names).toEqual(
    ['plain', 'attention', 'plain by regime'].map(kind => `Training with seed 3, short, ${kind}`),
  )
  for (const job of [plain, attentive]) expect(parseJob(writeJob(job))).toEqual({ ok: true, value: job })
})

const KINDS = [
  { encoder: 'plain', regimes: false },
  { encoder: 'attention', regimes: false },
  { encoder: 'plain', regimes: true },
  { encoder: 'attention', regimes: true },
] as const

test.each(KINDS)(
  'a training of a model that is $encoder, heads by regime $regimes, begins where that ended, with a network of its kind',
  async kind => {
    const folder = temporaryFolder()
    expect(await networkKindOf({ folder })).toEqual({ encoder: 'plain', regimes: false })
    const parameters = networkOf(learningWith(kind)).initial(createRandom(1))
    const fields = new Map<string, Float32Array | Float64Array>([
      ['parameters', parameters],
      ['moments', Float64Array.of(1, 2, 3)],
    ])
    await writeFile(join(folder, 'start.bin'), encodeCheckpoint('start', fields))
    expect(await networkKindOf({ folder })).toEqual(kind)
    expect(await startOf({ folder }, learningWith(kind))).toEqual({
      parameters: [...parameters],
      moments: [1, 2, 3],
    })
    for (const other of KINDS.filter(each => each !== kind))
      expect(await startOf({ folder }, learningWith(other))).toBeUndefined()
  },
)
