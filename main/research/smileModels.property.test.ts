import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { europeanPrice } from '../core/pricing/blackScholes.ts'
import { hestonPrice } from './heston.ts'
import { mertonJumpPrice } from './mertonJump.ts'
import { sabrVolatility } from './sabr.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const strikes = number(60, 160)
const times = number(0.02, 3)
const heston = fc.record({
  v0: number(0.01, 0.2),
  kappa: number(0.3, 5),
  theta: number(0.01, 0.2),
  sigma: number(0.05, 1),
  rho: number(-0.9, 0.9),
})
const jumps = fc.record({
  spot: fc.constant(100),
  rate: number(-0.02, 0.1),
  dividendYield: number(0, 0.05),
  volatility: number(0.05, 0.6),
  intensity: number(0.1, 10),
  share: number(0, 0.95),
})

const undiscounted = (years: number) => ({ years, discountYears: 0, rate: 0, dividendYield: 0 })

test('Heston keeps put-call parity and stays between exercise value and the forward', () => {
  fc.assert(
    fc.property(heston, strikes, times, (market, strike, years) => {
      const call = hestonPrice(market, 'call', 100, strike, years)
      const put = hestonPrice(market, 'put', 100, strike, years)
      expect(call - put).toBeCloseTo(100 - strike, 9)
      expect(call).toBeGreaterThanOrEqual(Math.max(0, 100 - strike) - 1e-9)
      expect(call).toBeLessThanOrEqual(100)
    }),
    { numRuns: 60 },
  )
})

test('Heston prices are convex and fall by strike', () => {
  fc.assert(
    fc.property(heston, number(70, 130), times, (market, strike, years) => {
      const [low, middle, high] = [strike * 0.97, strike, strike * 1.03].map(each =>
        hestonPrice(market, 'call', 100, each, years),
      )
      expect(low).toBeGreaterThanOrEqual((middle ?? 0) - 1e-9)
      expect(((low ?? 0) + (high ?? 0)) / 2).toBeGreaterThanOrEqual((middle ?? 0) - 1e-9)
    }),
    { numRuns: 60 },
  )
})

test('Heston whose variance hardly moves is Black and Scholes', () => {
  fc.assert(
    fc.property(number(0.02, 0.2), strikes, times, (variance, strike, years) => {
      const market = { v0: variance, theta: variance, kappa: 1, sigma: 1e-3, rho: 0 }
      const still = europeanPrice('call', 100, strike, Math.sqrt(variance), undiscounted(years))
      expect(hestonPrice(market, 'call', 100, strike, years)).toBeCloseTo(still, 4)
    }),
  )
})

test('SABR without volatility of volatility and with elasticity one is flat', () => {
  fc.assert(
    fc.property(number(0.05, 1), strikes, times, (alpha, strike, years) => {
      const market = { alpha, beta: 1, nu: 0, rho: 0 }
      expect(sabrVolatility(market, 100, strike, years)).toBeCloseTo(alpha, 12)
    }),
  )
})

test('SABR has no step where the strike passes the forward', () => {
  fc.assert(
    fc.property(number(0.05, 1), number(0.1, 2), number(-0.9, 0.9), times, (alpha, nu, rho, years) => {
      const market = { alpha, beta: 1, nu, rho }
      const at = (strike: number) => sabrVolatility(market, 100, strike, years)
      expect(at(100 * (1 + 1e-9))).toBeCloseTo(at(100), 7)
      // On both sides of where the series takes over
      expect(at(100 * (1 + 0.9e-4))).toBeCloseTo(at(100 * (1 + 1.1e-4)), 4)
    }),
  )
})

test('without jumps Merton is Black and Scholes, and any share of jumps keeps put-call parity', () => {
  fc.assert(
    fc.property(jumps, strikes, times, (market, strike, years) => {
      const { spot, rate, dividendYield, volatility } = market
      const carry = { years, discountYears: years, rate, dividendYield }
      expect(mertonJumpPrice({ ...market, share: 0 }, 'call', strike, years)).toBeCloseTo(
        europeanPrice('call', spot, strike, volatility, carry),
        9,
      )
      const call = mertonJumpPrice(market, 'call', strike, years)
      const put = mertonJumpPrice(market, 'put', strike, years)
      expect(call - put).toBeCloseTo(
        spot * Math.exp(-dividendYield * years) - strike * Math.exp(-rate * years),
        8,
      )
    }),
  )
})

test('at the money jumps take value away, since the same variance comes more seldom', () => {
  fc.assert(
    fc.property(number(0.1, 0.5), number(0.2, 2), (volatility, intensity) => {
      const market = { spot: 100, rate: 0, dividendYield: 0, volatility, intensity }
      const years = 0.25
      const calm = mertonJumpPrice({ ...market, share: 0.1 }, 'call', 100, years)
      expect(mertonJumpPrice({ ...market, share: 0.8 }, 'call', 100, years)).toBeLessThan(calm)
    }),
  )
})
