import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { europeanGreeks, europeanPrice, forwardPrice, timeValue, type Carry } from './blackScholes.ts'
import { impliedDeviation, impliedVolatility } from './impliedVolatility.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const logarithmic = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)
const right = fc.constantFrom('call', 'put')

const carry: fc.Arbitrary<Carry> = fc.oneof(
  logarithmic(2e-6, 0.01).map(years => ({ years, discountYears: 0, rate: 0.04, dividendYield: 0.01 })),
  fc.record({
    years: logarithmic(1e-3, 2),
    discountYears: between(0, 2),
    rate: between(-0.05, 0.15),
    dividendYield: between(-0.05, 0.15),
  }),
)

test('the volatility found is the one that the price was made with, as far as the price has digits', () => {
  fc.assert(
    fc.property(
      right,
      logarithmic(1, 5000),
      between(-6, 6),
      logarithmic(0.01, 5),
      carry,
      (right, spot, deviations, volatility, carry) => {
        const deviation = volatility * Math.sqrt(carry.years)
        const strike = forwardPrice(spot, carry) * Math.exp(deviations * deviation)
        const { price, vega } = europeanGreeks(right, spot, strike, volatility, carry)
        // What a rounding of the price moves the volatility by, relatively
        const blur = (4 * Number.EPSILON * (price + spot + strike)) / (vega * volatility)
        fc.pre(blur < 1e-3)
        const found = impliedVolatility(right, spot, strike, price, carry)
        const volatilityFound = found.status === 'ok' ? found.volatility : Number.NaN
        expect(Math.abs(volatilityFound / volatility - 1)).toBeLessThan(1e-10 + 3 * blur)
      },
    ),
    { numRuns: 2000 },
  )
})

/** Prices to sixty digits (mpmath), rounded once: right, spot, strike, rate, dividend yield, years, price, volatility. */
const MINUTES_LEFT = [
  ['call', 100, 99.97, 0.05, 0.013, 1.902587519025875e-6, 0.030018000200973116, 0.08],
  ['call', 600, 599.81, 0.043, 0, 1.902587519025875e-6, 0.19005699196365944, 0.07],
  ['put', 600, 600.2, 0.043, 0.012, 1.902587519025875e-6, 0.20004774955420182, 0.09],
  ['put', 677.41, 676, 0.043, 0.012, 5.7077625570776254e-5, 0.03916271811749592, 0.2],
  ['call', 677.41, 679, 0.043, 0.012, 5.7077625570776254e-5, 0.026746004926868582, 0.2],
  ['call', 100, 100, 0.05, 0, 1.902587519025875e-6, 0.00550754051903959, 0.1],
  ['put', 600, 590, 0.043, 0.012, 0.0007420091324200912, 1.0183934648023678e-5, 0.15],
  ['call', 600, 612, 0.05, 0.01, 0.0007420091324200912, 2.2703630684070026e-10, 0.12],
] as const

test.each(MINUTES_LEFT)('the drift of minutes costs no digits: %s of %d at %d', (...row) => {
  const [right, spot, strike, rate, dividendYield, years, price, volatility] = row
  const carry = { years, discountYears: years, rate, dividendYield }
  const found = impliedVolatility(right, spot, strike, price, carry)
  // What a rounding of the price moves the volatility by, relatively
  const blur =
    (Number.EPSILON * price) / (europeanGreeks(right, spot, strike, volatility, carry).vega * volatility)
  const volatilityFound = found.status === 'ok' ? found.volatility : Number.NaN
  expect(Math.abs(volatilityFound / volatility - 1)).toBeLessThan(1e-15 + 3 * blur)
})

test('the price comes back whatever it was, between nothing and the maximum', () => {
  fc.assert(
    fc.property(right, between(-0.4, 0.4), between(0, 1), carry, (right, moneyness, share, carry) => {
      const strike = 100 * Math.exp(moneyness)
      const discount = Math.exp(-carry.rate * carry.discountYears)
      const forward = forwardPrice(100, carry)
      const least = Math.max(0, right === 'call' ? forward - strike : strike - forward)
      const most = right === 'call' ? forward : strike
      const price = discount * (least + share * (most - least))
      const found = impliedVolatility(right, 100, strike, price, carry)
      fc.pre(found.status === 'ok')
      const again = europeanPrice(right, 100, strike, found.volatility, carry)
      expect(Math.abs(again - price)).toBeLessThan(1e-11 * 100)
    }),
    { numRuns: 1000 },
  )
})

