import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { europeanGreeks, europeanPrice, forwardPrice, type Carry, type Greeks } from './blackScholes.ts'

interface Given {
  readonly right: 'call' | 'put'
  readonly spot: number
  readonly strike: number
  readonly volatility: number
  readonly carry: Carry
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const logarithmic = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)

/** Settled the same day: interest and dividends are said but do not run. */
const today = fc.record({
  years: logarithmic(1e-5, 0.05),
  discountYears: fc.constant(0),
  rate: between(-0.02, 0.12),
  dividendYield: between(-0.02, 0.12),
})
/** Settled later, and on another clock than the one of variance. */
const later = fc.record({
  years: logarithmic(0.01, 2),
  discountYears: between(0.05, 2),
  rate: between(-0.02, 0.12),
  dividendYield: between(-0.02, 0.12),
})

function givenWith(carry: fc.Arbitrary<Carry>): fc.Arbitrary<Given> {
  return fc
    .record({
      right: fc.constantFrom('call', 'put'),
      spot: logarithmic(5, 5000),
      deviations: between(-3, 3),
      volatility: logarithmic(0.05, 1.5),
      carry,
    })
    .map(({ right, spot, deviations, volatility, carry }) => {
      const strike = forwardPrice(spot, carry) * Math.exp(deviations * volatility * Math.sqrt(carry.years))
      return { right, spot, strike, volatility, carry }
    })
}

const withoutCarry = givenWith(today)
const withCarry = givenWith(later)

function priceOf({ right, spot, strike, volatility, carry }: Given): number {
  return europeanPrice(right, spot, strike, volatility, carry)
}

function greeksOf({ right, spot, strike, volatility, carry }: Given): Greeks {
  return europeanGreeks(right, spot, strike, volatility, carry)
}

/** The slope at 0 to fourth order. */
function slope(f: (x: number) => number, step: number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)
}

function atSpot(given: Given, change: number): Given {
  return { ...given, spot: given.spot + change }
}

function atVolatility(given: Given, change: number): Given {
  return { ...given, volatility: given.volatility + change }
}

/** The same option a little later: both clocks run, the second one only if it runs at all. */
function atTime(given: Given, passed: number): Given {
  const { years, discountYears } = given.carry
  const left = discountYears > 0 ? discountYears - passed : 0
  return { ...given, carry: { ...given.carry, years: years - passed, discountYears: left } }
}

function atRate(given: Given, change: number): Given {
  return { ...given, carry: { ...given.carry, rate: given.carry.rate + change } }
}

interface Difference {
  readonly byDifference: (given: Given) => number
  /** What the figure is measured by: its size for an option at the money. */
  readonly scale: (given: Given) => number
}

const deviationOf = ({ volatility, carry }: Given) => volatility * Math.sqrt(carry.years)
const spotStep = (given: Given) => given.spot * deviationOf(given) * 1e-2
const volatilityStep = (given: Given) => given.volatility * 1e-2
const rateStep = (given: Given) => (deviationOf(given) * 1e-2) / Math.max(0.05, given.carry.discountYears)
const timeStep = ({ carry }: Given) =>
  Math.min(carry.years, carry.discountYears > 0 ? carry.discountYears : Infinity) * 5e-3

const DIFFERENCES: Record<Exclude<keyof Greeks, 'price'>, Difference> = {
  delta: {
    byDifference: given => slope(change => priceOf(atSpot(given, change)), spotStep(given)),
    scale: () => 1,
  },
  gamma: {
    byDifference: given => slope(change => greeksOf(atSpot(given, change)).delta, spotStep(given)),
    scale: given => 1 / (given.spot * deviationOf(given)),
  },
  theta: {
    byDifference: given => slope(passed => priceOf(atTime(given, passed)), timeStep(given)),
    scale: given => given.spot * (deviationOf(given) / given.carry.years + 0.1),
  },
  vega: {
    byDifference: given => slope(change => priceOf(atVolatility(given, change)), volatilityStep(given)),
    scale: given => given.spot * Math.sqrt(given.carry.years),
  },
  rho: {
    byDifference: given => slope(change => priceOf(atRate(given, change)), rateStep(given)),
    scale: given => given.strike * Math.max(1e-3, given.carry.discountYears),
  },
  vanna: {
    byDifference: given =>
      slope(change => greeksOf(atVolatility(given, change)).delta, volatilityStep(given)),
    scale: given => 1 / given.volatility,
  },
  charm: {
    byDifference: given => slope(passed => greeksOf(atTime(given, passed)).delta, timeStep(given)),
    scale: given => 1 / given.carry.years + 1 / deviationOf(given),
  },
  vomma: {
    byDifference: given => slope(change => greeksOf(atVolatility(given, change)).vega, volatilityStep(given)),
    scale: given => (given.spot * Math.sqrt(given.carry.years)) / given.volatility,
  },
}

test.each(Object.entries(DIFFERENCES))(
  '%s is the difference that it names',
  (name, { byDifference, scale }) => {
    for (const given of [withoutCarry, withCarry]) {
      fc.assert(
        fc.property(given, given => {
          const miss = Number(Object.entries(greeksOf(given)).find(([key]) => key === name)?.[1])
          expect(Math.abs(miss - byDifference(given)) / scale(given)).toBeLessThan(2e-6)
        }),
      )
    }
  },
)

