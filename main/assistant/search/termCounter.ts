import { hashText } from '../../core/base/random.ts'
import { termsOfWord, wordsIn } from './tokens.ts'

/** Terms with their counts, side by side, each term once. */
export interface TermCounts {
  readonly terms: readonly string[]
  readonly counts: readonly number[]
}

/** A term, and where it stands in the count that is being made. */
interface Counted {
  readonly term: string
  round: number
  place: number
}

/** A word with its terms. */
interface Known {
  readonly word: string
  readonly hash: number
  readonly counted: readonly Counted[]
}

const NOT_ASCII = /[\u0080-\uffff]/
const IN_WORDS = Uint8Array.from({ length: 128 }, (_, code) => Number(/\w/.test(String.fromCodePoint(code))))
const FIRST_ROOM = 1 << 14
const MOST_REMEMBERED = 1 << 18

/**
 * Counts terms of one text after another: ten thousand functions are counted before the first question after a start is answered. A
 * word that is known is found by its letters where they stand in the text, without being cut out, and every term remembers where
 * it stands in the count that is being made, so that no map is made for a text.
 */
export class TermCounter {
  /** Words by hash, with linear probing; at most half full. */
  #table: (Known | undefined)[] = Array.from({ length: FIRST_ROOM })
  #words = 0
  readonly #terms = new Map<string, Counted>()
  #round = 0
  #counted: string[] = []
  #counts: number[] = []

  /** The terms of texts together, each text with what a term in it counts. */
  count(texts: readonly (readonly [text: string, weight: number])[]): TermCounts {
    this.#round += 1
    this.#counted = []
    this.#counts = []
    for (const [text, weight] of texts) {
      if (NOT_ASCII.test(text))
        for (const word of wordsIn(text)) this.#add(this.#find(word, 0, word.length, hashText(word)), weight)
      else this.#scan(text, weight)
    }
    return { terms: this.#counted, counts: this.#counts }
  }

  /** The same words that `wordsIn` gives of such a text. The hash is that of `hashText`, taken while the letters are read. */
  #scan(text: string, weight: number) {
    const { length } = text
    let start = 0
    while (start < length) {
      let hash = hashText('')
      let end = start
      for (; end < length; end += 1) {
        const code = text.charCodeAt(end)
        if (IN_WORDS[code] === 0) break
        hash = Math.imul(hash ^ code, 0x01000193)
      }
      if (end > start) this.#add(this.#find(text, start, end, hash), weight)
      start = end + 1
    }
  }

  #add(counted: readonly Counted[], weight: number) {
    for (const term of counted) {
      if (term.round !== this.#round) {
        term.round = this.#round
        term.place = this.#counted.length
        this.#counted.push(term.term)
        this.#counts.push(0)
      }
      this.#counts[term.place] = (this.#counts[term.place] ?? 0) + weight
    }
  }

  #find(text: string, start: number, end: number, hash: number): readonly Counted[] {
    const table = this.#table
    const mask = table.length - 1
    let place = hash & mask
    for (let known = table[place]; known; known = table[place]) {
      if (known.hash === hash && isAt(known.word, text, start, end)) return known.counted
      place = (place + 1) & mask
    }
    const word = text.slice(start, end)
    const counted = termsOfWord(word).map(term => this.#interned(term))
    table[place] = { word, hash, counted }
    this.#words += 1
    if (2 * this.#words > table.length) this.#grow()
    return counted
  }

  #interned(term: string): Counted {
    const known = this.#terms.get(term)
    if (known) return known
    const counted = { term, round: 0, place: 0 }
    this.#terms.set(term, counted)
    return counted
  }

  /** Twice the room; past the most that is remembered everything is forgotten instead. */
  #grow() {
    const isFull = this.#table.length >= MOST_REMEMBERED
    const kept = isFull ? [] : this.#table
    const table: (Known | undefined)[] = Array.from({ length: isFull ? FIRST_ROOM : 2 * kept.length })
    for (const known of kept) {
      if (!known) continue
      let place = known.hash & (table.length - 1)
      while (table[place]) place = (place + 1) & (table.length - 1)
      table[place] = known
    }
    this.#table = table
    if (isFull) this.#words = 0
  }
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let place = 0; place < word.length; place += 1) {
    if (word.charCodeAt(place) !== text.charCodeAt(start + place)) return false
  }
  return true
}

const counter = new TermCounter()

/** The terms of one text, each occurrence counted as one. */
export function countTerms(text: string): TermCounts {
  return counter.count([[text, 1]])
}
