import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CodeFinding, NightReport, OptimiseReport, ReviewReport } from '../../contract/assistant.ts'
import type { Result } from '../../core/base/result.ts'
import type { CodeIndex } from '../codeIndex/codeIndex.ts'
import type { Taste } from '../taste/taste.ts'
import { readProfile } from './profile.ts'
import { slowestByEstimate, slowestByProfile, type SlowFunction } from './slowest.ts'

/** What a night works with. */
export interface NightParts {
  readonly now: () => number
  readonly newId: () => string
  readonly index: Pick<CodeIndex, 'refresh' | 'functions' | 'callSites' | 'folders'>
  /** Learns to find code by meaning; gives what came of it, in a sentence. */
  readonly trainEncoder: (signal: AbortSignal) => Promise<string>
  readonly taste: Pick<Taste, 'retrain' | 'report' | 'patterns' | 'tryOnHistory'>
  readonly optimise: (
    function_: SlowFunction,
    seconds: number,
    signal: AbortSignal,
  ) => Promise<Result<OptimiseReport, string>>
  readonly review: (path: string, signal: AbortSignal) => Promise<ReviewReport>
  /** Keeps the report as it grows. */
  readonly keep: (report: NightReport) => void
}

/** How a night is watched. */
export interface NightWatch {
  readonly signal: AbortSignal
  /** The report as it grows. */
  readonly onReport?: (report: NightReport) => void
  readonly onProgress?: (phase: string, done: number, total: number) => void
  /** A profile that he supplies: a file of cProfile, speedscope or py-spy. */
  readonly profile?: string
}

/** So many functions are made faster a night, in so many seconds each. */
const MOST_FUNCTIONS = 5
const SECONDS_EACH = 60

/**
 * What is done while he sleeps: everything is read again, what is learned is learned again, patterns are tried on history, the
 * slowest functions are made faster and all code is reviewed. A step that fails says so and stops no other; what is done until a
 * cancel is kept.
 */
export async function nightShift(parts: NightParts, watch: NightWatch): Promise<NightReport> {
  const night = new Night(parts, watch)
  let slow: readonly SlowFunction[] = []
  await night.step('Read the folders', async signal => {
    const { read, unchanged, forgotten } = await parts.index.refresh({ signal })
    return `${read} ${read === 1 ? 'file' : 'files'} read, ${unchanged} unchanged, ${forgotten} gone.`
  })
  await night.step('Learn to find code', signal => parts.trainEncoder(signal))
  await night.step('Learn your taste', async signal => {
    await parts.taste.retrain(signal)
    const { choices, patterns } = parts.taste.report()
    return `${choices} choices, ${patterns.length} patterns.`
  })
  await night.step('Try patterns on past choices', async () => night.tryPatterns())
  await night.step('Find the slowest functions', async () => {
    slow = await findSlowest(parts, watch.profile)
    return slow.length === 0 ? 'No function with a loop is known.' : slowestWords(slow, watch.profile)
  })
  await night.step('Make them faster', signal => night.makeFaster(slow, signal))
  await night.step('Review the code', signal => night.review(signal))
  return night.report()
}

function slowestWords(slow: readonly SlowFunction[], profile: string | undefined): string {
  const placed = slow.map(({ function: name, file }) => `${name} in ${basename(file)}`)
  if (profile === undefined) return `No profile was given, so by loops and calls: ${placed.join(', ')}.`
  return `${slow.map(({ evidence }, index) => `${placed[index]}, ${evidence}`).join('; ')}.`
}

async function findSlowest(
  { index }: NightParts,
  profile: string | undefined,
): Promise<readonly SlowFunction[]> {
  if (profile === undefined)
    return slowestByEstimate(index.functions(), name => index.callSites(name).length, MOST_FUNCTIONS)
  const read = readProfile(await readFile(profile), basename(profile))
  if (!read.ok) throw new Error(read.failure)
  const slow = slowestByProfile(index.functions(), read.value, MOST_FUNCTIONS)
  if (slow.length === 0) throw new Error(`No function of ${basename(profile)} is in the folders.`)
  return slow
}

