import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialAmericanPrice } from './binomialTree.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** The tree of Cox, Ross and Rubinstein as a recursion with memory: another lattice, written another way. */
function coxRossRubinstein(right: 'call' | 'put', strike: number, volatility: number, carry: Carry): number {
  const steps = 600
  const up = Math.exp(volatility * Math.sqrt(carry.years / steps))
  const time = carry.discountYears / steps
  const chance = (Math.exp((carry.rate - carry.dividendYield) * time) - 1 / up) / (up - 1 / up)
  const discount = Math.exp(-carry.rate * time)
  const paid = (level: number) =>
    Math.max(0, right === 'call' ? 100 * up ** level - strike : strike - 100 * up ** level)
  let values = new Map<number, number>()
  for (let level = -steps; level <= steps; level += 2) values.set(level, paid(level))
  for (let step = steps - 1; step >= 0; step -= 1) {
    const before = new Map<number, number>()
    for (let level = -step; level <= step; level += 2) {
      const [high, low] = [values.get(level + 1) ?? Number.NaN, values.get(level - 1) ?? Number.NaN]
      before.set(level, Math.max(paid(level), discount * (chance * high + (1 - chance) * low)))
    }
    values = before
  }
  return values.get(0) ?? Number.NaN
}

test.each([
  ['put', 110, 0.2, 0.05, 0, 1],
  ['put', 95, 0.35, 0.08, 0.03, 0.5],
  ['call', 90, 0.25, 0.02, 0.07, 1.5],
  ['call', 105, 0.3, -0.01, 0.04, 1],
] as const)(
  'the %s at %d is worth what another lattice says',
  (right, strike, volatility, rate, dividendYield, years) => {
    const carry = { years, discountYears: years, rate, dividendYield }
    const tree = binomialAmericanPrice(right, 100, strike, volatility, carry, 601)
    expect(Math.abs(tree - coxRossRubinstein(right, strike, volatility, carry))).toBeLessThan(8e-3)
  },
)

test('where early exercise is worthless the tree gives the European price', () => {
  fc.assert(
    fc.property(between(70, 140), between(0.1, 0.8), between(0.05, 1), (strike, volatility, years) => {
      const carry = { years, discountYears: years / 2, rate: 0.06, dividendYield: 0 }
      const tree = binomialAmericanPrice('call', 100, strike, volatility, carry, 301)
      expect(Math.abs(tree - europeanPrice('call', 100, strike, volatility, carry))).toBeLessThan(2e-3)
    }),
    { numRuns: 40 },
  )
})

test('a call is a put with spot and strike, rate and yield exchanged (McDonald and Schroder 1998)', () => {
  fc.assert(
    fc.property(
      between(70, 140),
      between(0.1, 0.8),
      between(0, 0.1),
      between(0, 0.1),
      (strike, volatility, rate, yieldRate) => {
        const carry = { years: 1, discountYears: 1, rate, dividendYield: yieldRate }
        const mirrored = { ...carry, rate: yieldRate, dividendYield: rate }
        const call = binomialAmericanPrice('call', 100, strike, volatility, carry, 301)
        const put = binomialAmericanPrice('put', strike, 100, volatility, mirrored, 301)
        expect(Math.abs(call - put)).toBeLessThan(2e-3)
      },
    ),
    { numRuns: 40 },
  )
})

test('more steps come nearer, four times as near for twice as many where exercise never pays', () => {
  const carry = { years: 1, discountYears: 1, rate: 0.05, dividendYield: 0 }
  const truth = europeanPrice('call', 100, 105, 0.2, carry)
  const miss = (steps: number) => Math.abs(binomialAmericanPrice('call', 100, 105, 0.2, carry, steps) - truth)
  expect(miss(51) / miss(103)).toBeCloseTo(4, 0)
  expect(miss(801)).toBeLessThan(1e-5)
})
