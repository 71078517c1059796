import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTwoSided, refuseQuote } from './quote.ts'

const anything = fc.double()
const price = fc.integer({ min: 0, max: 10_000 }).map(cents => cents / 100)

test('a quote is refused exactly where a rule is broken', () => {
  fc.assert(
    fc.property(fc.oneof(anything, price), fc.oneof(anything, price), (bid, ask) => {
      const isFine = bid >= 0 && bid < Infinity && ask >= 0 && ask < Infinity && (ask === 0 || bid <= ask)
      expect(refuseQuote(bid, ask) === undefined).toBe(isFine)
    }),
    { numRuns: 500 },
  )
})

test.each([
  [Number.NaN, 1, 'notFinite'],
  [1, Number.NaN, 'notFinite'],
  [1, Number.POSITIVE_INFINITY, 'notFinite'],
  [Number.NEGATIVE_INFINITY, 1, 'notFinite'],
  [-0.01, 1, 'negative'],
  [0, -0.01, 'negative'],
  [1.01, 1, 'crossed'],
  [1, 1, undefined],
  [0, 0, undefined],
  [0, 0.01, undefined],
  [3, 0, undefined],
])('bid %d and ask %d: %s', (bid, ask, refusal) => {
  expect(refuseQuote(bid, ask)).toBe(refusal)
})

test('a quote has two sides where both prices are above zero', () => {
  fc.assert(
    fc.property(price, price, (bid, ask) => {
      expect(isTwoSided(bid, ask)).toBe(bid !== 0 && ask !== 0)
      expect(isTwoSided(bid, 0) || isTwoSided(0, ask)).toBe(false)
    }),
  )
})
