import type { Transform } from '../transform.ts'
import { carryLast } from './carry.ts'
import { countApart } from './countApart.ts'
import { firstRoundApart } from './firstRound.ts'
import { countInRange, iterateDirectly } from './iterate.ts'
import { tailCallToLoop } from './recursion.ts'

/** Rewritings of how a loop goes from one round to the next. */
export const ROUND_TRANSFORMS: readonly Transform[] = [
  iterateDirectly,
  countInRange,
  tailCallToLoop,
  carryLast,
  countApart,
  firstRoundApart,
]
