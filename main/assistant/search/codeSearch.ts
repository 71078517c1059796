import type { AssistantReport, CodePlace, SearchAnswer, SearchHit } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { IndexChange, IndexedFunction } from '../codeIndex/codeIndex.ts'
import type { CodeLanguage } from '../syntax/code.ts'
import { trainedEncoder, type CodeEncoder } from './codeEncoder.ts'
import { meaningText, trainingPair } from './functionText.ts'
import { fuse } from './fusion.ts'
import { mapInSlices } from './inSlices.ts'
import type { Kept } from './kept.ts'
import { readKeptEncoder } from './keptEncoder.ts'
import { Meaning } from './meaning.ts'
import { createNames } from './names.ts'
import { CANCELLED, type Progress } from './progress.ts'
import { readQuery } from './query.ts'
import type { Scored } from './ranking.ts'
import { matcherOf, placeOf, searchHit } from './searchHit.ts'
import type { TrainingPair } from './trainEncoder.ts'
import type { TunedShare } from './tuneShare.ts'
import { Words } from './words.ts'

/** How many hits at most, and of which language; all where none is given. */
export interface SearchOptions {
  readonly limit?: number | undefined
  readonly language?: CodeLanguage | undefined
}

/** What search needs of its surroundings. */
export interface SearchPorts {
  /** A function of the index by its number; undefined where it is gone. */
  functionWith(id: number): IndexedFunction | undefined
  readonly kept: Kept
  /** Milliseconds since the epoch. */
  now(): number
  /** Choices that were made at a place before, newest first. */
  choicesAt?(place: CodePlace): SearchHit['choices']
}

const USUAL_LIMIT = 20

/** The best of either way that are mixed; what is farther down in both is no answer. */
const CANDIDATES = 60

/** Finds functions by words, names and meaning together. It knows none at first: hand it all of the index by `start`. */
export class CodeSearch {
  readonly #ports: SearchPorts
  readonly #words: Words
  readonly #names = createNames()
  readonly #languages = new Map<number, CodeLanguage>()
  readonly #meaning: Meaning
  #learned: CodeEncoder | undefined
  #isSupplied = false
  /** Why there is no encoder. */
  #lack = ''

