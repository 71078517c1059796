import { expect, test } from 'vitest'
import { clock } from '../../fixtures/market.ts'
import { CONDOR, PUT_VERTICAL, orderOf, proposalOf } from '../../fixtures/trades.ts'
import { Venue, type Shown } from '../../fixtures/venue.ts'
import type { Order } from '../../core/portfolio/order.ts'
import { reversed } from '../../core/portfolio/structure.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'

/** A put vertical that brings 0.40 at once and 0.45 at the mid. */
const SHORT: Shown = { right: 'put', strike: 686, bid: 0.9, ask: 0.94, bidSize: 30, askSize: 30 }
const LONG: Shown = { right: 'put', strike: 683, bid: 0.44, ask: 0.5, bidSize: 30, askSize: 30 }
const MID = 0.45

/** An order as it comes to the venue: what a gate would say of it is no matter here. */
function orderAt(limit: number, given: Partial<Order> = {}): Approved<Order> {
  return orderOf(proposalOf(PUT_VERTICAL), { limit, quantity: 5, ...given }) as Approved<Order>
}

function venue(given: ConstructorParameters<typeof Venue>[0] = {}): Venue {
  return new Venue(given).open().show([SHORT, LONG])
}

test('at the natural price an order is acknowledged and fills whole, at once, with fees for every contract', () => {
  const { broker, events } = venue()
  broker.submit(orderAt(0.4))
  expect(events.map(event => event.kind)).toEqual(['orderAcknowledged', 'orderFilled'])
  expect(events[1]).toMatchObject({
    fill: {
      order: 'order-1',
      quantity: 5,
      net: 0.4,
      fees: expect.closeTo(7, 9),
      legs: [{ price: expect.closeTo(0.92, 9) }, { price: expect.closeTo(0.47, 9) }],
    },
  })
})

test('an order that would take less gets the natural price and not its limit', () => {
  const { broker, said } = bound(venue())
  broker.submit(orderAt(0.1))
  expect(said('orderFilled').map(event => event.fill.net)).toEqual([0.4])
})

test('no more fills than is on display, however often the venue looks, until quotes are new', () => {
  const floor = venue().show([{ ...SHORT, bidSize: 2 }])
  const lots = () => floor.said('orderFilled').map(event => event.fill.quantity)
  floor.broker.submit(orderAt(0.4))
  for (let look = 0; look < 20; look += 1) floor.pass(100)
  expect(lots()).toEqual([2])
  floor
    .show([{ ...SHORT, bidSize: 2 }])
    .pass(100)
    .pass(100)
  expect(lots()).toEqual([2, 2])
  floor.broker.hear({ kind: 'quotesConfirmed', time: floor.time })
  floor.pass(100)
  expect(lots()).toEqual([2, 2, 1])
  expect(floor.log.read().at(-1)?.order).toMatchObject({ status: 'filled', filled: 5 })
})

test('two orders share what is on display', () => {
  const floor = venue().show([{ ...LONG, askSize: 6 }])
  floor.broker.submit(orderAt(0.4, { id: 'first' }))
  floor.broker.submit(orderAt(0.4, { id: 'second' }))
  expect(floor.said('orderFilled').map(({ fill }) => [fill.order, fill.quantity])).toEqual([
    ['first', 5],
    ['second', 1],
  ])
})

test('beyond the mid nobody comes, at the mid somebody does, and nearer the natural price sooner', () => {
  const secondsToFill = (limit: number) => {
    const waits = Array.from({ length: 40 }, (_, number) => {
      const floor = venue()
      floor.broker.submit(orderAt(limit, { id: `order ${number}` }))
      const start = floor.time
      while (floor.said('orderFilled').length === 0 && floor.time < start + 300_000)
        floor.pass(1000).show([SHORT, LONG])
      return (floor.time - start) / 1000
    })
    return waits.reduce((sum, wait) => sum + wait, 0) / waits.length
  }
  expect(secondsToFill(0.46)).toBe(300)
  const [atMid, near] = [secondsToFill(MID), secondsToFill(0.41)]
  expect(atMid).toBeGreaterThan(25)
  expect(atMid).toBeLessThan(90)
  expect(near).toBeLessThan(atMid / 3)
})

test('inside the spread an order fills at its limit, in parts, and its lots add up', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.42, { quantity: 40 }))
  while (floor.time < clock(11, 10)) floor.pass(1000)
  const fills = floor.said('orderFilled').map(event => event.fill)
  expect(fills.length).toBeGreaterThan(1)
  expect(new Set(fills.map(fill => fill.net))).toEqual(new Set([0.42]))
  expect(fills.reduce((sum, fill) => sum + fill.quantity, 0)).toBe(40)
  expect(new Set(fills.map(fill => fill.id)).size).toBe(fills.length)
})

test('a walk that gives way fills where it crosses the natural price', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.5))
  expect(floor.said('orderFilled')).toEqual([])
  floor.broker.replace(orderAt(0.4, { stepsTaken: 2 }))
  expect(floor.said('orderFilled').map(event => event.fill.net)).toEqual([0.4])
  expect(floor.log.read().map(({ order }) => [order.limit, order.stepsTaken])).toEqual([
    [0.5, 0],
    [0.4, 2],
    [0.4, 2],
  ])
})

test('an odd half cent goes to the venue and never to the trader', () => {
  const floor = venue().show([{ ...SHORT, bid: 0.905 }])
  floor.broker.submit(orderAt(0.4))
  expect(floor.said('orderFilled')[0]?.fill.net).toBe(0.4)
})

