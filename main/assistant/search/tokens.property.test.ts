import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stem, termsOf, wholeWords, wordsOf } from './tokens.ts'

const part = fc.stringMatching(/^[a-z]{2,9}$/)

test('an identifier has the same terms in every way of writing', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), parts => {
      const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
      const snake = parts.join('_')
      const pascal = parts.map(capital).join('')
      const camel = (parts[0] ?? '') + parts.slice(1).map(capital).join('')
      const loud = snake.toUpperCase()
      expect(termsOf(camel)).toEqual(termsOf(snake))
      expect(termsOf(pascal)).toEqual(termsOf(snake))
      expect(termsOf(loud)).toEqual(termsOf(snake))
      expect(termsOf(snake)).toContain(parts.join(''))
    }),
  )
})

test('the terms of two texts are those of both together, and nothing throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      expect(termsOf(`${one} ${other}`)).toEqual([...termsOf(one), ...termsOf(other)])
      for (const term of termsOf(one)) expect(term).not.toBe('')
    }),
  )
})

test('words are where they are said to be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      for (const { word, column } of wordsOf(text))
        expect(text.slice(column, column + word.length)).toBe(word)
      expect(wordsOf(text).map(({ word }) => word.toLowerCase())).toEqual(wholeWords(text))
    }),
  )
})

test.each([
  ['HTTPServer', ['http', 'server', 'httpserver']],
  ['impliedVol2', ['impli', 'vol', '2', 'impliedvol2']],
  ['0DTE', ['0', 'dte', '0dte']],
  ['the price of a put', ['pric', 'put']],
  ['x'.repeat(200), []],
])('splits %s', (text, terms) => {
  expect(termsOf(text)).toEqual(terms)
})

test.each([
  ['calculate', 'calculating', 'calculation', 'calculates', 'calculated'],
  ['optimise', 'optimize', 'optimising', 'optimization', 'optimiser'],
  ['position', 'positions'],
  ['volatility', 'volatilities'],
  ['stop', 'stopping', 'stopped', 'stops'],
])('%s has one stem with its forms', (word, ...forms) => {
  for (const form of forms) expect(stem(form)).toBe(stem(word))
})

test.each(['class', 'gas', 'status', 'basis', 'd1', 'vega', 'loss'])('%s is left alone', word => {
  expect(stem(word)).toBe(word)
})
