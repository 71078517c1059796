import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CALM, carryOf, quotedChain } from '../../fixtures/market.ts'
import { at } from '../../core/base/assert.ts'
import { copyChain, rowCount } from '../../core/market/optionChain.ts'
import { americanPrice } from '../../core/pricing/american.ts'
import { europeanPrice, type Carry } from '../../core/pricing/blackScholes.ts'
import type { ChainKernels } from '../../core/pricing/chainKernels.ts'
import { ChainPricer } from '../../core/pricing/chainPricing.ts'
import { referenceKernels } from '../../core/pricing/referenceKernels.ts'
import { fitSmile, smileVolatility } from '../../core/volatility/smile.ts'
import { openNative } from './openPricer.ts'

const native = openNative(join(import.meta.dirname, '../../../native'))
const why = native.state === 'open' ? '' : ` (left out: ${native.reason})`

const anyMarket = fc.record({
  volatility: fc.double({ min: 0.06, max: 0.6, noNaN: true }),
  skew: fc.double({ min: -0.01, max: 0.03, noNaN: true }),
  minute: fc.integer({ min: 1, max: 389 }),
  halfSpread: fc.constantFrom(0.005, 0.01, 0.05, 0.3),
  style: fc.constantFrom('american', 'european'),
})

/** What kernels make of the quotes of a chain, as the engine asks them. */
function pricedBy(kernels: ChainKernels, market: ReturnType<typeof quotedChain>, carry: Carry) {
  const chain = copyChain(market)
  const pricer = new ChainPricer(kernels)
  pricer.impliedVolatilities(chain, CALM.spot, carry)
  const smile = fitSmile(chain, CALM.spot, carry.years)
  if (smile) pricer.fillFromSmile(chain, CALM.spot, carry, strike => smileVolatility(smile, strike))
  pricer.greeks(chain, CALM.spot, carry)
  return chain
}

describe.skipIf(native.state !== 'open')(`chains by the addon${why}`, () => {
  const addon = native.state === 'open' ? native.chain : referenceKernels()

  test('are those of the reference: the same sources, and every figure to ten digits', () => {
    fc.assert(
      fc.property(anyMarket, ({ minute, ...given }) => {
        const time = CALM.time - 90 * 60_000 + minute * 60_000
        const market = quotedChain({ ...given, time })
        const carry = carryOf({ ...CALM, ...given, time })
        const [expected, found] = [
          pricedBy(referenceKernels(), market, carry),
          pricedBy(addon, market, carry),
        ]
        expect([...found.volatilitySource]).toEqual([...expected.volatilitySource])
        expect([...found.volatilityStatus]).toEqual([...expected.volatilityStatus])
        for (const name of [
          'impliedVolatility',
          'delta',
          'gamma',
          'theta',
          'vega',
          'vanna',
          'charm',
        ] as const) {
          const scale = Math.max(...expected[name].filter(Number.isFinite).map(Math.abs), 1e-9)
          for (let row = 0; row < rowCount(market); row += 1) {
            const [one, other] = [at(expected[name], row), at(found[name], row)]
            const isSame = Number.isNaN(one) ? Number.isNaN(other) : Math.abs(one - other) <= 1e-10 * scale
            expect(isSame || `${name} of row ${row} should be ${one}, was ${other}`).toBe(true)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('come out bit for bit the same, however often and whatever was asked between', () => {
    const market = quotedChain()
    const carry = carryOf(CALM)
    const first = pricedBy(addon, market, carry)
    pricedBy(addon, quotedChain({ volatility: 0.4 }), carry)
    const again = pricedBy(addon, market, carry)
    for (const name of ['impliedVolatility', 'delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const)
      expect(again[name]).toEqual(first[name])
  })

  test('that settle later are exercised early, as by the reference, and say the volatility they were made with', () => {
    const carry = { years: 20 / 365, discountYears: 20 / 365, rate: 0.043, dividendYield: 0.012 }
    const terms = { style: 'american', underlying: 690, carry } as const
    const columns = addon.columns(2)
    for (const [place, strike] of [685, 700].entries()) {
      columns.strike[place] = strike
      columns.sign[place] = -1
      columns.volatility[place] = 0.15
    }
    addon.greeks(2, terms)
    for (const [place, strike] of [685, 700].entries()) {
      const expected = americanPrice('put', 690, strike, 0.15, carry)
      expect(Math.abs(at(columns.price, place) - expected)).toBeLessThan(1e-6)
      const european = europeanPrice('put', 690, strike, 0.15, carry)
      expect(at(columns.price, place)).toBeGreaterThan(european + 0.01)
    }
    addon.volatilities(2, terms)
    for (const place of [0, 1]) expect(at(columns.volatility, place)).toBeCloseTo(0.15, 9)
  })
})
