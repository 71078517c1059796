import type { CodeFunction } from '../syntax/code.ts'
import { TermCounter, type TermCounts } from './termCounter.ts'
import { termsOf } from './tokens.ts'
import type { TrainingPair } from './trainEncoder.ts'

/**
 * How often a term counts by where it stands, beside the body, where it counts once. Multiples of a quarter, so that sums are
 * exact. Names were weighed on the pairs of `npm run bench -- codeSearch`; the docstring cannot be, as there it is the question.
 */
const FIELD_WEIGHTS = { name: 4, signature: 1, docstring: 2, calls: 0.25 } as const

const counter = new TermCounter()

/** A function's terms with their counts, weighted by field, for word search. */
export function fieldTerms(code: CodeFunction): TermCounts {
  return counter.count([
    [code.name, FIELD_WEIGHTS.name],
    [code.signature, FIELD_WEIGHTS.signature],
    [code.docstring, FIELD_WEIGHTS.docstring],
    [code.calls.join(' '), FIELD_WEIGHTS.calls],
    [withoutDocstring(code), 1],
  ])
}

/** What the meaning of a function is made of. */
export function meaningText({ name, source }: CodeFunction): string {
  return `${name}\n${source}`
}

/** A Python docstring as it is written: the first thing in quotes thrice. */
const DOCSTRING = /("""|''')[\s\S]*?\1/

/** The text of a function without its docstring; comments above a function are no part of its text. */
export function withoutDocstring({ docstring, source }: Pick<CodeFunction, 'docstring' | 'source'>): string {
  return docstring === '' ? source : source.replace(DOCSTRING, '')
}

/** Words that a name or a docstring needs to say something. */
const FEWEST_TERMS = 2

/**
 * What can be learned from a function: its docstring's first sentence asks, its text without the docstring answers; where it has
 * none, its name asks and its text without the name answers. Undefined where neither says enough.
 */
export function trainingPair(code: CodeFunction): TrainingPair | undefined {
  const sentence = firstSentence(code.docstring)
  if (termsOf(sentence).length >= FEWEST_TERMS)
    return { query: sentence, code: `${code.name}\n${withoutDocstring(code)}` }
  const name = code.name.split('.').at(-1) ?? code.name
  if (termsOf(name).length < FEWEST_TERMS) return undefined
  return { query: code.name.replaceAll('_', ' '), code: withoutDocstring(code).replaceAll(name, '') }
}

function firstSentence(docstring: string): string {
  const paragraph = docstring.trim().split(/\n\s*\n/, 1)[0] ?? ''
  return paragraph.replaceAll(/\s+/g, ' ').split(/(?<=[.!?]) /, 1)[0] ?? ''
}
