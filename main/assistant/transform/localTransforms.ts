import { bindFunctions } from './local/bind.ts'
import { nameEntry } from './local/entry.ts'
import { carryLast } from './local/carry.ts'
import { compareDirectly } from './local/compare.ts'
import { firstRoundApart } from './local/firstRound.ts'
import { formatText } from './local/formatText.ts'
import { countApart } from './local/countApart.ts'
import { GATHER_TRANSFORMS } from './local/gatherTransforms.ts'
import { hoistInvariants } from './local/hoist.ts'
import { writeInPlace } from './local/inPlace.ts'
import { countInRange, iterateDirectly } from './local/iterate.ts'
import { listInside } from './local/listInside.ts'
import { LOOK_UP_TRANSFORMS } from './local/lookUpTransforms.ts'
import { rememberCalls } from './local/memoise.ts'
import { precomputeElements } from './local/precompute.ts'
import { tailCallToLoop } from './local/recursion.ts'
import { shareExpressions } from './local/share.ts'
import { multiplyByHalf } from './local/strength.ts'
import { cutStretches } from './local/stretches.ts'
import type { Transform } from './transform.ts'

/** Rewritings that stay within Python's own means, the most telling first. */
export const LOCAL_TRANSFORMS: readonly Transform[] = [
  ...LOOK_UP_TRANSFORMS,
  hoistInvariants,
  precomputeElements,
  shareExpressions,
  nameEntry,
  rememberCalls,
  ...GATHER_TRANSFORMS,
  iterateDirectly,
  countInRange,
  tailCallToLoop,
  carryLast,
  countApart,
  firstRoundApart,
  compareDirectly,
  writeInPlace,
  formatText,
  listInside,
  cutStretches,
  multiplyByHalf,
  bindFunctions,
]
