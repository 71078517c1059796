/** Words of English and of programming languages that tell no function from another. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can do does for from had has have how i in into is it its me my no not of on or our ' +
    'so such than that the their then there these they this to up was we were what when where which while who will with ' +
    'would you your def self cls return returns none true false elif else except pass lambda const let var function public ' +
    'private static void auto namespace std export async await'
  ).split(' '),
)

/** Runs of letters, digits and underscores, which everything else parts. */
const WORD = /[\p{L}\p{N}_]+/gu

/** Parts of an identifier: `HTTP` `Server` of HTTPServer, `implied` `Vol` `2` of impliedVol2. */
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu

/** The same of words without other letters than ASCII's, which nearly all are; these are quicker to part. */
const ASCII_PART = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g
const ONE_PART = /^(?:[a-z]+|[0-9]+)$/
const NOT_ASCII = /[\u0080-\uffff]/

const LONGEST_WORD = 100
const MOST_REMEMBERED = 200_000
const NOTHING: readonly string[] = []
const remembered = new Map<string, readonly string[]>()

/**
 * The terms of a text, be it prose or code: identifiers are split at underscores, capitals and digits, parts are stemmed, stop
 * words are left out. An identifier of several parts is also a term as a whole (`impliedvolatility` of both
 * `implied_volatility` and `impliedVolatility`), so that who knows a name finds it first.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = []
  for (const word of wordsIn(text)) {
    for (const term of termsOfWord(word)) terms.push(term)
  }
  return terms
}

/** The words of a text as they are written. */
export function wordsIn(text: string): readonly string[] {
  return text.match(WORD) ?? NOTHING
}

/** The words of a text as they are written, with the column of each. */
export function wordsOf(text: string): readonly { readonly word: string; readonly column: number }[] {
  return Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({ word, column: index }))
}

/** Whole words in lower case, neither split nor stemmed: what a plain text search would compare. */
export function wholeWords(text: string): string[] {
  return wordsIn(text).map(word => word.toLowerCase())
}

/** The terms of one word, remembered: a repository has few words that it uses often. */
export function termsOfWord(word: string): readonly string[] {
  const known = remembered.get(word)
  if (known) return known
  const terms = splitWord(word)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(word, terms)
  return terms
}

function splitWord(word: string): readonly string[] {
  // Longer ones are data, not names
  if (word.length > LONGEST_WORD) return NOTHING
  if (ONE_PART.test(word)) return STOP_WORDS.has(word) ? NOTHING : [stem(word)]
  const parts = (word.match(NOT_ASCII.test(word) ? PART : ASCII_PART) ?? []).map(part => part.toLowerCase())
  const terms = parts.filter(part => !STOP_WORDS.has(part)).map(stem)
  return parts.length > 1 ? [...terms, parts.join('')] : terms
}

/** Endings that are taken off, the longest first, with what stands in their place. */
const ENDINGS: readonly (readonly [ending: string, instead: string, shortest: number])[] = [
  ['isations', '', 4],
  ['izations', '', 4],
  ['isation', '', 4],
  ['ization', '', 4],
  ['ations', '', 4],
  ['ation', '', 4],
  ['ising', '', 4],
  ['izing', '', 4],
  ['ised', '', 4],
  ['ized', '', 4],
  ['ises', '', 4],
  ['izes', '', 4],
  ['iser', '', 4],
  ['izer', '', 4],
  ['ise', '', 4],
  ['ize', '', 4],
  ['ies', 'y', 3],
  ['sses', 'ss', 2],
  ['ating', '', 4],
  ['ated', '', 4],
  ['ates', '', 4],
  ['ate', '', 4],
  ['ings', '', 3],
  ['ing', '', 3],
  ['ed', '', 3],
  ['es', '', 3],
  ['e', '', 3],
  ['s', '', 2],
]

/** The last letters that they have: most words have none and are left alone at once. */
const STEM_END = /[degnrs]$/

/**
 * What a word of lower case has in common with its plural, its past and its `-ing`: calculate, calculating and calculation are
 * one term, optimise and optimize too. Lighter than Porter's, as words of code are short already.
 */
export function stem(word: string): string {
  if (word.length < 4 || !STEM_END.test(word)) return word
  if (word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word
  for (const [ending, instead, shortest] of ENDINGS) {
    if (!word.endsWith(ending)) continue
    const kept = word.slice(0, word.length - ending.length)
    if (kept.length < shortest || !/[aeiouy]/.test(kept)) continue
    return undouble(kept + instead)
  }
  return word
}

/** `stopp` of stopping is `stop`; `ss`, `ll` and `ee` belong to words. */
function undouble(word: string): string {
  return /([bdfgmnprt])\1$/.test(word) ? word.slice(0, -1) : word
}
