import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { americanPrice, isEarlyExerciseWorthless } from './american.ts'
import { binomialAmericanPrice } from './binomialTree.ts'
import { europeanPrice, type Carry } from './blackScholes.ts'

interface Given {
  readonly right: 'call' | 'put'
  readonly strike: number
  readonly volatility: number
  readonly carry: Carry
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const logarithmic = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)
const right = fc.constantFrom('call', 'put')

/** Options on a share of 100, where interest and dividends are not negative. */
const given: fc.Arbitrary<Given> = fc
  .record({
    right,
    strike: between(70, 140),
    volatility: logarithmic(0.05, 1.5),
    years: logarithmic(1 / 365, 2),
    clocks: fc.oneof(fc.constant(1), between(0.5, 2)),
    rate: between(0, 0.12),
    dividendYield: fc.oneof(fc.constant(0), between(0, 0.12)),
  })
  .map(({ right, strike, volatility, years, clocks, rate, dividendYield }) => {
    return { right, strike, volatility, carry: { years, discountYears: years * clocks, rate, dividendYield } }
  })

function american({ right, strike, volatility, carry }: Given, spot = 100): number {
  return americanPrice(right, spot, strike, volatility, carry)
}

function european({ right, strike, volatility, carry }: Given, spot = 100): number {
  return europeanPrice(right, spot, strike, volatility, carry)
}

function exercised(right: 'call' | 'put', spot: number, strike: number): number {
  return Math.max(0, right === 'call' ? spot - strike : strike - spot)
}

test('the right to exercise early is never worth less than nothing', () => {
  fc.assert(
    fc.property(given, between(50, 150), (given, spot) => {
      const price = american(given, spot)
      expect(price).toBeGreaterThanOrEqual(european(given, spot))
      expect(price).toBeGreaterThanOrEqual(exercised(given.right, spot, given.strike))
      expect(price).toBeLessThanOrEqual(given.right === 'call' ? spot : given.strike)
    }),
  )
})

test('the price is that of a Leisen-Reimer tree within a tenth of a cent on 100', () => {
  fc.assert(
    fc.property(given, given => {
      const { right, strike, volatility, carry } = given
      const tree = (steps: number) => binomialAmericanPrice(right, 100, strike, volatility, carry, steps)
      const extrapolated = 2 * tree(401) - tree(201)
      expect(Math.abs(american(given) - extrapolated)).toBeLessThan(2e-3)
    }),
    { numRuns: 60 },
  )
})

test('it never falls as volatility rises', () => {
  fc.assert(
    fc.property(given, between(1, 3), (given, factor) => {
      const more = american({ ...given, volatility: given.volatility * factor })
      expect(more).toBeGreaterThanOrEqual(american(given) - 2e-4)
    }),
  )
})

test('it never falls as both clocks get more time', () => {
  fc.assert(
    fc.property(given, between(1, 3), (given, factor) => {
      const { years, discountYears } = given.carry
      const carry = { ...given.carry, years: years * factor, discountYears: discountYears * factor }
      expect(american({ ...given, carry })).toBeGreaterThanOrEqual(american(given) - 2e-4)
    }),
  )
})

test('by spot a put falls no faster than one for one, and its price is convex', () => {
  fc.assert(
    fc.property(given, between(60, 140), between(0.5, 5), (given, spot, step) => {
      const put = (spot: number) => american({ ...given, right: 'put' }, spot)
      const [low, middle, high] = [put(spot - step), put(spot), put(spot + step)]
      expect(middle - high).toBeGreaterThanOrEqual(-1e-4)
      expect(middle - high).toBeLessThanOrEqual(step + 1e-4)
      expect(low + high - 2 * middle).toBeGreaterThanOrEqual(-2e-4)
    }),
  )
})

test('in another currency the price is the same: spot and strike scale it', () => {
  fc.assert(
    fc.property(given, logarithmic(0.01, 100), (given, factor) => {
      const scaled = american({ ...given, strike: given.strike * factor }, 100 * factor)
      expect(scaled / factor).toBeCloseTo(american(given), 9)
    }),
  )
})

test('call less put lies between the two bounds that arbitrage leaves', () => {
  fc.assert(
    fc.property(given, given => {
      const { strike, carry } = given
      const { discountYears, rate, dividendYield } = carry
      const spread = american({ ...given, right: 'call' }) - american({ ...given, right: 'put' })
      expect(spread).toBeLessThanOrEqual(100 - strike * Math.exp(-rate * discountYears) + 1e-4)
      expect(spread).toBeGreaterThanOrEqual(100 * Math.exp(-dividendYield * discountYears) - strike - 1e-4)
    }),
  )
})

/** The closed form of a put that never expires (Merton 1973). */
function perpetualPut(spot: number, strike: number, volatility: number, rate: number, dividendYield: number) {
  const variance = volatility * volatility
  const slope = (rate - dividendYield) / variance - 0.5
  const root = -slope - Math.sqrt(slope * slope + (2 * rate) / variance)
  const boundary = (strike * root) / (root - 1)
  return spot <= boundary ? strike - spot : (strike - boundary) * (spot / boundary) ** root
}

