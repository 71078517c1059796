import type { CodePlace, SearchHit } from '../../contract/assistant.ts'
import type { IndexedFunction } from '../codeIndex/codeIndex.ts'
import { termsOf, termsOfWord, wordsOf } from './tokens.ts'

/** What is known of a hit beside the function itself. */
export interface HitKnowledge {
  readonly score: number
  /** The terms of the query with how rare they are. */
  readonly rarity: ReadonlyMap<string, number>
  /** Matches every line that has one of them. */
  readonly mayMatch: RegExp
  /** The words of the query as they were typed, by term. */
  readonly typed: ReadonlyMap<string, string>
  /** Cosine of the meaning of both; undefined where it was not compared. */
  readonly cosine: number | undefined
  readonly isNamed: boolean
  readonly choices: SearchHit['choices']
}

/** Lines of a function that are shown beside its first. */
const MOST_LINES = 4

/** Cosine from which on meaning alone is a reason. */
const TELLING_COSINE = 0.2

/** A function as it is shown among the hits: its telling lines with what matched, and why it is there. */
export function searchHit(code: IndexedFunction, known: HitKnowledge): SearchHit {
  const { rarity, mayMatch } = known
  const all = code.source.split('\n').map((text, index) => ({
    text,
    number: code.lines.first + index,
    ...(mayMatch.test(text) ? marksOf(text, rarity) : UNMARKED),
  }))
  const inSource = new Set(all.flatMap(({ terms }) => [...terms]))
  return {
    place: placeOf(code),
    signature: code.signature,
    docstring: code.docstring,
    lines: tellingLines(all),
    score: known.score,
    why: reasons(code, inSource, known),
    choices: known.choices,
  }
}

/** Where a function stands. */
export function placeOf({ file, name, lines }: IndexedFunction): CodePlace {
  return { file, function: name, lines }
}

/** A line of a function, and what of the query is in it. */
interface MarkedLine {
  readonly number: number
  readonly text: string
  readonly marks: readonly (readonly [number, number])[]
  readonly terms: ReadonlySet<string>
  /** How rare its terms are together. */
  readonly worth: number
}

/** The first line and the lines with the rarest terms, in their order. */
function tellingLines([first, ...others]: readonly MarkedLine[]): SearchHit['lines'] {
  if (!first) return []
  const telling = others
    .filter(({ worth }) => worth > 0)
    .toSorted((one, other) => other.worth - one.worth || one.number - other.number)
    .slice(0, MOST_LINES)
    .toSorted((one, other) => one.number - other.number)
  return [first, ...telling].map(({ number, text, marks }) => ({ number, text, marks }))
}

const UNMARKED = { marks: [], terms: new Set<string>(), worth: 0 }

/**
 * Matches whatever has a word with one of the terms, and little else, so that few lines have to be looked at word by word. All but the
 * last letter of a term stands in each of its words (`volatilit` in volatilities); that of a whole identifier may have underscores
 * between, but then its parts are terms too.
 */
export function matcherOf(terms: Iterable<string>): RegExp {
  const parts = [...terms].map(term => (term.length > 2 ? term.slice(0, -1) : term))
  return parts.length === 0 ? /(?!)/ : new RegExp(parts.join('|'), 'iu')
}

/** Columns of the words that match, from 0 and without the last. */
function marksOf(text: string, rarity: ReadonlyMap<string, number>) {
  const marks: [number, number][] = []
  const terms = new Set<string>()
  let worth = 0
  for (const { word, column } of wordsOf(text)) {
    const matching = termsOfWord(word).filter(term => rarity.has(term))
    if (matching.length === 0) continue
    marks.push([column, column + word.length])
    for (const term of matching) {
      if (!terms.has(term)) worth += rarity.get(term) ?? 0
      terms.add(term)
    }
  }
  return { marks, terms, worth }
}

/** Where the words of the query are, each in the first of name, docstring and text that has it; the rarest first. */
function reasons(
  { name, docstring }: IndexedFunction,
  inSource: ReadonlySet<string>,
  { rarity, typed, cosine, isNamed }: HitKnowledge,
): string[] {
  const left = new Set([...rarity].toSorted(([, one], [, other]) => other - one).map(([term]) => term))
  const found = (label: string, terms: ReadonlySet<string>) => {
    const matching = [...left].filter(term => terms.has(term))
    for (const term of matching) left.delete(term)
    const words = new Set(matching.map(term => typed.get(term) ?? term))
    return words.size === 0 ? [] : [`${label}: ${[...words].join(', ')}`]
  }
  return [
    ...(isNamed ? ['has this name'] : []),
    ...found('name', new Set(termsOf(name))),
    ...found('docstring', new Set(termsOf(docstring))),
    ...found('text', inSource),
    ...(cosine !== undefined && cosine >= TELLING_COSINE ? [`meaning ${cosine.toFixed(2)}`] : []),
  ]
}
