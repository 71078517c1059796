import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Desk } from '../fixtures/desk.ts'
import { PlayedDesk, anyMoves } from '../fixtures/deskMoves.ts'
import { CALM, DATE, TIMES, clock, pricedChain } from '../fixtures/market.ts'
import { CALL_VERTICAL, CONDOR, PUT_VERTICAL } from '../fixtures/trades.ts'
import { fromText, toText } from '../core/base/plainText.ts'
import { rowOf, type OptionChain } from '../core/market/optionChain.ts'
import { legKey, type Leg } from '../core/portfolio/structure.ts'
import { createBook } from './book/book.ts'
import { bookMark, emptyMark, legsOfCommand, legsOfEvaluation } from './bookMark.ts'
import { openMarket, type Market } from './market.ts'

const LATER = clock(11, 0, 7)

function pricedMarket(): Market {
  const { chain, smile } = pricedChain()
  const listing = { underlying: 'SPY', expiry: DATE, style: CALM.style, callStrikes: [], putStrikes: [] }
  const session = {
    id: 'test',
    date: DATE,
    underlying: 'SPY',
    style: CALM.style,
    source: 'made up',
    quoteInterval: 1000,
    previousClose: undefined,
  }
  const market = openMarket({ kind: 'sessionOpened', time: CALM.time, session, listing })
  const spot = { bid: 689.99, ask: 690.01, last: 690, time: CALM.time }
  return Object.assign(market, { chain, smile, spot, heardAt: clock(11, 0, 5) })
}

const keys = (legs: readonly Pick<Leg, 'right' | 'strike'>[]) => legs.map(legKey).sort()
const marked = (market: Market, desk: Desk) => Object.keys(bookMark(market, desk.book, LATER).legs).sort()

function column(chain: OptionChain, name: 'bid' | 'ask' | 'delta' | 'vega', leg: Leg): number | undefined {
  return chain[name][rowOf(chain, leg.right, leg.strike)]
}

test('a mark tells spot, phase, time to the close, silence and the age of every quote', () => {
  const mark = bookMark(pricedMarket(), createBook(), LATER, PUT_VERTICAL.legs)
  expect(mark).toMatchObject({ time: LATER, spot: 690, phase: 'session', silence: 2000 })
  expect(mark.years).toBeCloseTo((TIMES.close - LATER) / 60_000 / 525_600, 15)
  expect(Object.values(mark.legs).map(leg => leg.age)).toEqual([7000, 7000])
  expect(bookMark(pricedMarket(), createBook(), clock(10, 0), PUT_VERTICAL.legs)).toMatchObject({
    silence: 0,
    legs: { P686: { age: 0 } },
  })
})

test('the figures of a leg are those of its row in the chain', () => {
  const market = pricedMarket()
  const { legs } = bookMark(market, createBook(), LATER, CONDOR.legs)
  for (const leg of CONDOR.legs) {
    const { bid, ask, delta, vega } = legs[legKey(leg)] ?? {}
    const row = (['bid', 'ask', 'delta', 'vega'] as const).map(name => column(market.chain, name, leg))
    expect([bid, ask, delta, vega]).toEqual(row)
    expect(ask).toBeGreaterThan(bid ?? 1)
  }
})

test('a leg that is not listed, or was never quoted, is left out', () => {
  const market = pricedMarket()
  market.chain.quoteTime[rowOf(market.chain, 'put', 683)] = 0
  const asked = [...PUT_VERTICAL.legs, { right: 'put' as const, strike: 100 }]
  expect(Object.keys(bookMark(market, createBook(), LATER, asked).legs)).toEqual(['P686'])
})

test('the legs of what is suggested, passed over, held or on its way are watched until nothing needs them', () => {
  const market = pricedMarket()
  const desk = new Desk().open()
  expect(marked(market, desk)).toEqual([])
  desk.suggest(PUT_VERTICAL, 1, 'noTrade')
  expect(marked(market, desk)).toEqual(keys(PUT_VERTICAL.legs))
  const { id } = desk.suggest(CALL_VERTICAL)
  expect(marked(market, desk)).toEqual(keys(CONDOR.legs))
  desk.accept(id)
  desk.filled(desk.order(`${id}.1`))
  desk.beat()
  expect(marked(market, desk)).toEqual(keys(CONDOR.legs))
  desk.beat({ spot: 682 })
  expect([...desk.book.decisions.values()].every(decision => decision.outcome)).toBe(true)
  expect(marked(market, desk)).toEqual(keys(CALL_VERTICAL.legs))
  desk.filled(desk.order(`${id}.2`))
  expect(marked(market, desk)).toEqual([])
})

test('an edit brings the strikes it moves to, other commands bring none', () => {
  const desk = new Desk().open()
  const { id } = desk.suggest(PUT_VERTICAL)
  const about = (edits: { strikes?: number[]; quantity?: number }) =>
    keys(legsOfCommand({ name: 'suggestion/preview', request: { id, edits } }, desk.book))
  expect(about({ strikes: [685, 682] })).toEqual(['P682', 'P685'])
  expect(about({ quantity: 2 })).toEqual(['P683', 'P686'])
  const request = { id: 'lost', edits: {}, via: 'click' } as const
  expect(legsOfCommand({ name: 'suggestion/modify', request }, desk.book)).toEqual([])
  const accept = { name: 'suggestion/accept', request: { id, via: 'click' } } as const
  expect(legsOfCommand(accept, desk.book)).toEqual([])
})

test('an evaluation brings the legs of its trade, or of the trade it passed over', () => {
  const desk = new Desk().open()
  const legsOf = (action: 'noTrade' | 'sellIronCondor') => {
    const draft = desk.openingDraft(CONDOR, 1, action)
    return draft ? keys(legsOfEvaluation({ draft, answersKnown: 0 })) : []
  }
  expect(legsOf('sellIronCondor')).toEqual(keys(CONDOR.legs))
  expect(legsOf('noTrade')).toEqual(keys(CONDOR.legs))
})

test('before a market is known nothing is quoted and nothing is open', () => {
  expect(emptyMark(5)).toMatchObject({ time: 5, spot: Number.NaN, phase: 'closed', legs: {} })
})

test('an event is the same after it was written down and read again, figures that are not known included', () => {
  fc.assert(
    fc.property(anyMoves, moves => {
      const played = new PlayedDesk()
      for (const move of moves) Array.from(played.play(move))
      const events = played.desk.told.map(([event]) => event)
      const written = toText([...events, { mark: emptyMark(1) }])
      expect(toText(fromText(written))).toBe(written)
      expect(fromText<unknown[]>(written).at(-1)).toEqual({
        mark: { time: 1, spot: Number.NaN, years: 0, legs: {}, phase: 'closed', silence: 0 },
      })
    }),
    { numRuns: 20 },
  )
})