/** One night, with what is done of it. */
class Night {
  readonly #parts: NightParts
  readonly #watch: NightWatch
  readonly #id: string
  readonly #startedAt: number
  readonly #steps: NightReport['steps'][number][] = []
  readonly #proposals: OptimiseReport[] = []
  readonly #findings: CodeFinding[] = []
  #patterns: NightReport['patterns'] = []

  constructor(parts: NightParts, watch: NightWatch) {
    this.#parts = parts
    this.#watch = watch
    this.#id = parts.newId()
    this.#startedAt = parts.now()
  }

  /** Does one step, however it ends. */
  async step(name: string, work: (signal: AbortSignal) => Promise<string>): Promise<void> {
    const { signal, onProgress, onReport } = this.#watch
    const began = performance.now()
    const end = (outcome: string, isFailed: boolean) =>
      this.#steps.push({ name, outcome, milliseconds: performance.now() - began, isFailed })
    onProgress?.(name, this.#steps.length, STEPS)
    if (signal.aborted) end('Not done: the night was cancelled.', true)
    else {
      try {
        const outcome = await work(signal)
        end(outcome, false)
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        end(signal.aborted ? 'Cancelled.' : reason, true)
      }
    }
    this.#parts.keep(this.report())
    onReport?.(this.report())
  }

  report(): NightReport {
    return {
      id: this.#id,
      startedAt: this.#startedAt,
      endedAt: this.#parts.now(),
      steps: [...this.#steps],
      proposals: [...this.#proposals],
      findings: [...this.#findings],
      patterns: this.#patterns,
    }
  }

  tryPatterns(): string {
    const { taste } = this.#parts
    const tried = taste.patterns().map(pattern => ({ pattern, trial: taste.tryOnHistory(pattern) }))
    this.#patterns = tried.map(({ pattern, trial }) => ({ pattern, holdsOnHistory: trial.holds }))
    if (tried.length === 0) return 'No pattern is known yet.'
    return tried.map(({ pattern, trial }) => `${pattern.sentence}: ${historySentence(trial)}`).join('; ')
  }

  async makeFaster(slow: readonly SlowFunction[], signal: AbortSignal): Promise<string> {
    const failures: string[] = []
    for (const [index, entry] of slow.entries()) {
      signal.throwIfAborted()
      this.#watch.onProgress?.(`Make ${entry.function} faster`, index, slow.length)
      const result = await this.#parts.optimise(entry, SECONDS_EACH, signal)
      if (result.ok) this.#proposals.push(result.value)
      else failures.push(result.failure)
    }
    const proven = this.#proposals.filter(({ cards }) => cards.some(isFaster)).length
    const outcome = `${proven} of ${slow.length} made faster, proven.`
    return [outcome, ...failures].join(' ')
  }

  async review(signal: AbortSignal): Promise<string> {
    let functions = 0
    for (const { path } of this.#parts.index.folders()) {
      signal.throwIfAborted()
      const report = await this.#parts.review(path, signal)
      this.#findings.push(...report.findings)
      functions += report.functions
    }
    return `${this.#findings.length} findings in ${functions} functions.`
  }
}

const STEPS = 7

function isFaster({ state }: OptimiseReport['cards'][number]): boolean {
  return state.kind === 'verified' && state.timing.verdict === 'faster'
}

function historySentence({ choices, gain, low, high, holds }: ReturnType<Taste['tryOnHistory']>): string {
  const percent = (share: number) => `${share > 0 ? '+' : ''}${Math.round(100 * share)} %`
  const figures = `${percent(gain)} against chance in ${choices} choices (${percent(low)} to ${percent(high)})`
  return holds ? `foretold ${figures}` : `not shown to foretell, ${figures}`
}
