import type { IndexedFunction } from '../codeIndex/codeIndex.ts'
import { writeWhenFree } from '../codeIndex/writeWhenFree.ts'
import { WordIndex } from './bm25.ts'
import { fieldTerms } from './functionText.ts'
import type { Kept } from './kept.ts'
import { keepWords, readKeptWords } from './keptWords.ts'

/** New or lost functions that are worth writing the words of all, at least and as a share of all. */
const FEWEST_KEPT = 32
const KEPT_SHARE = 0.02

/** The words of functions, which outlive the program. */
export class Words {
  readonly #kept: Kept
  #index = new WordIndex()
  /** Functions whose words are not kept, and words that are kept of functions that are gone. */
  #unkept = 0

  /** Those of none at first. */
  constructor(kept: Kept) {
    this.#kept = kept
  }

  /** What finds functions by their words. */
  get index(): Pick<WordIndex, 'size' | 'rarity' | 'search'> {
    return this.#index
  }

  /** Takes all functions, in the place of those before; the words that were kept of them are not counted again. */
  start(functions: readonly IndexedFunction[]) {
    this.#index = new WordIndex(readKeptWords(this.#kept))
    this.#unkept = 0
    const there = new Set(functions.map(({ id }) => id))
    for (const id of this.#index.ids()) if (!there.has(id)) this.remove(id)
    for (const code of functions) if (!this.#index.has(code.id)) this.add(code)
  }

  /** Adds a function, once. */
  add(code: IndexedFunction) {
    this.#index.add(code.id, fieldTerms(code))
    this.#unkept += 1
  }

  /** Takes a function out; false where it was not in. */
  remove(id: number): boolean {
    const isOut = this.#index.remove(id)
    if (isOut) this.#unkept += 1
    return isOut
  }

  /** Keeps the words for the next start, once it is worth the writing: a few functions are soon counted again. */
  async keep(): Promise<void> {
    if (this.#unkept < Math.max(FEWEST_KEPT, KEPT_SHARE * this.#index.size)) return
    const table = this.#index.table()
    this.#unkept = 0
    await writeWhenFree(() => keepWords(this.#kept, table))
  }
}
