import type { Dollars, EpochMilliseconds, Price } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import { invariant } from '../base/assert.ts'
import type { Fill, Order } from './order.ts'
import { legKey, type Structure } from './structure.ts'

/** When a structure is closed without being asked again; frozen when the suggestion was made. */
export interface ExitRule {
  /** Buy back when this debit a share or less closes it. */
  readonly takeProfit: Price
  /** Buy back when the mid of closing costs this debit a share or more. */
  readonly stop: Price
  /** Buy back at this instant at the latest. */
  readonly time: EpochMilliseconds
}

/** Lots of one structure that came from one decision. */
export interface Position {
  readonly decision: string
  readonly structure: Structure
  /** Lots held now. */
  readonly quantity: number
  /** Lots ever opened. */
  readonly opened: number
  /** Average net a share at which lots were opened, positive a credit. */
  readonly entryNet: Price
  /** Profit of the lots that were closed, before fees. */
  readonly realised: Dollars
  readonly fees: Dollars
  readonly openedAt: EpochMilliseconds
  readonly closedAt?: EpochMilliseconds
  readonly exit: ExitRule
}

/** The position after a fill of its order: opening fills average in, closing fills realise. */
export function applyFill(before: Position | undefined, order: Order, fill: Fill, exit: ExitRule): Position {
  const position: Position = before ?? {
    decision: order.decision,
    structure: order.structure,
    quantity: 0,
    opened: 0,
    entryNet: 0,
    realised: 0,
    fees: 0,
    openedAt: fill.time,
    exit,
  }
  const fees = position.fees + fill.fees
  if (order.purpose === 'open') {
    const quantity = position.quantity + fill.quantity
    const entryNet = (position.entryNet * position.quantity + fill.net * fill.quantity) / quantity
    // The rest of an opening order may fill after what came first was closed
    const { closedAt: _, ...open } = position
    return { ...open, quantity, opened: position.opened + fill.quantity, entryNet, fees }
  }
  const quantity = position.quantity - fill.quantity
  invariant(
    quantity >= 0,
    `a closing fill must not exceed the position, was ${fill.quantity} of ${position.quantity}`,
  )
  const realised = position.realised + (position.entryNet + fill.net) * CONTRACT_MULTIPLIER * fill.quantity
  return { ...position, quantity, realised, fees, ...(quantity === 0 ? { closedAt: fill.time } : {}) }
}

/** The position after expiry; `settlement` is what the lots that were left made, their credit included. */
export function settle(position: Position, settlement: Dollars, time: EpochMilliseconds): Position {
  return { ...position, quantity: 0, realised: position.realised + settlement, closedAt: time }
}

/** Open profit when closing the lots would bring a net a share (negative, a debit), before fees. */
export function openProfit(position: Position, closingNet: Price): Dollars {
  return (position.entryNet + closingNet) * CONTRACT_MULTIPLIER * position.quantity
}

/** Contracts held by leg, from fills alone; what a broker's statement must agree with. */
export function contractsFromFills(fills: readonly Fill[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>()
  for (const fill of fills) {
    for (const leg of fill.legs) {
      const key = legKey(leg)
      held.set(key, (held.get(key) ?? 0) + leg.ratio * fill.quantity)
    }
  }
  return dropZeros(held)
}

/** Contracts held by leg, from positions. */
export function contractsFromPositions(positions: Iterable<Position>): ReadonlyMap<string, number> {
  const held = new Map<string, number>()
  for (const position of positions) {
    for (const leg of position.structure.legs) {
      const key = legKey(leg)
      held.set(key, (held.get(key) ?? 0) + leg.ratio * position.quantity)
    }
  }
  return dropZeros(held)
}

function dropZeros(held: Map<string, number>): Map<string, number> {
  for (const [key, quantity] of held) if (quantity === 0) held.delete(key)
  return held
}