test('the price among the Greeks is the price', () => {
  fc.assert(
    fc.property(fc.oneof(withCarry, withoutCarry), given => {
      expect(greeksOf(given).price).toBe(priceOf(given))
    }),
  )
})

test('theta, gamma and delta balance as the equation of Black and Scholes says', () => {
  fc.assert(
    fc.property(fc.oneof(withCarry, withoutCarry), given => {
      const { spot, volatility, carry } = given
      const { price, delta, gamma, theta } = greeksOf(given)
      const runs = carry.discountYears > 0 ? 1 : 0
      const earned = runs * ((carry.rate - carry.dividendYield) * spot * delta - carry.rate * price)
      const balance = theta + 0.5 * (volatility * spot) ** 2 * gamma + earned
      expect(Math.abs(balance)).toBeLessThan(1e-11 * DIFFERENCES.theta.scale(given))
    }),
  )
})

test('a call less a put is a forward: no gamma, vega, vanna or vomma, and a delta of the carried share', () => {
  fc.assert(
    fc.property(fc.oneof(withCarry, withoutCarry), given => {
      const call = greeksOf({ ...given, right: 'call' })
      const put = greeksOf({ ...given, right: 'put' })
      for (const name of ['gamma', 'vega', 'vanna', 'vomma'] as const) expect(call[name]).toBe(put[name])
      const { discountYears, rate, dividendYield } = given.carry
      expect(call.delta - put.delta).toBeCloseTo(Math.exp(-dividendYield * discountYears), 12)
      const rho = discountYears * given.strike * Math.exp(-rate * discountYears)
      expect(Math.abs(call.rho - put.rho - rho)).toBeLessThan(1e-12 * given.strike)
    }),
  )
})

test('deltas, gammas and vegas have the signs and bounds that every trader expects', () => {
  fc.assert(
    fc.property(fc.oneof(withCarry, withoutCarry), given => {
      const { delta, gamma, vega } = greeksOf(given)
      const carried = Math.exp(-given.carry.dividendYield * given.carry.discountYears)
      const size = given.right === 'call' ? delta : -delta
      expect(size > 0 && size < carried).toBe(true)
      expect(gamma > 0 && vega > 0).toBe(true)
    }),
  )
})

test.each([
  ['call', 99, 1],
  ['call', 100, 0.5],
  ['call', 101, 0],
  ['put', 99, 0],
  ['put', 100, -0.5],
  ['put', 101, -1],
] as const)('at expiry a %s at %d has delta %d and nothing else', (right, strike, delta) => {
  const carry = { years: 0, discountYears: 0, rate: 0.05, dividendYield: 0.01 }
  const greeks = europeanGreeks(right, 100, strike, 0.2, carry)
  const price = Math.max(0, right === 'call' ? 100 - strike : strike - 100)
  const nothing = { gamma: 0, theta: 0, vega: 0, rho: 0, vanna: 0, charm: 0, vomma: 0 }
  expect(greeks).toEqual({ ...nothing, price, delta })
})

test('far from the strike, a second before expiry, every figure is a number', () => {
  fc.assert(
    fc.property(withoutCarry, between(-1, 1), (given, moneyness) => {
      const strike = given.spot * Math.exp(moneyness)
      const carry = { ...given.carry, years: 1 / 365 / 86_400 }
      const figures = Object.values(greeksOf({ ...given, strike, carry }))
      expect(figures.every(Number.isFinite)).toBe(true)
    }),
  )
})

test('without volatility the Greeks are what they come to as volatility goes', () => {
  fc.assert(
    fc.property(withCarry, between(0.01, 0.5), fc.boolean(), (given, distance, isAbove) => {
      const forward = forwardPrice(given.spot, given.carry)
      const strike = forward * (isAbove ? 1 + distance : 1 - distance)
      const still = greeksOf({ ...given, strike, volatility: 0 })
      const nearly = greeksOf({ ...given, strike, volatility: 1e-4 })
      for (const name of [
        'price',
        'delta',
        'gamma',
        'theta',
        'vega',
        'rho',
        'vanna',
        'charm',
        'vomma',
      ] as const)
        expect(Math.abs(still[name] - nearly[name])).toBeLessThan(1e-9 * given.spot)
    }),
  )
})

test('shares and strikes that are worth nothing have limits too, and what is no number stays none', () => {
  const carry = { years: 1, discountYears: 1, rate: 0.05, dividendYield: 0.02 }
  const owned = Math.exp(-0.02)
  expect(europeanGreeks('call', 100, 0, 0.2, carry)).toMatchObject({
    price: expect.closeTo(100 * owned, 12),
    delta: owned,
    gamma: 0,
  })
  expect(europeanGreeks('put', 0, 100, 0.2, carry)).toMatchObject({ delta: -owned, gamma: 0, vega: 0 })
  expect(europeanGreeks('call', 0, 0, 0.2, carry)).toMatchObject({ price: 0, gamma: 0, vomma: 0 })
  for (const place of [0, 1, 2]) {
    const [spot, strike, volatility] = [100, 100, 0.2].map((value, index) => (index === place ? NaN : value))
    const greeks = europeanGreeks('put', spot ?? 0, strike ?? 0, volatility ?? 0, carry)
    expect([greeks.price, greeks.delta, greeks.vega]).toEqual([NaN, NaN, NaN])
  }
})
