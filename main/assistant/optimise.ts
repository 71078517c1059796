import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import { diffLines } from 'diff'
import type { OptimiseReport, VariantCard } from '../contract/assistant.ts'
import type { Random } from '../core/base/random.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import { callKnowledge } from './callKnowledge.ts'
import { linesOf } from './change/lines.ts'
import type { CallKnowledge, Exploration, Variant } from './explorer/variant.ts'
import { importRoot } from './importRoot.ts'
import { outcomeSentence, refutedByReason } from './optimiseWords.ts'
import { pickVariants } from './pickVariants.ts'
import { keepOptimiseReport } from './reports.ts'
import type { CallSite } from './syntax/code.ts'
import { decodeSource } from './syntax/decodeSource.ts'
import { functionNamed } from './syntax/python/functions.ts'
import type { PythonModule } from './syntax/python/tree.ts'
import type { Taste } from './taste/taste.ts'
import type { Verdict, VerificationTask } from './verifier/verdict.ts'
import type { VerificationProgress } from './verifier/verify.ts'

/** What making a function faster needs. */
export interface OptimiseParts {
  readonly database: Database
  readonly taste: Taste
  readonly random: Random
  readonly now: () => number
  readonly newId: () => string
  /** The tree of a Python source. */
  readonly readModule: (source: string) => PythonModule
  /** Where a function is called, by the last part of its name. */
  readonly callSites: (name: string) => readonly CallSite[]
  readonly explore: (
    module: PythonModule,
    path: string,
    knowledge: CallKnowledge,
    options: {
      readonly random: Random
      readonly variants: number
      readonly milliseconds: number
      readonly priors: ReadonlyMap<string, number>
    },
  ) => Exploration
  readonly verify: (
    task: VerificationTask,
    watch: {
      readonly signal: AbortSignal
      readonly onProgress: (progress: VerificationProgress) => void
    },
  ) => Promise<readonly Verdict[]>
}

/** A function that should be faster. */
export interface OptimiseRequest {
  /** What was asked, in words; empty where nobody asked. */
  readonly text: string
  /** Absolute path of the file, and the name of the function with its classes. */
  readonly file: string
  readonly function: string
  /** Time for all of it. */
  readonly seconds: number
  /** Calls that were recorded while a test ran. */
  readonly recorded?: string
  /** Variants that a language model proposes: whole files. They are tried like the others. */
  readonly proposals?: (signal: AbortSignal) => Promise<readonly ProposedVariant[]>
}

/** A whole file as a language model would have it. */
export interface ProposedVariant {
  readonly module: string
  readonly title: string
  readonly why: readonly string[]
}

/** Who watches. */
export interface OptimiseWatch {
  readonly signal: AbortSignal
  /** The report as it grows; the last one is the one that is given back. */
  readonly onReport?: (report: OptimiseReport) => void
  readonly onProgress?: (phase: string, done: number, total: number) => void
}

const VARIANTS = 1000
const EXPLORING_MILLISECONDS = 250
/** How many are tried. */
const MOST_TRIED = 12

/**
 * Makes a function faster: explores variants, scores all of them in one pass, has the most promising proven and timed, and ranks
 * what was proven by speed and taste. What was not run, or not to its end, is never shown as verified. Fails with a sentence where
 * there is nothing to work on.
 */
export async function optimise(
  parts: OptimiseParts,
  request: OptimiseRequest,
  watch: OptimiseWatch,
): Promise<Result<OptimiseReport, string>> {
  const began = performance.now()
  const subject = readSubject(parts, request)
  if (!subject.ok) return subject
  const { onProgress = () => undefined, signal } = watch
  onProgress('exploring', 0, 1)
  const { taste, random } = parts
  const options = {
    random,
    variants: VARIANTS,
    milliseconds: EXPLORING_MILLISECONDS,
    priors: taste.priors(),
  }
  const { source, module, knowledge } = subject.value
  const exploration = parts.explore(module, request.function, knowledge, options)
  const scores = taste.score(exploration.variants)
  const proposed = request.proposals ? request.proposals(signal).catch(() => []) : Promise.resolve([])
  const trial = new Trial(parts, request, watch, { source, knowledge, exploration, began })
  const picked = pickVariants(exploration.variants, scores, MOST_TRIED)
  trial.tell(false)
  await trial.prove(picked.map(variant => ofVariant(variant)))
  await trial.prove((await unlessAborted(proposed, signal)).map(ofProposal))
  return success(trial.tell(true))
}

/** The cards of a report in the order of the taste as it is now. */
export function rerank(taste: Taste, report: OptimiseReport): OptimiseReport {
  return { ...report, cards: taste.rank(report.cards) }
}

interface Subject {
  /** The file with plain line ends: what is compared and shown. */
  readonly source: string
  readonly module: PythonModule
  readonly knowledge: CallKnowledge
}

function readSubject(
  { readModule, callSites }: OptimiseParts,
  { file, function: path }: OptimiseRequest,
): Result<Subject, string> {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    return failure(`${basename(file)} could not be read (${code}).`)
  }
  if (!/\.pyw?$/.test(file)) return failure(`Only Python is made faster, and ${basename(file)} is not.`)
  const decoded = decodeSource(bytes)
  if (!decoded.ok) return failure(`${basename(file)} ${decoded.failure}.`)
  const source = linesOf(decoded.value).contents.join('\n')
  const module = readModule(source)
  const statement = functionNamed(module, path)
  if (!statement) return failure(`${basename(file)} has no function ${path}.`)
  const lines = statement.lines ?? { first: 1, last: 1 }
  return success({
    source,
    module,
    knowledge: callKnowledge(statement, path, lines, callSites(statement.name)),
  })
}

