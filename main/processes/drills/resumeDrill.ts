import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../core/base/random.ts'
import type { Milliseconds } from '../../core/base/units.ts'
import { readResult, type TrainingResult } from '../trainingFolder.ts'

const CLI = join(import.meta.dirname, '../../shell/cli.ts')

/** What a run does, in its order; all but the first are told by the command itself. */
export const PHASES = [
  'starting',
  'preparing sessions',
  'training',
  'comparing',
  'writing the result',
] as const
export type Phase = (typeof PHASES)[number]

/** When a run is killed: so long after a phase was first told of. */
export interface Kill {
  readonly phase: Phase
  readonly after: Milliseconds
}

/** How a run of a bundle ended. */
export interface EndedRun {
  readonly isKilled: boolean
  readonly seconds: number
  /** When each phase was first told of, after the start, in their order; the last one is what it was doing when it ended. */
  readonly began: ReadonlyMap<Phase, Milliseconds>
  readonly output: string
  readonly errors: string
}

/** Runs a bundle by the product's own command, and kills it where it is told to, if it comes there. */
export async function runBundleProcess(bundle: string, kill?: Kill): Promise<EndedRun> {
  const start = performance.now()
  const child = spawn(process.execPath, [CLI, 'train', 'run', bundle, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/nowhere', NODE_NO_WARNINGS: '1' },
  })
  const began = new Map<Phase, Milliseconds>()
  let timer: NodeJS.Timeout | undefined
  const enter = (phase: Phase) => {
    // The one that it is in comes last: sessions are prepared twice
    began.set(phase, takeOut(began, phase) ?? performance.now() - start)
    if (kill?.phase === phase) timer ??= setTimeout(() => child.kill('SIGKILL'), kill.after)
  }
  enter('starting')
  let output = ''
  let errors = ''
  child.stdout.on('data', part => (output += String(part)))
  child.stderr.on('data', part => {
    errors += String(part)
    for (const line of String(part).split('\n')) {
      const phase = phaseOf(line)
      if (phase) enter(phase)
    }
  })
  const isKilled = await new Promise<boolean>(resolve =>
    child.once('close', (_code, signal) => resolve(signal !== null)),
  )
  clearTimeout(timer)
  return { isKilled, seconds: (performance.now() - start) / 1000, began, output, errors }
}

/** What was made by a bundle that was killed again and again. */
export interface KilledRun {
  /** What it was doing at each kill. */
  readonly moments: readonly Phase[]
  readonly notes: readonly string[]
  readonly result: TrainingResult
}

/** Kills the run of a bundle again and again, then lets it end. What was done before a kill is not done again, so they come in order. */
export async function runWithKills(bundle: string, kills: readonly Kill[]): Promise<KilledRun> {
  const notes: string[] = []
  const moments: Phase[] = []
  for (const kill of kills) {
    const run = await runBundleProcess(bundle, kill)
    if (run.isKilled) moments.push([...run.began.keys()].at(-1) ?? 'starting')
    else if (await hasResult(bundle)) break
    else notes.push(run.errors)
  }
  const last = await runBundleProcess(bundle)
  const result = await readResult(bundle)
  if (!result.ok) throw new Error(result.failure)
  if (!result.value) throw new Error(`the bundle has no result: ${last.errors}`)
  return { moments, notes, result: result.value }
}

/** Kills at random in every phase, so many each, where phases last as long as they did in a run that was not killed. */
export function killsIn({ began, seconds }: EndedRun, each: number, random: Random): Kill[] {
  return PHASES.flatMap((phase, place) => {
    const from = began.get(phase) ?? 0
    const next = PHASES[place + 1]
    const lasts = ((next && began.get(next)) ?? seconds * 1000) - from
    return Array.from({ length: each }, () => ({ phase, after: (random.uniform() * lasts) / each }))
  })
}

/** The phase that a line tells of; undefined where it tells of something else. */
function phaseOf(line: string): Phase | undefined {
  // What comes after the last comparison has no line of its own
  if (line === 'comparing 100 %') return 'writing the result'
  return PHASES.find(phase => line.startsWith(`${phase} `))
}

/** A value of a map, which is no longer there afterwards. */
function takeOut<Key, Value>(map: Map<Key, Value>, key: Key): Value | undefined {
  const value = map.get(key)
  map.delete(key)
  return value
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
