import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cents } from '../../fixtures/risks.ts'
import { anyStructure } from '../../fixtures/trades.ts'
import { breakEvens, expiryValue, maximumLoss, reversed, widestWing, type Leg } from './structure.ts'

const anyLeg: fc.Arbitrary<Leg> = fc.record({
  right: fc.constantFrom('call', 'put'),
  strike: fc.integer({ min: 1, max: 40 }),
  ratio: fc.constantFrom(1, -1),
})
const anyLegs = fc.array(anyLeg, { minLength: 1, maxLength: 4 })
const anyCredit = cents(0.01, 0.99)

/** Whole dollars from nothing to twice the highest strike: every corner of a payoff with whole strikes is among them. */
const gridOf = (legs: readonly Leg[]) =>
  Array.from({ length: 2 * Math.max(...legs.map(leg => leg.strike)) + 1 }, (_, price) => price)

test('value at expiry is straight between whole dollars, where strikes are whole', () => {
  fc.assert(
    fc.property(anyLegs, fc.nat(80), fc.double({ min: 0, max: 1, noNaN: true }), (legs, low, share) => {
      const [left, right] = [expiryValue(legs, low), expiryValue(legs, low + 1)]
      expect(expiryValue(legs, low + share)).toBeCloseTo(left + share * (right - left), 9)
      expect(Number.isInteger(right - left)).toBe(true)
    }),
  )
})

test('value at expiry bends at strikes only, up where a lot is long and down where it is short', () => {
  fc.assert(
    fc.property(anyLegs, fc.integer({ min: 1, max: 60 }), (legs, price) => {
      const value = (at: number) => expiryValue(legs, at)
      const bend = value(price + 1) - 2 * value(price) + value(price - 1)
      const here = legs.filter(leg => leg.strike === price).reduce((sum, leg) => sum + leg.ratio, 0)
      expect(bend).toBe(here)
    }),
  )
})

test('a call less a put of the same strike is the underlying less the strike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), cents(0, 90), (strike, price) => {
      const legs: readonly Leg[] = [
        { right: 'call', strike, ratio: 1 },
        { right: 'put', strike, ratio: -1 },
      ]
      expect(expiryValue(legs, price)).toBeCloseTo(price - strike, 9)
    }),
  )
})

test('a credit structure is worth nothing between its short strikes and never less than minus its widest wing', () => {
  fc.assert(
    fc.property(anyStructure, cents(600, 780), ({ legs }, price) => {
      const value = expiryValue(legs, price)
      const isInside = legs
        .filter(leg => leg.ratio < 0)
        .every(leg => (leg.right === 'put' ? price >= leg.strike : price <= leg.strike))
      expect(value).toBeGreaterThanOrEqual(-widestWing(legs) - 1e-9)
      expect(value === 0).toBe(isInside)
      expect(value).toBeLessThanOrEqual(0)
    }),
  )
})

test('the most a lot can lose is what a search over every dollar finds', () => {
  fc.assert(
    fc.property(anyStructure, cents(-1, 9), fc.boolean(), (structure, net, isReversed) => {
      const legs = isReversed ? reversed(structure.legs) : structure.legs
      const worst = Math.min(...gridOf(legs).map(price => expiryValue(legs, price) + net))
      expect(maximumLoss(legs, net)).toBeCloseTo(100 * Math.max(0, -worst), 6)
    }),
    { numRuns: 60 },
  )
})

test('no price loses more than the most a lot can lose', () => {
  fc.assert(
    fc.property(anyStructure, anyCredit, cents(0, 2000), ({ legs }, net, price) => {
      const loss = -100 * (expiryValue(legs, price) + net)
      expect(loss).toBeLessThanOrEqual(maximumLoss(legs, net) + 1e-9)
    }),
  )
})

test('every break-even is a root, they rise, and a trade wins on one side of each and loses on the other', () => {
  fc.assert(
    fc.property(anyStructure, anyCredit, ({ legs }, net) => {
      const profit = (price: number) => expiryValue(legs, price) + net
      const prices = breakEvens(legs, net)
      expect(prices).toEqual([...prices].sort((one, other) => one - other))
      for (const price of prices) {
        expect(Math.abs(profit(price))).toBeLessThan(1e-9)
        expect(profit(price - 0.005) * profit(price + 0.005)).toBeLessThan(0)
      }
    }),
  )
})

test('break-evens are all of them: the profit changes its sign nowhere else', () => {
  fc.assert(
    fc.property(anyStructure, anyCredit, fc.boolean(), (structure, credit, isReversed) => {
      const legs = isReversed ? reversed(structure.legs) : structure.legs
      const net = isReversed ? -credit : credit
      const signs = gridOf(legs).map(price => Math.sign(expiryValue(legs, price) + net))
      const changes = signs.filter((sign, index) => index > 0 && sign !== signs[index - 1])
      expect(breakEvens(legs, net)).toHaveLength(changes.length)
      expect(changes).toHaveLength(structure.kind === 'ironCondor' ? 2 : 1)
    }),
    { numRuns: 60 },
  )
})

test('reversing twice changes nothing; reversing once changes the sign of every value', () => {
  fc.assert(
    fc.property(anyLegs, cents(0, 90), (legs, price) => {
      expect(reversed(reversed(legs))).toEqual(legs)
      expect(expiryValue(reversed(legs), price)).toBeCloseTo(-expiryValue(legs, price), 12)
    }),
  )
})

test('the widest wing is the width it was made with, whatever the order of the legs', () => {
  fc.assert(
    fc.property(anyStructure, ({ legs }) => {
      const [short, long] = legs
      const width = Math.abs((short?.strike ?? 0) - (long?.strike ?? 0))
      expect(widestWing(legs)).toBe(width)
      expect(widestWing([...legs].reverse())).toBe(width)
      expect(widestWing(reversed(legs))).toBe(width)
    }),
  )
})
