import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM } from '../../fixtures/market.ts'
import { openedBook, pricedMarket, batchOf } from '../../fixtures/moments.ts'
import { CONDOR, anyStructure, positionOf, proposalOf } from '../../fixtures/trades.ts'
import type { PositionGreeks } from '../../core/portfolio/attribution.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { rowOf } from '../../core/market/optionChain.ts'
import type { Book } from '../book/book.ts'
import { bookMark } from '../bookMark.ts'
import { hearMarket, type Market } from '../market.ts'
import { dayAttribution, dayFactors, positionFrame, riskFrame, sumGreeks } from './holdingFrames.ts'

const MARKET = pricedMarket()
const NAMES = ['delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] as const
const PROPOSAL = proposalOf()

const anyPosition: fc.Arbitrary<Position> = fc
  .record({
    structure: anyStructure,
    quantity: fc.integer({ min: 1, max: 9 }),
    net: fc.integer({ min: 5, max: 90 }),
  })
  .map(({ structure, quantity, net }) => positionOf(PROPOSAL, { structure, quantity, entryNet: net / 100 }))

function bookOf(...positions: readonly Position[]): Book {
  const book = openedBook()
  positions.forEach((position, index) =>
    book.positions.set(`d${index}`, { ...position, decision: `d${index}` }),
  )
  return book
}

function framesOf(book: Book, market: Market = MARKET, time = CALM.time) {
  const mark = bookMark(market, book, time)
  return [...book.positions.values()].map(position => positionFrame(book, position, mark))
}

/** The mid of a leg, from the chain. */
function midOf(market: Market, right: 'call' | 'put', strike: number): number {
  const row = rowOf(market.chain, right, strike)
  return ((market.chain.bid[row] ?? 0) + (market.chain.ask[row] ?? 0)) / 2
}

/** A market in which the quote of one leg of the condor is a minute old, or gone. */
function withLeg(bid: number, ask: number): Market {
  const market = pricedMarket()
  const row = rowOf(market.chain, 'put', 686)
  hearMarket(market, batchOf([{ row, bid, ask, time: CALM.time }]))
  return market
}

test('the Greeks of a position are the sum over its legs, and those of the book over its positions', () => {
  fc.assert(
    fc.property(fc.array(anyPosition, { minLength: 1, maxLength: 4 }), positions => {
      const frames = framesOf(bookOf(...positions))
      const total = sumGreeks(frames)
      for (const name of NAMES) {
        let sum = 0
        for (const frame of frames) {
          const legs = frame.legGreeks.reduce((part, greeks) => part + (greeks?.[name] ?? Number.NaN), 0)
          expect(legs).toBeCloseTo(frame.greeks?.[name] ?? Number.NaN, 6)
          sum += legs
        }
        expect(total?.[name]).toBeCloseTo(sum, 6)
      }
    }),
    { numRuns: 40 },
  )
})

test('Greeks are those of the chain times multiplier and lots, with the sign of the leg', () => {
  const [frame] = framesOf(bookOf(positionOf(PROPOSAL, { quantity: 3 })))
  CONDOR.legs.forEach((leg, index) => {
    const delta = MARKET.chain.delta[rowOf(MARKET.chain, leg.right, leg.strike)] ?? Number.NaN
    expect(frame?.legGreeks[index]?.delta).toBeCloseTo(leg.ratio * 300 * delta, 9)
  })
  expect(frame?.greeks?.theta).toBeGreaterThan(0)
  expect(frame?.greeks?.gamma).toBeLessThan(0)
})

test('Greeks that one leg does not have are unknown, never partial', () => {
  const missing = withLeg(0, 0)
  missing.chain.delta[rowOf(missing.chain, 'put', 686)] = Number.NaN
  const frames = framesOf(bookOf(positionOf(PROPOSAL), positionOf(PROPOSAL)), missing)
  expect(frames[0]?.greeks).toBeUndefined()
  expect(
    frames[0]?.legGreeks.filter((greeks): greeks is PositionGreeks => greeks !== undefined),
  ).toHaveLength(3)
  expect(sumGreeks(frames)).toBeUndefined()
  expect(sumGreeks([])).toEqual({ delta: 0, gamma: 0, theta: 0, vega: 0, vanna: 0, charm: 0 })
})

test('the open profit is the credit less the mid of buying back', () => {
  fc.assert(
    fc.property(anyPosition, position => {
      const [frame] = framesOf(bookOf(position))
      const owed = position.structure.legs.reduce(
        (sum, leg) => sum - leg.ratio * midOf(MARKET, leg.right, leg.strike),
        0,
      )
      expect(frame?.mark).toBeCloseTo(owed, 5)
      expect(frame?.openProfit).toBeCloseTo((position.entryNet - owed) * 100 * position.quantity, 3)
      position.structure.legs.forEach((leg, index) =>
        expect(frame?.legMarks[index]).toBeCloseTo(midOf(MARKET, leg.right, leg.strike), 9),
      )
    }),
    { numRuns: 40 },
  )
})

test('a leg that nobody offers leaves no mark, no leg mark and no age', () => {
  const [frame] = framesOf(bookOf(positionOf(PROPOSAL)), withLeg(0, 0))
  expect(frame).toMatchObject({ mark: undefined, age: Number.POSITIVE_INFINITY, openProfit: 0 })
  const without = CONDOR.legs.findIndex(leg => leg.strike === 686)
  expect(frame?.legMarks.flatMap((mark, index) => (mark === undefined ? [index] : []))).toEqual([without])
})

test('a position is as old as its oldest leg, and an old quote makes no profit', () => {
  const book = bookOf(positionOf(PROPOSAL))
  const market = pricedMarket()
  const rows = CONDOR.legs.slice(1).map(leg => rowOf(market.chain, leg.right, leg.strike))
  hearMarket(market, batchOf(rows.map(row => ({ row, bid: 1, ask: 1.1, time: CALM.time + 60_000 }))))
  const [frame] = framesOf(book, market, CALM.time + 60_000)
  expect(frame).toMatchObject({ age: 60_000, openProfit: 0 })
})

test('the day against its limits adds what was closed to what is held', () => {
  const open = positionOf(PROPOSAL, { quantity: 2, fees: 5.6 })
  const closed = positionOf(PROPOSAL, { quantity: 0, realised: -120, fees: 11.2 })
  const book = bookOf(open, closed)
  const mark = bookMark(MARKET, book, CALM.time)
  const risk = riskFrame(book, MARKET, mark)
  expect(risk.realised).toBeCloseTo(-120 - 11.2 - 5.6, 9)
  expect(risk.open).toBeCloseTo(framesOf(book)[0]?.openProfit ?? Number.NaN, 9)
  expect(risk.dayProfit).toBeCloseTo(risk.realised + risk.open, 9)
  expect(risk.atStops).toBeCloseTo(risk.realised + (open.entryNet - open.exit.stop) * 200, 9)
  expect(risk.openContracts).toBe(8)
  // A condor can lose on one side only: the wing of three dollars, two lots
  expect(risk.exposure).toBe(600)
})

test('the tail is worse on average than where it begins, and unknown without a smile', () => {
  const book = bookOf(positionOf(PROPOSAL, { quantity: 3 }))
  const mark = bookMark(MARKET, book, CALM.time)
  const { valueAtRisk, expectedShortfall } = riskFrame(book, MARKET, mark)
  expect(valueAtRisk).toBeGreaterThan(0)
  expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk ?? Number.NaN)
  expect(expectedShortfall).toBeLessThanOrEqual(900)
  for (const market of [undefined, { ...MARKET, smile: undefined }]) {
    const unknown = riskFrame(book, market, mark)
    expect([unknown.valueAtRisk, unknown.expectedShortfall]).toEqual([undefined, undefined])
  }
})

test('a day without positions has nothing to explain', () => {
  const book = openedBook()
  const parts = Object.values(dayAttribution(book, bookMark(MARKET, book, CALM.time)))
  expect(parts).toHaveLength(9)
  expect(new Set(parts)).toEqual(new Set([0]))
  expect(new Set(Object.values(dayFactors(book, bookMark(MARKET, book, CALM.time))))).toEqual(new Set([0]))
})

test('a position of an earlier version has no factors: what it made is told as residual', () => {
  const book = bookOf(positionOf(PROPOSAL, { quantity: 0 }))
  const total = { ...dayAttribution(openedBook(), bookMark(MARKET, book, CALM.time)), theta: 12, fees: -3 }
  book.attributions.set('d0', { decision: 'd0', total, mark: undefined })
  expect(dayFactors(book, bookMark(MARKET, book, CALM.time))).toMatchObject({
    residual: 9,
    costs: 0,
    market: 0,
  })
})
