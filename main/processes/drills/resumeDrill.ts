import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom, type Random } from '../../core/base/random.ts'
import { readResult, type TrainingResult } from '../trainingFolder.ts'

const CLI = join(import.meta.dirname, '../../shell/cli.ts')

/** How a run of a bundle ended. */
export interface EndedRun {
  readonly isKilled: boolean
  readonly seconds: number
  readonly output: string
  readonly errors: string
}

/** When a run is killed: so many milliseconds after it was started, or after it first told of its work. */
interface Kill {
  readonly after: number
  readonly isAtWork: boolean
}

/** Runs a bundle by the product's own command, and kills it after a while where it is told to. */
export async function runBundleProcess(bundle: string, kill?: Kill): Promise<EndedRun> {
  const began = performance.now()
  const child = spawn(process.execPath, [CLI, 'train', 'run', bundle, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/nowhere', NODE_NO_WARNINGS: '1' },
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', part => (output += String(part)))
  child.stderr.on('data', part => (errors += String(part)))
  const ended = new Promise<boolean>(resolve =>
    child.once('exit', (_code, signal) => resolve(signal !== null)),
  )
  const cancel = new AbortController()
  if (kill) {
    const { signal } = cancel
    const begun = kill.isAtWork ? once(child.stderr, 'data', { signal }) : Promise.resolve()
    void begun
      .then(() => sleep(kill.after, undefined, { signal }))
      .then(
        () => child.kill('SIGKILL'),
        () => undefined,
      )
  }
  const isKilled = await ended
  cancel.abort()
  return { isKilled, seconds: (performance.now() - began) / 1000, output, errors }
}

/** What was made by a bundle that was killed again and again. */
export interface KilledRun {
  readonly kills: number
  /** What it was doing at each kill, as it said itself. */
  readonly moments: readonly string[]
  readonly notes: readonly string[]
  readonly result: TrainingResult
}

/** Kills the run of a bundle at random moments of its work until it was killed often enough, then lets it end. */
export async function runWithKills(
  bundle: string,
  kills: number,
  longest: number,
  random: Random = createRandom(7),
): Promise<KilledRun> {
  const notes: string[] = []
  const moments: string[] = []
  for (let attempt = 0; moments.length < kills && attempt < 4 * kills; attempt += 1) {
    // Loading the program takes long where much else is done, so most kills are counted from its first word
    const isAtWork = random.uniform() < 0.8
    const run = await runBundleProcess(bundle, { after: longest * random.uniform(), isAtWork })
    if (run.isKilled) moments.push(phaseOf(run.errors))
    else if (await hasResult(bundle)) break
    else notes.push(run.errors)
  }
  const last = await runBundleProcess(bundle)
  const result = await readResult(bundle)
  if (!result.ok) throw new Error(result.failure)
  if (!result.value) throw new Error(`the bundle has no result: ${last.errors}`)
  return { kills: moments.length, moments, notes, result: result.value }
}

/** The last phase that a run told of: `training`; `starting` where it had told of none. */
function phaseOf(told: string): string {
  return (
    told
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.replace(/ \d+ %$/, '') || 'starting'
  )
}

/** The names of files that differ between two results. */
export function differences(one: TrainingResult, other: TrainingResult): string[] {
  const names = new Set([...one.keys(), ...other.keys()])
  return [...names].filter(name => {
    const [left, right] = [one.get(name), other.get(name)]
    return !left || !right || Buffer.compare(left, right) !== 0
  })
}

/** Turns one byte of a file. */
export function spoil(file: string, random: Random): void {
  const bytes = readFileSync(file)
  const place = random.below(bytes.length)
  bytes[place] = (bytes[place] ?? 0) ^ 255
  writeFileSync(file, bytes)
}

async function hasResult(bundle: string): Promise<boolean> {
  const result = await readResult(bundle)
  return result.ok && result.value !== undefined
}
