import { expect, test } from 'vitest'
import { CALM, clock } from '../fixtures/market.ts'
import {
  madeUpMoment,
  minutesUntil,
  openedBook,
  openingOf,
  pricedMarket,
  tradeOf,
} from '../fixtures/moments.ts'
import { positionOf, proposalOf } from '../fixtures/trades.ts'
import { SITUATION_SIZE } from '../core/memory/situation.ts'
import { createBook } from './book/book.ts'
import { hearMarket, openMarket } from './market.ts'
import { contextOf, holdingOf, marketOf, momentOf, situationOf } from './moment.ts'
import { observe } from '../core/features/observation.ts'

test('there is no moment before the first price, nor before a session has rules', () => {
  expect(momentOf(openMarket(openingOf()), openedBook(), CALM.time)).toBeUndefined()
  expect(momentOf(pricedMarket(), createBook(), CALM.time)).toBeUndefined()
})

test('later quotes do not touch a moment', () => {
  const market = pricedMarket()
  const moment = momentOf(market, openedBook(), CALM.time)
  const before = structuredClone(moment)
  hearMarket(market, tradeOf(700, CALM.time + 60_000))
  market.chain.bid.fill(9)
  market.chain.delta.fill(9)
  market.bars.push(...minutesUntil(CALM.time, 3))
  expect(moment).toEqual(before)
})

test('what is not known is left unknown, and what is seen of it is still finite', () => {
  const market = openMarket(openingOf())
  hearMarket(market, tradeOf(CALM.spot))
  const moment = momentOf(market, openedBook(), CALM.time)
  if (!moment) throw new Error('a price makes a moment')
  expect(moment).toMatchObject({ smile: undefined, expectedMove: undefined, realisedVolatility: undefined })
  expect(moment.impliedVolatility).toBeNaN()
  const context = contextOf(moment, undefined)
  expect(context).toMatchObject({ forward: CALM.spot, vix: undefined, expectedMove: undefined, dataAge: 0 })
  expect(situationOf(moment).every(Number.isFinite)).toBe(true)
  const observation = observe(marketOf(moment), holdingOf(moment), moment.recollection, undefined)
  expect(observation.every(Number.isFinite)).toBe(true)
})

test('a market that stood still all morning has a finite situation', () => {
  const moment = madeUpMoment({}, { bars: minutesUntil(CALM.time, 30, 0), realisedVolatility: 0 })
  expect(situationOf(moment)).toHaveLength(SITUATION_SIZE)
  expect(situationOf(moment).every(Number.isFinite)).toBe(true)
})

test('the figures of a moment are those of the market it was made in', () => {
  const market = pricedMarket()
  const bars = minutesUntil(CALM.time, 40)
  hearMarket(market, { kind: 'barsBackfilled', time: CALM.time, bars })
  hearMarket(market, { kind: 'volatilityIndex', time: CALM.time, value: 15.5, previousClose: 16 })
  const moment = momentOf(market, openedBook(), CALM.time)
  expect(moment).toMatchObject({ spot: CALM.spot, volatilityIndex: 15.5, openingPrice: bars[0]?.open })
  expect(moment?.impliedVolatility).toBeCloseTo(CALM.volatility, 2)
  expect(moment?.expectedMove).toBe(market.move?.move)
  // Every minute goes from one side of the swing to the other
  const step = Math.log((CALM.spot + 0.2) / (CALM.spot - 0.2))
  expect(moment?.realisedVolatility).toBeCloseTo(step * Math.sqrt(525_600), 9)
})

test('like moments have like situations, and each thing that differs shows in its own place', () => {
  const base = madeUpMoment()
  const differs = (changes: Parameters<typeof madeUpMoment>[1]) => {
    const [one, other] = [situationOf(base), situationOf({ ...base, ...changes })]
    return [...one].flatMap((value, index) => (Object.is(value, other[index]) ? [] : [index]))
  }
  expect(differs({})).toEqual([])
  expect(differs({ time: clock(13, 0) })).toEqual([0])
  expect(differs({ impliedVolatility: 0.3 })).toEqual([1])
  expect(differs({ realisedVolatility: 0.3 })).toEqual([2])
  expect(differs({ openingPrice: 680 })).toEqual([4])
  expect(differs({ riskScore: 0.9 })).toEqual([7])
})

test('what is held shows as its profit, its age and its risk', () => {
  const book = openedBook()
  const proposal = proposalOf(undefined, 2)
  const earlier = CALM.time - 30 * 60_000
  book.positions.set('a', positionOf(proposal, { decision: 'a', openedAt: earlier, entryNet: 1 }))
  book.positions.set('b', positionOf(proposal, { decision: 'b', openedAt: CALM.time, entryNet: 1.5 }))
  const moment = momentOf(pricedMarket(), book, CALM.time)
  if (!moment) throw new Error('a price makes a moment')
  const holding = holdingOf(moment)
  expect(holding).toMatchObject({ hasPosition: true, openedAt: earlier })
  // At mid one lot costs the mid of its quote to close
  const mid = proposal.quote.mid
  expect(holding.openProfit).toBeCloseTo((1 - mid + 1.5 - mid) * 100 * 2, 6)
  expect(holding.riskScore).toBeGreaterThan(madeUpMoment().riskScore)
  expect(situationOf(moment)[6]).toBe(1)
})

test('the age of the data is that of the oldest quote that the trade needs', () => {
  const moment = madeUpMoment()
  const proposal = proposalOf()
  expect(contextOf({ ...moment, time: moment.time + 2500 }, proposal).dataAge).toBe(2500)
  expect(contextOf({ ...moment, time: moment.time + 2500 }, undefined).dataAge).toBe(0)
})

test('no minutes are left once the close has passed', () => {
  expect(contextOf({ ...madeUpMoment(), time: clock(16, 30) }, undefined).minutesToClose).toBe(0)
})
