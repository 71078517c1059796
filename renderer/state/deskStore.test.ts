import { beforeEach, expect, test, vi } from 'vitest'
import type { Fact } from '../../main/contract/audits.ts'
import { decode, encode } from '../../main/contract/codec.ts'
import type { Snapshot } from '../../main/contract/snapshot.ts'
import { newWindow } from '../../main/fixtures/page.ts'
import { LOCKOUT } from '../../main/fixtures/risks.ts'
import {
  NOW,
  alertOf,
  decisionOf,
  deskSnapshot,
  fillOf,
  heldPosition,
  outcomeOf,
  sentOrder,
  waitOf,
} from '../../main/fixtures/screen.ts'
import { changeOf, createReplica, deskStore, openDecision } from './deskStore.ts'

beforeEach(() => {
  newWindow()
})

/** A replica that begins with a snapshot, and how often it asked for another. */
function begun(given: Partial<Snapshot> = {}) {
  const resync = vi.fn<() => void>()
  const replica = createReplica(resync)
  replica.begin(deskSnapshot(given))
  return { replica, resync }
}

function audit(sequence: number, ...facts: Fact[]) {
  return { sequence, time: NOW, facts }
}

const suggested: Fact = { kind: 'suggested', decision: decisionOf() }

test('audits before the first snapshot change nothing', () => {
  const resync = vi.fn<() => void>()
  createReplica(resync).receive(audit(1, suggested))
  expect(deskStore.getState()).toMatchObject({ isReady: false, sequence: 0, decisions: [] })
})

test('audits are worked in one after the other', () => {
  const { replica, resync } = begun()
  replica.receive(audit(11, suggested))
  replica.receive(audit(12, { kind: 'answered', decision: decisionOf({ status: 'accepted' }) }))
  expect(deskStore.getState()).toMatchObject({ sequence: 12, decisions: [{ status: 'accepted' }] })
  expect(resync).not.toHaveBeenCalled()
})

test('an audit that is known already is left alone', () => {
  const { replica, resync } = begun()
  replica.receive(audit(11, suggested))
  const before = deskStore.getState()
  for (const sequence of [11, 10, 1])
    replica.receive(audit(sequence, { kind: 'phaseChanged', phase: 'closed' }))
  expect(deskStore.getState()).toEqual(before)
  expect(resync).not.toHaveBeenCalled()
})

test('after a gap a snapshot is asked for, and nothing of the later audit is believed', () => {
  const { replica, resync } = begun()
  const before = deskStore.getState()
  replica.receive(audit(12, suggested))
  expect(resync).toHaveBeenCalledOnce()
  expect(deskStore.getState()).toEqual(before)
  replica.begin(deskSnapshot({ sequence: 12 }))
  replica.receive(audit(13, suggested))
  expect(deskStore.getState()).toMatchObject({ sequence: 13, decisions: [{ id: decisionOf().id }] })
})

test('a snapshot that came over the wire ends everything of before that it does not name', () => {
  const { replica } = begun({
    lockout: LOCKOUT,
    flattening: { since: NOW, closesAt: NOW + 1000 },
    keysArmedUntil: NOW + 1000,
    halted: 'position equals the sum of fills',
  })
  deskStore.setState({ isConnected: true })
  // The codec leaves out what is undefined, so that these names do not come at all
  replica.begin(decode(encode(deskSnapshot({ sequence: 50 }))) as Snapshot)
  expect(deskStore.getState()).toEqual({
    ...deskSnapshot({ sequence: 50 }),
    isReady: true,
    isConnected: true,
  })
})

test.each<readonly [string, Partial<Snapshot>, Fact, Partial<Snapshot>]>([
  ['phase', {}, { kind: 'phaseChanged', phase: 'guard' }, { phase: 'guard' }],
  ['alert', {}, { kind: 'alerted', alert: alertOf() }, { alerts: [alertOf()] }],
  ['lockout', {}, { kind: 'lockedOut', lockout: LOCKOUT }, { lockout: LOCKOUT }],
  [
    'kill switch',
    {},
    { kind: 'flattenStarted', flattening: { since: NOW, closesAt: NOW + 1000 } },
    { flattening: { since: NOW, closesAt: NOW + 1000 } },
  ],
  [
    'kept positions',
    { flattening: { since: NOW, closesAt: NOW } },
    { kind: 'flattenKept' },
    { flattening: undefined },
  ],
  [
    'end of flattening',
    { flattening: { since: NOW, closesAt: NOW } },
    { kind: 'flattenEnded' },
    { flattening: undefined },
  ],
  ['armed keys', {}, { kind: 'keysArmed', until: NOW }, { keysArmedUntil: NOW }],
  ['safe keys', { keysArmedUntil: NOW }, { kind: 'keysDisarmed' }, { keysArmedUntil: undefined }],
  ['reasons', {}, { kind: 'reasonsSet', reasons: ['No'] }, { reasons: ['No'] }],
  ['alert rules', {}, { kind: 'alertRulesSet', rules: [] }, { alertRules: [] }],
  [
    'account',
    { account: { id: '', mode: 'unsure' } },
    { kind: 'accountConfirmed', id: 'U1', mode: 'live' },
    { account: { id: 'U1', mode: 'live' } },
  ],
  ['halt', {}, { kind: 'halted', rule: 'a rule' }, { halted: 'a rule' }],
  [
    'settlement',
    { positions: [heldPosition()] },
    { kind: 'settled', position: heldPosition({ quantity: 0 }), estimated: false },
    { positions: [heldPosition({ quantity: 0 })] },
  ],
  [
    'point of the day curve',
    { dayCurve: [{ time: NOW - 60_000, profit: 1 }] },
    { kind: 'attributed', time: NOW, attributions: [], dayProfit: -4 },
    {
      dayCurve: [
        { time: NOW - 60_000, profit: 1 },
        { time: NOW, profit: -4 },
      ],
    },
  ],
  ['reconciliation', {}, { kind: 'reconciled', time: NOW, missing: 0 }, {}],
])('a fact about the %s puts it in place and touches nothing else', (_, before, fact, change) => {
  const { replica } = begun(before)
  replica.receive(audit(11, fact))
  const expected = deskSnapshot({ ...before, ...change, sequence: 11 })
  expect(deskStore.getState()).toEqual({ ...expected, isReady: true, isConnected: false })
})

