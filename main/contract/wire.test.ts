import { expect, test } from 'vitest'
import { NO_ATTRIBUTION } from '../core/portfolio/attribution.ts'
import { DEFAULT_ALERT_RULES } from '../core/risk/alerts.ts'
import { DEFAULT_SIZING } from '../core/risk/kelly.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { GOOD_CALLS } from '../fixtures/calls.ts'
import {
  NOW,
  alertOf,
  chainOf,
  curvesOf,
  decisionOf,
  deskSnapshot,
  fillOf,
  heldPosition,
  outcomeOf,
  pulseOf,
  sentOrder,
  waitOf,
} from '../fixtures/screen.ts'
import { LOCKOUT } from '../fixtures/risks.ts'
import type { Fact, FactKind } from './audits.ts'
import { decode, encode } from './codec.ts'
import type { TopicName, Topics, WireReply } from './wire.ts'

const FACTS: { readonly [Kind in FactKind]: Extract<Fact, { kind: Kind }> } = {
  sessionOpened: {
    kind: 'sessionOpened',
    session: { id: 'a', date: '2026-11-20', underlying: 'SPY', source: 'made up' },
    time: NOW,
  },
  phaseChanged: { kind: 'phaseChanged', phase: 'guard' },
  suggested: { kind: 'suggested', decision: decisionOf() },
  answered: { kind: 'answered', decision: decisionOf({ status: 'modified' }) },
  lapsed: { kind: 'lapsed', decision: waitOf({ status: 'lapsed' }) },
  scored: { kind: 'scored', decision: decisionOf({ status: 'rejected', outcome: outcomeOf(-31.4) }) },
  rated: { kind: 'rated', decision: decisionOf({ rating: 4 }) },
  orderPlaced: { kind: 'orderPlaced', order: sentOrder({ status: 'sending' }) },
  orderChanged: { kind: 'orderChanged', order: sentOrder({ limit: 0.41, stepsTaken: 2 }) },
  orderRefused: { kind: 'orderRefused', order: sentOrder({ status: 'rejected' }), sentence: 'no market' },
  filled: { kind: 'filled', fill: fillOf(), order: sentOrder(), position: heldPosition(), spread: -2.5 },
  settled: { kind: 'settled', position: heldPosition({ quantity: 0, closedAt: NOW }), estimated: true },
  attributed: {
    kind: 'attributed',
    time: NOW,
    attributions: [{ decision: 'a', total: { ...NO_ATTRIBUTION, residual: 1e-17 }, mark: undefined }],
    dayProfit: -12.5,
  },
  alerted: { kind: 'alerted', alert: alertOf() },
  alertsSeen: { kind: 'alertsSeen', ids: ['a', 'b'] },
  lockedOut: { kind: 'lockedOut', lockout: LOCKOUT },
  flattenStarted: { kind: 'flattenStarted', flattening: { since: NOW, closesAt: NOW + 1000 } },
  flattenKept: { kind: 'flattenKept' },
  flattenEnded: { kind: 'flattenEnded' },
  keysArmed: { kind: 'keysArmed', until: NOW + 600_000 },
  keysDisarmed: { kind: 'keysDisarmed' },
  limitsSet: { kind: 'limitsSet', limits: DEFAULT_LIMITS },
  sizingSet: { kind: 'sizingSet', sizing: DEFAULT_SIZING, isChosen: true },
  reasonsSet: { kind: 'reasonsSet', reasons: ['Zu riskant', 'Andere – später'] },
  alertRulesSet: { kind: 'alertRulesSet', rules: DEFAULT_ALERT_RULES },
  accountConfirmed: { kind: 'accountConfirmed', id: 'SIM-1', mode: 'paper' },
  dependencyLost: { kind: 'dependencyLost', dependency: 'memory', reason: 'database is locked', time: NOW },
  dependencyRestored: { kind: 'dependencyRestored', dependency: 'memory', time: NOW },
  reconciled: { kind: 'reconciled', time: NOW, missing: 0 },
  halted: { kind: 'halted', rule: 'position equals the sum of fills' },
}

test.each(Object.entries(FACTS))('a fact of kind %s arrives as it was told', (_, fact) => {
  const push = { topic: 'audit', value: { sequence: 11, time: NOW, facts: [fact] } }
  expect(decode(encode(push))).toEqual(push)
})

const PUSHES: { readonly [Name in TopicName]: Topics[Name] } = {
  audit: { sequence: 2 ** 40, time: NOW, facts: Object.values(FACTS) },
  chain: chainOf([685, 690, 695], { age: Float32Array.of(Number.NaN, 0, 5, 1, Number.NaN, 9) }),
  pulse: pulseOf({ playback: { pace: 'max', isPaused: true, isLive: false }, spot: undefined }),
  curves: curvesOf({ smile: new Float64Array(3).fill(Number.NaN) }),
  assistant: {
    kind: 'task',
    task: {
      id: 'task-1',
      kind: 'optimise',
      title: 'Making gex_by_strike faster',
      phase: 'proving 3 of 12',
      done: 3,
      total: 12,
      startedAt: NOW,
    },
  },
  preference: { answers: 3, tastes: [{ side: 'call', from: 0, to: 90, shift: -1.25 }] },
}

test.each(Object.entries(PUSHES))(
  'a push of topic %s arrives as it was sent, its columns of their type',
  (topic, value) => {
    expect(decode(encode({ topic, value }))).toEqual({ topic, value })
  },
)

test.each(Object.entries(GOOD_CALLS))('a call of %s arrives as it was made', (name, request) => {
  expect(decode(encode({ name, request }))).toEqual({ name, request })
})

const REPLIES: readonly (readonly [string, WireReply])[] = [
  ['nothing', { ok: true, value: null }],
  ['a snapshot', { ok: true, value: deskSnapshot({ decisions: [decisionOf()], lockout: LOCKOUT }) }],
  ['a text', { ok: true, value: '{"grid":{}}' }],
  ['a refusal', { ok: false, code: 'keysNotArmed', message: 'order keys must be armed first' }],
]

test.each(REPLIES)('a reply with %s arrives as it was given', (_, reply) => {
  expect(decode(encode(reply))).toEqual(reply)
})

test('what a snapshot does not have does not come at all, not even as a name', () => {
  const arrived = decode(encode(deskSnapshot()))
  expect(arrived).toHaveProperty('sequence', 10)
  for (const name of ['lockout', 'flattening', 'keysArmedUntil', 'halted'])
    expect(arrived).not.toHaveProperty(name)
})

test('a mark that is missing inside a list keeps the places of the others', () => {
  const position = {
    decision: 'a',
    mark: undefined,
    openProfit: 0,
    greeks: undefined,
    attribution: undefined,
    legMarks: [undefined, 0.4],
    legGreeks: [],
    age: Number.POSITIVE_INFINITY,
  }
  expect(decode(encode(pulseOf({ positions: [position] })))).toMatchObject({
    positions: [{ legMarks: [null, 0.4], age: Number.POSITIVE_INFINITY }],
  })
})
