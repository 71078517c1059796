import { expect, test } from 'vitest'
import { BrokenInvariant } from '../base/assert.ts'
import { CALM } from '../../fixtures/market.ts'
import {
  CONDOR,
  PUT_VERTICAL,
  closingOrderOf,
  orderOf,
  positionOf,
  proposalOf,
} from '../../fixtures/trades.ts'
import type { Fill, Order } from './order.ts'
import {
  applyFill,
  contractsFromFills,
  contractsFromPositions,
  openProfit,
  settle,
  type ExitRule,
} from './position.ts'

const PROPOSAL = proposalOf(PUT_VERTICAL, 3)
const OPENING = orderOf(PROPOSAL)
const EXIT: ExitRule = PROPOSAL.exit
const AT = CALM.time

function fillOf(order: Order, quantity: number, net: number, time = AT): Fill {
  const legs = order.legs.map(leg => ({ ...leg, price: 1 }))
  return { id: `${order.id}-${time}`, order: order.id, time, quantity, net, fees: 1.4 * quantity, legs }
}

test('the first fill makes a position with the exit that was frozen', () => {
  expect(applyFill(undefined, OPENING, fillOf(OPENING, 2, 0.42), EXIT)).toEqual({
    decision: 'decision-1',
    structure: PUT_VERTICAL,
    quantity: 2,
    opened: 2,
    entryNet: 0.42,
    realised: 0,
    fees: 2.8,
    openedAt: AT,
    exit: EXIT,
  })
})

test('a second fill averages the entry and keeps the first time and the first exit', () => {
  const first = applyFill(undefined, OPENING, fillOf(OPENING, 1, 0.42), EXIT)
  const other = { ...EXIT, stop: 99 }
  const second = applyFill(first, OPENING, fillOf(OPENING, 2, 0.39, AT + 1000), other)
  expect(second).toMatchObject({ quantity: 3, opened: 3, openedAt: AT, exit: EXIT })
  expect(second.entryNet).toBeCloseTo(0.4, 12)
  expect(second.fees).toBeCloseTo(4.2, 12)
})

test('a closing fill realises the difference on its lots and leaves the entry of the others', () => {
  const held = positionOf(PROPOSAL, { entryNet: 0.42, fees: 4.2 })
  const closing = closingOrderOf(held)
  const after = applyFill(held, closing, fillOf(closing, 2, -0.15, AT + 5000), EXIT)
  expect(after).toMatchObject({ quantity: 1, opened: 3, entryNet: 0.42 })
  expect(after.realised).toBeCloseTo(54, 9)
  expect(after.fees).toBeCloseTo(7, 9)
  expect(after).not.toHaveProperty('closedAt')
})

test('the last lot closes the position at the time of its fill', () => {
  const held = positionOf(PROPOSAL, { quantity: 1 })
  const closing = closingOrderOf(held)
  const after = applyFill(held, closing, fillOf(closing, 1, -0.15, AT + 5000), EXIT)
  expect(after).toMatchObject({ quantity: 0, closedAt: AT + 5000 })
})

test('what fills of an opening order after a close makes the position open again', () => {
  const first = applyFill(undefined, OPENING, fillOf(OPENING, 1, 0.42), EXIT)
  const closing = closingOrderOf(first)
  const closed = applyFill(first, closing, fillOf(closing, 1, -0.5, AT + 1000), EXIT)
  const again = applyFill(closed, OPENING, fillOf(OPENING, 2, 0.4, AT + 2000), EXIT)
  expect(again).toMatchObject({ quantity: 2, opened: 3, entryNet: 0.4, openedAt: AT })
  expect(again.realised).toBeCloseTo(-8, 9)
  expect(again).not.toHaveProperty('closedAt')
})

test.each(['close', 'flatten'] as const)('to %s more than is held breaks an invariant', purpose => {
  const held = positionOf(PROPOSAL)
  const closing = closingOrderOf(held, 4, purpose)
  const rule = 'Invariant: a closing fill must not exceed the position, was 4 of 3'
  const apply = () => applyFill(held, closing, fillOf(closing, 4, -0.1), EXIT)
  expect(apply).toThrow(BrokenInvariant)
  expect(apply).toThrow(rule)
})

test('a closing fill of a position nobody knows breaks an invariant', () => {
  const closing = closingOrderOf(positionOf(PROPOSAL))
  const apply = () => applyFill(undefined, closing, fillOf(closing, 1, -0.1), EXIT)
  expect(apply).toThrow('a closing fill must not exceed the position, was 1 of 0')
})

test('a fill leaves the position before it untouched', () => {
  const held = Object.freeze(positionOf(PROPOSAL))
  const closing = closingOrderOf(held)
  applyFill(held, closing, fillOf(closing, 3, -0.1), EXIT)
  expect(held.quantity).toBe(3)
})

test('open profit is what the credit keeps of closing now', () => {
  const held = positionOf(PROPOSAL, { entryNet: 0.42 })
  expect(openProfit(held, -0.15)).toBeCloseTo(81, 9)
  expect(openProfit(held, -0.92)).toBeCloseTo(-150, 9)
  expect(openProfit({ ...held, quantity: 0 }, -0.92)).toBeCloseTo(0, 12)
})

test('settlement ends a position with what its last lots made', () => {
  const held = positionOf(PROPOSAL, { realised: 20, fees: 4.2 })
  expect(settle(held, -150, AT + 9000)).toEqual({ ...held, quantity: 0, realised: -130, closedAt: AT + 9000 })
})

test('contracts are counted by leg, short ones below zero', () => {
  const condor = positionOf(proposalOf(CONDOR, 2))
  const vertical = positionOf(PROPOSAL, { quantity: 1 })
  expect(Object.fromEntries(contractsFromPositions([condor, vertical]))).toEqual({
    P686: -3,
    P683: 3,
    C694: -2,
    C697: 2,
  })
  const fills = [fillOf(OPENING, 2, 0.42), fillOf(closingOrderOf(vertical), 1, -0.1)]
  expect(Object.fromEntries(contractsFromFills(fills))).toEqual({ P686: -1, P683: 1 })
})

test('contracts that come to nothing are not listed', () => {
  const held = positionOf(PROPOSAL)
  const fills = [fillOf(OPENING, 3, 0.42), fillOf(closingOrderOf(held), 3, -0.1)]
  expect([...contractsFromFills(fills)]).toEqual([])
  expect([...contractsFromPositions([{ ...held, quantity: 0 }])]).toEqual([])
})
