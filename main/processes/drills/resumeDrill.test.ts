import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RunStore } from '../../adapters/experiments/runStore.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { createRandom } from '../../core/base/random.ts'
import { importBundle } from '../commands/train.ts'
import { processHost, threadHost, type Host } from '../host.ts'
import { Learner } from '../learner.ts'
import { findPlaces } from '../resolveSettings.ts'
import { createTraining, readResult, saveCheckpoint } from '../trainingFolder.ts'
import { encodeTraining } from '../../training/trainingCheckpoint.ts'
import { runTraining } from '../runTraining.ts'
import { drillBeginning, drillJob } from './drillTraining.ts'
import { differences, runBundleProcess, runWithKills, spoil } from './resumeDrill.ts'

const PLACES = findPlaces()
const CHAMPION = new Uint8Array(readFileSync('assets/policies/first/policy.onnx'))

/** Lets a learner do a training to its end, holding it up at random. */
async function trainHeldUp(folder: string, tables: string, host: Host): Promise<void> {
  const learner = new Learner(host, join(PLACES.processes, 'learnerWorker.ts'))
  const begun = learner.begin('held up', { kind: 'train', folder, tables })
  const random = createRandom(11)
  while (learner.isBusy) {
    learner.giveWayTo(sleep(60 * random.uniform()))
    learner.yieldTo(random.uniform() < 0.5 ? 1 : 0.7, undefined)
    learner.pause(random.uniform() < 0.2)
    await sleep(100 * random.uniform())
  }
  expect(begun.ok && (await begun.value)).toEqual({ kind: 'done', comparison: undefined })
}

test('killed, spoiled, gone on with: what a training makes is the same, byte for byte', async () => {
  const folder = temporaryFolder()
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')]
  const { start, rows } = drillBeginning(5)
  const experience = { rows, answers: rows.length, outcomes: 0 }
  const job = { ...drillJob(CHAMPION, { start }), kind: 'retrain' as const, experience }
  for (const bundle of [whole, killed]) await createTraining(bundle, job, CHAMPION)
  const expected = await runTraining(whole, join(folder, 'tables'))
  if (!expected.ok) throw new Error(expected.failure)
  expect([...expected.value.keys()].toSorted()).toEqual([
    'card.json',
    'comparison.json',
    'curves.json',
    'policy-int4.onnx',
    'policy-int8.onnx',
    'policy.onnx',
    'start.bin',
  ])
  // Compiled sessions are the same wherever they were compiled
  cpSync(join(folder, 'tables'), join(killed, 'tables'), { recursive: true })
  const again = await runWithKills(killed, [
    { phase: 'training', after: 20 },
    { phase: 'writing the result', after: 0 },
  ])
  expect(differences(expected.value, again.result)).toEqual([])
  expect(again.notes).toEqual([])
  expect(differences(expected.value, new Map(again.result).set('policy.onnx', CHAMPION))).toHaveLength(1)
  spoil(join(killed, 'result/policy-int8.onnx'), createRandom(1))
  spoil(join(killed, 'checkpoint.bin'), createRandom(1))
  expect(await readResult(killed)).toMatchObject({ ok: false })
  const notes: string[] = []
  const made = await runTraining(killed, join(folder, 'tables'), { onNote: note => notes.push(note) })
  expect(made).toEqual(expected)
  expect(notes).toEqual([
    expect.stringMatching(/policy-int8\.onnx was refused: its SHA-256/),
    expect.stringMatching(/checkpoint\.bin was refused: its SHA-256/),
  ])
  // And what was carried back is taken into models and runs, once however often it is asked for
  const settings = { ...defaultSettings(PLACES.assets, 0), data: { folder: join(folder, 'data') } }
  for (let times = 0; times < 2; times += 1)
    expect(await importBundle(killed, settings, PLACES)).toMatchObject({
      ok: true,
      value: { model: job.model, run: job.run, result: expect.stringMatching(/^No edge shown/) },
    })
  expect(namesIn(join(folder, 'data', 'models', job.model))).toContain('policy.onnx')
  expect(new RunStore(join(folder, 'data', 'runs')).list()).toMatchObject([
    { id: job.run, kind: 'imported', status: 'finished', model: job.model, parameters: { updates: 6 } },
  ])
}, 120_000)

test('held up at random in a thread and in a process, a training makes the same, byte for byte', async () => {
  const folder = temporaryFolder()
  const [whole, tables] = [join(folder, 'whole'), join(folder, 'tables')]
  const one = { firstSeed: 1, count: 1 }
  const job = drillJob(CHAMPION, { updates: 12, sessions: one, heldBack: { ...one, firstSeed: 2 } })
  await createTraining(whole, job, CHAMPION)
  const expected = await runTraining(whole, tables)
  for (const host of [threadHost, processHost]) {
    const held = join(folder, host.name)
    await createTraining(held, job, CHAMPION)
    await trainHeldUp(held, tables, host)
    expect(await readResult(held)).toEqual(expected)
  }
}, 120_000)

test('a whole checkpoint of another plan is refused by its name, and the training begins anew', async () => {
  const folder = temporaryFolder()
  const one = { firstSeed: 1, count: 1 }
  const [whole, other] = [join(folder, 'whole'), join(folder, 'other')]
  const job = drillJob(CHAMPION, { updates: 1, sessions: one, heldBack: one })
  for (const bundle of [whole, other]) await createTraining(bundle, job, CHAMPION)
  const expected = await runTraining(whole, join(folder, 'tables'))
  const plan = { ...job.plan, updates: 2 }
  await saveCheckpoint(other, encodeTraining({ trainer: new Uint8Array(8), history: [] }, plan))
  const notes: string[] = []
  const made = await runTraining(other, join(folder, 'tables'), { onNote: note => notes.push(note) })
  expect(made).toEqual(expected)
  expect(notes).toEqual([
    expect.stringMatching(/other.checkpoint\.bin was refused: checkpoint, plan: .* begins anew\.$/),
  ])
}, 120_000)

test('a run of a folder that is no bundle is refused by the name of the file', async () => {
  const bundle = join(temporaryFolder(), 'absent')
  const { errors } = await runBundleProcess(bundle)
  expect(errors.trimEnd()).toBe(`${join(bundle, 'job.json')} was refused: it is missing.`)
  expect(existsSync(bundle)).toBe(false)
})
