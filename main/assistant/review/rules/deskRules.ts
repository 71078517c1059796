import type { Rule } from '../rule.ts'
import { chainedAssignment } from './chainedAssignment.ts'
import { expiryDay } from './expiryDay.ts'
import { floatEquality } from './floatEquality.ts'
import { integerDivision } from './integerDivision.ts'
import { machineClock } from './machineClock.ts'
import { mutableDefault } from './mutableDefault.ts'
import { nanComparison } from './nanComparison.ts'
import { oldIdiom } from './oldIdiom.ts'
import { oldSyntax } from './oldSyntax.ts'
import { tickRounding } from './tickRounding.ts'
import { zeroSpread } from './zeroSpread.ts'

/** Rules about quotes, orders, clocks and what Python does with them. */
export const DESK_RULES: readonly Rule[] = [
  zeroSpread,
  mutableDefault,
  floatEquality,
  nanComparison,
  machineClock,
  expiryDay,
  integerDivision,
  chainedAssignment,
  tickRounding,
  oldIdiom,
  oldSyntax,
]
