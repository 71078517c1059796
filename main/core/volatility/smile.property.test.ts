import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, carryOf, quotedChain } from '../../fixtures/market.ts'
import { createChain, rowOf, writeQuote, type OptionChain } from '../market/optionChain.ts'
import { intrinsicValue } from '../market/optionContract.ts'
import { europeanPrice } from '../pricing/blackScholes.ts'
import { hestonPrice } from '../../research/heston.ts'
import { mertonJumpPrice } from '../../research/mertonJump.ts'
import { sabrVolatility } from '../../research/sabr.ts'
import {
  fitSmile,
  probabilityAbove,
  shiftSmile,
  smileBand,
  smilePrice,
  smileSkew,
  smileVolatility,
  type Smile,
} from './smile.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const FORWARD = 690
const WEEK = 7 / 365

/** Strikes in dollars around the forward, as far as a deviation reaches. */
function strikesAround(deviation: number): number[] {
  const step = Math.max(1, Math.round((FORWARD * deviation) / 8))
  return Array.from({ length: 49 }, (_, index) => FORWARD + (index - 24) * step)
}

/** A chain quoted around model values: bids below half a cent vanish, spreads grow with the value. */
function chainOf(strikes: readonly number[], callValue: (strike: number) => number): OptionChain {
  const chain = createChain({
    underlying: 'SPY',
    expiry: '2026-11-20',
    style: 'european',
    callStrikes: strikes,
    putStrikes: strikes,
  })
  for (const strike of strikes) {
    const call = callValue(strike)
    for (const right of ['call', 'put'] as const) {
      const value = right === 'call' ? call : call - FORWARD + strike
      const half = 0.01 + 0.01 * Math.max(0, value)
      const bid = Math.max(0, Math.floor((value - half) * 100) / 100)
      writeQuote(
        chain,
        rowOf(chain, right, strike),
        bid,
        Math.max(0.01, Math.ceil((value + half) * 100) / 100),
        1,
        1,
        1,
      )
    }
  }
  return chain
}

/** The share of strikes whose own values lie inside what the smile was fitted on. */
function insideShare(chain: OptionChain, smile: Smile): number {
  const inside = [...chain.strikes].filter(strike => {
    const right = strike >= FORWARD ? 'call' : 'put'
    const row = rowOf(chain, right, strike)
    const price = smilePrice(smile, right, strike)
    return price >= (chain.bid[row] ?? 0) - 1e-9 && price <= (chain.ask[row] ?? 0) + 1e-9
  })
  return inside.length / chain.strikes.length
}

const heston = fc
  .record({
    v0: number(0.01, 0.06),
    kappa: number(1, 5),
    theta: number(0.01, 0.06),
    sigma: number(0.2, 0.8),
    rho: number(-0.8, 0),
  })
  .map(market => (strike: number) => hestonPrice(market, 'call', FORWARD, strike, WEEK))
const sabr = fc
  .record({ alpha: number(0.1, 0.3), beta: fc.constant(1), nu: number(0.2, 2), rho: number(-0.7, 0.2) })
  .map(market => (strike: number) => {
    const carry = { years: WEEK, discountYears: 0, rate: 0, dividendYield: 0 }
    return europeanPrice('call', FORWARD, strike, sabrVolatility(market, FORWARD, strike, WEEK), carry)
  })
const jumps = fc
  .record({ volatility: number(0.12, 0.3), intensity: number(5, 50), share: number(0.1, 0.7) })
  .map(
    market => (strike: number) =>
      mertonJumpPrice({ ...market, spot: FORWARD, rate: 0, dividendYield: 0 }, 'call', strike, WEEK),
  )

const smiles = fc
  .record({ volatility: number(0.06, 0.8), skew: number(0, 0.03), halfSpread: number(0.005, 0.1) })
  .map(shape => fitSmile(quotedChain(shape), CALM.spot, carryOf(CALM).years))
  .filter(smile => smile !== undefined)

