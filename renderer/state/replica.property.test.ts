import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Audit, Fact } from '../../main/contract/audits.ts'
import { decode, encode } from '../../main/contract/codec.ts'
import type { Snapshot } from '../../main/contract/snapshot.ts'
import { snapshotOf } from '../../main/engine/views/snapshotOf.ts'
import { Floor } from '../../main/fixtures/floor.ts'
import { newWindow } from '../../main/fixtures/page.ts'
import { NOW, decisionOf, deskSnapshot, sentOrder } from '../../main/fixtures/screen.ts'
import { createReplica, deskStore } from './deskStore.ts'

const id = fc.constantFrom('a', 'b', 'c')
const status = fc.constantFrom('open', 'accepted', 'rejected', 'lapsed')
const facts: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ id, status }).map((given): Fact => ({ kind: 'answered', decision: decisionOf(given) })),
  fc
    .record({ id, filled: fc.nat(3) })
    .map((given): Fact => ({ kind: 'orderChanged', order: sentOrder(given) })),
  fc.nat(99).map((until): Fact => ({ kind: 'keysArmed', until })),
  fc.constant<Fact>({ kind: 'keysDisarmed' }),
  fc.integer().map((dayProfit): Fact => ({ kind: 'attributed', time: NOW, attributions: [], dayProfit })),
)

/** The state after audits, from the same beginning. */
function after(audits: readonly Audit[]): unknown {
  newWindow()
  const replica = createReplica(() => {
    throw new Error('no audit is missing')
  })
  replica.begin(deskSnapshot({ sequence: 0 }))
  for (const audit of audits) replica.receive(audit)
  const { sequence: _, ...state } = deskStore.getState()
  return state
}

test('how facts are gathered into audits, and audits that come twice, make no difference', () => {
  const cut = fc.array(fc.tuple(facts, fc.boolean(), fc.boolean()), { maxLength: 20 })
  fc.assert(
    fc.property(cut, given => {
      const single = given.map(([fact], index) => ({ sequence: index + 1, time: NOW, facts: [fact] }))
      const gathered: Audit[] = []
      for (const [fact, isApart, isTwice] of given) {
        const last = gathered.at(-1)
        if (last && !isApart) gathered[gathered.length - 1] = { ...last, facts: [...last.facts, fact] }
        else gathered.push({ sequence: (last?.sequence ?? 0) + 1, time: NOW, facts: [fact] })
        const repeated = gathered.at(-2)
        if (isTwice && repeated) gathered.splice(-2, 0, repeated)
      }
      expect(after(gathered)).toEqual(after(single))
    }),
  )
})

test('the screen is a replica: after a day of audits it shows what a fresh snapshot says', async () => {
  newWindow()
  const floor = await new Floor({ wish: 'sellIronCondor' }).open()
  const replica = createReplica(() => {
    throw new Error('no audit is missing')
  })
  const around = { notices: [], shell: 'web' } as const
  const carried = (): Snapshot => decode(encode(snapshotOf(floor.engine, around))) as Snapshot
  replica.begin(carried())
  floor.engine.onAudit(audit => replica.receive(decode(encode(audit)) as Audit))
  await floor.pass(2)
  const first = floor.suggested
  await floor.send({ name: 'suggestion/accept', request: { id: first.id, via: 'click' } })
  await floor.pass(15)
  await floor.send({ name: 'keys/arm', request: { minutes: 10 } })
  await floor.send({ name: 'reasons/set', request: { reasons: ['Too risky', 'Other'] } })
  await floor.pass(60)
  const open = deskStore.getState().decisions.findLast(({ status }) => status === 'open')
  if (open)
    await floor.send({ name: 'suggestion/reject', request: { id: open.id, reason: 'Other', via: 'click' } })
  await floor.send({ name: 'killSwitch/flatten', request: { via: 'click', immediately: true } })
  await floor.pass(10)
  const replicated = deskStore.getState()
  expect(replicated.fills.length).toBeGreaterThan(1)
  replica.begin(carried())
  const { preference: _, bars: __, ...fresh } = deskStore.getState()
  expect(replicated).toMatchObject(fresh)
})
