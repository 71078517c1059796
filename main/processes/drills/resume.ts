// Kills a retraining at random moments of each of its phases, lets it go on, and holds what comes of it against one that was never
// killed, byte for byte; then damages its files. Kills promotions in their middle as well. `--times 20 --seed N`
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../../core/base/random.ts'
import { ModelRegistry } from '../../registry/modelRegistry.ts'
import { judgementOf, takeResult } from '../learningModels.ts'
import { findPlaces } from '../resolveSettings.ts'
import { createTraining, readResult, type TrainingResult } from '../trainingFolder.ts'
import { drillBeginning, drillJob } from './drillTraining.ts'
import {
  PHASES,
  differences,
  killsIn,
  runBundleProcess,
  runWithKills,
  spoil,
  type Phase,
} from './resumeDrill.ts'

const TIMES = numberAfter('--times') || 20

/** The moments are other ones each time, unless they are asked for again. */
const SEED = numberAfter('--seed') || Date.now() % 1_000_000

/** A training of some seconds: enough for several kills each time. */
const UPDATES = 240
const SESSIONS = 4

/** How often a bundle is killed in each phase. */
const KILLS_A_PHASE = 2

const random = createRandom(SEED)
const folder = mkdtempSync(join(tmpdir(), 'zerodte-resume-'))
const shipped = join(findPlaces().assets, 'policies/first')
const champion = new Uint8Array(readFileSync(join(shipped, 'policy.onnx')))
const problems: string[] = []

const unkilled = await bundleOf('unkilled')
const whole = await runBundleProcess(unkilled)
const expected = await resultOf(unkilled)
say(`Never killed: ${whole.seconds.toFixed(1)} s, ${expected.size} files. Moments of seed ${SEED}.`)
await killTrainings()
await damageCheckpoint()
await killPromotions(expected)
rmSync(folder, { recursive: true, force: true })
for (const problem of problems) say(problem)
say(
  problems.length === 0
    ? 'Every result is the same, byte for byte, and every champion is whole.'
    : `${problems.length} problems.`,
)
process.exit(problems.length === 0 ? 0 : 1)

/** Killed again and again in every phase, on as many bundles as it takes. */
async function killTrainings(): Promise<void> {
  const times = new Map<Phase, number>(PHASES.map(phase => [phase, 0]))
  const sum = () => [...times.values()].reduce((one, other) => one + other, 0)
  for (let number = 1; sum() < TIMES && number <= TIMES; number += 1) {
    const bundle = await bundleOf(`killed-${number}`)
    const { moments, result, notes } = await runWithKills(bundle, killsIn(whole, KILLS_A_PHASE, random))
    for (const moment of moments) times.set(moment, (times.get(moment) ?? 0) + 1)
    const differing = differences(expected, result)
    say(`Bundle ${number}: killed ${moments.length} times, ${differing.length} files differ.`)
    if (differing.length > 0) problems.push(`bundle ${number}: ${differing.join(', ')} differ`)
    for (const note of notes) problems.push(`bundle ${number}: ${note}`)
    rmSync(bundle, { recursive: true, force: true })
  }
  say(`It was killed while ${[...times].map(([phase, count]) => `${phase} ${count}`).join(', ')}.`)
  if (sum() < TIMES) problems.push(`only ${sum()} of ${TIMES} kills hit the training`)
  for (const [phase, count] of times) if (count === 0) problems.push(`no kill fell on ${phase}`)
}

/** A checkpoint with a turned byte is refused by its name, the one before serves, and the result is the same. */
async function damageCheckpoint(): Promise<void> {
  const bundle = await bundleOf('damaged')
  const checkpoint = join(unkilled, 'checkpoint.bin')
  for (const name of ['checkpoint.bin', 'checkpoint.bin.before'])
    cpSync(join(unkilled, name), join(bundle, name))
  cpSync(join(unkilled, 'tables'), join(bundle, 'tables'), { recursive: true })
  spoil(join(bundle, 'checkpoint.bin'), random)
  const run = await runBundleProcess(bundle)
  const differing = differences(expected, await resultOf(bundle))
  const isNamed = run.output.includes(`${join(bundle, 'checkpoint.bin')} was refused`)
  say(
    `Damaged checkpoint of ${readFileSync(checkpoint).length} bytes: ${isNamed ? 'refused by name' : 'NOT NAMED'}, ${differing.length} files differ.`,
  )
  if (!isNamed || differing.length > 0)
    problems.push('a damaged checkpoint was not refused, or changed the result')
  const result = join(bundle, 'result/policy.onnx')
  spoil(result, random)
  const read = await readResult(bundle)
  say(`Damaged result: ${read.ok ? 'NOT REFUSED' : read.failure}`)
  if (read.ok || !read.failure.startsWith(result))
    problems.push('a damaged result was not refused by its name')
}

/** Promotions and roll backs killed in their middle leave one champion or the other; a damaged one gives way by name. */
async function killPromotions(result: TrainingResult): Promise<void> {
  const models = join(folder, 'models')
  const registry = new ModelRegistry(models, [shipped])
  const first = (await registry.inCharge()).champion
  const taken = await takeResult(registry, first, result, Date.now())
  if (!taken.ok) throw new Error(taken.failure)
  const { model, comparison } = taken.value
  const better = {
    ...comparison,
    verdict: 'better' as const,
    sessions: 60,
    difference: { value: 2, low: 1, high: 3 },
    fair: { ...comparison.fair, difference: { value: 0, low: -1, high: 1 } },
  }
  await registry.keepJudgement(judgementOf(first, model, better))
  const seen = new Map<string, number>()
  for (let kill = 0; kill < TIMES; kill += 1) {
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'threads/promoter.ts'),
      models,
      shipped,
      model.version,
    ])
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
    await new Promise(resolve => child.stdout.once('data', resolve))
    await sleep(150 * random.uniform())
    child.kill('SIGKILL')
    await ended
    const { champion: found, notes } = await registry.inCharge()
    seen.set(found.version, (seen.get(found.version) ?? 0) + 1)
    for (const note of notes) problems.push(`promotion ${kill}: ${note}`)
  }
  say(
    `Promotions killed ${TIMES} times: ${[...seen].map(([version, times]) => `${version} ${times}`).join(', ')}.`,
  )
  if ((await registry.inCharge()).champion.version !== model.version) await registry.promote(model.version, 1)
  const file = join(models, model.version, 'policy.onnx')
  spoil(file, random)
  const { champion: serving, notes } = await registry.inCharge()
  say(`Damaged champion: ${notes.join(' ')}`)
  if (serving.version !== first.version || !notes.some(note => note.startsWith(file)))
    problems.push('a damaged champion was not refused by its name')
}

async function bundleOf(name: string): Promise<string> {
  const bundle = join(folder, name)
  const { start, rows } = drillBeginning(5)
  const sessions = { firstSeed: 1, count: SESSIONS }
  const job = drillJob(champion, { updates: UPDATES, sessions, start })
  const experience = { rows, answers: rows.length, outcomes: 0 }
  await createTraining(bundle, { ...job, kind: 'retrain', experience }, champion)
  return bundle
}

async function resultOf(bundle: string): Promise<TrainingResult> {
  const result = await readResult(bundle)
  if (!result.ok) throw new Error(result.failure)
  if (!result.value) throw new Error(`${bundle} has no result`)
  return result.value
}

function numberAfter(option: string): number {
  return Number(process.argv[process.argv.indexOf(option) + 1])
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
