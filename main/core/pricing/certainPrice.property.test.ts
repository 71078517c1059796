import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { americanPrice } from './american.ts'
import { binomialAmericanPrice } from './binomialTree.ts'
import { certainAmericanPrice } from './certainPrice.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const right = fc.constantFrom('call', 'put')

test('without chance the value is the best that any moment pays', () => {
  fc.assert(
    fc.property(
      right,
      between(50, 200),
      between(0, 30),
      between(-0.1, 0.3),
      between(-0.1, 0.3),
      (right, strike, years, rate, dividendYield) => {
        const carry = { years, discountYears: years, rate, dividendYield }
        const sign = right === 'call' ? 1 : -1
        const paid = Array.from({ length: 3001 }, (_, index) => {
          const time = (index / 3000) * years
          return sign * (100 * Math.exp(-dividendYield * time) - strike * Math.exp(-rate * time))
        })
        const best = Math.max(0, ...paid)
        const value = certainAmericanPrice(right, 100, strike, carry)
        expect(value).toBeGreaterThanOrEqual(best - 1e-10)
        // Between two of the moments looked at, no more than a curve can rise above its chord
        expect(value).toBeLessThanOrEqual(best + 1e-3)
        expect(americanPrice(right, 100, strike, 0, carry)).toBeGreaterThanOrEqual(value - 1e-10)
      },
    ),
  )
})

test('interest and dividends in balance: the best moment to exercise lies in the middle', () => {
  const carry = { years: 40, discountYears: 40, rate: 0.01, dividendYield: 0.5 }
  expect(certainAmericanPrice('put', 100, 120, carry)).toBeCloseTo(108.9809045611846, 10)
  expect(americanPrice('put', 100, 120, 0, carry)).toBeCloseTo(108.9809045611846, 10)
})

test('when the underlying has stopped moving, settlement is still to come', () => {
  const carry = { years: 0, discountYears: 0.5, rate: 0.1, dividendYield: 0 }
  expect(americanPrice('put', 90, 100, 0.2, carry)).toBe(10)
  expect(americanPrice('put', 110, 100, 0.2, carry)).toBe(0)
})

test('a tree that cannot tell its chances from 0 or 1 gives the certain value', () => {
  const carry = { years: 0.01, discountYears: 0.01, rate: 0.03, dividendYield: 0.08 }
  for (const strike of [50, 200]) {
    const tree = binomialAmericanPrice('put', 100, strike, 0.05, carry, 201)
    expect(tree).toBe(certainAmericanPrice('put', 100, strike, carry))
  }
  const negative = { ...carry, rate: -0.02, dividendYield: -0.05 }
  expect(americanPrice('put', 100, 120, 0.05, negative)).toBeCloseTo(20, 2)
})

test('the value is never above the one that chance gives', () => {
  const market = { strike: between(70, 140), rate: between(0, 0.1), dividendYield: between(0, 0.1) }
  fc.assert(
    fc.property(right, fc.record(market), between(0.05, 0.8), (right, market, volatility) => {
      const { strike, rate, dividendYield } = market
      const carry = { years: 1, discountYears: 1, rate, dividendYield }
      const certain = certainAmericanPrice(right, 100, strike, carry)
      expect(certain).toBeLessThanOrEqual(americanPrice(right, 100, strike, volatility, carry) + 1e-4)
    }),
  )
})
