import { expect, test } from 'vitest'
import { CALM } from '../../fixtures/market.ts'
import { batchOf, openingOf, pricedMarket } from '../../fixtures/moments.ts'
import { at } from '../../core/base/assert.ts'
import { europeanGreeks } from '../../core/pricing/blackScholes.ts'
import { carryAt, hearMarket, openMarket } from '../market.ts'
import { chainFrame } from './chainFrame.ts'

const MARKET = pricedMarket()
const FRAME = chainFrame(MARKET, CALM.time + 1500)

test('every column has a row a contract, and quotes are those of the chain', () => {
  const rows = FRAME.strikes.length * 2
  for (const [name, column] of Object.entries(FRAME)) {
    if (typeof column === 'number' || name === 'strikes') continue
    expect(column).toHaveLength(rows)
  }
  for (const name of [
    'bid',
    'ask',
    'bidSize',
    'askSize',
    'volume',
    'openInterest',
    'delta',
    'gamma',
  ] as const)
    expect(FRAME[name]).toEqual(Float32Array.from(MARKET.chain[name]))
  expect(FRAME.layout).toBe(MARKET.layout)
})

test('theta and charm are an hour, vega and vanna a point of volatility', () => {
  const carry = carryAt(MARKET, CALM.time)
  const hour = 60 / 525_600
  for (const strike of [685, 690, 695]) {
    const row = FRAME.strikes.indexOf(strike)
    const volatility = at(MARKET.chain.impliedVolatility, row)
    const price = (years: number, level: number) =>
      europeanGreeks('call', MARKET.forward, strike, level, { ...carry, years })
    const step = hour / 1000
    const lost = (price(carry.years - step, volatility).price - price(carry.years, volatility).price) * 1000
    expect(Math.abs(at(FRAME.theta, row) - lost)).toBeLessThan(0.02 * Math.abs(lost))
    const turned = (price(carry.years - step, volatility).delta - price(carry.years, volatility).delta) * 1000
    expect(at(FRAME.charm, row)).toBeCloseTo(turned, 2)
    const gained = price(carry.years, volatility + 1e-4).price - price(carry.years, volatility).price
    expect(at(FRAME.vega, row)).toBeCloseTo(gained * 100, 3)
    const shifted = price(carry.years, volatility + 1e-4).delta - price(carry.years, volatility).delta
    expect(at(FRAME.vanna, row)).toBeCloseTo(shifted * 100, 3)
  }
})

test('every row says how old its quote is, and one that was never quoted says nothing', () => {
  const market = openMarket(openingOf({ lowest: 689, highest: 691 }))
  hearMarket(market, batchOf([{ row: 2, bid: 1, ask: 1.1, time: CALM.time }]))
  const ageAt = (time: number) => [...chainFrame(market, time).age]
  const never = Number.NaN
  expect(ageAt(CALM.time + 1500)).toEqual([never, never, 1500, never, never, never])
  expect(ageAt(CALM.time - 10)).toEqual([never, never, 0, never, never, never])
})

test('what is not known stays unknown on the way to the screen', () => {
  const frame = chainFrame(openMarket(openingOf()), CALM.time)
  for (const name of ['impliedVolatility', 'delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const)
    expect(frame[name].every(Number.isNaN)).toBe(true)
})

test('later pricing does not reach into a frame that was taken', () => {
  const market = pricedMarket()
  const frame = chainFrame(market, CALM.time)
  const before = structuredClone(frame)
  market.chain.bid.fill(7)
  market.chain.volatilitySource.fill(0)
  market.chain.volatilityStatus.fill(0)
  market.chain.quoteTime.fill(1)
  expect(frame).toEqual(before)
})
