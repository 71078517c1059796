import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasSubject, intentOf, subjectOf } from './intent.ts'

describe('what a sentence asks for', () => {
  test.each([
    ['optimise the Greeks calculation for my SPY positions', 'optimise'],
    ['Why is the book delta so slow?', 'optimise'],
    ['make implied volatility faster', 'optimise'],
    ['vectorize gex', 'optimise'],
    ['review the backtest for look-ahead', 'review'],
    ['is there a bug in put_price', 'review'],
    ['where do I compute gamma exposure', 'search'],
    ['explain realised_volatility', 'explain'],
    ['gamma exposure', 'search'],
  ])('%s: %s', (sentence, intent) => {
    expect(intentOf(sentence)).toBe(intent)
  })

  test('its subject is what is left of it', () => {
    expect(subjectOf('optimise the Greeks calculation for my SPY positions')).toBe('Greeks SPY positions')
    expect(subjectOf('make implied_volatility faster, please')).toBe('implied_volatility')
  })

  test('a sentence of nothing but such words is its own subject', () => {
    expect(subjectOf('make it faster')).toBe('make it faster')
  })

  test('whatever is written has an intent and a subject that is not empty', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter(text => text.trim() !== ''),
        sentence => {
          expect(['optimise', 'review', 'search', 'explain']).toContain(intentOf(sentence))
          expect(subjectOf(sentence)).not.toBe('')
        },
      ),
    )
  })
})

test('a sentence that names nothing is about what is looked at', () => {
  for (const sentence of ['make it faster', 'Optimise this', 'make this function much faster, please'])
    expect([sentence, hasSubject(sentence)]).toEqual([sentence, false])
  for (const sentence of ['make rsi faster', 'where is theta'])
    expect([sentence, hasSubject(sentence)]).toEqual([sentence, true])
})