test.each([
  ['Heston', heston],
  ['SABR', sabr],
  ['jumps', jumps],
])('a chain of %s is fitted inside its quotes', (_, market) => {
  fc.assert(
    fc.property(market, callValue => {
      const chain = chainOf(strikesAround(0.2 * Math.sqrt(WEEK)), callValue)
      const smile = fitSmile(chain, FORWARD, WEEK)
      expect(smile && insideShare(chain, smile)).toBeGreaterThanOrEqual(0.95)
    }),
    { numRuns: 25 },
  )
})

test.each([
  ['Heston', heston],
  ['jumps', jumps],
])('of %s every other strike is enough to predict the rest inside its quotes', (_, market) => {
  fc.assert(
    fc.property(market, callValue => {
      const strikes = strikesAround(0.2 * Math.sqrt(WEEK))
      const seen = chainOf(
        strikes.filter((_strike, position) => position % 2 === 0),
        callValue,
      )
      const unseen = chainOf(
        strikes.filter((_strike, position) => position % 2 === 1),
        callValue,
      )
      const smile = fitSmile(seen, FORWARD, WEEK)
      expect(smile && insideShare(unseen, smile)).toBeGreaterThanOrEqual(0.9)
    }),
    { numRuns: 25 },
  )
})

test('no butterfly costs less than nothing, far beyond the strikes that were fitted', () => {
  fc.assert(
    fc.property(smiles, number(-30, 30), number(0.05, 2), (smile, x, width) => {
      const deviation = smile.forward * smile.atTheMoney * Math.sqrt(smile.years)
      const middle = Math.max(1 + width * deviation, smile.forward + x * deviation)
      const call = (strike: number) => smilePrice(smile, 'call', strike)
      const wings = (call(middle - width * deviation) + call(middle + width * deviation)) / 2
      expect(wings).toBeGreaterThanOrEqual(call(middle) - 1e-10)
    }),
  )
})

test('the volatility of a strike gives the price of the smile', () => {
  fc.assert(
    fc.property(smiles, number(-5, 5), (smile, x) => {
      const strike = smile.forward * Math.exp(x * smile.atTheMoney * Math.sqrt(smile.years))
      const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
      const price = europeanPrice('put', smile.forward, strike, smileVolatility(smile, strike), carry)
      expect(price).toBeCloseTo(smilePrice(smile, 'put', strike), 9)
    }),
  )
})

test('the chance to end above falls from one to nothing', () => {
  fc.assert(
    fc.property(smiles, number(0.5, 1.5), number(0, 0.2), (smile, level, more) => {
      const low = probabilityAbove(smile, smile.forward * level)
      expect(probabilityAbove(smile, smile.forward * (level + more))).toBeLessThanOrEqual(low)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(low).toBeLessThanOrEqual(1)
    }),
  )
})

test('the band holds the volatility, and is a volatility itself', () => {
  fc.assert(
    fc.property(smiles, number(-8, 8), (smile, x) => {
      const strike = smile.forward * Math.exp(x * smile.atTheMoney * Math.sqrt(smile.years))
      const { low, high } = smileBand(smile, strike)
      const volatility = smileVolatility(smile, strike)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(low).toBeLessThanOrEqual(volatility * (1 + 1e-9))
      expect(high).toBeGreaterThanOrEqual(volatility * (1 - 1e-9))
    }),
  )
})

test('wider quotes make a wider band', () => {
  const bandOf = (halfSpread: number) => {
    const smile = fitSmile(quotedChain({ halfSpread }), CALM.spot, carryOf(CALM).years)
    const band = smile && smileBand(smile, CALM.spot)
    return band ? band.high - band.low : Number.NaN
  }
  expect(bandOf(0.1)).toBeGreaterThan(2 * bandOf(0.02))
})

test('more time and more volatility are worth more at the same moneyness', () => {
  fc.assert(
    fc.property(smiles, number(1, 3), number(-4, 4), (smile, factor, x) => {
      const strike = smile.forward * Math.exp(x * smile.atTheMoney * Math.sqrt(smile.years))
      const right = strike >= smile.forward ? 'call' : 'put'
      const price = smilePrice(smile, right, strike) - 1e-9
      expect(
        smilePrice(shiftSmile(smile, { years: smile.years * factor }), right, strike),
      ).toBeGreaterThanOrEqual(price)
      expect(smilePrice(shiftSmile(smile, { level: factor }), right, strike)).toBeGreaterThanOrEqual(price)
    }),
  )
})

