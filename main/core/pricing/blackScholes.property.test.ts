import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  europeanPrice,
  forwardPrice,
  logMoneyness,
  millsSpread,
  timeValue,
  type Carry,
} from './blackScholes.ts'
import { millsRatio } from './normal.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const logarithmic = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)

const rate = between(-0.05, 0.15)
const carry: fc.Arbitrary<Carry> = fc.oneof(
  logarithmic(1e-6, 2).map(years => ({ years, discountYears: 0, rate: 0.04, dividendYield: 0.01 })),
  fc.record({ years: logarithmic(1e-6, 2), discountYears: between(0, 2), rate, dividendYield: rate }),
)
const market = fc.record({
  spot: logarithmic(1, 5000),
  moneyness: between(-1, 1),
  volatility: logarithmic(0.01, 4),
  carry,
})

const right = fc.constantFrom('call', 'put')

/** Simpson's rule, which knows nothing of error functions. */
function integral(from: number, to: number, f: (x: number) => number, steps = 2000): number {
  const width = (to - from) / steps
  let sum = f(from) + f(to)
  for (let step = 1; step < steps; step += 1) sum += f(from + step * width) * (step % 2 === 1 ? 4 : 2)
  return (sum * width) / 3
}

test('call minus put is the forward less the strike, discounted', () => {
  fc.assert(
    fc.property(market, ({ spot, moneyness, volatility, carry }) => {
      const strike = spot * Math.exp(moneyness)
      const call = europeanPrice('call', spot, strike, volatility, carry)
      const put = europeanPrice('put', spot, strike, volatility, carry)
      const discount = Math.exp(-carry.rate * carry.discountYears)
      const parity = discount * (forwardPrice(spot, carry) - strike)
      expect(Math.abs(call - put - parity)).toBeLessThan(1e-14 * (spot + strike))
    }),
  )
})

test('the price lies between exercise at expiry and what exercise can pay at most', () => {
  fc.assert(
    fc.property(market, right, ({ spot, moneyness, volatility, carry }, right) => {
      const strike = spot * Math.exp(moneyness)
      const discount = Math.exp(-carry.rate * carry.discountYears)
      const forward = forwardPrice(spot, carry)
      const price = europeanPrice(right, spot, strike, volatility, carry)
      const ahead = right === 'call' ? forward - strike : strike - forward
      expect(price).toBeGreaterThanOrEqual(discount * Math.max(0, ahead))
      expect(price).toBeLessThanOrEqual(discount * (right === 'call' ? forward : strike) * (1 + 1e-14))
    }),
  )
})

test('the price never falls as volatility rises', () => {
  fc.assert(
    fc.property(market, right, logarithmic(0.01, 4), (market, right, other) => {
      const { spot, moneyness, carry } = market
      const strike = spot * Math.exp(moneyness)
      const price = (volatility: number) => europeanPrice(right, spot, strike, volatility, carry)
      const [low, high] = [Math.min(other, market.volatility), Math.max(other, market.volatility)]
      expect(price(low)).toBeLessThanOrEqual(price(high) + 1e-14 * spot)
    }),
  )
})

test('in another currency the price is the same: spot and strike scale it', () => {
  fc.assert(
    fc.property(market, right, logarithmic(0.01, 100), (market, right, factor) => {
      const { spot, moneyness, volatility, carry } = market
      const strike = spot * Math.exp(moneyness)
      const price = europeanPrice(right, spot, strike, volatility, carry)
      const scaled = europeanPrice(right, spot * factor, strike * factor, volatility, carry)
      expect(Math.abs(scaled - factor * price)).toBeLessThan(1e-13 * factor * (spot + strike))
    }),
  )
})

test('by strike a call falls, no faster than one for one, and its price is convex', () => {
  fc.assert(
    fc.property(market, between(0.001, 0.2), ({ spot, moneyness, volatility, carry }, share) => {
      const strike = spot * Math.exp(moneyness)
      const step = share * strike
      const call = (strike: number) => europeanPrice('call', spot, strike, volatility, carry)
      const [low, middle, high] = [call(strike - step), call(strike), call(strike + step)]
      const rounding = 1e-13 * (spot + strike)
      const discount = Math.exp(-carry.rate * carry.discountYears)
      expect(middle - high).toBeGreaterThanOrEqual(-rounding)
      expect(middle - high).toBeLessThanOrEqual(discount * step + rounding)
      expect(low + high - 2 * middle).toBeGreaterThanOrEqual(-rounding)
    }),
  )
})

