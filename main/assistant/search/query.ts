import { countTerms, type TermCounts } from './termCounter.ts'
import { impliedTerms } from './tradingWords.ts'
import { termsOfWord, wordsIn } from './tokens.ts'

/** A query as word search sees it. */
export interface Query {
  /** Its terms, and those that a trader means by them. */
  readonly terms: TermCounts
  /** Each term as it was typed first; those that are only meant as they are. */
  readonly typed: ReadonlyMap<string, string>
}

/** Of a term that is only meant, what one that was typed counts. */
const IMPLIED_WEIGHT = 0.5

/** Reads a question, a piece of code or a name. */
export function readQuery(query: string): Query {
  const { terms, counts } = countTerms(query)
  const implied = impliedTerms(query)
  const typed = new Map<string, string>()
  for (const word of wordsIn(query)) {
    for (const term of termsOfWord(word)) if (!typed.has(term)) typed.set(term, word)
  }
  for (const term of implied) typed.set(term, term)
  return {
    terms: { terms: [...terms, ...implied], counts: [...counts, ...implied.map(() => IMPLIED_WEIGHT)] },
    typed,
  }
}