test('limits that were set replace the old ones whole', () => {
  const { replica } = begun()
  const limits = { ...deskSnapshot().limits, dayLossLimit: 450 }
  replica.receive(audit(11, { kind: 'limitsSet', limits }))
  expect(deskStore.getState().limits).toEqual(limits)
})

test('a fill changes fill, order and position in one step, so that no picture shows half of it', () => {
  const { replica } = begun({ orders: [sentOrder()] })
  const pictures: number[][] = []
  const stop = deskStore.subscribe(state =>
    pictures.push([state.fills.length, state.orders[0]?.filled ?? -1, state.positions.length]),
  )
  const order = sentOrder({ filled: 2, status: 'filled' })
  replica.receive(audit(11, { kind: 'filled', fill: fillOf(), order, position: heldPosition(), spread: 0 }))
  stop()
  expect(pictures).toEqual([[1, 2, 1]])
})

test('several facts of one audit build on each other', () => {
  const { replica } = begun()
  const lapsed: Fact = { kind: 'lapsed', decision: decisionOf({ status: 'lapsed' }) }
  replica.receive(audit(11, suggested, lapsed, { kind: 'suggested', decision: waitOf({ id: 'next' }) }))
  expect(deskStore.getState().decisions.map(decision => [decision.id, decision.status])).toEqual([
    [decisionOf().id, 'lapsed'],
    ['next', 'open'],
  ])
})

test('a decision keeps its place in the day through answer, score and rating', () => {
  const { replica } = begun({
    decisions: [waitOf({ id: 'a' }), decisionOf({ id: 'b' }), waitOf({ id: 'c' })],
  })
  const rejected = decisionOf({ id: 'b', status: 'rejected' })
  const scored = { ...rejected, outcome: outcomeOf(12) }
  replica.receive(audit(11, { kind: 'answered', decision: rejected }))
  replica.receive(audit(12, { kind: 'scored', decision: scored }))
  replica.receive(audit(13, { kind: 'rated', decision: { ...scored, rating: 5 } }))
  expect(deskStore.getState().decisions.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(deskStore.getState().decisions[1]).toEqual({ ...scored, rating: 5 })
})

test('alerts that were seen are marked, the others stay as they are', () => {
  const state = { ...deskStore.getState(), alerts: [alertOf({ id: 'a' }), alertOf({ id: 'b' })] }
  expect(changeOf(state, { kind: 'alertsSeen', ids: ['b', 'unknown'] })).toEqual({
    alerts: [alertOf({ id: 'a' }), alertOf({ id: 'b', isSeen: true })],
  })
})

test('what was lost is listed until it is back', () => {
  const { replica } = begun()
  replica.receive(audit(11, { kind: 'dependencyLost', dependency: 'feed', reason: 'silent', time: NOW }))
  replica.receive(audit(12, { kind: 'dependencyLost', dependency: 'memory', reason: 'locked', time: NOW }))
  replica.receive(audit(13, { kind: 'dependencyRestored', dependency: 'feed', time: NOW }))
  expect(deskStore.getState().lost).toEqual([{ dependency: 'memory', since: NOW, reason: 'locked' }])
})

test('the open decision is the newest that is open', () => {
  const state = deskStore.getState()
  const decisions = [
    decisionOf({ id: 'a' }),
    decisionOf({ id: 'b' }),
    decisionOf({ id: 'c', status: 'refused' }),
  ]
  expect(openDecision({ ...state, decisions })?.id).toBe('b')
  expect(openDecision({ ...state, decisions: decisions.slice(2) })).toBeUndefined()
})