/** What is tried: a variant that was explored or one that was proposed. */
interface Tried {
  readonly module: string
  readonly reorders: boolean
  readonly title: string
  readonly steps: readonly string[]
  readonly why: readonly string[]
  readonly origin: VariantCard['origin']
}

function ofVariant({ module, reorders, title, steps, why }: Variant): Tried {
  return { module, reorders, title, steps, why, origin: 'rules' }
}

function ofProposal({ module, title, why }: ProposedVariant): Tried {
  // What a model writes may sum in another order; the tolerance stands on the card
  return { module, reorders: true, title, steps: [], why, origin: 'model' }
}

/** The proving of variants of one function, with what is known so far. */
class Trial {
  readonly #parts: OptimiseParts
  readonly #request: OptimiseRequest
  readonly #watch: OptimiseWatch
  readonly #known: {
    readonly source: string
    readonly knowledge: CallKnowledge
    readonly exploration: Exploration
    readonly began: number
  }
  readonly #id: string
  readonly #at: number
  readonly #cards: VariantCard[] = []

  constructor(
    parts: OptimiseParts,
    request: OptimiseRequest,
    watch: OptimiseWatch,
    known: {
      readonly source: string
      readonly knowledge: CallKnowledge
      readonly exploration: Exploration
      readonly began: number
    },
  ) {
    this.#parts = parts
    this.#request = request
    this.#watch = watch
    this.#known = known
    this.#id = parts.newId()
    this.#at = parts.now()
  }

  /** Has some of them proven and timed, in the time that is left; each is told as soon as it is known. */
  async prove(some: readonly Tried[]): Promise<void> {
    const { signal, onProgress: tellProgress } = this.#watch
    const left = this.#request.seconds - (performance.now() - this.#known.began) / 1000
    if (some.length === 0 || signal.aborted || left <= 0) return
    const tried = new Map(some.map(entry => [this.#parts.newId(), entry]))
    const settle = (verdict: Verdict) => {
      const entry = tried.get(verdict.id)
      // What a cancel left undone says nothing
      if (!entry || this.#isKnown(verdict.id) || (signal.aborted && verdict.kind === 'unverified')) return
      this.#cards.push(this.#card(entry, verdict))
      if (verdict.kind === 'verified') this.tell(false)
    }
    const onProgress = (progress: VerificationProgress) => {
      if (progress.kind === 'verdict') settle(progress.verdict)
      else tellProgress?.(progress.phase, progress.done, progress.total)
    }
    const verdicts = await this.#parts.verify(this.#task(tried, left), { signal, onProgress })
    verdicts.forEach(settle)
  }

  #isKnown(id: string): boolean {
    return this.#cards.some(card => card.id === id)
  }

  /** Keeps what is known and tells it. */
  tell(isDone: boolean): OptimiseReport {
    const { exploration, began, knowledge } = this.#known
    const cards = this.#parts.taste.rank(shownOf(this.#cards))
    const report: OptimiseReport = {
      id: this.#id,
      at: this.#at,
      request: this.#request.text,
      place: { file: this.#request.file, function: this.#request.function, lines: knowledge.lines },
      cards,
      explored: exploration.explored,
      scored: exploration.variants.length,
      verified: cards.filter(({ state }) => state.kind === 'verified').length,
      refuted: refutedByReason(this.#cards),
      milliseconds: performance.now() - began,
      sentence: outcomeSentence(this.#cards, {
        explored: exploration.variants.length,
        tried: this.#cards.length,
        isDone,
        isCancelled: this.#watch.signal.aborted,
      }),
      isDone,
    }
    keepOptimiseReport(this.#parts.database, report)
    this.#watch.onReport?.(report)
    return report
  }

  #task(tried: ReadonlyMap<string, Tried>, seconds: number): VerificationTask {
    const { file, function: path, recorded } = this.#request
    return {
      file,
      folder: importRoot(file),
      module: this.#known.source,
      function: path,
      candidates: [...tried].map(([id, { module, reorders }]) => ({ id, module, reorders })),
      seen: this.#known.knowledge.arguments,
      recorded,
      seconds,
    }
  }

  #card({ module, title, steps, why, origin }: Tried, verdict: Verdict): VariantCard {
    const { source, knowledge } = this.#known
    const { id, ...state } = verdict
    const { file, function: path } = this.#request
    return {
      id,
      place: { file, function: path, lines: knowledge.lines },
      title,
      steps,
      why,
      before: source,
      after: module,
      diff: diffCounts(source, module),
      state,
      rank: { speed: 0, taste: 0, because: [] },
      origin,
      applied: 'not',
    }
  }
}

/** What is offered: what was proven; and only where nothing was, what could not be, so that he sees why. */
function shownOf(cards: readonly VariantCard[]): readonly VariantCard[] {
  const verified = cards.filter(({ state }) => state.kind === 'verified')
  return verified.length > 0 ? verified : cards.filter(({ state }) => state.kind === 'unverified')
}

function diffCounts(before: string, after: string): VariantCard['diff'] {
  const parts = diffLines(before, after)
  const count = (side: 'added' | 'removed') =>
    parts.reduce((sum, part) => sum + (part[side] ? part.count : 0), 0)
  return { added: count('added'), removed: count('removed') }
}

/** What a promise gives, or nothing as soon as nobody wants it any more. */
async function unlessAborted<Value>(
  promise: Promise<readonly Value[]>,
  signal: AbortSignal,
): Promise<readonly Value[]> {
  if (signal.aborted) return []
  const aborted = Promise.withResolvers<readonly Value[]>()
  const end = () => aborted.resolve([])
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}
