import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RunStore } from '../adapters/experiments/runStore.ts'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { madeUpModel } from '../fixtures/models.ts'
import { madeUpComparison } from '../fixtures/trainings.ts'
import { failure, success } from '../core/base/result.ts'
import { ModelRegistry } from '../registry/modelRegistry.ts'
import type { Comparison } from '../contract/learning.ts'
import type { Hosted } from './host.ts'
import { Learner } from './learner.ts'
import type { LearnerCall, LearnerNews } from './learnerMessages.ts'
import { LearningService } from './learningService.ts'
import { openTraining, saveResult } from './trainingFolder.ts'

/** A learner whose worker is the test: it trains by leaving a made-up result, and ends as it is told. */
function madeUpLearning(folder = temporaryFolder(), takes = true) {
  const registry = new ModelRegistry(join(folder, 'models'), ['assets/policies/first'])
  const taken: string[] = []
  let isTaking = takes
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
  let task: Extract<LearnerCall, { kind: 'task' }>['task'] | undefined
  let tell: (news: LearnerNews) => void = () => undefined
  const host = (): Hosted => ({
    send: message => {
      const call = message as LearnerCall
      if (call.kind === 'task') task = call.task
      if (call.kind === 'stop') tell({ kind: 'stopped' })
    },
    onMessage: listener => (tell = listener),
    onExit: () => undefined,
    kill: async () => undefined,
    sharesMemory: false,
  })
  const learner = new Learner(host, 'worker')
  const service = new LearningService({
    folder,
    registry,
    policy: {
      take: async path => {
        taken.push(path)
        if (!isTaking) return failure('it was not taken. first-1 goes on.')
        return success({ name: '', version: '', observationVersion: 1, actionVersion: 1 })
      },
      file: 'policy.onnx',
    },
    runs: new RunStore(join(folder, 'runs')),
    learner,
    revision: 'abc',
    decisions: async () => [],
    experience: async () => ({ rows: [], answers: 0, outcomes: 0 }),
    preference: () => ({ answers: 2, tastes: [{ side: 'call', from: 0, to: 60, shift: -1.5 }] }),
    now: () => (clock.now += 1000),
  })
  /** Ends the training with a model that compares as told. */
  async function finish(changes: Partial<Comparison> = {}): Promise<string> {
    if (task?.kind !== 'train') throw new Error('a training must have begun')
    const opened = await openTraining(task.folder)
    if (!opened.ok) throw new Error(opened.failure)
    const { job } = opened.value
    const { card, weights } = madeUpModel(job.model, { createdAt: job.createdAt })
    const comparison = madeUpComparison(job.champion.version, job.model, { time: job.createdAt, ...changes })
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    await saveResult(
      task.folder,
      new Map([
        ...weights,
        ['card.json', text(card)],
        ['comparison.json', text(comparison)],
        ['curves.json', text({})],
      ]),
    )
    tell({ kind: 'done', comparison: undefined })
    await service.settled()
    return job.model
  }
  return {
    folder,
    service,
    finish,
    taken,
    registry,
    clock,
    tell: (news: LearnerNews) => tell(news),
    task: () => task,
    /** From now on no policy answers. */
    takeNothing: () => void (isTaking = false),
  }
}

/** Said of every training against a policy that was written, not trained. */
const FROM_SCRATCH =
  'A training against first-1 begins from scratch, without the answers of its trader: first-1 does not tell where it ended, or is another network.'

const NO_EDGE = { verdict: 'noEdge', difference: { value: 1, low: -3, high: 5 } } as const

