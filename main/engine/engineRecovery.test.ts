import { expect, test } from 'vitest'
import { memoryBrokerLog } from '../adapters/execution/brokerLog.ts'
import { Floor } from '../fixtures/floor.ts'
import { fromText, toText } from '../core/base/plainText.ts'
import { DEFAULT_SIZING, type Sizing } from '../core/risk/kelly.ts'
import { heldPositions, openOrders } from './book/book.ts'
import type { JournalEntry } from './ports.ts'
import { snapshotOf } from './views/snapshotOf.ts'

const AROUND = { notices: [], shell: 'web' } as const

/** A morning with a trade on, a no, a rating, new limits and armed keys. */
async function morning(log = memoryBrokerLog()): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor', log }).open()
  const yes = { id: floor.suggested.id, via: 'click' } as const
  await floor.send({ name: 'suggestion/accept', request: yes })
  await floor.pass(70)
  const no = { id: floor.suggested.id, via: 'click', reason: 'Size', comment: 'enough' } as const
  await floor.send({ name: 'suggestion/reject', request: no })
  await floor.send({ name: 'limits/set', request: { ...floor.engine.book.limits, lotsPerOrder: 2 } })
  await floor.send({ name: 'reasons/set', request: { reasons: ['Nerves'] } })
  await floor.send({ name: 'keys/arm', request: { minutes: 10 } })
  await floor.quote({ time: floor.shape.time + 1000, spot: 691.2, volatility: 0.17 })
  return floor
}

/** The ledger as a disk gives it back. */
function readBack(floor: Floor): JournalEntry[] {
  return floor.memory.entries.map(entry => fromText(toText(entry)))
}

/** Another life on the same ledger and the same broker. */
function restarted(before: Floor): Floor {
  const after = new Floor({ wish: before.policy.wish, log: before.log, session: before.session })
  after.engine.recover(readBack(before))
  after.shape = before.shape
  return after
}

test('the ledger gives back the book, whatever had been done to it', async () => {
  const before = await morning()
  const after = restarted(before)
  expect(after.engine.book).toEqual(before.engine.book)
  expect(after.engine.sequence).toBe(before.engine.sequence)
  expect(after.engine.time).toBe(before.engine.time)
})

test('a client sees after a restart what it saw before, once the market is told again', async () => {
  const before = await morning()
  const after = restarted(before)
  const [was, is] = [before, after].map(floor => snapshotOf(floor.engine, AROUND))
  expect(toText({ ...is, bars: [] })).toBe(toText({ ...was, bars: [] }))
  expect(is?.bars).toEqual([])
  expect(was?.bars.length).toBeGreaterThan(0)
})

test('recovery has no effects: nothing is sent, nothing is written, nobody hears', async () => {
  const before = await morning()
  const records = before.log.read().length
  const after = restarted(before)
  await after.engine.settled()
  expect(before.log.read()).toHaveLength(records)
  expect(after.audits).toEqual([])
  expect(after.memory.entries).toEqual([])
  expect(after.policy.calls).toBe(0)
})

test('the session goes on after a restart under the numbers that follow', async () => {
  const before = await morning()
  const after = restarted(before)
  await after.open()
  expect(after.facts('sessionOpened')).toEqual([])
  expect(after.audits[0]?.sequence).toBe(before.engine.sequence + 1)
  expect(heldPositions(after.engine.book)).toEqual(heldPositions(before.engine.book))
  await after.pass(125)
  const ids = [...after.engine.book.decisions.keys()]
  expect(ids).toEqual(ids.map((_, index) => `test-session/${index + 1}`))
  expect(after.engine.book.decisions.size).toBeGreaterThan(before.engine.book.decisions.size)
})

test('in a session that goes on lots are counted as the settings say today, until the trader chooses', async () => {
  const kelly = { by: 'kelly', bankroll: 40_000, volatilityTarget: 0.2 } as const
  const own = { ...kelly, by: 'limits', bankroll: 10_000 } as const
  const again = async (before: Floor, sizing: Sizing, session = before.session) => {
    const after = new Floor({ log: before.log, session, sizing })
    after.engine.recover(readBack(before))
    after.shape = before.shape
    after.memory.entries.push(...readBack(before))
    return after.open()
  }
  const first = await morning()
  expect(first.engine.book.sizing).toEqual(DEFAULT_SIZING)
  const told = await again(first, kelly)
  expect(snapshotOf(told.engine, AROUND).sizing).toEqual(kelly)
  expect(told.facts('sizingSet')).toEqual([{ kind: 'sizingSet', sizing: kelly, isChosen: false }])
  await told.send({ name: 'sizing/set', request: own })
  const chosen = await again(told, kelly)
  expect(chosen.engine.book.sizing).toEqual(own)
  expect(chosen.facts('sizingSet')).toEqual([])
  const next = await again(chosen, kelly, 'next-session')
  expect(next.engine.book.sizing).toEqual(own)
})

test('a fill that was missed comes in once when the broker is asked again', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const { id } = floor.suggested
  await floor.send({ name: 'suggestion/accept', request: { id, via: 'click' } })
  const [sent] = openOrders(floor.engine.book)
  const ledger = floor.memory.entries.length
  await floor.pass(25)
  expect(floor.facts('filled').length).toBeGreaterThan(0)

  const after = new Floor({ wish: 'noTrade', log: floor.log })
  after.engine.recover(readBack(floor).slice(0, ledger))
  after.shape = floor.shape
  expect(openOrders(after.engine.book).map(order => order.id)).toEqual([sent?.id])
  await after.open()
  expect(after.facts('reconciled')).toMatchObject([{ missing: floor.facts('filled').length }])
  const [lots, lotsBefore] = [after, floor].map(each => heldPositions(each.engine.book)[0]?.quantity)
  expect(lots).toBe(lotsBefore)
  after.broker.connect(after.shape.time)
  await after.engine.settled()
  expect(after.facts('reconciled').at(-1)).toMatchObject({ missing: 0 })
  expect(heldPositions(after.engine.book)[0]?.quantity).toBe(lots)
})

test('an order that never reached the broker is dead after a restart', async () => {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const { id } = floor.suggested
  await floor.send({ name: 'suggestion/accept', request: { id, via: 'click' } })
  const after = new Floor({ wish: 'noTrade', log: memoryBrokerLog() })
  after.engine.recover(readBack(floor))
  after.shape = floor.shape
  await after.open()
  expect(openOrders(after.engine.book)).toEqual([])
  expect(after.engine.book.orders.get(`${id}.1`)).toMatchObject({
    status: 'cancelled',
    note: 'not worked by the broker any more',
  })
})

test('what was learned goes over into the next session, and what was held does not', async () => {
  const before = await morning()
  const after = new Floor({ wish: 'noTrade', session: 'next-session', log: before.log })
  after.engine.recover(readBack(before))
  after.shape = before.shape
  await after.open()
  const { book } = after.engine
  expect(book.session?.id).toBe('next-session')
  expect(book.preference).toEqual(before.engine.book.preference)
  expect(book.limits.lotsPerOrder).toBe(2)
  expect(book.reasons).toEqual(['Nerves'])
  expect([...book.decisions.values()].every(decision => decision.session === 'next-session')).toBe(true)
  expect(heldPositions(book)).toEqual([])
  const settled = after.facts('settled').map(fact => fact.position.decision)
  expect(settled).toEqual(heldPositions(before.engine.book).map(position => position.decision))
})
