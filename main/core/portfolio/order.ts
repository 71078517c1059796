import type { EpochMilliseconds, Milliseconds, Price } from '../base/units.ts'
import { onGrid, type ComboQuote } from './comboQuote.ts'
import type { Leg, Structure } from './structure.ts'

/** Why an order exists: to take a position, to leave one by rule or by hand, or to flatten everything. */
export type OrderPurpose = 'open' | 'close' | 'flatten'

/** Where an order stands. `sending` has left the gate, `working` rests at the broker; the last three are final. */
export type OrderStatus = 'sending' | 'working' | 'filled' | 'cancelled' | 'rejected'

/**
 * How the limit moves: from `start` toward `end` in equal steps, then it rests at `end`. Prices are net a share,
 * positive a credit; walking always gives way, so `end` is never above `start`.
 */
export interface LimitWalk {
  readonly start: Price
  readonly end: Price
  readonly steps: number
  readonly stepEvery: Milliseconds
}

/** An order for a combination of legs, never for a leg alone. */
export interface Order {
  readonly id: string
  /** The decision it belongs to. */
  readonly decision: string
  readonly purpose: OrderPurpose
  readonly structure: Structure
  /** What one lot trades: the structure's legs to open, reversed to close. */
  readonly legs: readonly Leg[]
  readonly quantity: number
  readonly walk: LimitWalk
  readonly time: EpochMilliseconds
  readonly status: OrderStatus
  /** The limit last sent. */
  readonly limit: Price
  /** Walk steps taken. */
  readonly stepsTaken: number
  readonly filled: number
  /** Why it ended, in the broker's or the gate's words. */
  readonly note?: string
}

/** A trade at the broker. */
export interface Fill {
  readonly id: string
  readonly order: string
  readonly time: EpochMilliseconds
  readonly quantity: number
  /** Net price a share, positive a credit. */
  readonly net: Price
  readonly fees: number
  readonly legs: readonly (Leg & { readonly price: Price })[]
}

/** Whether an order can still trade. */
export function isOpenOrder(order: Order): boolean {
  return order.status === 'sending' || order.status === 'working'
}

/** A patient walk from the mid to the natural price, or as far as a floor allows; both ends are on the penny grid. */
export function walkFromMid(
  quote: ComboQuote,
  floor: Price,
  steps: number,
  stepEvery: Milliseconds,
): LimitWalk {
  const start = onGrid(quote.mid)
  const floorOnGrid = -onGrid(-floor)
  const end = Math.min(start, Math.max(onGrid(quote.natural), floorOnGrid))
  return { start, end, steps, stepEvery }
}

/** The limit of a walk after a number of steps. */
export function walkLimit(walk: LimitWalk, stepsTaken: number): Price {
  if (stepsTaken >= walk.steps) return walk.end
  return Math.max(walk.end, onGrid(walk.start + ((walk.end - walk.start) * stepsTaken) / walk.steps))
}

/** The steps a walk should have taken by now. */
export function stepsDue(walk: LimitWalk, since: Milliseconds): number {
  return Math.min(walk.steps, Math.max(0, Math.floor(since / walk.stepEvery)))
}
