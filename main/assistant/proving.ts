import { diffLines } from 'diff'
import type { OptimiseReport, VariantCard } from '../contract/assistant.ts'
import { distinctCards } from './distinctCards.ts'
import type { CallKnowledge, Exploration, Variant } from './explorer/variant.ts'
import { importRoot } from './importRoot.ts'
import { laterArrays, losesWhereLittleIs } from './laterArrays.ts'
import { obstaclesIn } from './obstacles.ts'
import type { OptimiseParts, OptimiseRequest, OptimiseWatch, ProposedVariant } from './optimiseParts.ts'
import { outcomeSentence, refutedByReason } from './optimiseWords.ts'
import { isIdle, pickVariants } from './pickVariants.ts'
import { keepOptimiseReport } from './reports.ts'
import type { PythonModule } from './syntax/python/tree.ts'
import type { Verdict, VerificationTask } from './verifier/verdict.ts'
import type { VerificationProgress } from './verifier/verify.ts'

/** What is tried: a variant that was explored or one that was proposed. */
interface Tried {
  readonly module: string
  readonly reorders: boolean
  readonly title: string
  readonly steps: readonly string[]
  readonly why: readonly string[]
  readonly origin: VariantCard['origin']
  /** Undefined for one that was proposed. */
  readonly variant: Variant | undefined
}

function ofVariant(variant: Variant): Tried {
  const { module, reorders, title, steps, why } = variant
  return { module, reorders, title, steps, why, origin: 'rules', variant }
}

function ofProposal({ module, title, why }: ProposedVariant): Tried {
  // What a model writes may sum in another order; the tolerance stands on the card
  return { module, reorders: true, title, steps: [], why, origin: 'model', variant: undefined }
}

/** A function that is made faster, as it was read. */
export interface Subject {
  /** The file with plain line ends: what is compared and shown. */
  readonly source: string
  readonly module: PythonModule
  readonly knowledge: CallKnowledge
}

/** What was explored, and how promising each variant is. */
interface Explored extends Subject {
  readonly exploration: Exploration
  readonly scores: Float64Array
  /** When all of it began, by the clock of performance. */
  readonly began: number
}

/** So many times the memory are said. */
const MUCH_MEMORY = 2
/** Cards that are shown: more of them are read by nobody. */
const MOST_FASTER = 6
const MOST_OTHERS = 3
/** Variants that are tried at once. */
const TRIED_AT_ONCE = 12
/** Of them those that were tried before, with arrays from another number of elements on. */
const MOST_LATER = 4

/** The proving of variants of one function, told and kept as it goes. */
export class Proving {
  readonly #parts: OptimiseParts
  readonly #request: OptimiseRequest
  readonly #watch: OptimiseWatch
  readonly #known: Explored
  readonly #id: string
  readonly #at: number
  readonly #cards: VariantCard[] = []
  readonly #tried = new Set<Variant>()
  readonly #refuted: Variant[] = []
  /** Array forms that should leave few elements to their loops, and were not tried so yet. */
  readonly #later: Variant[] = []
  readonly #idle = new Set<string>()

  constructor(parts: OptimiseParts, request: OptimiseRequest, watch: OptimiseWatch, known: Explored) {
    this.#parts = parts
    this.#request = request
    this.#watch = watch
    this.#known = known
    this.#id = parts.newId()
    this.#at = parts.now()
  }

  /** Whether one was proven and shown to be faster. */
  get hasFaster(): boolean {
    return this.#cards.some(isFaster)
  }

  /** Tries the most promising that were not tried yet, with what the last ones taught; whether trying others could help. */
  async proveMore(): Promise<boolean> {
    const { scores, exploration } = this.#known
    const picking = {
      variants: exploration.variants,
      scores,
      tried: this.#tried,
      refuted: this.#refuted,
    }
    const later = this.#later.splice(0)
    const picked = pickVariants(picking, TRIED_AT_ONCE - later.length)
    for (const variant of picked) this.#tried.add(variant)
    const verdicts = await this.#prove([...later, ...picked].map(ofVariant))
    // Where nothing can be run, nothing else can be either
    return verdicts.some(({ kind }) => kind !== 'unverified')
  }

  /** Tries what a language model proposed. */
  async proveProposed(proposed: readonly ProposedVariant[]): Promise<void> {
    await this.#prove(proposed.map(ofProposal))
  }