  constructor(ports: SearchPorts) {
    this.#ports = ports
    this.#words = new Words(ports.kept)
    this.#meaning = new Meaning(id => {
      const code = ports.functionWith(id)
      return code && meaningText(code)
    }, ports.kept)
    const kept = readKeptEncoder(ports.kept)
    if (kept.ok) this.#learned = trainedEncoder(kept.value)
    else this.#lack = kept.failure
    this.#meaning.use(this.#learned)
  }

  /** Functions that are found by words. */
  get size(): number {
    return this.#words.index.size
  }

  /** What finds by meaning now; where nothing does, why. */
  get encoder(): AssistantReport['encoder'] {
    return this.#meaning.encoder?.report ?? { kind: 'none', reason: this.#lack }
  }

  /** Takes all of the index, before anything else is taken; what was kept of it is not worked out again. */
  start(functions: readonly IndexedFunction[]) {
    this.#words.start(functions)
    for (const code of functions) this.#note(code)
  }

  /** Takes a change of the index: words at once, meaning by the next `settle`. */
  update({ removed, added }: Pick<IndexChange, 'removed' | 'added'>) {
    for (const id of removed) this.#remove(id)
    for (const code of added) {
      this.#remove(code.id)
      this.#words.add(code)
      this.#note(code)
    }
  }

  /** Keeps the words for the next start, where enough of them are new. */
  keep(): Promise<void> {
    return this.#words.keep()
  }

  /** Works out the meaning of what is new, giving way to everything else meanwhile. */
  settle(progress?: Progress): Promise<void> {
    return this.#meaning.settle(progress)
  }

  /** Ends what is being worked out; to be waited for before the index and its database are closed. */
  close(): Promise<void> {
    return this.#meaning.close()
  }

  /** The best functions for a question, a piece of code or a name, the best first. Never throws for what is asked. */
  async search(query: string, { limit = USUAL_LIMIT, language }: SearchOptions = {}): Promise<SearchAnswer> {
    const started = performance.now()
    const accepts = language && ((id: number) => this.#languages.get(id) === language)
    const { terms, rarity, typed } = readQuery(query, term => this.#words.index.rarity(term))
    const most = Math.max(CANDIDATES, 2 * limit)
    const byMeaning = await this.#meaning.search(query, most, accepts)
    const byWords = this.#words.index.search(terms, most, accepts)
    const share = this.#meaning.encoder?.share ?? 0
    const mixed = byMeaning ? fuse(byWords, byMeaning, share, most) : byWords.best
    const named = new Set([...this.#names.named(query)].filter(id => accepts?.(id) ?? true))
    const mayMatch = matcherOf(typed.keys())
    const hits = namedFirst(mixed, named)
      .slice(0, limit)
      .flatMap(({ id, score }) => {
        const code = this.#ports.functionWith(id)
        if (!code) return []
        const cosine = byMeaning?.scoreOf(id)
        const choices = this.#ports.choicesAt?.(placeOf(code)) ?? []
        return searchHit(code, { score, rarity, mayMatch, typed, cosine, isNamed: named.has(id), choices })
      })
    return {
      hits,
      milliseconds: performance.now() - started,
      method: methodOf(this.size, byMeaning && this.#meaning.kind),
      notice: noticeOf(this.#meaning.waiting, this.#meaning.problem),
    }
  }

  /**
   * Learns an encoder of the functions that are there, keeps it, and searches by it, unless one was supplied. Tells what it was
   * worth on functions that it did not see; the failure says why nothing was learned.
   */
  async train(progress: Progress = {}): Promise<Result<TunedShare, string>> {
    const pairs = await pairsOf([...this.#languages.keys()], this.#ports, progress.signal)
    if (!pairs) return failure(CANCELLED)
    // Loaded when it is needed, as nothing that is asked first needs it
    const { learnEncoder } = await import('./learnedEncoder.ts')
    const done = await learnEncoder(pairs, this.#ports.kept, () => this.#ports.now(), progress)
    if (!done.ok) {
      this.#lack = done.failure
      return done
    }
    this.#learned = trainedEncoder(done.value.kept)
    if (!this.#isSupplied) this.#meaning.use(this.#learned)
    await this.settle({ signal: progress.signal })
    return success(done.value.tuned)
  }

  /** Searches by an encoder that he supplies; by the learned one again where none is given. */
  useSupplied(encoder: CodeEncoder | undefined) {
    this.#isSupplied = encoder !== undefined
    this.#meaning.use(encoder ?? this.#learned)
  }

  #note({ id, name, language }: IndexedFunction) {
    this.#names.add(id, name)
    this.#languages.set(id, language)
    this.#meaning.add(id)
  }

  #remove(id: number) {
    if (!this.#words.remove(id)) return
    this.#names.remove(id)
    this.#meaning.remove(id)
    this.#languages.delete(id)
  }
}

/** Functions of exactly the name that was typed stand before all others, in their order. */
function namedFirst(mixed: readonly Scored[], named: ReadonlySet<number>): readonly Scored[] {
  if (named.size === 0) return mixed
  const known = new Set(mixed.map(({ id }) => id))
  const unranked = [...named].filter(id => !known.has(id)).map(id => ({ id, score: 0 }))
  const first = [...mixed.filter(({ id }) => named.has(id)), ...unranked]
  return [...first, ...mixed.filter(({ id }) => !named.has(id))]
}

/** What can be learned from all functions, each question once: of two that ask the same, neither answer is the wrong one. */
async function pairsOf(
  ids: readonly number[],
  { functionWith }: SearchPorts,
  signal: AbortSignal | undefined,
): Promise<readonly TrainingPair[] | undefined> {
  const sorted = ids.toSorted((one, other) => one - other)
  const made = await mapInSlices(
    sorted,
    id => {
      const code = functionWith(id)
      return code && trainingPair(code)
    },
    signal,
  )
  const pairs = new Map<string, TrainingPair>()
  if (!made) return undefined
  for (const pair of made) {
    const question = pair?.query.toLowerCase()
    if (pair && question !== undefined && !pairs.has(question)) pairs.set(question, pair)
  }
  return [...pairs.values()]
}

function methodOf(functions: number, kind: 'exact' | 'graph' | undefined): string {
  const over = `over ${functions.toLocaleString('en-US')} functions`
  return kind === undefined ? `words ${over}` : `words and meaning ${over}, ${kind}`
}

function noticeOf(waiting: number, problem: string | undefined): string | undefined {
  if (problem !== undefined) return `${problem} Words alone were searched.`
  if (waiting === 0) return undefined
  const functions = waiting === 1 ? 'one function' : `${waiting.toLocaleString('en-US')} functions`
  return `The meaning of ${functions} is not worked out yet; by words all are found.`
}
