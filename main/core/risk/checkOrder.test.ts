import { expect, test } from 'vitest'
import { SHUT } from '../../fixtures/risks.ts'
import {
  CALL_VERTICAL,
  CONDOR,
  OPEN_DESK,
  PUT_VERTICAL,
  WIDE_LIMITS,
  closingOrderOf,
  orderOf,
  positionOf,
  proposalOf,
} from '../../fixtures/trades.ts'
import type { Order } from '../portfolio/order.ts'
import { putCreditVertical, reversed } from '../portfolio/structure.ts'
import type { Proposal } from '../policy/proposal.ts'
import { checkClosingOrder, checkOpeningOrder, checkWalkedOrder } from './checkOrder.ts'
import type { RiskState } from './riskState.ts'

const PROPOSAL = proposalOf(CONDOR, 2)
const POSITION = positionOf(PROPOSAL)
const NOT_THE_TRADE = { rule: 'reduceOnly', sentence: 'the order must be the trade that was accepted' }
const NOT_THE_POSITION = { rule: 'reduceOnly', sentence: 'a close must reverse the legs that are held' }
const OFF_THE_WALK = {
  rule: 'reduceOnly',
  sentence: 'only a working order walks, never back and no further than its walk',
}

const open = (change: Partial<Order>, proposal: Proposal = PROPOSAL) =>
  checkOpeningOrder(orderOf(PROPOSAL, change), proposal, 0, OPEN_DESK, WIDE_LIMITS)

test('approves the order of the proposal, unchanged', () => {
  const order = orderOf(PROPOSAL)
  const checked = checkOpeningOrder(order, PROPOSAL, 0, OPEN_DESK, WIDE_LIMITS)
  expect(checked).toEqual({ ok: true, value: order })
})

const { walk } = PROPOSAL
const TOO_CHEAP = walk.end - 0.01

test.each<[string, Partial<Order>]>([
  ['closes', { purpose: 'close' }],
  ['flattens', { purpose: 'flatten' }],
  ['has a lot more', { quantity: 3 }],
  ['has a lot less', { quantity: 1 }],
  ['has the legs the other way round', { legs: reversed(PROPOSAL.legs) }],
  ['leaves legs out', { legs: PROPOSAL.legs.slice(0, 2) }],
  ['has no legs', { legs: [] }],
  ['has legs twice', { legs: [...PROPOSAL.legs, ...PROPOSAL.legs] }],
  ['has other strikes', { legs: PROPOSAL.legs.map(leg => ({ ...leg, strike: leg.strike + 1 })) }],
  ['swaps puts and calls', { legs: PROPOSAL.legs.map(leg => ({ ...leg, right: 'put' })) }],
  ['says another structure than its legs', { structure: PUT_VERTICAL }],
  ['trades another underlying', { structure: { ...CONDOR, underlying: 'QQQ' } }],
  ['expires another day', { structure: { ...CONDOR, expiry: '2026-11-23' } }],
  ['may walk further down', { walk: { ...walk, end: TOO_CHEAP } }],
  ['starts below where the walk ends', { walk: { ...walk, start: TOO_CHEAP } }],
  ['is sent at a limit below where the walk ends', { limit: TOO_CHEAP }],
  ['has no number for a limit', { limit: Number.NaN }],
])('refuses an opening order that %s', (_, change) => {
  expect(open(change)).toEqual({ ok: false, failure: NOT_THE_TRADE })
})

test('approves an opening order that asks for a better price than was accepted', () => {
  const better = { ...walk, start: walk.start + 0.02, end: walk.end + 0.01 }
  expect(open({ walk: better, limit: better.start }).ok).toBe(true)
})

test('a proposal to close is no reason to open, although it has no loss of its own', () => {
  const legs = reversed(PROPOSAL.legs)
  const closing: Proposal = { ...PROPOSAL, purpose: 'close', legs, atWorst: 0, atStop: 0, margin: 0 }
  const asOpening = orderOf(closing, { purpose: 'open' })
  expect(checkOpeningOrder(asOpening, closing, 0, OPEN_DESK, WIDE_LIMITS)).toEqual({
    ok: false,
    failure: NOT_THE_TRADE,
  })
})

test('an opening order is held against the limits at the moment it leaves', () => {
  const order = orderOf(PROPOSAL)
  const narrow = { ...WIDE_LIMITS, exposure: PROPOSAL.margin - 1 }
  const late = checkOpeningOrder(order, PROPOSAL, 5001, OPEN_DESK, WIDE_LIMITS)
  const large = checkOpeningOrder(order, PROPOSAL, 5000, OPEN_DESK, narrow)
  expect(late).toMatchObject({ ok: false, failure: { rule: 'dataAge' } })
  expect(large).toMatchObject({ ok: false, failure: { rule: 'exposure' } })
})