test('trained, compared, promoted, rolled back; every step stands in the report', async () => {
  const { service, finish, taken, tell } = madeUpLearning()
  const begun = await service.train('train', 7, 'short')
  if (!begun.ok) throw new Error(begun.failure)
  const { run } = begun.value
  tell({ kind: 'metrics', step: 1, values: { loss: 2 } })
  tell({ kind: 'progress', phase: 'training', done: 1, total: 4 })
  service.pause(true)
  expect(await service.report()).toMatchObject({
    progress: { run, phase: 'training', done: 1, total: 4, isPaused: true },
    runs: [
      {
        id: run,
        status: 'paused',
        metrics: { loss: 2 },
        seed: 7,
        revision: 'abc',
        parameters: { budget: 'short' },
      },
    ],
    preference: {
      answers: 2,
      weights: [{ words: 'declines selling calls from 09:30 to 10:30', weight: -1.5 }],
    },
    nextRetraining: Date.parse('2026-11-22T02:00:00-05:00'),
  })
  expect(await service.train('train', 7, 'short')).toMatchObject({ ok: false })
  const model = await finish()
  const report = await service.report()
  expect(report.progress).toBeUndefined()
  expect(report.models.map(({ version, role }) => [version, role])).toEqual([
    ['first-1', 'champion'],
    [model, 'challenger'],
  ])
  expect(report.comparison).toMatchObject({ champion: 'first-1', challenger: model, verdict: 'better' })
  // When it was judged, not when its training began: the one judged last is shown
  expect(report.comparison?.time).toBeGreaterThan(report.runs[0]?.startedAt ?? Number.POSITIVE_INFINITY)
  expect(report.runs[0]).toMatchObject({ status: 'finished', model })
  expect(service.experiments([run])).toMatchObject({ ok: true, value: [{ curves: [{ name: 'loss' }] }] })
  expect(await service.promote(model)).toEqual({ ok: true, value: null })
  expect((await service.report()).models.map(({ role }) => role)).toEqual(['champion', 'previous'])
  expect(await service.rollBack()).toEqual({ ok: true, value: { version: 'first-1' } })
  expect(taken.map(path => path.split('/').at(-1))).toEqual([model, 'first'])
  expect((await service.report()).models[0]).toMatchObject({ version: 'first-1', loaded: 'f32' })
})

test('a comparison bears the time at which it was judged, not that at which the work began', async () => {
  const { service, finish, tell, clock } = madeUpLearning()
  await service.train('train', 7, 'short')
  const ended = (clock.now += 3_600_000)
  const model = await finish()
  expect((await service.report()).comparison?.time).toBeGreaterThan(ended)
  const asked = service.compare(model)
  const later = (clock.now += 3_600_000)
  // The model is read before the learner is asked
  await expect.poll(async () => (await service.report()).progress?.run).toBe(`comparison of ${model}`)
  tell({ kind: 'done', comparison: madeUpComparison('first-1', model, { time: ended }) })
  const judged = await asked
  expect(judged.ok && judged.value.time).toBeGreaterThan(later)
  const shown = (await service.report()).comparison
  expect(judged.ok && judged.value).toEqual(shown)
})

test('every comparison is counted, also that of a training, and is over sessions of its own', async () => {
  const { service, finish, tell, task, registry } = madeUpLearning()
  await service.train('train', 7, 'short')
  const model = await finish()
  const heldBack: unknown[] = []
  for (const trial of [2, 3]) {
    const asked = service.compare(model)
    const asking = () => {
      const begun = task()
      return begun?.kind === 'compare' ? begun : undefined
    }
    await expect.poll(() => asking()?.trial).toBe(trial)
    expect(await service.compare(model)).toEqual({
      ok: false,
      failure: 'Something is being worked on already.',
    })
    heldBack.push(asking()?.plan.heldBack.firstSeed)
    tell({ kind: 'done', comparison: madeUpComparison('first-1', model, { trial }) })
    expect((await asked).ok).toBe(true)
  }
  expect(new Set(heldBack).size).toBe(2)
  expect((await registry.judgement(model))?.trial).toBe(3)
})

