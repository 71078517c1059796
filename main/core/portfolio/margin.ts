import type { Dollars } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import { widestWing, type Leg } from './structure.ts'

/**
 * The margin of a credit spread under Regulation T: the wider wing times the multiplier, once for a condor, because
 * only one side can finish in the money.
 */
export function marginRequirement(legs: readonly Leg[], quantity: number): Dollars {
  return widestWing(legs) * CONTRACT_MULTIPLIER * quantity
}
