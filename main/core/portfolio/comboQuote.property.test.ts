import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cents } from '../../fixtures/risks.ts'
import { PUT_VERTICAL, anyStructure } from '../../fixtures/trades.ts'
import { comboQuote, onGrid, type LegQuotes } from './comboQuote.ts'
import { legKey, reversed, type Leg, type LegQuote, type Structure } from './structure.ts'

interface Quoted {
  readonly legs: readonly Leg[]
  readonly quotes: LegQuotes
}

const anySides = fc.record({
  bid: cents(0, 9),
  spread: cents(0.01, 0.5),
  bidSize: fc.integer({ min: 0, max: 500 }),
  askSize: fc.integer({ min: 0, max: 500 }),
  age: fc.nat(60_000),
})

const quotedAs = (structure: Structure): fc.Arbitrary<Quoted> =>
  fc.tuple(...structure.legs.map(() => anySides)).map(sides => {
    const quotes = structure.legs.map(({ right, strike }, index): [string, LegQuote] => {
      const { bid = 0, spread = 1, bidSize = 0, askSize = 0, age = 0 } = sides[index] ?? {}
      const ask = Math.round((bid + spread) * 100) / 100
      return [legKey({ right, strike }), { right, strike, bid, ask, bidSize, askSize, age }]
    })
    return { legs: structure.legs, quotes: Object.fromEntries(quotes) }
  })

const anyQuoted = anyStructure.chain(quotedAs)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('the natural price is the worst, the best the other end, the mid halfway', () => {
  fc.assert(
    fc.property(anyQuoted, ({ legs, quotes }) => {
      const quote = comboQuote(legs, quotes)
      const { natural, mid, best } = quote ?? { natural: 1, mid: 0, best: -1 }
      expect(natural).toBeLessThanOrEqual(mid)
      expect(mid).toBeLessThanOrEqual(best)
      expect(mid - natural).toBeCloseTo(best - mid, 9)
    }),
  )
})

test('the other way round every price changes its sign and natural and best change places', () => {
  fc.assert(
    fc.property(anyQuoted, ({ legs, quotes }) => {
      const [one, other] = [comboQuote(legs, quotes), comboQuote(reversed(legs), quotes)]
      expect(other?.natural).toBeCloseTo(-(one?.best ?? Number.NaN), 12)
      expect(other?.best).toBeCloseTo(-(one?.natural ?? Number.NaN), 12)
      expect(other?.mid).toBeCloseTo(-(one?.mid ?? Number.NaN), 12)
      expect(other?.age).toBe(one?.age)
    }),
  )
})

test('opening and closing at natural costs the spreads of all legs', () => {
  fc.assert(
    fc.property(anyQuoted, ({ legs, quotes }) => {
      const there = comboQuote(legs, quotes)?.natural ?? Number.NaN
      const back = comboQuote(reversed(legs), quotes)?.natural ?? Number.NaN
      expect(there + back).toBeCloseTo(-sum(Object.values(quotes).map(({ bid, ask }) => ask - bid)), 9)
    }),
  )
})

test('the natural price is what the legs bring when each is traded alone', () => {
  fc.assert(
    fc.property(anyQuoted, ({ legs, quotes }) => {
      const alone = legs.map(leg => comboQuote([leg], quotes))
      const together = comboQuote(legs, quotes)
      expect(together?.natural).toBeCloseTo(sum(alone.map(quote => quote?.natural ?? Number.NaN)), 9)
      expect(together?.naturalSize).toBe(Math.min(...alone.map(quote => quote?.naturalSize ?? Number.NaN)))
      expect(together?.age).toBe(Math.max(...alone.map(quote => quote?.age ?? Number.NaN)))
    }),
  )
})

test('a leg that nobody offers, or that was never quoted, leaves no quote for the whole', () => {
  const anyAsk = fc.constantFrom(0, -1, Number.NaN)
  fc.assert(
    fc.property(anyQuoted, fc.nat(3), anyAsk, ({ legs, quotes }, position, ask) => {
      const key = legKey(legs[position % legs.length] ?? { right: 'put', strike: 0 })
      const { [key]: quote, ...others } = quotes
      const unoffered = Object.fromEntries(quote ? [[key, { ...quote, bid: 0, ask }]] : [])
      expect(quote?.ask).toBeGreaterThan(0)
      expect(comboQuote(legs, others)).toBeUndefined()
      expect(comboQuote(legs, { ...others, ...unoffered })).toBeUndefined()
    }),
  )
})

const QUOTES: LegQuotes = {
  P686: { right: 'put', strike: 686, bid: 0.62, ask: 0.64, bidSize: 12, askSize: 30, age: 400 },
  P683: { right: 'put', strike: 683, bid: 0.2, ask: 0.22, bidSize: 40, askSize: 9, age: 900 },
}

test('a vertical sells the short leg at the bid and buys the long leg at the ask', () => {
  const quote = comboQuote(PUT_VERTICAL.legs, QUOTES)
  expect(quote?.natural).toBeCloseTo(0.4, 12)
  expect(quote?.mid).toBeCloseTo(0.42, 12)
  expect(quote?.best).toBeCloseTo(0.44, 12)
  expect(quote).toMatchObject({ naturalSize: 9, age: 900 })
})

test('closing it buys at the ask and sells at the bid, in the sizes of those sides', () => {
  const quote = comboQuote(reversed(PUT_VERTICAL.legs), QUOTES)
  expect(quote?.natural).toBeCloseTo(-0.44, 12)
  expect(quote).toMatchObject({ naturalSize: 30, age: 900 })
})

test('a wing that nobody bids for is given away, and its missing size holds nothing up', () => {
  const wing = { right: 'put', strike: 683, bid: 0, ask: 0.01, bidSize: 0, askSize: 500, age: 0 } as const
  const quote = comboQuote(reversed(PUT_VERTICAL.legs), { ...QUOTES, P683: wing })
  expect(quote?.natural).toBeCloseTo(-0.64, 12)
  expect(quote?.naturalSize).toBe(30)
})

test('a price on the grid is whole cents, at most a cent below what it was, never above', () => {
  fc.assert(
    fc.property(fc.double({ min: -50, max: 50, noNaN: true }), net => {
      const price = onGrid(net)
      expect(price).toBe(Math.round(price * 100) / 100)
      expect(price).toBeLessThanOrEqual(net + 1e-7)
      expect(net - price).toBeLessThan(0.01)
    }),
  )
})

test('a price of whole cents stays as it is, and grid prices keep their order', () => {
  fc.assert(
    fc.property(cents(-50, 50), fc.double({ min: 0, max: 1, noNaN: true }), (net, more) => {
      expect(onGrid(net)).toBe(net)
      expect(onGrid(net + more)).toBeGreaterThanOrEqual(net)
    }),
  )
})

test.each([
  [0.425, 0.42],
  [-0.425, -0.43],
  [0.1 + 0.2, 0.3],
  [1.15 - 0.01, 1.14],
])('%s is %s on the grid, away from the gain of the trader', (net, price) => {
  expect(onGrid(net)).toBe(price)
})