test('a comparison is over as many sessions as the last one, and takes its place', async () => {
  const { service, finish, tell, task, registry } = madeUpLearning()
  await service.train('train', 7, 'usual')
  const model = await finish({ sessions: 120 })
  const asked = service.compare(model)
  const heldBack = () => {
    const begun = task()
    return begun?.kind === 'compare' ? begun.plan.heldBack.count : undefined
  }
  await expect.poll(heldBack).toBe(120)
  tell({ kind: 'done', comparison: madeUpComparison('first-1', model, { trial: 2, sessions: 120 }) })
  expect((await asked).ok).toBe(true)
  expect(await registry.judgement(model)).toMatchObject({ trial: 2, sessions: 120 })
})

test('of two that are begun at once only one is counted', async () => {
  const { service, finish, registry } = madeUpLearning()
  await service.train('train', 7, 'short')
  const model = await finish()
  const asked = [service.compare(model), service.compare(model), service.train('train', 8, 'short')]
  const busy = { ok: false, failure: 'Something is being worked on already.' }
  const [refused] = await Promise.all([Promise.race(asked.slice(0, 2)), asked[2]])
  expect(refused).toEqual(busy)
  const { champion } = await registry.inCharge()
  expect(await registry.countComparison(champion)).toEqual({ ok: true, value: 3 })
  await service.stop()
})

test('where no edge is shown the champion stays, asked or by the week', async () => {
  const { service, finish, taken, registry } = madeUpLearning()
  await service.train('train', 1, 'short')
  const model = await finish(NO_EDGE)
  expect(await service.promote(model)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/^No edge shown: /),
  })
  await service.train('retrain', 2, 'usual')
  const answers = { answers: 8, champion: 3, tuned: 7, challenger: 5 }
  const other = await finish({ ...NO_EDGE, answers })
  const { runs, notes } = await service.report()
  expect(runs[0]).toMatchObject({ kind: 'retrain', status: 'finished', model: other })
  expect(notes).toEqual([
    FROM_SCRATCH,
    expect.stringMatching(
      /^The weekly retraining changed nothing\. No edge shown: .* The champion stays\. .* Of 8 past answers the champion follows 3 \(38 %\); tuned with them it followed 7 \(88 %\), the challenger follows 5 \(63 %\): they are the answers it was tuned with\.$/,
    ),
  ])
  expect([(await registry.inCharge()).champion.version, taken]).toEqual(['first-1', []])
})

test('a retraining that shows an edge puts its model in charge by itself', async () => {
  const { service, finish, taken, registry } = madeUpLearning()
  await service.train('retrain', 2, 'usual')
  const model = await finish()
  expect((await registry.inCharge()).champion.version).toBe(model)
  expect(taken).toHaveLength(1)
})

test('a model that does not answer is not left in charge', async () => {
  const { service, finish, registry } = madeUpLearning(temporaryFolder(), false)
  await service.train('train', 1, 'short')
  const model = await finish()
  expect(await service.promote(model)).toEqual({ ok: false, failure: 'it was not taken. first-1 goes on.' })
  expect((await registry.inCharge()).champion.version).toBe('first-1')
  expect((await service.report()).notes).toEqual([FROM_SCRATCH, 'it was not taken. first-1 goes on.'])
})

test('an old model that does not answer is not brought back, and the record stays with the one that decides', async () => {
  const { service, finish, registry, takeNothing } = madeUpLearning()
  await service.train('train', 1, 'short')
  const model = await finish()
  expect((await service.promote(model)).ok).toBe(true)
  takeNothing()
  expect(await service.rollBack()).toEqual({ ok: false, failure: 'it was not taken. first-1 goes on.' })
  expect((await registry.inCharge()).champion.version).toBe(model)
})

test('what a training took on the disk is cleared away once its model is kept', async () => {
  const { service, finish, folder } = madeUpLearning()
  const tables = join(folder, 'training', 'tables')
  mkdirSync(tables, { recursive: true })
  for (let number = 0; number < 405; number += 1) writeFileSync(join(tables, `${number}.table`), '')
  utimesSync(join(tables, '7.table'), 1, 1)
  await service.train('train', 1, 'short')
  await finish()
  expect(namesIn(join(folder, 'training'))).toEqual(['tables'])
  expect(namesIn(tables)).toHaveLength(400)
  expect(namesIn(tables)).not.toContain('7.table')
})

