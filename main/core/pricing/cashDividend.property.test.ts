import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { americanPrice } from './american.ts'
import { dividendAmericanPrice, dividendEuropeanPrice, dividendGreeks } from './cashDividend.ts'
import { differencedDividendPrice } from './dividendDifferences.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const right = fc.constantFrom('call', 'put')

/** Options on a share of 100 that goes ex within their life. */
const given = fc
  .record({
    right,
    strike: between(85, 115),
    volatility: between(0.1, 0.5),
    years: between(0.05, 0.5),
    part: between(0.1, 0.9),
    amount: between(0.2, 2),
    rate: between(0, 0.08),
    dividendYield: fc.constantFrom(0, 0.02),
  })
  .map(({ right, strike, volatility, years, part, amount, rate, dividendYield }) => {
    const dividend = { amount, years: years * part, discountYears: years * part }
    return {
      right,
      strike,
      volatility,
      carry: { years, discountYears: years, rate, dividendYield, dividend },
    }
  })

test('the value lies between that of a European option and what can be had at most', () => {
  fc.assert(
    fc.property(given, ({ right, strike, volatility, carry }) => {
      const price = dividendAmericanPrice(right, 100, strike, volatility, carry)
      expect(price).toBeGreaterThanOrEqual(
        dividendEuropeanPrice(right, 100, strike, volatility, carry) - 1e-7,
      )
      expect(price).toBeGreaterThanOrEqual(Math.max(0, right === 'call' ? 100 - strike : strike - 100))
      expect(price).toBeLessThanOrEqual(right === 'call' ? 100 : strike)
    }),
    { numRuns: 20 },
  )
})

test('a dividend takes from a call and gives to a put, no more than it is', () => {
  fc.assert(
    fc.property(given, ({ right, strike, volatility, carry }) => {
      const paid = dividendAmericanPrice(right, 100, strike, volatility, carry)
      const unpaid = americanPrice(right, 100, strike, volatility, carry)
      const change = right === 'call' ? unpaid - paid : paid - unpaid
      expect(change).toBeGreaterThanOrEqual(-1e-5)
      expect(change).toBeLessThanOrEqual(carry.dividend.amount + 1e-6)
    }),
    { numRuns: 20 },
  )
})

test('a dividend after the life, or already paid, counts for nothing', () => {
  const carry = { years: 0.2, discountYears: 0.2, rate: 0.05, dividendYield: 0 }
  const none = americanPrice('put', 100, 105, 0.2, carry)
  for (const years of [0, 0.3]) {
    const dividend = { amount: 1, years, discountYears: years }
    expect(dividendAmericanPrice('put', 100, 105, 0.2, { ...carry, dividend })).toBe(none)
  }
})

test('a dividend of next to nothing leaves a call without early exercise as it was', () => {
  const carry = { years: 0.3, discountYears: 0.3, rate: 0.05, dividendYield: 0 }
  const dividend = { amount: 1e-9, years: 0.1, discountYears: 0.1 }
  const call = dividendAmericanPrice('call', 100, 95, 0.2, { ...carry, dividend })
  expect(call).toBeCloseTo(americanPrice('call', 100, 95, 0.2, carry), 7)
})

/** By `native/peers/dividendOracle.cpp` on 4,000 cells and steps, extrapolated; QuantLib 1.29 agrees to the digits it gives. */
test.each([
  ['call', 600, { volatility: 0.15, days: 30, rate: 0.043, dividendYield: 0 }, [1.8, 10], 10.4309691],
  ['call', 600, { volatility: 0.15, days: 30, rate: 0.043, dividendYield: 0.012 }, [1.8, 10], 10.1365646],
  ['put', 600, { volatility: 0.15, days: 30, rate: 0.043, dividendYield: 0 }, [1.8, 10], 10.2893111],
  ['put', 560, { volatility: 0.15, days: 30, rate: 0.043, dividendYield: 0 }, [1.8, 10], 0.5627595],
  ['put', 577, { volatility: 0.1, days: 14, rate: 0.08, dividendYield: 0 }, [0.3, 13], 0.0700512],
  ['put', 634, { volatility: 0.263, days: 90, rate: 0.043, dividendYield: 0 }, [0.3, 13], 48.6838247],
] as const)(
  'the %s on %d at a spot of 600 is worth what finite differences say: %j',
  (right, strike, { volatility, days, rate, dividendYield }, [amount, until], wanted) => {
    const years = days / 365
    const dividend = { amount, years: until / 365, discountYears: until / 365 }
    const carry = { years, discountYears: years, rate, dividendYield, dividend }
    const price = dividendAmericanPrice(right, 600, strike, volatility, carry)
    expect(Math.abs(price - wanted)).toBeLessThan(1e-6)
  },
)

test('delta and gamma agree with the price nearby', () => {
  const dividend = { amount: 1.8, years: 10 / 365, discountYears: 10 / 365 }
  const carry = { years: 30 / 365, discountYears: 30 / 365, rate: 0.043, dividendYield: 0, dividend }
  const greeks = dividendGreeks('american', 'put', 600, 600, 0.15, carry)
  const price = (spot: number) => dividendAmericanPrice('put', spot, 600, 0.15, carry)
  const expected = greeks.price + greeks.delta * 2 + (greeks.gamma * 4) / 2
  expect(price(602)).toBeCloseTo(expected, 2)
  expect(greeks.theta).toBeLessThan(0)
  expect(greeks.vega).toBeGreaterThan(0)
})

test('below zero rates nobody exercises a put, and nothing else changes', () => {
  const dividend = { amount: 1, years: 0.1, discountYears: 0.1 }
  const carry = { years: 0.2, discountYears: 0.2, rate: -0.01, dividendYield: 0, dividend }
  const european = dividendEuropeanPrice('put', 100, 100, 0.2, carry)
  expect(dividendAmericanPrice('put', 100, 100, 0.2, carry)).toBeCloseTo(european, 8)
})

test.each([
  ['call', 95, 0.02, 0.6],
  ['put', 105, 0.06, 0.2],
] as const)('finite differences give what collocation gives: the %s on %d', (right, strike, rate, amount) => {
  const dividend = { amount, years: 0.1, discountYears: 0.1 }
  const carry = { years: 0.2, discountYears: 0.2, rate, dividendYield: 0 }
  const collocated = dividendAmericanPrice(right, 100, strike, 0.2, { ...carry, dividend })
  const differenced = differencedDividendPrice(right, 100, strike, 0.2, carry, dividend)
  expect(Math.abs(collocated - differenced)).toBeLessThan(2e-7)
})

test.each(['call', 'put'] as const)(
  'a European %s with a dividend keeps parity with the other side',
  right => {
    const dividend = { amount: 1.8, years: 0.02, discountYears: 0.02 }
    const carry = { years: 0.08, discountYears: 0.08, rate: 0.04, dividendYield: 0.01, dividend }
    const price = (right: 'call' | 'put', volatility: number) =>
      dividendEuropeanPrice(right, 600, 605, volatility, carry)
    const paidLater = 1.8 * Math.exp(-0.04 * 0.02 - 0.01 * 0.06)
    const forward = 600 * Math.exp(-0.01 * 0.08) - paidLater - 605 * Math.exp(-0.04 * 0.08)
    for (const volatility of [0, 0.2]) {
      expect(price('call', volatility) - price('put', volatility)).toBeCloseTo(forward, 9)
      expect(price(right, volatility)).toBeGreaterThanOrEqual(0)
    }
  },
)
