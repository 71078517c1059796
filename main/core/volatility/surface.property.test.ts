import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM, carryOf, quotedChain } from '../../fixtures/market.ts'
import { smilePrice } from './smile.ts'
import { fitSurface, smileAt, totalVariance, type VolatilitySurface } from './surface.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** Expiries whose quotes are made apart from each other, so that some contradict their neighbours. */
const surfaces = fc
  .array(fc.record({ volatility: number(0.08, 0.4), skew: number(0, 0.03), factor: number(1, 12) }), {
    minLength: 2,
    maxLength: 5,
  })
  .map(expiries =>
    fitSurface(
      expiries.map(({ factor, ...shape }) => ({
        chain: quotedChain(shape),
        forward: CALM.spot,
        years: carryOf(CALM).years * factor,
      })),
    ),
  )

test('total variance never falls with time at the same moneyness, between expiries and beyond them', () => {
  fc.assert(
    fc.property(
      surfaces,
      number(0.9, 1.1),
      number(0.2, 15),
      number(1, 1.5),
      (surface, moneyness, factor, more) => {
        const years = carryOf(CALM).years * factor
        const sooner = totalVariance(surface, years, moneyness) ?? Number.NaN
        const later = totalVariance(surface, years * more, moneyness) ?? Number.NaN
        expect(later).toBeGreaterThanOrEqual(sooner * (1 - 1e-7))
      },
    ),
  )
})

test('a calendar spread costs something at every strike over the forward', () => {
  fc.assert(
    fc.property(surfaces, number(0.95, 1.05), (surface, moneyness) => {
      const prices = surface.smiles.map(
        smile => smilePrice(smile, 'call', smile.forward * moneyness) / smile.forward,
      )
      for (const [index, price] of prices.entries())
        expect(price).toBeGreaterThanOrEqual((prices[index - 1] ?? 0) - 1e-10)
    }),
  )
})

test('at an expiry the surface is its smile', () => {
  fc.assert(
    fc.property(surfaces, number(0.97, 1.03), (surface, moneyness) => {
      for (const smile of surface.smiles) {
        const found = smileAt(surface, smile.years)
        const strike = moneyness * smile.forward
        expect(found && smilePrice(found, 'call', strike)).toBeCloseTo(smilePrice(smile, 'call', strike), 8)
      }
    }),
    { numRuns: 30 },
  )
})

test('where expiries contradict each other the sooner stands and the later gives way', () => {
  const years = carryOf(CALM).years
  const expiryOf = (volatility: number, factor: number) => ({
    chain: quotedChain({ volatility }),
    forward: CALM.spot,
    years: years * factor,
  })
  const [dear, cheap] = [expiryOf(0.3, 1), expiryOf(0.1, 2)]
  const { smiles } = fitSurface([cheap, dear])
  expect(smiles[0]).toEqual(fitSurface([dear]).smiles[0])
  const alone = fitSurface([cheap]).smiles[0]
  expect(smiles[1]?.atTheMoney).toBeGreaterThan(1.5 * (alone?.atTheMoney ?? Infinity))
})

test('nothing quoted is an empty surface, and says nothing', () => {
  const empty: VolatilitySurface = fitSurface([])
  expect(smileAt(empty, 0.01)).toBeUndefined()
  expect(totalVariance(empty, 0.01, 1)).toBeUndefined()
})