test('deviations are found over the whole range of numbers', () => {
  fc.assert(
    fc.property(logarithmic(1e-8, 10), between(0, 35), fc.boolean(), (deviation, distance, isAbove) => {
      const logarithm = Math.min(8, distance * deviation) * (isAbove ? 1 : -1)
      const strike = 100 * Math.exp(logarithm)
      const value = timeValue(100, strike, deviation)
      fc.pre(value > 1e-290 && value < Math.min(100, strike) * (1 - 1e-6))
      // Strike and forward tell each other apart to a few units in the last place
      const blur = 1e-15 / deviation + 1e-14 * Math.exp((deviation * deviation) / 8)
      expect(Math.abs(impliedDeviation(100, strike, value) / deviation - 1)).toBeLessThan(1e-10 + blur)
    }),
    { numRuns: 2000 },
  )
})

test('a higher price means a higher volatility', () => {
  const cents = fc.integer({ min: 1, max: 2000 }).map(cents => cents / 100)
  const carry = { years: 120 / 525_600, discountYears: 0, rate: 0, dividendYield: 0 }
  fc.assert(
    fc.property(right, fc.integer({ min: 640, max: 740 }), cents, cents, (right, strike, a, b) => {
      fc.pre(a < b)
      const intrinsic = Math.max(0, right === 'call' ? 690 - strike : strike - 690)
      const [low, high] = [a, b].map(premium =>
        impliedVolatility(right, 690, strike, intrinsic + premium, carry),
      )
      expect(low?.status).toBe('ok')
      expect(high?.status).toBe('ok')
      fc.pre(low?.status === 'ok' && high?.status === 'ok')
      expect(low.volatility).toBeLessThan(high.volatility)
    }),
  )
})

const TODAY: Carry = { years: 60 / 525_600, discountYears: 0, rate: 0.04, dividendYield: 0.01 }

test.each([
  ['call', 680, 9.99, TODAY, 'belowIntrinsic'],
  ['put', 700, 9, TODAY, 'belowIntrinsic'],
  ['put', 690, -0.01, TODAY, 'belowIntrinsic'],
  ['call', 680, 690, TODAY, 'aboveMaximum'],
  ['call', 680, 1000, TODAY, 'aboveMaximum'],
  ['put', 700, 700, TODAY, 'aboveMaximum'],
  ['call', 680, 10, TODAY, 'lostInRounding'],
  ['call', 700, 0, TODAY, 'lostInRounding'],
  ['call', 680, 10 + 1e-15, TODAY, 'lostInRounding'],
  ['call', 700, Number.NaN, TODAY, 'notANumber'],
  ['call', Number.NaN, 1, TODAY, 'notANumber'],
  ['put', 700, 11, { ...TODAY, years: Number.NaN }, 'notANumber'],
  ['call', 690, 1, { ...TODAY, years: 0 }, 'expired'],
  ['call', 690, 1, { ...TODAY, years: -1 }, 'expired'],
] as const)('a %s of %d at a price of %d has no volatility', (right, strike, price, carry, status) => {
  expect(impliedVolatility(right, 690, strike, price, carry)).toEqual({ status })
})

test('whatever comes in, an answer comes back: a volatility above zero or a reason', () => {
  const anything = fc.oneof(fc.double(), logarithmic(1e-6, 1e6))
  fc.assert(
    fc.property(right, anything, anything, anything, carry, (right, spot, strike, price, carry) => {
      const found = impliedVolatility(right, spot, strike, price, carry)
      const isAnswer = found.status !== 'ok' || (found.volatility > 0 && Number.isFinite(found.volatility))
      expect(isAnswer).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
