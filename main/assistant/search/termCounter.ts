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

const MOST_REMEMBERED = 200_000

/**
 * Counts terms of one text after another. Every term remembers where it stands in the count that is being made, so that a word costs
 * one look-up and no map is made for a text: ten thousand functions are counted before a question is answered.
 */
export class TermCounter {
  readonly #words = new Map<string, readonly Counted[]>()
  readonly #terms = new Map<string, Counted>()
  #round = 0

  /** The terms of texts together, each text with what a term in it counts. */
  count(texts: readonly (readonly [text: string, weight: number])[]): TermCounts {
    this.#round += 1
    const terms: string[] = []
    const counts: number[] = []
    for (const [text, weight] of texts) {
      for (const word of wordsIn(text)) {
        for (const counted of this.#countedOf(word)) {
          if (counted.round !== this.#round) {
            counted.round = this.#round
            counted.place = terms.length
            terms.push(counted.term)
            counts.push(0)
          }
          counts[counted.place] = (counts[counted.place] ?? 0) + weight
        }
      }
    }
    return { terms, counts }
  }

  #countedOf(word: string): readonly Counted[] {
    const known = this.#words.get(word)
    if (known) return known
    if (this.#words.size >= MOST_REMEMBERED) this.#words.clear()
    const counted = termsOfWord(word).map(term => this.#interned(term))
    this.#words.set(word, counted)
    return counted
  }

  #interned(term: string): Counted {
    const known = this.#terms.get(term)
    if (known) return known
    const counted = { term, round: 0, place: 0 }
    this.#terms.set(term, counted)
    return counted
  }
}

/** The terms of one text, each occurrence counted as one. */
export function countTerms(text: string): TermCounts {
  return new TermCounter().count([[text, 1]])
}
