import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import { CALM, quoteOf } from '../fixtures/market.ts'
import { batchOf, openingOf, pricedMarket, tradeOf, wholeChain, type SentQuote } from '../fixtures/moments.ts'
import { rightOf, rowCount, strikeOf } from '../core/market/optionChain.ts'
import { hearMarket, openMarket, priceMarket, type Market } from './market.ts'

const price = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 500 }).map(amount => amount / 100) },
  { weight: 1, arbitrary: fc.constantFrom(-0.01, Number.NaN, Number.POSITIVE_INFINITY) },
)

/** Quotes of the first contracts of a chain, some of them broken, late or of no contract at all. */
const anyQuote: fc.Arbitrary<SentQuote> = fc.record({
  row: fc.integer({ min: -1, max: 8 }),
  bid: price,
  ask: price,
  time: fc.integer({ min: 1, max: 12 }),
})

const anyBatches = fc.array(fc.array(anyQuote, { maxLength: 6 }).map(batchOf), { maxLength: 12 })

/** Which rows of a made-up chain are quoted. */
const anyRows = fc.array(fc.boolean(), { minLength: 122, maxLength: 122 })

function smallMarket(): Market {
  return openMarket(openingOf({ lowest: 689, highest: 691 }))
}

function isGood({ row, bid, ask }: SentQuote): boolean {
  const isNumber = Number.isFinite(bid) && Number.isFinite(ask)
  return row >= 0 && row < 6 && isNumber && bid >= 0 && ask >= 0 && (ask === 0 || bid <= ask)
}

test('a chain holds of every contract the newest quote that keeps the rules, and counts the rest', () => {
  fc.assert(
    fc.property(fc.array(anyQuote, { maxLength: 60 }), quotes => {
      const market = smallMarket()
      for (const quote of quotes) hearMarket(market, batchOf([quote]))
      const standing = new Map<number, SentQuote>()
      let accepted = 0
      for (const quote of quotes) {
        if (!isGood(quote) || quote.time < (standing.get(quote.row)?.time ?? 0)) continue
        standing.set(quote.row, quote)
        accepted += 1
      }
      for (let row = 0; row < rowCount(market.chain); row += 1) {
        const { bid, ask, time } = standing.get(row) ?? { bid: 0, ask: 0, time: 0 }
        const { chain } = market
        expect([chain.bid[row], chain.ask[row], chain.quoteTime[row]]).toEqual([bid, ask, time])
      }
      expect(market.quotes.accepted).toBe(accepted)
      const refused = [...market.refusals.values()].reduce((sum, count) => sum + count, 0)
      expect(refused).toBe(quotes.length - accepted)
    }),
  )
})

test('it is the same whether quotes come one by one or together', () => {
  fc.assert(
    fc.property(anyBatches, batches => {
      const [together, apart] = [smallMarket(), smallMarket()]
      for (const batch of batches) {
        hearMarket(together, batch)
        for (let index = 0; index < batch.count; index += 1) {
          const [row, bid, ask, time] = [batch.rows, batch.bid, batch.ask, batch.times].map(
            column => column[index],
          )
          hearMarket(apart, batchOf([{ row: row ?? -1, bid: bid ?? 0, ask: ask ?? 0, time: time ?? 0 }]))
        }
      }
      expect(together.chain).toEqual(apart.chain)
      expect(together.refusals).toEqual(apart.refusals)
    }),
  )
})

test('no volatility and no Greek is made up where nobody offers', () => {
  fc.assert(
    fc.property(anyRows, isQuoted => {
      const market = openMarket(openingOf())
      const { chain } = market
      hearMarket(market, tradeOf(CALM.spot))
      const rows = isQuoted.flatMap((quoted, row) => (quoted ? [row] : []))
      const quotes = rows.map(row => {
        const [bid, ask] = quoteOf(CALM, rightOf(chain, row), strikeOf(chain, row))
        return { row, bid, ask, time: CALM.time }
      })
      hearMarket(market, batchOf(quotes))
      priceMarket(market, CALM.time, referencePricer)
      isQuoted.forEach((quoted, row) => {
        if (quoted) return
        for (const column of [chain.impliedVolatility, chain.delta, chain.gamma, chain.theta, chain.vega])
          expect(column[row]).toBeNaN()
      })
    }),
    { numRuns: 25 },
  )
})

test('a priced chain says again what it was quoted from, with Greeks in their bounds', () => {
  fc.assert(
    fc.property(
      fc.record({
        spot: fc.integer({ min: 6850, max: 6950 }).map(tenths => tenths / 10),
        volatility: fc.double({ min: 0.08, max: 0.5, noNaN: true }),
        skew: fc.double({ min: -0.01, max: 0.03, noNaN: true }),
      }),
      shape => {
        const { chain, smile, forward } = pricedMarket(shape)
        expect(forward).toBeCloseTo(shape.spot, 1)
        expect(smile?.atTheMoney).toBeCloseTo(shape.volatility, 1)
        for (let row = 0; row < rowCount(chain); row += 1) {
          const delta = chain.delta[row] ?? Number.NaN
          if (Number.isNaN(delta)) continue
          const sign = rightOf(chain, row) === 'call' ? 1 : -1
          expect(delta * sign).toBeGreaterThanOrEqual(0)
          expect(delta * sign).toBeLessThanOrEqual(1)
          expect(chain.gamma[row]).toBeGreaterThanOrEqual(0)
          expect(chain.vega[row]).toBeGreaterThanOrEqual(0)
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('pricing again at the same instant changes nothing', () => {
  const market = pricedMarket()
  const before = structuredClone(market)
  priceMarket(market, CALM.time, referencePricer)
  expect(market).toEqual(before)
})

test('a market that is told the same twice is the market that was told once', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.08, max: 0.4, noNaN: true }), volatility => {
      const [once, twice] = [pricedMarket({ volatility }), pricedMarket({ volatility })]
      hearMarket(twice, wholeChain(twice.chain, { volatility }))
      priceMarket(twice, CALM.time, referencePricer)
      expect(twice.chain).toEqual(once.chain)
      expect(twice.smile).toEqual(once.smile)
      expect(twice.move).toEqual(once.move)
    }),
    { numRuns: 10 },
  )
})
