import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATE } from '../../fixtures/market.ts'
import { CONDOR, PUT_VERTICAL, anyStructure } from '../../fixtures/trades.ts'
import { marginRequirement } from './margin.ts'
import { callCreditVertical, expiryValue, ironCondor, putCreditVertical } from './structure.ts'

const anyLots = fc.integer({ min: 1, max: 50 })
const anyWidth = fc.integer({ min: 1, max: 12 })

/** The worst loss at expiry over every dollar, before the credit. */
const worstOf = (legs: Parameters<typeof expiryValue>[0]) =>
  -Math.min(...Array.from({ length: 1500 }, (_, price) => expiryValue(legs, price)))

test('margin is the worst loss at expiry before the credit', () => {
  fc.assert(
    fc.property(anyStructure, anyLots, ({ legs }, lots) => {
      expect(marginRequirement(legs, lots)).toBeCloseTo(100 * lots * worstOf(legs), 6)
    }),
    { numRuns: 40 },
  )
})

test('a condor needs the margin of its wider side alone', () => {
  fc.assert(
    fc.property(anyWidth, anyWidth, anyLots, (below, above, lots) => {
      const puts = putCreditVertical('SPY', DATE, 686, 686 - below)
      const calls = callCreditVertical('SPY', DATE, 694, 694 + above)
      const both = marginRequirement(ironCondor(puts, calls).legs, lots)
      const sides = [marginRequirement(puts.legs, lots), marginRequirement(calls.legs, lots)]
      expect(both).toBe(Math.max(...sides))
    }),
  )
})

test.each([
  [1, 'vertical', PUT_VERTICAL, 300],
  [1, 'condor', CONDOR, 300],
  [4, 'condor', CONDOR, 1200],
])('%i lots of a %s with wings of three dollars need three hundred each', (lots, _, structure, margin) => {
  expect(marginRequirement(structure.legs, lots)).toBe(margin)
})
