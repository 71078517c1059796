import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOCKOUT, anyLimits, anyState, anyTrade, openingOf } from '../../fixtures/risks.ts'
import {
  OPEN_DESK,
  WIDE_LIMITS,
  anyStructure,
  closingOrderOf,
  orderOf,
  positionOf,
} from '../../fixtures/trades.ts'
import { applyFill, contractsFromPositions, type Position } from '../portfolio/position.ts'
import type { Fill, Order } from '../portfolio/order.ts'
import { reversed } from '../portfolio/structure.ts'
import { checkClosingOrder, checkOpeningOrder, checkWalkedOrder } from './checkOrder.ts'
import { firstRefusal, openingChecks } from './gate.ts'
import type { RiskState } from './riskState.ts'

const anySize = fc.integer({ min: 1, max: 9 })
const anyOpening = fc.tuple(anyTrade, anySize).map(([trade, quantity]) => openingOf(trade, quantity))

test('the order of a proposal is approved exactly where the gate lets the proposal through', () => {
  fc.assert(
    fc.property(anyOpening, anyState, anyLimits, fc.nat(20_000), (proposal, state, limits, age) => {
      const checked = checkOpeningOrder(orderOf(proposal), proposal, age, state, limits)
      const refusal = firstRefusal(openingChecks(proposal, age, state, limits))
      expect(checked).toEqual(
        refusal ? { ok: false, failure: refusal } : { ok: true, value: checked.ok && checked.value },
      )
    }),
  )
})

test('an order for another trade is refused, whatever the gate says of either', () => {
  fc.assert(
    fc.property(anyOpening, anyOpening, (accepted, other) => {
      fc.pre(
        accepted.quantity !== other.quantity || JSON.stringify(accepted.legs) !== JSON.stringify(other.legs),
      )
      const checked = checkOpeningOrder(orderOf(other), accepted, 0, OPEN_DESK, WIDE_LIMITS)
      expect(checked.ok).toBe(false)
    }),
  )
})

test('no limit below the end of the accepted walk passes, and every limit from there on does', () => {
  fc.assert(
    fc.property(anyOpening, fc.integer({ min: -20, max: 20 }), (proposal, ticks) => {
      const limit = Math.round(proposal.walk.end * 100 + ticks) / 100
      const order = orderOf(proposal, { limit })
      const checked = checkOpeningOrder(order, proposal, 0, OPEN_DESK, WIDE_LIMITS)
      expect(checked.ok).toBe(ticks >= 0)
    }),
  )
})

interface Attempt {
  readonly lots: number
  readonly share: number
}

/** A position whose closes are sent, partly filled and sent again, as long as the gate lets them out. */
function closeInParts(position: Position, attempts: readonly Attempt[], state: RiskState): Position[] {
  const stages = [position]
  for (const { lots, share } of attempts) {
    const now = stages.at(-1) ?? position
    const order = closingOrderOf(now, lots)
    if (!checkClosingOrder(order, now, 0, state).ok) continue
    const quantity = Math.ceil(lots * share)
    const { id, time, legs } = order
    const priced = legs.map(leg => ({ ...leg, price: 0.1 }))
    const fill: Fill = { id: `${id}-fill`, order: id, time, quantity, net: -0.1, fees: 1, legs: priced }
    stages.push(applyFill(now, order, fill, now.exit))
  }
  return stages
}

