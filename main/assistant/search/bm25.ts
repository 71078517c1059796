import { present } from '../../core/base/assert.ts'
import type { TermCounts } from './termCounter.ts'
import { createBestList, type Accepts, type BestList, type Ranking } from './ranking.ts'

/** How soon a word that is repeated stops to count, and how far long functions are held back. */
const SATURATION = 1.2
const LENGTH_SHARE = 0.75

/** Slots that removed functions may leave empty before the rest moves together. */
const MOST_EMPTY = 1024

/** The functions that have one term: their slots, rising, and the counts. Plain arrays, as most hold one or two. */
interface Postings {
  readonly slots: number[]
  readonly counts: number[]
}

/**
 * Everything that an index knows, as columns: of every function, in the order of their slots, its id and its length; of every term the
 * end of its part of `slots` and `counts`, which begins where that of the term before ends.
 */
export interface WordTable {
  readonly ids: Float64Array
  readonly lengths: Float32Array
  readonly terms: readonly string[]
  readonly ends: Uint32Array
  readonly slots: Uint32Array
  readonly counts: Float32Array
}

interface Document {
  readonly slot: number
  /** Undefined where it came from a table, until a function is taken out. */
  terms: readonly string[] | undefined
}

/**
 * An inverted index with BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; fields as in their
 * BM25F with one length for all). It is kept up one function at a time: after any changes it answers what an index made anew
 * would.
 */
export class WordIndex {
  readonly #postings = new Map<string, Postings>()
  readonly #documents = new Map<number, Document>()
  /** Terms that lie in a table still, with their rows in it: few of them are ever asked for. */
  readonly #lying = new Map<string, number>()
  readonly #table: WordTable | undefined
  #ids = new Float64Array(64)
  #lengths = new Float32Array(64)
  #scores = new Float64Array(64)
  /** Slots in use, those of removed functions among them. */
  #slots = 0
  #totalLength = 0

