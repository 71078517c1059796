import { expect, test } from 'vitest'
import { Floor } from '../../fixtures/floor.ts'
import { toText } from '../../core/base/plainText.ts'
import { preferenceView, snapshotOf } from './snapshotOf.ts'

const AROUND = { notices: ['The database was damaged.'], shell: 'web' } as const

async function morning(): Promise<Floor> {
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  await floor.send({ name: 'suggestion/accept', request: { id: floor.suggested.id, via: 'click' } })
  await floor.pass(70)
  await floor.send({ name: 'suggestion/reject', request: { id: floor.suggested.id, via: 'click' } })
  return floor
}

test('a snapshot has everything of the book in the order in which it happened', async () => {
  const floor = await morning()
  const { book } = floor.engine
  const snapshot = snapshotOf(floor.engine, AROUND)
  expect(snapshot).toMatchObject({ ...AROUND, sequence: floor.audits.length, phase: 'session' })
  expect(snapshot.decisions.map(decision => decision.number)).toEqual(
    snapshot.decisions.map((_, index) => index + 1),
  )
  expect(snapshot.orders).toHaveLength(book.orders.size)
  expect(snapshot.positions).toEqual([...book.positions.values()])
  expect(snapshot.fills.map(fill => fill.id)).toEqual(floor.facts('filled').map(fact => fact.fill.id))
  expect(snapshot.account).toEqual({ id: 'SIM0DTE', mode: 'paper' })
  expect(snapshot.limits).toEqual(book.limits)
  expect(snapshot.bars.at(-1)?.close).toBe(floor.shape.spot)
})

test('the last word about every thing in the audits is what the snapshot says', async () => {
  const floor = await morning()
  const snapshot = snapshotOf(floor.engine, AROUND)
  const orders = new Map<string, unknown>()
  const decisions = new Map<string, unknown>()
  for (const { facts } of floor.audits) {
    for (const fact of facts) {
      if ('order' in fact) orders.set(fact.order.id, fact.order)
      if ('decision' in fact) decisions.set(fact.decision.id, fact.decision)
    }
  }
  expect(snapshot.orders).toEqual([...orders.values()])
  expect(snapshot.decisions).toEqual([...decisions.values()])
})

test('a snapshot is plain, and later bars do not reach into it', async () => {
  const floor = await morning()
  const snapshot = snapshotOf(floor.engine, AROUND)
  const before = toText(snapshot)
  await floor.pass(61)
  expect(toText(snapshot)).toBe(before)
})

test('what is lost is listed with since when and why', async () => {
  const floor = await new Floor({ wish: 'noTrade' }).open()
  floor.engine.post({ kind: 'dependencyLost', time: floor.shape.time, dependency: 'feed', reason: 'closed' })
  await floor.engine.settled()
  expect(snapshotOf(floor.engine, AROUND).lost).toEqual([
    { dependency: 'feed', since: floor.shape.time, reason: 'closed' },
  ])
})

test('what was learned is told by how often he was asked', async () => {
  const floor = await morning()
  const { answers, tastes } = preferenceView(floor.engine.book)
  expect(answers).toBe(2)
  expect(preferenceView(new Floor().engine.book)).toEqual({ answers: 0, tastes: [] })
  expect(tastes.every(taste => taste.side === 'both')).toBe(true)
})

test('before a session a snapshot is empty and complete', () => {
  const snapshot = snapshotOf(new Floor().engine, AROUND)
  expect(snapshot).toMatchObject({
    sequence: 0,
    session: undefined,
    phase: 'closed',
    decisions: [],
    bars: [],
  })
})