test.each(SHUT)('refuses by %s to open or to walk an opening under %o', (rule, shut) => {
  const state: RiskState = { ...OPEN_DESK, ...shut }
  const working = orderOf(PROPOSAL, { status: 'working' })
  const opened = checkOpeningOrder(orderOf(PROPOSAL), PROPOSAL, 0, state, WIDE_LIMITS)
  expect(opened).toMatchObject({ ok: false, failure: { rule } })
  expect(checkWalkedOrder(working, 1, state)).toMatchObject({ ok: false, failure: { rule } })
})

test.each(['close', 'flatten'] as const)('approves an order to %s what is held, unchanged', purpose => {
  const order = closingOrderOf(POSITION, 2, purpose)
  expect(checkClosingOrder(order, POSITION, 0, OPEN_DESK)).toEqual({ ok: true, value: order })
})

test('refuses a close where nothing is held, or all of it is on its way out', () => {
  const order = closingOrderOf(POSITION, 1)
  expect(checkClosingOrder(order, undefined, 0, OPEN_DESK)).toEqual({ ok: false, failure: NOT_THE_POSITION })
  const none = 'a close must be from 1 to the 0 held, was 1'
  const nothingHeld = { ok: false, failure: { rule: 'reduceOnly', sentence: none } }
  expect(checkClosingOrder(order, { ...POSITION, quantity: 0 }, 0, OPEN_DESK)).toEqual(nothingHeld)
  expect(checkClosingOrder(order, POSITION, 2, OPEN_DESK)).toEqual(nothingHeld)
})

test('a second close may take only what the first leaves', () => {
  expect(checkClosingOrder(closingOrderOf(POSITION, 1), POSITION, 1, OPEN_DESK).ok).toBe(true)
  expect(checkClosingOrder(closingOrderOf(POSITION, 2), POSITION, 1, OPEN_DESK).ok).toBe(false)
})

test.each<[string, Partial<Order>]>([
  ['would open', { purpose: 'open' }],
  ['buys more of what is held', { legs: POSITION.structure.legs }],
  ['leaves a side behind', { legs: reversed(PUT_VERTICAL.legs) }],
  ['closes other strikes', { legs: reversed(putCreditVertical('SPY', CONDOR.expiry, 680, 677).legs) }],
  ['reverses only some legs', { legs: [...reversed(CONDOR.legs.slice(0, 3)), ...CONDOR.legs.slice(3)] }],
  ['adds a leg', { legs: [...reversed(CONDOR.legs), { right: 'call', strike: 700, ratio: 1 }] }],
  ['belongs to another decision', { decision: 'decision-2' }],
  ['says another structure', { structure: CALL_VERTICAL }],
  ['trades another underlying', { structure: { ...CONDOR, underlying: 'QQQ' } }],
  ['expires another day', { structure: { ...CONDOR, expiry: '2026-11-23' } }],
])('refuses a closing order that %s', (_, change) => {
  const order = { ...closingOrderOf(POSITION), ...change }
  expect(checkClosingOrder(order, POSITION, 0, OPEN_DESK)).toEqual({ ok: false, failure: NOT_THE_POSITION })
})

test.each<[string, Partial<RiskState>]>([
  ['session', { phase: 'watch' }],
  ['session', { phase: 'closed' }],
  ['account', { account: 'unsure' }],
])('by %s neither sends nor walks a close under %o', (rule, shut) => {
  const state = { ...OPEN_DESK, ...shut }
  const working: Order = { ...closingOrderOf(POSITION), status: 'working' }
  const sent = checkClosingOrder(closingOrderOf(POSITION), POSITION, 0, state)
  expect(sent).toMatchObject({ ok: false, failure: { rule } })
  expect(checkWalkedOrder(working, 1, state)).toMatchObject({ ok: false, failure: { rule } })
})

test('a working order gets the limit and the count of its step and keeps the rest', () => {
  const working = orderOf(PROPOSAL, { status: 'working', walk: { ...walk, start: 0.4, end: 0.3, steps: 2 } })
  const first = checkWalkedOrder(working, 1, OPEN_DESK)
  expect(first).toEqual({ ok: true, value: { ...working, limit: 0.35, stepsTaken: 1 } })
  const last = checkWalkedOrder(working, 2, OPEN_DESK)
  expect(last).toEqual({ ok: true, value: { ...working, limit: 0.3, stepsTaken: 2 } })
})

test.each<[string, Partial<Order>, number]>([
  ['has not been acknowledged', { status: 'sending' }, 1],
  ['is filled', { status: 'filled' }, 1],
  ['is cancelled', { status: 'cancelled' }, 1],
  ['was rejected', { status: 'rejected' }, 1],
  ['is at its end', { stepsTaken: 2 }, 3],
  ['would walk back', { stepsTaken: 2 }, 1],
  ['would walk before its start', {}, -1],
  ['does not know its step', {}, Number.NaN],
])('does not walk an order that %s', (_, change, stepsTaken) => {
  const order = orderOf(PROPOSAL, { status: 'working', ...change })
  expect(checkWalkedOrder(order, stepsTaken, OPEN_DESK)).toEqual({ ok: false, failure: OFF_THE_WALK })
})
