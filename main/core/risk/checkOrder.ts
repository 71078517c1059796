import type { Milliseconds } from '../base/units.ts'
import { failure, success, type Result } from '../base/result.ts'
import { walkLimit, type Order } from '../portfolio/order.ts'
import { legKey, reversed, type Leg, type Structure } from '../portfolio/structure.ts'
import type { Position } from '../portfolio/position.ts'
import type { Proposal } from '../policy/proposal.ts'
import {
  closingChecks,
  firstRefusal,
  openingChecks,
  stateChecks,
  tradableChecks,
  type Refusal,
} from './gate.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'

// A private member is lost in a spread, so an approved order that is changed is no longer approved
declare class Approval {
  private readonly isApproved: true
}

/** Proof that the gate let `T` through. Only this file makes one, and a broker takes nothing else. */
export type Approved<T> = T & Approval

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
    proposal.purpose === 'open' &&
    order.quantity === proposal.quantity &&
    isSameStructure(order.structure, proposal.structure) &&
    areSameLegs(order.legs, proposal.legs) &&
    Math.min(order.limit, order.walk.start, order.walk.end) >= proposal.walk.end
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
    order.decision === position.decision &&
    isSameStructure(order.structure, position.structure) &&
    areSameLegs(order.legs, reversed(position.structure.legs))
  if (!isReversed)
    return failure({ rule: 'reduceOnly', sentence: 'a close must reverse the legs that are held' })
  const refusal = firstRefusal(closingChecks(order.quantity, held, state))
  return refusal ? failure(refusal) : success(order as Approved<Order>)
}

/**
 * A working order with its next limit on the walk that was approved with it. An order that takes risk is not walked
 * once risk is shut, and no order where nothing may be sent; it waits to be cancelled.
 */
export function checkWalkedOrder(
  order: Order,
  stepsTaken: number,
  state: RiskState,
): Result<Approved<Order>, Refusal> {
  const isOnItsWalk = stepsTaken >= order.stepsTaken && stepsTaken <= order.walk.steps
  if (order.status !== 'working' || !isOnItsWalk) {
    return failure({
      rule: 'reduceOnly',
      sentence: 'only a working order walks, never back and no further than its walk',
    })
  }
  const refusal = firstRefusal(order.purpose === 'open' ? stateChecks(state) : tradableChecks(state))
  if (refusal) return failure(refusal)
  return success({ ...order, limit: walkLimit(order.walk, stepsTaken), stepsTaken } as Approved<Order>)
}

function isSameStructure(one: Structure, other: Structure): boolean {
  return (
    one.underlying === other.underlying && one.expiry === other.expiry && areSameLegs(one.legs, other.legs)
  )
}

function areSameLegs(some: readonly Leg[], others: readonly Leg[]): boolean {
  return (
    some.length === others.length &&
    some.every((leg, index) => {
      const other = others[index]
      return other !== undefined && legKey(other) === legKey(leg) && other.ratio === leg.ratio
    })
  )
}
