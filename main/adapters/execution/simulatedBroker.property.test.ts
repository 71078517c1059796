import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyStructure, orderOf, proposalOf } from '../../fixtures/trades.ts'
import { Venue, type Shown } from '../../fixtures/venue.ts'
import type { Fill, Order } from '../../core/portfolio/order.ts'
import type { Leg } from '../../core/portfolio/structure.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'

const cents = (min: number, max: number) => fc.integer({ min, max }).map(value => value / 100)
const shownPrice = fc.record({
  bid: cents(0, 300),
  width: cents(1, 20),
  bidSize: fc.integer({ min: 0, max: 12 }),
  askSize: fc.integer({ min: 0, max: 12 }),
})
type ShownPrice = typeof shownPrice extends fc.Arbitrary<infer Value> ? Value : never

/** What may happen at the venue: new quotes, time, another limit, a cancel. */
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('quotes' as const),
    prices: fc.array(shownPrice, { minLength: 4, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('pass' as const), time: fc.integer({ min: 100, max: 20_000 }) }),
  fc.record({ kind: fc.constant('pass' as const), time: fc.integer({ min: 100, max: 20_000 }) }),
  fc.record({ kind: fc.constant('replace' as const), limit: cents(-400, 400) }),
  fc.record({ kind: fc.constant('cancel' as const) }),
)
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never

const story = fc.record({
  structure: anyStructure.filter(({ legs }) => legs.every(leg => leg.strike >= 670 && leg.strike <= 710)),
  prices: fc.array(shownPrice, { minLength: 4, maxLength: 4 }),
  quantity: fc.integer({ min: 1, max: 30 }),
  limit: cents(-400, 400),
  happenings: fc.array(happening, { maxLength: 15 }),
  seed: fc.integer(),
})
type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never

function shownOf(legs: readonly Leg[], prices: readonly ShownPrice[]): Shown[] {
  return legs.map(({ right, strike }, index) => {
    const { bid = 0, width = 0.01, bidSize = 0, askSize = 0 } = prices[index] ?? {}
    return { right, strike, bid, ask: Math.round((bid + width) * 100) / 100, bidSize, askSize }
  })
}

/** What the legs bring at their worse side, in whole cents. */
function naturalCents(legs: readonly Leg[], shown: readonly Shown[]): number {
  return legs.reduce((sum, { ratio }, index) => {
    const { bid = 0, ask = 0 } = shown[index] ?? {}
    return sum + (ratio > 0 ? -Math.round(ask * 100) : Math.round(bid * 100))
  }, 0)
}

/** What the legs bring halfway, in half cents. */
function midHalfCents(legs: readonly Leg[], shown: readonly Shown[]): number {
  return legs.reduce((sum, { ratio }, index) => {
    const { bid = 0, ask = 0 } = shown[index] ?? {}
    return sum - ratio * (Math.round(bid * 100) + Math.round(ask * 100))
  }, 0)
}

interface SeenFill {
  readonly fill: Fill
  readonly limit: number
  readonly shown: readonly Shown[]
  /** Which quotes it filled against, by number. */
  readonly showing: number
}

/** Lives a story at a venue; gives every fill beside what it filled against. */
function live(
  { structure, prices, quantity, limit, happenings, seed }: Story,
  venue = new Venue({ rules: { seed } }),
) {
  const { legs } = structure
  let [shown, showing, current] = [shownOf(legs, prices), 0, limit]
  const fills: SeenFill[] = []
  const look = () => {
    for (const { fill } of venue.said('orderFilled').slice(fills.length))
      fills.push({ fill, limit: current, shown, showing })
  }
  const order = orderOf(proposalOf(structure), { quantity, legs })
  venue.open().show(shown)
  // No gate would let all of these through; a venue has to be honest with any
  venue.broker.submit({ ...order, limit } as Approved<Order>)
  look()
  for (const each of happenings) {
    if (each.kind === 'quotes') {
      shown = shownOf(legs, each.prices)
      showing += 1
      venue.show(shown)
    }
    if (each.kind === 'pass') venue.pass(each.time)
    if (each.kind === 'cancel') venue.broker.cancel(order.id)
    if (each.kind === 'replace') {
      current = each.limit
      venue.broker.replace({ ...order, limit: current } as Approved<Order>)
    }
    look()
  }
  return { venue, fills, legs }
}

