import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { americanPrice } from './american.ts'
import { americanGreeks } from './americanGreeks.ts'
import { americanImpliedVolatility } from './americanVolatility.ts'
import { europeanGreeks, type Carry } from './blackScholes.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const right = fc.constantFrom('call', 'put')

/** Options on a share of 100 that are not next to their boundary. */
const given = fc.record({
  right,
  strike: between(90, 112),
  volatility: between(0.12, 0.6),
  carry: fc.record({
    years: between(0.05, 1),
    discountYears: between(0.05, 1),
    rate: between(0, 0.08),
    dividendYield: between(0, 0.08),
  }),
})

test('Greeks are the differences of the price', () => {
  fc.assert(
    fc.property(given, ({ right, strike, volatility, carry }) => {
      const price = (spot: number, sigma: number, shift: Partial<Carry> = {}) =>
        americanPrice(right, spot, strike, sigma, { ...carry, ...shift })
      const greeks = americanGreeks(right, 100, strike, volatility, carry)
      fc.pre(Math.abs(greeks.delta) < 0.9)
      const [ds, dv, dt, dr] = [0.05, 1e-3, carry.years * 1e-3, 1e-4]
      const slope = (sigma: number, shift?: Partial<Carry>) =>
        (price(100 + ds, sigma, shift) - price(100 - ds, sigma, shift)) / (2 * ds)
      const at = (sign: 1 | -1) => ({
        years: carry.years + sign * dt,
        discountYears: carry.discountYears + sign * dt,
      })
      const near = (value: number, wanted: number, scale: number) =>
        expect(Math.abs(value - wanted)).toBeLessThan(2e-3 * scale + 2e-3 * Math.abs(wanted))
      near(greeks.delta, slope(volatility), 0.01)
      near(
        greeks.gamma,
        (price(100 + ds, volatility) - 2 * greeks.price + price(100 - ds, volatility)) / ds ** 2,
        0.02,
      )
      near(greeks.vega, (price(100, volatility + dv) - price(100, volatility - dv)) / (2 * dv), 1)
      near(greeks.vanna, (slope(volatility + dv) - slope(volatility - dv)) / (2 * dv), 1)
      near(
        greeks.rho,
        (price(100, volatility, { rate: carry.rate + dr }) -
          price(100, volatility, { rate: carry.rate - dr })) /
          (2 * dr),
        carry.rate < 2 * dr || carry.dividendYield < 2 * dr ? 1e4 : 1,
      )
      near(
        greeks.theta,
        (price(100, volatility, at(-1)) - price(100, volatility, at(1))) / (2 * dt),
        10 / carry.years ** 0.5,
      )
      near(greeks.charm, (slope(volatility, at(-1)) - slope(volatility, at(1))) / (2 * dt), 1 / carry.years)
    }),
    { numRuns: 15 },
  )
})

test('a call has the price of the put with spot and strike, rate and yield exchanged', () => {
  fc.assert(
    fc.property(given, ({ strike, volatility, carry }) => {
      const mirrored = { ...carry, rate: carry.dividendYield, dividendYield: carry.rate }
      const call = americanPrice('call', 100, strike, volatility, carry)
      expect(call).toBeCloseTo(americanPrice('put', strike, 100, volatility, mirrored), 9)
    }),
    { numRuns: 30 },
  )
})

test('where early exercise is worthless they are the European ones', () => {
  fc.assert(
    fc.property(given, ({ right, strike, volatility, carry }) => {
      const today = { ...carry, discountYears: 0 }
      expect(americanGreeks(right, 100, strike, volatility, today)).toEqual(
        europeanGreeks(right, 100, strike, volatility, today),
      )
    }),
  )
})

test('where exercise is right now the option moves as the share and nothing else counts', () => {
  const carry = { years: 0.5, discountYears: 0.5, rate: 0.08, dividendYield: 0 }
  const put = americanGreeks('put', 60, 100, 0.2, carry)
  expect(put).toEqual({
    price: 40,
    delta: -1,
    gamma: 0,
    theta: 0,
    vega: 0,
    rho: 0,
    vanna: 0,
    charm: 0,
    vomma: 0,
  })
})

test('the premium of the paper of Andersen, Lake and Offengenden, table 2', () => {
  const carry = { years: 1, discountYears: 1, rate: 0.05, dividendYield: 0.05 }
  const premium =
    americanPrice('put', 100, 100, 0.25, carry) - europeanGreeks('put', 100, 100, 0.25, carry).price
  expect(premium).toBeCloseTo(0.106952702747, 10)
})

test('an implied volatility gives its price back', () => {
  fc.assert(
    fc.property(given, ({ right, strike, volatility, carry }) => {
      const price = americanPrice(right, 100, strike, volatility, carry)
      const found = americanImpliedVolatility(right, 100, strike, price, carry)
      const told =
        found.status === 'ok'
          ? americanPrice(right, 100, strike, found.volatility, carry)
          : Math.max(0, right === 'call' ? 100 - strike : strike - 100)
      expect(told).toBeCloseTo(price, 9)
    }),
    { numRuns: 15 },
  )
})

test('a price that no volatility gives says why', () => {
  const carry = { years: 0.1, discountYears: 0.1, rate: 0.05, dividendYield: 0 }
  const status = (price: number, shift: Partial<Carry> = {}) =>
    americanImpliedVolatility('put', 100, 110, price, { ...carry, ...shift }).status
  expect(status(9.99)).toBe('belowIntrinsic')
  expect(status(10)).toBe('lostInRounding')
  expect(status(110)).toBe('aboveMaximum')
  expect(status(12, { years: 0 })).toBe('expired')
})

test('an expired option is worth what it pays, with the European limits', () => {
  fc.assert(
    fc.property(right, between(80, 120), between(0.05, 1), (right, strike, volatility) => {
      const carry = { years: 0, discountYears: 0, rate: 0.05, dividendYield: 0.02 }
      const greeks = americanGreeks(right, 100, strike, volatility, carry)
      expect(greeks.price).toBe(Math.max(0, right === 'call' ? 100 - strike : strike - 100))
      expect(greeks).toEqual(europeanGreeks(right, 100, strike, volatility, carry))
    }),
  )
})

test('on a share that is worth nothing a put is exercised, and a call is nothing', () => {
  const carry = { years: 0.1, discountYears: 0.1, rate: 0.05, dividendYield: 0.02 }
  expect(americanGreeks('put', 0, 110, 0.3, carry)).toMatchObject({ price: 110, delta: -1 })
  expect(americanGreeks('call', 0, 110, 0.3, carry)).toMatchObject({ price: 0, delta: 0 })
})

test('no price lies below what exercise pays', () => {
  const market = fc.record({ rate: between(-0.01, 0.08), dividendYield: between(0, 0.08) })
  fc.assert(
    fc.property(right, between(50, 200), between(0.02, 0.6), between(0.001, 1), market, (...drawn) => {
      const [right, strike, volatility, years, rates] = drawn
      fc.pre(rates.rate >= 0 || right === 'call')
      const { price } = americanGreeks(right, 100, strike, volatility, {
        years,
        discountYears: years,
        ...rates,
      })
      expect(price).toBeGreaterThanOrEqual(right === 'call' ? 100 - strike : strike - 100)
    }),
  )
})
