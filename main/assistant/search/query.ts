import { countTerms, type TermCounts } from './termCounter.ts'
import { impliedTerms } from './tradingWords.ts'
import { termsOfWord, wordsIn } from './tokens.ts'

/** A query as word search sees it. */
export interface Query {
  /** The terms that are searched for, with what each counts: those of the query, and those that a trader means by them. */
  readonly terms: TermCounts
  /** The terms that are shown where they match, with how rare each is. */
  readonly rarity: ReadonlyMap<string, number>
  /** Each of these as it was typed first; one that is only meant as it is. */
  readonly typed: ReadonlyMap<string, string>
}

/** Of a term that is only meant, what one that was typed counts. */
const IMPLIED_WEIGHT = 0.5

/** Of a long query, a piece of code, the rarest terms find what all would; marking more than a few says nothing. */
const MOST_SEARCHED = 32
const MOST_SHOWN = 12

/** Reads a question, a piece of code or a name; `rarityOf` says how rare a term is, 0 where it is nowhere. */
export function readQuery(query: string, rarityOf: (term: string) => number): Query {
  const { terms, counts } = countTerms(query)
  const wanted = [
    ...terms.map((term, place) => ({ term, count: counts[place] ?? 0 })),
    ...impliedTerms(query).map(term => ({ term, count: IMPLIED_WEIGHT })),
  ]
  const rarest = wanted
    .map(it => ({ ...it, rarity: rarityOf(it.term) }))
    .filter(({ rarity }) => rarity > 0)
    .toSorted((one, other) => other.rarity - one.rarity)
    .slice(0, MOST_SEARCHED)
  const shown = rarest.slice(0, MOST_SHOWN)
  const asTyped = typedTerms(query)
  return {
    terms: { terms: rarest.map(({ term }) => term), counts: rarest.map(({ count }) => count) },
    rarity: new Map(shown.map(({ term, rarity }) => [term, rarity])),
    typed: new Map(shown.map(({ term }) => [term, asTyped.get(term) ?? term])),
  }
}

function typedTerms(query: string): ReadonlyMap<string, string> {
  const typed = new Map<string, string>()
  for (const word of wordsIn(query)) {
    for (const term of termsOfWord(word)) if (!typed.has(term)) typed.set(term, word)
  }
  return typed
}