test('volatility moves with the forward', () => {
  fc.assert(
    fc.property(smiles, number(0.9, 1.1), number(0.97, 1.03), (smile, factor, moneyness) => {
      const moved = shiftSmile(smile, { forward: smile.forward * factor })
      expect(smileVolatility(moved, moved.forward * moneyness)).toBeCloseTo(
        smileVolatility(smile, smile.forward * moneyness),
        9,
      )
    }),
  )
})

test('a smile that was written down and read again is the same smile', () => {
  fc.assert(
    fc.property(smiles, number(0.95, 1.05), (smile, moneyness) => {
      const copy: Smile = JSON.parse(JSON.stringify(smile))
      expect(copy).toEqual(smile)
      expect(smileVolatility(copy, moneyness * smile.forward)).toBe(
        smileVolatility(smile, moneyness * smile.forward),
      )
    }),
  )
})

test('one stale quote does not move the smile', () => {
  const years = carryOf(CALM).years
  const sound = fitSmile(quotedChain(), CALM.spot, years)
  const chain = quotedChain()
  const row = rowOf(chain, 'call', 693)
  writeQuote(chain, row, (chain.bid[row] ?? 0) + 0.8, (chain.ask[row] ?? 0) + 0.8, 1, 1, CALM.time)
  const stale = fitSmile(chain, CALM.spot, years)
  for (const strike of [685, 690, 692, 693, 694])
    expect(stale && smileVolatility(stale, strike)).toBeCloseTo(sound ? smileVolatility(sound, strike) : 0, 2)
})

test('where nothing is quoted now, an earlier smile lends its shape', () => {
  const years = carryOf(CALM).years
  const before = fitSmile(quotedChain({ skew: 0.02 }), CALM.spot, years * 1.005)
  const chain = quotedChain({ skew: 0.02 })
  for (const strike of chain.strikes)
    if (strike < 688)
      for (const right of ['call', 'put'] as const)
        writeQuote(chain, rowOf(chain, right, strike), 0, 0, 0, 0, CALM.time)
  const alone = fitSmile(chain, CALM.spot, years)
  const together = fitSmile(chain, CALM.spot, years, before)
  const whole = fitSmile(quotedChain({ skew: 0.02 }), CALM.spot, years)
  const missOf = (smile: Smile | undefined) =>
    Math.abs((smile ? smileVolatility(smile, 684) : 0) - (whole ? smileVolatility(whole, 684) : 0))
  expect(missOf(together)).toBeLessThan(missOf(alone) / 2)
})

test('nothing quoted on both sides is no smile, and at expiry there is none to fit', () => {
  const chain = quotedChain()
  expect(fitSmile(chain, CALM.spot, 0)).toBeUndefined()
  chain.bid.fill(0)
  expect(fitSmile(chain, CALM.spot, 0.001)).toBeUndefined()
})

test('at expiry prices are exercise values and chances are certain', () => {
  fc.assert(
    fc.property(smiles, number(600, 780), (smile, strike) => {
      const expired = shiftSmile(smile, { years: 0 })
      expect(smilePrice(expired, 'put', strike)).toBe(intrinsicValue('put', strike, smile.forward))
      expect(smileVolatility(expired, strike)).toBe(smile.atTheMoney)
      expect([0, 1]).toContain(probabilityAbove(expired, strike))
    }),
  )
})

test('puts that are dearer than calls make a skew below zero', () => {
  const skewOf = (skew: number) => {
    const smile = fitSmile(quotedChain({ skew }), CALM.spot, carryOf(CALM).years)
    return smile ? smileSkew(smile) : Number.NaN
  }
  expect(skewOf(0.02)).toBeLessThan(-0.02)
  expect(skewOf(0.03)).toBeLessThan(skewOf(0.01))
})
