import { beforeEach, expect, test } from 'vitest'
import type { Order } from '../../core/portfolio/order.ts'
import { reversed } from '../../core/portfolio/structure.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'
import type { BrokerEvent, MarketEvent } from '../../engine/event.ts'
import { DATE, TIMES, clock } from '../../fixtures/market.ts'
import { openingOf, wholeChain } from '../../fixtures/moments.ts'
import { PUT_VERTICAL, orderOf, proposalOf } from '../../fixtures/trades.ts'
import { FEES } from '../../fixtures/venue.ts'
import { createChain } from '../../core/market/optionChain.ts'
import { comboQuote } from '../../core/portfolio/comboQuote.ts'
import { legQuotes } from '../../engine/offer.ts'
import { hearMarket, openMarket } from '../../engine/market.ts'
import { CertainBroker } from './certainBroker.ts'

const NOW = clock(11, 0)
const opening = openingOf({ time: NOW })
const quotes = wholeChain(createChain(opening.listing), { time: NOW })

let told: BrokerEvent[]
let broker: CertainBroker

beforeEach(() => {
  told = []
  broker = new CertainBroker(FEES, event => void told.push(event))
})

function hear(...events: readonly MarketEvent[]): void {
  for (const event of events) broker.hear(event)
}

/** An order as it comes to the venue: what a gate would say of it is no matter here. */
function order(given: Partial<Order> = {}): Approved<Order> {
  const walk = { start: 0.45, end: 0.41, steps: 2, stepEvery: 10_000 }
  return orderOf(proposalOf(PUT_VERTICAL), { quantity: 3, walk, ...given }) as Approved<Order>
}

test('it says which account it is', () => {
  broker.connect(NOW)
  expect(told).toEqual([{ kind: 'accountConfirmed', time: NOW, id: 'SIMCERTAIN', mode: 'paper' }])
})

test('an opening fills whole, at once, at the worst limit of its walk, with fees for every contract', () => {
  hear(opening, quotes)
  broker.submit(order())
  expect(told.map(({ kind }) => kind)).toEqual(['orderAcknowledged', 'orderFilled'])
  expect(told[1]).toMatchObject({ time: NOW, fill: { quantity: 3, net: 0.41, fees: expect.closeTo(4.2, 9) } })
})

test('a closing fills at the natural price, wherever its walk ends', () => {
  hear(opening, quotes)
  const legs = reversed(PUT_VERTICAL.legs)
  broker.submit(order({ purpose: 'close', legs }))
  const market = openMarket(opening)
  hearMarket(market, quotes)
  const natural = comboQuote(legs, legQuotes(market.chain, legs, NOW))?.natural
  expect(natural).toBeLessThan(0)
  expect(told[1]).toMatchObject({ fill: { net: natural } })
})

test.each([
  ['an order of the same id', [opening, quotes], NOW, 'sent before'],
  ['a leg that nobody quotes', [opening], NOW, 'not quoted'],
  ['before any session', [], NOW, 'not trading'],
  ['after the last trade', [opening, quotes], TIMES.lastTrade, 'not trading'],
] as const)('it rejects: %s', (name, events, time, note) => {
  hear(...events)
  broker.pass(time)
  if (name === 'an order of the same id') broker.submit(order())
  told.length = 0
  broker.submit(order())
  expect(told).toMatchObject([{ kind: 'orderRejected', note: expect.stringContaining(note) }])
})

test('nothing rests, so nothing is moved or cancelled', () => {
  hear(opening, quotes)
  broker.submit(order())
  told.length = 0
  broker.replace()
  broker.cancel()
  broker.cancelAll()
  expect(told).toEqual([])
})

test('contracts that are listed later can be traded', () => {
  hear({ ...opening, listing: { ...opening.listing, putStrikes: [], callStrikes: [] } })
  broker.submit(order())
  const { callStrikes, putStrikes } = opening.listing
  hear({ kind: 'contractsListed', time: NOW, callStrikes, putStrikes }, quotes)
  broker.submit(order({ id: `${DATE} again` }))
  expect(told.map(({ kind }) => kind)).toEqual(['orderRejected', 'orderAcknowledged', 'orderFilled'])
})