test('stopped, it is interrupted and gone on with; failed, the reason is kept', async () => {
  const { service, tell, task, finish } = madeUpLearning()
  const first = await service.train('train', 1, 'short')
  const begunIn = task()
  await service.stop()
  expect((await service.report()).runs).toMatchObject([{ status: 'interrupted', note: 'It was stopped.' }])
  const again = await service.train('train', 1, 'short')
  expect(again).toEqual(first)
  expect(task()).toEqual(begunIn)
  tell({ kind: 'failed', reason: 'the learner ended: out of memory' })
  await service.settled()
  const { runs, notes } = await service.report()
  expect(runs).toMatchObject([{ status: 'failed', note: 'the learner ended: out of memory' }])
  expect(notes).toEqual([
    FROM_SCRATCH,
    expect.stringMatching(/^train-\S+ failed: the learner ended: out of memory$/),
  ])
  const fresh = await service.train('train', 1, 'short')
  expect(fresh).not.toEqual(first)
  await finish(NO_EDGE)
})

test('a run that a crash left is interrupted after the next start, and gone on with', async () => {
  const crashed = madeUpLearning()
  const first = await crashed.service.train('train', 1, 'short')
  const started = madeUpLearning(crashed.folder)
  expect((await started.service.report()).runs).toMatchObject([{ status: 'interrupted' }])
  expect(await started.service.train('train', 1, 'short')).toEqual(first)
})

test('what there is not is refused by its name', async () => {
  const { service } = madeUpLearning()
  expect(await service.compare('absent-1')).toEqual({ ok: false, failure: 'There is no model absent-1.' })
  expect(await service.compare('first-1')).toEqual({ ok: false, failure: 'first-1 is the champion.' })
  expect(await service.promote('absent-1')).toEqual({ ok: false, failure: 'There is no model absent-1.' })
  expect(await service.rollBack()).toEqual({ ok: false, failure: 'There is no champion before this one.' })
  expect(service.experiments(['absent'])).toEqual({ ok: false, failure: 'There is no run absent.' })
  expect(await service.exportRun('absent', 'http://127.0.0.1:1')).toMatchObject({ ok: false })
})

test('where figures cannot be written down the training goes on, and that is said once', async () => {
  const { folder, service, finish, tell } = madeUpLearning()
  const begun = await service.train('train', 1, 'short')
  if (!begun.ok) throw new Error(begun.failure)
  const file = join(folder, 'runs', `${begun.value.run}.jsonl`)
  rmSync(file)
  mkdirSync(file)
  for (const step of [1, 2]) tell({ kind: 'metrics', step, values: { loss: 1 } })
  rmSync(file, { recursive: true })
  const { notes, progress } = await service.report()
  expect(progress?.run).toBe(begun.value.run)
  expect(notes.filter(note => note.startsWith('Figures of'))).toEqual([
    expect.stringMatching(
      / were not written down: .*\.jsonl could not be written: a folder bears its name\..*\w\.$/,
    ),
  ])
  const model = await finish()
  expect((await service.report()).models.map(({ version }) => version)).toContain(model)
})

test('the result of a model that is there with other weights is not taken', async () => {
  const { service, finish, registry } = madeUpLearning()
  const begun = await service.train('train', 1, 'short')
  if (!begun.ok) throw new Error(begun.failure)
  const version = begun.value.run.replace('train-', 'model-')
  const { card, weights } = madeUpModel('another-1')
  await registry.add({ card: { ...card, version }, weights })
  expect(await finish()).toBe(version)
  expect((await service.report()).runs[0]).toMatchObject({
    status: 'failed',
    note: `there is a model ${version} already, with other weights`,
  })
  expect(await registry.judgement(version)).toBeUndefined()
})
