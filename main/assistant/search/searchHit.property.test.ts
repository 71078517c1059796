import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matcherOf } from './searchHit.ts'
import { TermCounter } from './termCounter.ts'
import { termsOf, wordsIn } from './tokens.ts'

const word = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,14}$/),
  fc.constantFrom(
    'implied_volatility',
    'Volatilities',
    'stopping',
    'classes',
    'optimisation',
    'x',
    'ΔGamma',
    'größe',
  ),
)
const text = fc.array(word, { maxLength: 12 }).map(words => words.join(' '))

test('a line that has a term of the query is never passed over', () => {
  fc.assert(
    fc.property(text, text, (line, query) => {
      const asked = new Set(termsOf(query))
      const matcher = matcherOf(asked)
      const isThere = termsOf(line).some(term => asked.has(term))
      expect(!isThere || matcher.test(line)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('counting terms one text after another is counting each alone, with its weights', () => {
  const counter = new TermCounter()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(text, fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 8 }))),
      texts => {
        const expected = new Map<string, number>()
        for (const [each, weight] of texts)
          for (const term of termsOf(each)) expected.set(term, (expected.get(term) ?? 0) + weight)
        const { terms, counts } = counter.count(texts)
        expect(new Map(terms.map((term, place) => [term, counts[place]]))).toEqual(expected)
      },
    ),
    { numRuns: 500 },
  )
})

test('a counter forgets when it knows too much, and counts on', () => {
  const counter = new TermCounter()
  const letters = (value: number) =>
    value.toString(26).replaceAll(/./g, digit => String.fromCodePoint(97 + Number.parseInt(digit, 26)))
  for (let part = 0; part < 140; part += 1) {
    const words = Array.from({ length: 1000 }, (_, place) => `q${letters(part * 1000 + place)}z`)
    const { terms, counts } = counter.count([[words.join(' '), 1]])
    expect(terms).toEqual(wordsIn(words.join(' ')))
    expect(counts.every(count => count === 1)).toBe(true)
  }
})