test('the price is the mean payoff under the lognormal law, discounted', () => {
  fc.assert(
    fc.property(market, right, ({ spot, moneyness, volatility, carry }, right) => {
      const deviation = volatility * Math.sqrt(carry.years)
      fc.pre(deviation > 1e-3 && deviation < 2 && Math.abs(moneyness) < 4 * deviation)
      const strike = spot * Math.exp(moneyness)
      const forward = forwardPrice(spot, carry)
      const sign = right === 'call' ? 1 : -1
      const kink = Math.log(strike / forward) / deviation + deviation / 2
      const payoff = (z: number) =>
        sign * (forward * Math.exp(deviation * z - deviation ** 2 / 2) - strike) * Math.exp(-(z * z) / 2)
      const [from, to] = right === 'call' ? [kink, Math.max(kink, 0) + 14] : [Math.min(kink, 0) - 14, kink]
      const mean = integral(from, to, payoff) / Math.sqrt(2 * Math.PI)
      const discount = Math.exp(-carry.rate * carry.discountYears)
      const price = europeanPrice(right, spot, strike, volatility, carry)
      expect(Math.abs(price - discount * mean)).toBeLessThan(1e-8 * price + 1e-13 * spot)
    }),
  )
})

test.each([
  ['no volatility', 0, 0.5],
  ['no time', 0.3, 0],
])('with %s the price is what exercise pays at the forward, discounted', (_, volatility, years) => {
  const carry = { years, discountYears: 0.5, rate: 0.1, dividendYield: 0.04 }
  const forward = 100 * Math.exp(0.03)
  for (const strike of [80, 100, 103, 104, 120]) {
    const discount = Math.exp(-0.05)
    const call = discount * Math.max(0, forward - strike)
    const put = discount * Math.max(0, strike - forward)
    expect(europeanPrice('call', 100, strike, volatility, carry)).toBeCloseTo(call, 12)
    expect(europeanPrice('put', 100, strike, volatility, carry)).toBeCloseTo(put, 12)
  }
})

test.each([20, 60, 69.9, 70.1, 100, 1e6])(
  'at volatility %d a call is worth the share and a put the strike',
  volatility => {
    const carry = { years: 1, discountYears: 1, rate: 0.05, dividendYield: 0.02 }
    expect(europeanPrice('call', 100, 150, volatility, carry)).toBeCloseTo(100 * Math.exp(-0.02), 10)
    expect(europeanPrice('put', 100, 150, volatility, carry)).toBeCloseTo(150 * Math.exp(-0.05), 10)
  },
)

test('far from the strike the time value keeps its digits, down to the smallest numbers', () => {
  fc.assert(
    fc.property(logarithmic(1e-4, 0.05), between(5, 34), (deviation, distance) => {
      const strike = 100 * Math.exp(distance * deviation)
      // The integral of the tail, its leading exponential taken out
      const kink = Math.log(strike / 100) / deviation + deviation / 2
      const tail = integral(
        0,
        45 / kink,
        t => Math.expm1(deviation * t) * Math.exp(-kink * t - (t * t) / 2),
        8000,
      )
      const truth = (strike * Math.exp(-(kink * kink) / 2) * tail) / Math.sqrt(2 * Math.PI)
      expect(timeValue(100, strike, deviation) / truth).toBeCloseTo(1, 9)
    }),
  )
})

test('of whatever size the numbers are, the time value is a number between nothing and the smaller price', () => {
  const size = logarithmic(1e-300, 1e308)
  fc.assert(
    fc.property(size, size, size, (forward, strike, deviation) => {
      const value = timeValue(forward, strike, deviation)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(Math.min(forward, strike) * (1 + 1e-12))
    }),
  )
})

test('the time value of a call is that of the put with forward and strike exchanged', () => {
  fc.assert(
    fc.property(
      logarithmic(1, 5000),
      between(-1, 1),
      logarithmic(1e-4, 5),
      (forward, moneyness, deviation) => {
        const strike = forward * Math.exp(moneyness)
        const miss = timeValue(forward, strike, deviation) - timeValue(strike, forward, deviation)
        expect(Math.abs(miss)).toBeLessThan(1e-14 * (forward + strike))
      },
    ),
  )
})

test('log-moneyness is the logarithm of the quotient, with all digits where the two are near', () => {
  fc.assert(
    fc.property(logarithmic(1, 5000), between(-3, 3), between(-1e-6, 1e-6), (strike, far, near) => {
      expect(logMoneyness(strike * Math.exp(far), strike)).toBeCloseTo(far, 12)
      const forward = strike * (1 + near)
      // ln(1 + u) is 2 artanh(u / (2 + u)), here to its second term
      const half = (forward - strike) / (forward + strike)
      const truth = 2 * half + (2 * half ** 3) / 3
      expect(Math.abs(logMoneyness(forward, strike) - truth)).toBeLessThanOrEqual(1e-15 * Math.abs(truth))
    }),
  )
})

test('the spread of two Mills ratios is the integral of their slope, also where they nearly agree', () => {
  fc.assert(
    fc.property(between(0, 8), logarithmic(1e-9, 0.2), (x, h) => {
      const slope = (t: number) => 1 - (x + t) * millsRatio(x + t)
      const truth = integral(-h, h, slope, 300)
      expect(millsSpread(x, h) / truth).toBeCloseTo(1, 10)
    }),
    { numRuns: 500 },
  )
})