  /** Has some of them proven and timed, in the time that is left; each is told as soon as it is known. */
  async #prove(some: readonly Tried[]): Promise<readonly Verdict[]> {
    const { signal, onProgress: tellProgress } = this.#watch
    const left = this.#request.seconds - (performance.now() - this.#known.began) / 1000
    if (some.length === 0 || signal.aborted || left <= 0) return []
    const tried = new Map(some.map(entry => [this.#parts.newId(), entry]))
    const settle = (verdict: Verdict) => {
      const entry = tried.get(verdict.id)
      // What a cancel left undone says nothing
      if (!entry || this.#isKnown(verdict.id) || (signal.aborted && verdict.kind === 'unverified')) return
      this.#cards.push(this.#card(entry, verdict))
      if (entry.variant && verdict.kind === 'refuted') this.#refuted.push(entry.variant)
      if (entry.variant && losesWhereLittleIs(verdict)) this.#tryLater(entry.variant)
      if (entry.variant && isIdle(entry.variant)) this.#idle.add(verdict.id)
      if (verdict.kind === 'verified') this.tell(false)
    }
    const onProgress = (progress: VerificationProgress) => {
      if (progress.kind === 'verdict') settle(progress.verdict)
      else tellProgress?.(progress.phase, progress.done, progress.total)
    }
    const verdicts = await this.#parts.verify(this.#task(tried, left), { signal, onProgress })
    verdicts.forEach(settle)
    return verdicts
  }

  #tryLater(variant: Variant): void {
    const later = laterArrays(variant, this.#request.function, this.#parts.readModule)
    if (later && this.#later.length < MOST_LATER) this.#later.push(later)
  }

  /** Whether a card promised nothing and gave nothing: nobody wants to read it. */
  #isEmpty(card: VariantCard): boolean {
    return this.#idle.has(card.id) && card.state.kind === 'verified' && !isFaster(card)
  }

  #isKnown(id: string): boolean {
    return this.#cards.some(card => card.id === id)
  }

  /** Keeps what is known and tells it. */
  tell(isDone: boolean): OptimiseReport {
    const { exploration, began, knowledge } = this.#known
    const cards = shownOf(this.#parts.taste.rank(this.#cards).filter(card => !this.#isEmpty(card)))
    const report: OptimiseReport = {
      id: this.#id,
      at: this.#at,
      request: this.#request.text,
      place: { file: this.#request.file, function: this.#request.function, lines: knowledge.lines },
      cards,
      explored: exploration.explored,
      scored: exploration.variants.length,
      verified: this.#cards.filter(({ state }) => state.kind === 'verified').length,
      refuted: refutedByReason(this.#cards),
      milliseconds: performance.now() - began,
      sentence: outcomeSentence(this.#cards, {
        explored: exploration.variants.length,
        tried: this.#cards.length,
        shown: cards.filter(({ state }) => state.kind === 'verified').length,
        unread:
          exploration.variants.length === 0
            ? this.#parts.unreadLine(this.#known.source, knowledge.lines)
            : undefined,
        obstacles: isDone && !this.hasFaster ? this.#obstacles() : [],
        isDone,
        isCancelled: this.#watch.signal.aborted,
      }),
      isDone,
    }
    keepOptimiseReport(this.#parts.database, report)
    this.#watch.onReport?.(report)
    return report
  }

  #obstacles(): readonly string[] {
    const { module, knowledge } = this.#known
    return obstaclesIn(module, this.#request.function, knowledge)
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
      why: [...why, ...costsOf(state)],
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

/** What has to be said of a variant beside what speaks for it. */
function costsOf(state: VariantCard['state']): readonly string[] {
  if (state.kind !== 'verified') return []
  const { before, after } = state.memory
  return after > MUCH_MEMORY * before
    ? [`It takes ${amountOf(after)} of memory instead of ${amountOf(before)}.`]
    : []
}

const UNITS = ['bytes', 'kB', 'MB', 'GB']

function amountOf(bytes: number): string {
  const size = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${Number((bytes / 1000 ** size).toPrecision(2))} ${UNITS[size]}`
}

/**
 * What is offered of ranked cards: the best that were shown to be faster, and a few of what was proven beside them. Only where
 * nothing was proven, what could not be, so that he sees why.
 */
function shownOf(ranked: readonly VariantCard[]): readonly VariantCard[] {
  const verified = ranked.filter(({ state }) => state.kind === 'verified')
  if (verified.length === 0)
    return ranked.filter(({ state }) => state.kind === 'unverified').slice(0, MOST_OTHERS)
  const [faster, others] = [verified.filter(isFaster), verified.filter(card => !isFaster(card))]
  const distinct = distinctCards([...faster, ...others])
  return [
    ...distinct.filter(isFaster).slice(0, MOST_FASTER),
    ...distinct.filter(card => !isFaster(card)).slice(0, MOST_OTHERS),
  ]
}

function isFaster({ state }: VariantCard): boolean {
  return state.kind === 'verified' && state.timing.verdict === 'faster'
}

function diffCounts(before: string, after: string): VariantCard['diff'] {
  const parts = diffLines(before, after)
  const count = (side: 'added' | 'removed') =>
    parts.reduce((sum, part) => sum + (part[side] ? part.count : 0), 0)
  return { added: count('added'), removed: count('removed') }
}
