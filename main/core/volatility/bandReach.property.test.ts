import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, quotedChain } from '../../fixtures/market.ts'
import { bandReach } from './bandReach.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const MARKET = { forward: CALM.spot, deviation: 0.008 }

/** The same chain of which only every so manyth strike is quoted. */
function thinned(every: number) {
  const chain = quotedChain({ halfSpread: 0.05 })
  const count = chain.strikes.length
  for (let row = 0; row < 2 * count; row += 1)
    if ((row % count) % every !== 0) chain.bid[row] = chain.ask[row] = 0
  return chain
}

test('a band reaches farther where quotes are wider and where they are farther apart', () => {
  const dense = quotedChain({ halfSpread: 0.05 })
  const wide = quotedChain({ halfSpread: 0.2 })
  const sparse = thinned(3)
  fc.assert(
    fc.property(number(-0.3, 0.3), x => {
      const strike = CALM.spot * (1 + x * MARKET.deviation)
      const right = strike >= CALM.spot ? 'call' : 'put'
      const reach = bandReach(dense, right, strike, MARKET)
      expect(reach).toBeGreaterThan(0.0025)
      expect(bandReach(wide, right, strike, MARKET)).toBeGreaterThan(reach)
      expect(bandReach(sparse, right, strike, MARKET)).toBeGreaterThan(reach)
    }),
  )
})

test('a right that is not quoted takes the reach of the other, and of nothing quoted there is none', () => {
  const chain = quotedChain()
  const count = chain.strikes.length
  const reach = bandReach(chain, 'put', CALM.spot, MARKET)
  chain.bid.fill(0, 0, count)
  expect(bandReach(chain, 'call', CALM.spot, MARKET)).toBe(reach)
  chain.bid.fill(0)
  expect(bandReach(chain, 'call', CALM.spot, MARKET)).toBeNaN()
})

test('at expiry only spreads and cents are left', () => {
  const atExpiry = bandReach(quotedChain(), 'call', CALM.spot, { forward: CALM.spot, deviation: 0 })
  expect(atExpiry).toBeLessThan(bandReach(quotedChain(), 'call', CALM.spot, MARKET))
  expect(atExpiry).toBeGreaterThan(0.0025)
})

test('however far a strike lies, the reach is a number', () => {
  const chain = quotedChain()
  for (const strike of [1e-300, 1e-9, 1, 1e5, 1e300])
    expect(bandReach(chain, 'call', strike, MARKET)).toBeGreaterThan(0)
})
