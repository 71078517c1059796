import type { Milliseconds } from '../base/units.ts'
import { failure, success, type Result } from '../base/result.ts'
import { walkLimit, type Order } from '../portfolio/order.ts'
import { legKey } from '../portfolio/structure.ts'
import type { Position } from '../portfolio/position.ts'
import type { Proposal } from '../policy/proposal.ts'
import { closingChecks, firstRefusal, isOpenForRisk, openingChecks, type Refusal } from './gate.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'

declare const approval: unique symbol

/** Proof that the gate let `T` through. Only this file makes one, and a broker takes nothing else. */
export type Approved<T> = T & { readonly [approval]: true }

/** An order that takes risk, held against every limit at the moment it leaves. */
export function checkOpeningOrder(
  order: Order,
  proposal: Proposal,
  dataAge: Milliseconds,
  state: RiskState,
  limits: Limits,
): Result<Approved<Order>, Refusal> {
  const isTheProposal =
    order.purpose === 'open' &&
    order.quantity === proposal.quantity &&
    sameLegs(order, proposal) &&
    order.walk.end >= proposal.walk.end
  if (!isTheProposal)
    return failure({ rule: 'reduceOnly', sentence: 'the order must be the trade that was accepted' })
  const refusal = firstRefusal(openingChecks(proposal, dataAge, state, limits))
  return refusal ? failure(refusal) : success(order as Approved<Order>)
}

/**
 * An order that gives risk back. It passes in lockout and while flattening, because leaving must always be possible;
 * `onTheWay` are lots that other closing orders of the position may still fill.
 */
export function checkClosingOrder(
  order: Order,
  position: Position | undefined,
  onTheWay: number,
  state: RiskState,
): Result<Approved<Order>, Refusal> {
  const held = position ? position.quantity - onTheWay : 0
  const isReversed =
    position !== undefined &&
    order.purpose !== 'open' &&
    order.legs.length === position.structure.legs.length &&
    order.legs.every((leg, index) => {
      const mine = position.structure.legs[index]
      return mine !== undefined && legKey(mine) === legKey(leg) && mine.ratio === -leg.ratio
    })
  if (!isReversed)
    return failure({ rule: 'reduceOnly', sentence: 'a close must reverse the legs that are held' })
  const refusal = firstRefusal(closingChecks(order.quantity, held, state))
  return refusal ? failure(refusal) : success(order as Approved<Order>)
}

/**
 * A working order with its next limit on the walk that was approved with it. An order that takes risk is not walked
 * once risk is shut; it waits to be cancelled.
 */
export function checkWalkedOrder(
  order: Order,
  stepsTaken: number,
  state: RiskState,
): Result<Approved<Order>, Refusal> {
  if (order.status !== 'working' || stepsTaken > order.walk.steps) {
    return failure({
      rule: 'reduceOnly',
      sentence: 'only a working order walks, and no further than its walk',
    })
  }
  if (order.purpose === 'open' && (state.phase !== 'session' || !isOpenForRisk(state))) {
    return failure({ rule: 'lockout', sentence: 'no order that takes risk is walked while risk is shut' })
  }
  return success({ ...order, limit: walkLimit(order.walk, stepsTaken), stepsTaken } as Approved<Order>)
}

function sameLegs(order: Order, proposal: Proposal): boolean {
  return (
    order.legs.length === proposal.legs.length &&
    order.legs.every((leg, index) => {
      const other = proposal.legs[index]
      return other !== undefined && legKey(other) === legKey(leg) && other.ratio === leg.ratio
    })
  )
}
