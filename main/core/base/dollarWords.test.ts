import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { dollarWords } from './dollarWords.ts'

test.each([
  [0, '$0'],
  [-0.001, '$0.00'],
  [600, '$600'],
  [599.5, '$599.50'],
  [25_000, '$25,000'],
  [-1234.567, '\u2212$1,234.57'],
  [1_000_000, '$1,000,000'],
])('%d is written %s', (amount, words) => {
  expect(dollarWords(amount)).toBe(words)
})

test('an amount is read back to the cent, and no more than three digits stand together before the point', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e11, max: 1e11 }), cents => {
      const words = dollarWords(cents / 100)
      expect(Number(words.replace('\u2212', '-').replace(/[$,]/g, ''))).toBeCloseTo(cents / 100, 6)
      expect(words).toMatch(/^\u2212?\$\d{1,3}(,\d{3})*(\.\d\d)?$/)
    }),
  )
})