function happens(each: Happening): boolean {
  return each.kind === 'quotes'
}

test('no fill is worse than its limit, and none better than the natural price unless it waited inside the spread', () => {
  fc.assert(
    fc.property(story, given => {
      const { fills, legs } = live(given)
      for (const { fill, limit, shown } of fills) {
        const net = Math.round(fill.net * 100)
        expect(net).toBeGreaterThanOrEqual(Math.round(limit * 100))
        expect(net).toBeLessThanOrEqual(Math.max(naturalCents(legs, shown), Math.round(limit * 100)))
        expect(2 * net).toBeLessThanOrEqual(midHalfCents(legs, shown))
      }
    }),
    { numRuns: 200 },
  )
})

test('fills at the natural price never add up to more than was on display', () => {
  fc.assert(
    fc.property(story, given => {
      const { fills, legs } = live(given)
      const showings = given.happenings.filter(happens).length
      for (let showing = 0; showing <= showings; showing += 1) {
        const against = fills.filter(seen => seen.showing === showing)
        const [first] = against
        if (!first) continue
        const natural = naturalCents(legs, first.shown)
        const taken = against
          .filter(({ fill }) => Math.round(fill.net * 100) === natural && natural !== 0)
          .filter(({ limit }) => Math.round(limit * 100) < natural)
          .reduce((sum, { fill }) => sum + fill.quantity, 0)
        const sizes = legs.map(({ ratio }, index) => {
          const { bid = 0, bidSize = 0, askSize = 0 } = first.shown[index] ?? {}
          if (ratio > 0) return askSize
          return bid > 0 ? bidSize : Number.POSITIVE_INFINITY
        })
        expect(taken).toBeLessThanOrEqual(Math.min(...sizes))
      }
    }),
    { numRuns: 200 },
  )
})

test('lots add up to what the log says, never beyond the order, each with the fees of its contracts', () => {
  fc.assert(
    fc.property(story, given => {
      const { fills, venue, legs } = live(given)
      const lots = fills.reduce((sum, { fill }) => sum + fill.quantity, 0)
      const last = venue.log.read().at(-1)?.order
      expect(lots).toBe(last?.filled)
      expect(lots).toBeLessThanOrEqual(given.quantity)
      expect(last?.status === 'filled').toBe(lots === given.quantity)
      for (const { fill } of fills) {
        expect(fill.quantity).toBeGreaterThan(0)
        expect(fill.fees).toBeCloseTo(fill.quantity * legs.length * 0.7, 9)
        expect(fill.legs.map(({ right, strike, ratio }) => ({ right, strike, ratio }))).toEqual(legs)
      }
    }),
    { numRuns: 200 },
  )
})

test('after a cancel nothing fills', () => {
  fc.assert(
    fc.property(story, fc.nat({ max: 15 }), (given, place) => {
      const happenings = [...given.happenings]
      happenings.splice(place, 0, { kind: 'cancel' })
      const { venue } = live({ ...given, happenings })
      const kinds = venue.events.map(event => event.kind)
      const cancelled = kinds.indexOf('orderCancelled')
      const after = cancelled < 0 ? [] : kinds.slice(cancelled + 1)
      expect(after).not.toContain('orderFilled')
    }),
  )
})

test('a broker that starts from the log of another knows what the other knew', () => {
  fc.assert(
    fc.property(story, given => {
      const { venue } = live(given)
      const next = new Venue({ log: venue.log })
      for (const each of [venue, next]) each.broker.connect(venue.time)
      expect(next.said('reconciled')).toEqual(venue.said('reconciled'))
    }),
  )
})

test('the same story at the same venue ends the same way', () => {
  fc.assert(
    fc.property(story, given => {
      expect(live(given).venue.events).toEqual(live(given).venue.events)
    }),
    { numRuns: 50 },
  )
})
