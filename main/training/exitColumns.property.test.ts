import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { exitSignal } from '../core/learning/outcome.ts'
import { createChain, writeQuote } from '../core/market/optionChain.ts'
import { comboQuote } from '../core/portfolio/comboQuote.ts'
import type { LegMark } from '../core/portfolio/mark.ts'
import { legKey, reversed, type Leg } from '../core/portfolio/structure.ts'
import { DATE } from '../fixtures/market.ts'
import { lateTables } from '../fixtures/sessionTables.ts'
import { QuoteTape, readClosing, type Quotes } from './quoteTape.ts'
import { MOST_LEGS, OPENINGS, type SessionTable } from './sessionTable.ts'

let table: SessionTable

beforeAll(async () => {
  const [only] = await lateTables([11])
  if (only) table = only
}, 60_000)

const UNKNOWN = {
  impliedVolatility: NaN,
  delta: NaN,
  gamma: NaN,
  theta: NaN,
  vega: NaN,
  vanna: NaN,
  charm: NaN,
}

/** The legs of an opening as a mark at a beat sees them. */
function marksAt(quotes: Quotes, beat: number, legs: readonly (Leg & { readonly row: number })[]) {
  const marks: Record<string, LegMark> = {}
  for (const { right, strike, row } of legs) {
    const index = beat * quotes.rows + row
    const [bid, ask] = [at(quotes.bid, index) / quotes.scale, at(quotes.ask, index) / quotes.scale]
    marks[legKey({ right, strike })] = { right, strike, bid, ask, bidSize: 1, askSize: 1, age: 0, ...UNKNOWN }
  }
  return marks
}

function legsOf({ openings, strikes }: SessionTable, opening: number) {
  return Array.from({ length: MOST_LEGS }, (_, place) => at(openings.rows, opening * MOST_LEGS + place))
    .filter(row => row >= 0)
    .map((row, place) => {
      const right = row < strikes.length ? ('call' as const) : ('put' as const)
      const ratio = place % 2 === 0 ? (-1 as const) : (1 as const)
      return { right, strike: at(strikes, row % strikes.length), ratio, row }
    })
}

test('an exit is where the rule of the core first fires, at its debit', () => {
  const { openings, quotes, decisions } = table
  const offered = [...openings.reason.keys()].filter(index => openings.reason[index] === 0)
  expect(offered.length).toBeGreaterThan(50)
  fc.assert(
    fc.property(fc.constantFrom(...offered), opening => {
      const legs = legsOf(table, opening)
      const rule = {
        takeProfit: at(openings.takeProfit, opening),
        stop: at(openings.stop, opening),
        time: at(openings.exitTime, opening),
      }
      const decided = at(decisions.beat, Math.floor(opening / OPENINGS.length))
      let fired = -1
      for (let beat = decided + 1; beat < quotes.beats && fired < 0; beat += 1) {
        const mark = { time: at(quotes.time, beat), spot: 0, years: 0, legs: marksAt(quotes, beat, legs) }
        const signal = exitSignal(legs, rule, mark)
        if (!signal) continue
        fired = beat
        expect(openings.exitDebit[opening]).toBe(signal.debit)
        expect(openings.scoreDebit[opening]).toBe(signal.debit)
      }
      expect([openings.exitBeat[opening], openings.scoreBeat[opening]]).toEqual([fired, fired])
    }),
    { numRuns: 150 },
  )
})

const price = fc.integer({ min: 0, max: 4000 }).map(cents => cents / 100)
const quote = fc
  .tuple(price, price)
  .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)

test('closing is read as the core quotes it, whatever is quoted', () => {
  fc.assert(
    fc.property(fc.array(quote, { minLength: 8, maxLength: 8 }), fc.boolean(), (prices, isHalf) => {
      const strikes = [600, 601, 602, 603]
      const listing = { underlying: 'SPY', expiry: DATE, style: 'american' as const }
      const chain = createChain({ ...listing, callStrikes: strikes, putStrikes: strikes })
      // Half cents do not fit sixteen bits of cents, so they are kept as they are
      const shift = isHalf ? 0.005 : 0
      prices.forEach(([bid, ask], row) => writeQuote(chain, row, bid, ask + shift, 1, 1, 1000))
      const tape = new QuoteTape(5000)
      tape.add(chain, 2000)
      const quotes = tape.finish(8)
      expect(quotes.scale).toBe(isHalf ? 1 : 100)
      const rows = Int16Array.of(5, 4, 2, 3)
      const legs = [
        { right: 'put', strike: 601, ratio: -1, row: 5 },
        { right: 'put', strike: 600, ratio: 1, row: 4 },
        { right: 'call', strike: 602, ratio: -1, row: 2 },
        { right: 'call', strike: 603, ratio: 1, row: 3 },
      ] as const
      const into = { natural: 0, mid: 0, isStale: false }
      const isRead = readClosing(quotes, 0, rows, 0, MOST_LEGS, into)
      const expected = comboQuote(reversed(legs), marksAt(quotes, 0, legs))
      expect(isRead ? [into.natural, into.mid] : undefined).toEqual(
        expected && [expected.natural, expected.mid],
      )
    }),
    { numRuns: 200 },
  )
})

test('a leg that has been silent for too long is stale, and only at those beats', () => {
  const chain = createChain({
    underlying: 'SPY',
    expiry: DATE,
    style: 'american',
    callStrikes: [600, 601],
    putStrikes: [600, 601],
  })
  const tape = new QuoteTape(5000)
  for (let row = 0; row < 4; row += 1) writeQuote(chain, row, 1, 1.1, 1, 1, 1000)
  tape.add(chain, 1000)
  writeQuote(chain, 0, 1, 1.1, 1, 1, 7000)
  tape.add(chain, 7000)
  const quotes = tape.finish(4)
  expect([...quotes.hasStale]).toEqual([0, 1])
  expect([...quotes.stale]).toEqual([5, 6, 7])
  const into = { natural: 0, mid: 0, isStale: false }
  readClosing(quotes, 1, Int16Array.of(0, 1, -1, -1), 0, MOST_LEGS, into)
  expect(into.isStale).toBe(true)
  readClosing(quotes, 0, Int16Array.of(0, 1, -1, -1), 0, MOST_LEGS, into)
  expect(into.isStale).toBe(false)
})

test('a chain that grows while it is written down is refused', () => {
  const listing = { underlying: 'SPY', expiry: DATE, style: 'american' as const }
  const tape = new QuoteTape(5000)
  tape.add(createChain({ ...listing, callStrikes: [600], putStrikes: [600] }), 1000)
  const grown = createChain({ ...listing, callStrikes: [600, 601], putStrikes: [600, 601] })
  expect(() => tape.add(grown, 2000)).toThrow('before the first beat')
})