  /** An empty index, or one of what another gave as its `table`. */
  constructor(table?: WordTable) {
    this.#table = table
    if (!table) return
    table.terms.forEach((term, row) => this.#lying.set(term, row))
    while (this.#ids.length < table.ids.length) this.#grow(this.#ids.length * 2)
    this.#ids.set(table.ids)
    this.#lengths.set(table.lengths)
    this.#slots = table.ids.length
    for (let slot = 0; slot < this.#slots; slot += 1) {
      this.#documents.set(table.ids[slot] ?? 0, { slot, terms: undefined })
      this.#totalLength += table.lengths[slot] ?? 0
    }
  }

  /** Functions in the index. */
  get size(): number {
    return this.#documents.size
  }

  /** Their ids. */
  ids(): Iterable<number> {
    return this.#documents.keys()
  }

  /** Whether a function is in. */
  has(id: number): boolean {
    return this.#documents.has(id)
  }

  /** Everything that is known, to be kept. */
  table(): WordTable {
    this.#compact()
    this.#takeAll()
    const lists = [...this.#postings.values()]
    let end = 0
    const ends = Uint32Array.from(lists, ({ slots }) => (end += slots.length))
    const table = { slots: new Uint32Array(end), counts: new Float32Array(end) }
    lists.forEach(({ slots, counts }, row) => {
      table.slots.set(slots, (ends[row] ?? 0) - slots.length)
      table.counts.set(counts, (ends[row] ?? 0) - slots.length)
    })
    const ids = this.#ids.slice(0, this.#slots)
    const lengths = this.#lengths.slice(0, this.#slots)
    return { ids, lengths, terms: [...this.#postings.keys()], ends, ...table }
  }

  /** Adds a function by its terms; their counts must be multiples of a quarter, so that sums stay exact. An id is added once. */
  add(id: number, { terms, counts }: TermCounts) {
    if (this.#documents.has(id)) throw new RangeError(`an id must be added once, was ${id}`)
    const slot = this.#slots
    if (slot === this.#ids.length) this.#grow(slot * 2)
    let length = 0
    for (let place = 0; place < terms.length; place += 1) {
      const term = terms[place] ?? ''
      const count = counts[place] ?? 0
      const list = this.#list(term)
      if (list) {
        list.slots.push(slot)
        list.counts.push(count)
      } else this.#postings.set(term, { slots: [slot], counts: [count] })
      length += count
    }
    this.#ids[slot] = id
    this.#lengths[slot] = length
    this.#totalLength += length
    this.#documents.set(id, { slot, terms })
    this.#slots += 1
  }

  /** Takes a function out; false where it was not in. */
  remove(id: number): boolean {
    const document = this.#documents.get(id)
    if (!document) return false
    for (const term of document.terms ?? this.#termsOf(document)) {
      const list = present(this.#postings.get(term), 'a term of a function has postings')
      erase(list, document.slot)
      if (list.slots.length === 0) this.#postings.delete(term)
    }
    this.#totalLength -= this.#lengths[document.slot] ?? 0
    this.#documents.delete(id)
    if (this.#slots > 2 * this.#documents.size + MOST_EMPTY) this.#compact()
    return true
  }

  /** How rare a term is, 0 for one that no function has: the logarithm of the odds that a function has it not. */
  rarity(term: string): number {
    const having = this.#list(term)?.slots.length ?? 0
    return having === 0 ? 0 : Math.log(1 + (this.size - having + 0.5) / (having + 0.5))
  }

  /** The best functions for terms, each as much as it counts in the query. The ranking answers until the next search. */
  search({ terms, counts }: TermCounts, most: number, accepts?: Accepts): Ranking {
    const scores = this.#scores.subarray(0, this.#slots)
    scores.fill(0)
    terms.forEach((term, place) => this.#score(term, counts[place] ?? 0, scores))
    return rankingOf(this.#documents, this.#ids, scores, createBestList(most), accepts)
  }

  #score(term: string, weight: number, scores: Float64Array) {
    const list = this.#list(term)
    if (!list) return
    const lengths = this.#lengths
    const { slots, counts } = list
    const worth = weight * this.rarity(term) * (SATURATION + 1)
    const least = SATURATION * (1 - LENGTH_SHARE)
    const perLength = (SATURATION * LENGTH_SHARE * this.size) / this.#totalLength
    for (let place = 0; place < slots.length; place += 1) {
      const slot = slots[place] ?? 0
      const count = counts[place] ?? 0
      const gained = (worth * count) / (count + least + perLength * (lengths[slot] ?? 0))
      scores[slot] = (scores[slot] ?? 0) + gained
    }
  }

  /** The functions of a term, taken out of the table where they lie in it. */
  #list(term: string): Postings | undefined {
    const row = this.#lying.get(term)
    if (row === undefined || !this.#table) return this.#postings.get(term)
    const { ends, slots, counts } = this.#table
    const start = ends[row - 1] ?? 0
    const list = {
      slots: [...slots.subarray(start, ends[row])],
      counts: [...counts.subarray(start, ends[row])],
    }
    this.#lying.delete(term)
    this.#postings.set(term, list)
    return list
  }

  #takeAll() {
    for (const term of this.#lying.keys()) this.#list(term)
  }

  /** The terms of a function that came from a table; those of all others are found by the way. */
  #termsOf(wanted: Document): readonly string[] {
    this.#takeAll()
    const found = new Map<number, string[]>()
    for (const document of this.#documents.values()) {
      if (document.terms) continue
      const terms: string[] = []
      found.set(document.slot, terms)
      document.terms = terms
    }
    for (const [term, { slots }] of this.#postings) for (const slot of slots) found.get(slot)?.push(term)
    return wanted.terms ?? []
  }

  #grow(room: number) {
    this.#ids = grown(this.#ids, new Float64Array(room))
    this.#lengths = grown(this.#lengths, new Float32Array(room))
    this.#scores = new Float64Array(room)
  }

  /** Moves what is left together, in its order, so that the slots of every term stay rising. */
  #compact() {
    this.#takeAll()
    const moved = new Int32Array(this.#slots)
    const kept = [...this.#documents].toSorted(([, one], [, other]) => one.slot - other.slot)
    kept.forEach(([id, { slot, terms }], place) => {
      moved[slot] = place
      this.#ids[place] = id
      this.#lengths[place] = this.#lengths[slot] ?? 0
      this.#documents.set(id, { slot: place, terms })
    })
    this.#slots = kept.length
    for (const { slots } of this.#postings.values()) {
      for (let place = 0; place < slots.length; place += 1) slots[place] = moved[slots[place] ?? 0] ?? 0
    }
  }
}

/** Slots of removed functions have no postings, so that their score is zero and they enter no list. */
function rankingOf(
  documents: ReadonlyMap<number, Document>,
  ids: Float64Array,
  scores: Float64Array,
  best: BestList,
  accepts: Accepts | undefined,
): Ranking {
  let sum = 0
  let squares = 0
  for (let slot = 0; slot < scores.length; slot += 1) {
    const score = scores[slot] ?? 0
    if (score === 0) continue
    sum += score
    squares += score * score
    const id = ids[slot] ?? 0
    if (score >= best.threshold && (accepts === undefined || accepts(id))) best.offer(id, score)
  }
  const count = Math.max(documents.size, 1)
  const mean = sum / count
  return {
    best: best.list(),
    mean,
    deviation: Math.sqrt(Math.max(squares / count - mean * mean, 0)),
    scoreOf(id) {
      const document = documents.get(id)
      return document && scores[document.slot]
    },
  }
}

/** Takes a slot out, which is found by halving as slots rise. */
function erase({ slots, counts }: Postings, slot: number) {
  let low = 0
  let high = slots.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((slots[middle] ?? 0) < slot) low = middle + 1
    else high = middle
  }
  slots.splice(low, 1)
  counts.splice(low, 1)
}

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
