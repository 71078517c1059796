import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf, openingOf, type SentQuote } from '../fixtures/moments.ts'
import type { Command } from '../contract/commands.ts'
import { CHAIN_COLUMNS, createChain } from '../core/market/optionChain.ts'
import type { EngineEvent, QuoteBatch } from './event.ts'
import { createInbox, mergeQuotes } from './inbox.ts'
import { hearMarket, openMarket, type Market } from './market.ts'

interface Item {
  readonly event: EngineEvent
}

const SAFETY: readonly Command[] = [
  { name: 'killSwitch/flatten', request: { via: 'key', immediately: true } },
  { name: 'killSwitch/keep', request: { via: 'key' } },
  { name: 'order/cancel', request: { id: 'order-1', via: 'click' } },
]

const OTHERS: readonly Command[] = [
  { name: 'keys/arm', request: { minutes: 5 } },
  { name: 'suggestion/accept', request: { id: 'decision-1', via: 'click' } },
  { name: 'position/close', request: { id: 'decision-1', via: 'click' } },
]

const anyCommand = (commands: readonly Command[]) =>
  fc.constantFrom(...commands).map((command): EngineEvent => ({ kind: 'command', time: 1, command }))

/** Quotes of few contracts, some of which break a rule, at few instants. */
const anyQuote: fc.Arbitrary<SentQuote> = fc.record({
  row: fc.integer({ min: 0, max: 5 }),
  bid: fc.constantFrom(0, 0.5, 1, 2, -1, Number.NaN),
  ask: fc.constantFrom(0, 0.7, 1.1, 2.5),
  time: fc.constantFrom(1, 2, 3, 4, Number.NaN),
})

const anyBatch: fc.Arbitrary<QuoteBatch> = fc.array(anyQuote, { maxLength: 8 }).map(batchOf)

const anyEvent = fc.oneof(
  { weight: 4, arbitrary: anyBatch },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 9 }).map((time): EngineEvent => ({ kind: 'beat', time })),
  },
  { weight: 1, arbitrary: anyCommand(OTHERS) },
  { weight: 1, arbitrary: anyCommand(SAFETY) },
)

function emptyInbox() {
  return createInbox<Item>((item, event) => ({ ...item, event }))
}

function drained(events: readonly EngineEvent[]): EngineEvent[] {
  const inbox = emptyInbox()
  for (const event of events) inbox.put({ event })
  return taken(inbox)
}

function taken(inbox: ReturnType<typeof emptyInbox>): EngineEvent[] {
  const events: EngineEvent[] = []
  for (let item = inbox.take(); item; item = inbox.take()) events.push(item.event)
  return events
}

function isSafety(event: EngineEvent): boolean {
  return event.kind === 'command' && SAFETY.includes(event.command)
}

/** A market of three strikes that has heard some quotes. */
function marketAfter(batches: readonly EngineEvent[]): Market {
  const market = openMarket(openingOf({ lowest: 689, highest: 691 }))
  for (const batch of batches) if (batch.kind === 'quotes') hearMarket(market, batch)
  return market
}

function columnsOf(market: Market): readonly Float64Array[] {
  return CHAIN_COLUMNS.map(name => market.chain[name])
}

test('safety commands come first, everything else in its order, and nothing but quotes is merged', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
      const out = drained(events)
      const safety = events.filter(isSafety)
      expect(out.slice(0, safety.length)).toEqual(safety)
      const others = (list: readonly EngineEvent[]) =>
        list.filter(event => event.kind !== 'quotes' && !isSafety(event))
      expect(others(out)).toEqual(others(events))
    }),
  )
})

test('quotes never pass an event that came between them', () => {
  const unmerged = (events: readonly EngineEvent[]) =>
    events
      .filter(event => !isSafety(event))
      .map(event => event.kind)
      .filter((kind, index, all) => kind !== 'quotes' || all[index - 1] !== 'quotes')
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
      expect(unmerged(drained(events))).toEqual(unmerged(events))
      expect(
        drained(events)
          .filter(event => !isSafety(event))
          .map(event => event.kind),
      ).toEqual(unmerged(events))
    }),
  )
})

test('the chain after merged quotes is the chain after each of them', () => {
  fc.assert(
    fc.property(fc.array(anyBatch, { maxLength: 6 }), batches => {
      expect(columnsOf(marketAfter(drained(batches)))).toEqual(columnsOf(marketAfter(batches)))
    }),
    { numRuns: 500 },
  )
})

test('every quote is either taken out or counted as replaced', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
      const inbox = emptyInbox()
      for (const event of events) inbox.put({ event })
      const count = (list: readonly EngineEvent[]) =>
        list.reduce((sum, event) => sum + (event.kind === 'quotes' ? event.count : 0), 0)
      expect(count(taken(inbox)) + inbox.conflated).toBe(count(events))
    }),
  )
})

test('the length is what can still be taken, at every step', () => {
  fc.assert(
    fc.property(fc.array(fc.option(anyEvent), { maxLength: 80 }), steps => {
      const inbox = emptyInbox()
      for (const event of steps) {
        const before = inbox.length
        if (event) inbox.put({ event })
        const out = event ? undefined : inbox.take()
        expect(event ? [before, before + 1] : [Math.max(0, before - 1)]).toContain(inbox.length)
        expect(out === undefined).toBe(event !== null || before === 0)
      }
      expect(taken(inbox).length).toBeLessThanOrEqual(steps.length)
      expect(inbox.length).toBe(0)
    }),
  )
})

test('a long line stays whole while it is worked off', () => {
  const inbox = emptyInbox()
  const seen: number[] = []
  for (let time = 1; time <= 5000; time += 1) {
    inbox.put({ event: { kind: 'beat', time } })
    const item = time % 5 === 0 ? undefined : inbox.take()
    if (item) seen.push(item.event.time)
  }
  seen.push(...taken(inbox).map(event => event.time))
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1))
})

test('a merged batch names every contract once, and is as late as the later of the two', () => {
  fc.assert(
    fc.property(anyBatch, anyBatch, (earlier, later) => {
      const merged = mergeQuotes(earlier, later)
      const rows = [...merged.rows.subarray(0, merged.count)]
      expect(new Set(rows).size).toBe(rows.length)
      const named = [earlier, later].flatMap(batch => [...batch.rows.subarray(0, batch.count)])
      expect(new Set(rows)).toEqual(new Set(named))
      expect(merged.time).toBe(Math.max(earlier.time, later.time))
    }),
  )
})

test('a quote that breaks a rule does not push out the good one that it follows', () => {
  const good = { row: 1, bid: 1, ask: 1.1, time: 10 }
  const crossed = { row: 1, bid: 2, ask: 1.1, time: 11 }
  const merged = mergeQuotes(batchOf([good]), batchOf([crossed]))
  expect([merged.count, merged.bid[0], merged.times[0]]).toEqual([1, 1, 10])
})

test('a quote that comes late does not push out the newer one', () => {
  const merged = mergeQuotes(
    batchOf([{ row: 1, bid: 1, ask: 1.1, time: 10 }]),
    batchOf([{ row: 1, bid: 2, ask: 2.1, time: 9 }]),
  )
  expect(merged.bid[0]).toBe(1)
})

test('an empty chain is what no quotes leave behind', () => {
  const { listing } = openingOf({ lowest: 689, highest: 691 })
  expect(marketAfter(drained([])).chain).toEqual(createChain(listing))
})