test.each([
  ['before there is a session', () => new Venue(), 'options are not trading'],
  ['before the open', () => venue({ time: clock(9, 29, 59) }), 'options are not trading'],
  ['after the last trade', () => venue({ time: clock(16, 15) }), 'options are not trading'],
  ['where a leg was never quoted', () => new Venue().open().show([SHORT]), 'a leg is not quoted'],
  ['where nobody offers a leg', () => venue().show([{ ...LONG, ask: 0 }]), 'a leg is not quoted'],
  ['where the venue is out of luck', () => venue({ rules: { rejectShare: 1 } }), 'rejected by the venue'],
])('rejects an order %s, with the reason', (_when, at, note) => {
  const floor = at()
  floor.broker.submit(orderAt(0.4))
  expect(floor.events).toMatchObject([{ kind: 'orderRejected', order: 'order-1', note }])
  expect(floor.log.read()).toMatchObject([{ order: { status: 'rejected', note } }])
})

test('rejects about the share that it was told to, the same orders every time', () => {
  const rejected = () => {
    const floor = venue({ rules: { rejectShare: 0.3 } })
    for (let number = 0; number < 400; number += 1)
      floor.broker.submit(orderAt(0.5, { id: `order ${number}` }))
    return floor.said('orderRejected').map(event => event.order)
  }
  const first = rejected()
  expect(first).toEqual(rejected())
  expect(first.length).toBeGreaterThan(90)
  expect(first.length).toBeLessThan(150)
})

test('an order that is sent twice is done once, and stays what it is', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.5))
  floor.broker.submit(orderAt(0.4))
  expect(floor.events.map(event => event.kind)).toEqual(['orderAcknowledged', 'orderAcknowledged'])
  floor.broker.replace(orderAt(0.4))
  floor.broker.submit(orderAt(0.4))
  expect(floor.said('orderFilled')).toHaveLength(1)
  expect(floor.events.at(-1)).toMatchObject({
    kind: 'orderRejected',
    note: 'an order of this id was sent before',
  })
  expect(floor.log.read().at(-1)?.order.status).toBe('filled')
})

test('a cancelled order never fills, and what is over cannot be cancelled or changed', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.5))
  floor.broker.cancel('order-1')
  floor.broker.cancel('order-1')
  floor.broker.cancel('nobody’s order')
  floor.broker.replace(orderAt(0.1))
  floor.pass(60_000)
  expect(floor.events.map(event => event.kind)).toEqual(['orderAcknowledged', 'orderCancelled'])
  expect(floor.log.read().at(-1)?.order).toMatchObject({ status: 'cancelled', limit: 0.5 })
})

test('cancels everything that works, at once, and nothing else', () => {
  const floor = venue()
  for (const id of ['a', 'b', 'c']) floor.broker.submit(orderAt(id === 'b' ? 0.4 : 0.5, { id }))
  floor.broker.cancelAll()
  expect(floor.said('orderCancelled').map(event => event.order)).toEqual(['a', 'c'])
  const last = new Map(floor.log.read().map(({ order }) => [order.id, order.status]))
  expect([...last.values()]).toEqual(['cancelled', 'filled', 'cancelled'])
})

test('nothing fills after the last trade', () => {
  const floor = venue({ time: clock(16, 14, 59) })
  floor.broker.submit(orderAt(0.45))
  floor.pass(1000).show([{ ...SHORT, bid: 2, ask: 2.1 }])
  floor.pass(1000)
  expect(floor.said('orderFilled')).toEqual([])
})

test('an order is good for its day: in another session it is dead before anything can fill it', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.5))
  const later = new Venue({ log: floor.log, time: clock(11, 0) + 3 * 86_400_000 }).open('2026-11-23')
  later.show([{ ...SHORT, bid: 3, ask: 3.1 }, LONG])
  later.pass(1000)
  later.broker.connect(later.time)
  expect(later.said('orderFilled')).toEqual([])
  expect(later.said('reconciled')[0]?.orders).toMatchObject([
    { status: 'cancelled', note: 'its day is over' },
  ])
})

test('says which account it is, that it is paper, and everything it knows', () => {
  const floor = venue()
  floor.broker.submit(orderAt(0.4))
  floor.broker.connect(floor.time + 5)
  expect(floor.said('accountConfirmed')).toEqual([
    { kind: 'accountConfirmed', time: floor.time + 5, id: 'SIM0DTE', mode: 'paper' },
  ])
  const [known] = floor.said('reconciled')
  expect(known?.fills).toEqual(floor.said('orderFilled').map(event => event.fill))
  expect(known?.orders.map(order => [order.id, order.status])).toEqual([['order-1', 'filled']])
})

test('a combination of four legs trades whole, with a debit to close as a negative net', () => {
  const wide = CONDOR.legs.map(({ right, strike, ratio }): Shown => {
    const bid = ratio < 0 ? 1 : 0.2
    return { right, strike, bid, ask: bid + 0.1, bidSize: 9, askSize: 9 }
  })
  const floor = new Venue().open().show(wide)
  const legs = reversed(CONDOR.legs)
  floor.broker.submit(orderAt(-2, { id: 'close', structure: CONDOR, legs, quantity: 3 }))
  expect(floor.said('orderFilled')[0]?.fill).toMatchObject({
    quantity: 3,
    net: -1.8,
    fees: expect.closeTo(8.4, 9),
  })
})

function bound(floor: Venue) {
  return { broker: floor.broker, said: floor.said.bind(floor) }
}