test('a put is worth no more than one that never expires, and after a long time as much', () => {
  const market = { strike: between(70, 140), volatility: between(0.1, 0.6), rate: between(0.02, 0.12) }
  fc.assert(
    fc.property(fc.record(market), between(0, 0.08), logarithmic(0.1, 10), (market, dividendYield, years) => {
      const { strike, volatility, rate } = market
      const forever = perpetualPut(100, strike, volatility, rate, dividendYield)
      const put = (years: number) =>
        americanPrice('put', 100, strike, volatility, { years, discountYears: years, rate, dividendYield })
      expect(put(years)).toBeLessThanOrEqual(forever + 1e-3)
      expect(Math.abs(put(12 / rate) / forever - 1)).toBeLessThan(5e-3)
    }),
    { numRuns: 40 },
  )
})

test('a life without end is worth what the closed form says', () => {
  const carry = { years: 1e5, discountYears: 1e5, rate: 0.05, dividendYield: 0.02 }
  expect(americanPrice('put', 100, 100, 0.3, carry)).toBeCloseTo(perpetualPut(100, 100, 0.3, 0.05, 0.02), 4)
})

test('where exercise at once is right, the price is what it pays, and leaves it smoothly', () => {
  const carry = { years: 1, discountYears: 1, rate: 0.06, dividendYield: 0 }
  const put = (spot: number) => americanPrice('put', spot, 100, 0.2, carry)
  expect(put(75)).toBe(25)
  const spots = Array.from({ length: 400 }, (_, index) => 75 + index * 0.05)
  const touch = spots.findIndex(spot => put(spot) > 100 - spot)
  const boundary = spots[touch] ?? Number.NaN
  expect(boundary > 80 && boundary < 90).toBe(true)
  const slope = (put(boundary + 0.2) - put(boundary)) / 0.2
  expect(slope).toBeCloseTo(-1, 1)
})

test('a call without dividends, and any option without time to earn interest, equals the European one', () => {
  fc.assert(
    fc.property(given, between(50, 150), (given, spot) => {
      const noDividends = { ...given, right: 'call' as const, carry: { ...given.carry, dividendYield: 0 } }
      expect(american(noDividends, spot)).toBe(european(noDividends, spot))
      const today = { ...given, carry: { ...given.carry, discountYears: 0 } }
      expect(american(today, spot)).toBe(european(today, spot))
    }),
  )
})

test.each([
  ['call', 0.05, 0, true],
  ['call', -0.02, -0.03, true],
  ['call', -0.03, -0.02, false],
  ['call', 0, 0.02, false],
  ['put', 0, 0.02, true],
  ['put', 0.03, 0.05, false],
  ['put', -0.02, -0.01, true],
  ['put', -0.01, -0.02, false],
] as const)(
  'to exercise a %s early, at rate %d and yield %d, is worthless: %s',
  (right, rate, yieldRate, isSo) => {
    const carry = { years: 1, discountYears: 1, rate, dividendYield: yieldRate }
    expect(isEarlyExerciseWorthless(right, carry)).toBe(isSo)
    // The tree tells by itself whether exercise was ever better than holding
    const tree = binomialAmericanPrice(right, 100, 100, 0.25, carry, 501)
    const premium = tree - europeanPrice(right, 100, 100, 0.25, carry)
    expect(premium > 2e-4).toBe(!isSo)
  },
)

test('where rates are below zero the price is that of a finer tree', () => {
  fc.assert(
    fc.property(
      between(80, 120),
      between(0.1, 0.5),
      between(0.001, 0.03),
      between(0.001, 0.05),
      (...drawn) => {
        const [strike, volatility, rate, more] = drawn
        const carry = { years: 1, discountYears: 1, rate: -rate, dividendYield: -rate - more }
        const put = americanPrice('put', 100, strike, volatility, carry)
        expect(put).toBeCloseTo(binomialAmericanPrice('put', 100, strike, volatility, carry, 1001), 2)
        expect(put).toBeGreaterThanOrEqual(europeanPrice('put', 100, strike, volatility, carry) - 1e-3)
      },
    ),
    { numRuns: 12 },
  )
})

test('whatever the market, the price is a number', () => {
  const wide = fc.record({
    right,
    strike: between(10, 1000),
    volatility: logarithmic(1e-4, 5),
    carry: fc.record({
      years: logarithmic(1e-7, 3),
      discountYears: between(0, 3),
      rate: between(0, 0.15),
      dividendYield: between(-0.05, 0.15),
    }),
  })
  fc.assert(
    fc.property(wide, given => {
      const price = american(given)
      expect(price >= exercised(given.right, 100, given.strike) - 1e-9 && price <= 1000).toBe(true)
    }),
    { numRuns: 300 },
  )
})