test('closes that the gate lets out never exceed, flip or add to what is held', () => {
  const share = fc.constantFrom(0.3, 0.7, 1)
  const anyAttempts = fc.array(fc.record({ lots: fc.integer({ min: -2, max: 10 }), share }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(anyOpening, anyAttempts, anyState, (proposal, attempts, given) => {
      const state: RiskState = { ...given, phase: 'session', account: 'paper' }
      const stages = closeInParts(positionOf(proposal), attempts, state)
      const lots = stages.map(stage => stage.quantity)
      expect(lots).toEqual([...lots].sort((one, other) => other - one))
      expect(lots.every(quantity => quantity >= 0 && quantity <= proposal.quantity)).toBe(true)
      for (const leg of proposal.legs) {
        const held = stages.map(stage => heldOf(stage, leg.right, leg.strike) * leg.ratio)
        expect(Math.min(...held)).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

function heldOf(position: Position, right: string, strike: number): number {
  return contractsFromPositions([position]).get(`${right === 'call' ? 'C' : 'P'}${strike}`) ?? 0
}

test('several closes on their way never sum to more than what is held', () => {
  fc.assert(
    fc.property(
      anyOpening,
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 }),
      (proposal, wishes) => {
        const position = positionOf(proposal)
        let onTheWay = 0
        for (const lots of wishes) {
          if (checkClosingOrder(closingOrderOf(position, lots), position, onTheWay, OPEN_DESK).ok)
            onTheWay += lots
        }
        expect(onTheWay).toBeLessThanOrEqual(position.quantity)
        expect(onTheWay).toBeGreaterThanOrEqual(
          Math.min(position.quantity, wishes[0] ?? 0) === wishes[0] ? 1 : 0,
        )
      },
    ),
  )
})

test('a close passes in lockout, while flattening, halted, without memory, in every trading phase', () => {
  const shut = { lockout: LOCKOUT, isFlattening: true, isHalted: true, isMemoryDown: true }
  const anyPhase = fc.constantFrom('session', 'guard', 'lastTrades')
  fc.assert(
    fc.property(anyOpening, anyState, anyPhase, (proposal, given, phase) => {
      const state: RiskState = { ...given, ...shut, phase, account: 'live' }
      const position = positionOf(proposal)
      const order = closingOrderOf(position)
      expect(checkClosingOrder(order, position, 0, state)).toEqual({ ok: true, value: order })
      expect(checkWalkedOrder({ ...order, status: 'working' }, 1, state).ok).toBe(true)
    }),
  )
})

test('a close of any other structure than the one held is refused', () => {
  fc.assert(
    fc.property(anyOpening, anyStructure, (proposal, other) => {
      fc.pre(JSON.stringify(other.legs) !== JSON.stringify(proposal.legs))
      const position = positionOf(proposal)
      const order: Order = { ...closingOrderOf(position), legs: reversed(other.legs) }
      expect(checkClosingOrder(order, position, 0, OPEN_DESK).ok).toBe(false)
    }),
  )
})

test('a walked order stays between the ends of its walk, goes only down, and changes nothing else', () => {
  const anySteps = fc.integer({ min: -3, max: 8 })
  fc.assert(
    fc.property(anyOpening, fc.nat(6), anySteps, anySteps, anyState, (given, steps, one, other, state) => {
      const walk = { ...given.walk, steps }
      const order = orderOf({ ...given, walk }, { status: 'working' })
      const walked = [Math.min(one, other), Math.max(one, other)].flatMap(taken => {
        const checked = checkWalkedOrder(order, taken, state)
        return checked.ok ? [checked.value] : []
      })
      const limits = walked.map(value => value.limit)
      expect(limits).toEqual([...limits].sort((a, b) => b - a))
      for (const value of walked) {
        expect(value).toEqual({ ...order, limit: value.limit, stepsTaken: value.stepsTaken })
        expect(value.limit).toBeLessThanOrEqual(walk.start)
        expect(value.limit).toBeGreaterThanOrEqual(walk.end)
        expect(value.stepsTaken).toBeLessThanOrEqual(steps)
      }
    }),
  )
})

test('an opening order walks exactly where the desk may take risk', () => {
  fc.assert(
    fc.property(anyOpening, anyState, (proposal, state) => {
      const isShut =
        state.phase !== 'session' ||
        state.account === 'unsure' ||
        state.lockout !== undefined ||
        [state.isFlattening, state.isHalted, state.isMemoryDown].includes(true)
      const order = orderOf(proposal, { status: 'working' })
      expect(checkWalkedOrder(order, 1, state).ok).toBe(!isShut)
    }),
    { numRuns: 300 },
  )
})
