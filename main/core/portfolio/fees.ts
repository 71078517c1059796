import type { Dollars } from '../base/units.ts'
import type { Leg } from './structure.ts'

/** What trading one contract costs, both ways alike. */
export interface FeeSchedule {
  /** Commission a contract. */
  readonly commission: Dollars
  /** Exchange, regulatory and clearing fees a contract. */
  readonly exchange: Dollars
}

/** The fees of an order: every leg of every lot is a contract. */
export function orderFees(legs: readonly Leg[], quantity: number, schedule: FeeSchedule): Dollars {
  return legs.length * quantity * (schedule.commission + schedule.exchange)
}
