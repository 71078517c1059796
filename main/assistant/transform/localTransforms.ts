import { extremeLoop, searchLoop, sumLoop } from './local/aggregate.ts'
import { bindFunctions } from './local/bind.ts'
import { comprehend } from './local/comprehend.ts'
import { nameEntry } from './local/entry.ts'
import { hoistInvariants } from './local/hoist.ts'
import { countInRange, iterateDirectly } from './local/iterate.ts'
import { joinPieces } from './local/joinText.ts'
import { LOOK_UP_TRANSFORMS } from './local/lookUpTransforms.ts'
import { rememberCalls } from './local/memoise.ts'
import { precomputeElements } from './local/precompute.ts'
import { tailCallToLoop } from './local/recursion.ts'
import { shareExpressions } from './local/share.ts'
import { multiplyByHalf, multiplyPowers } from './local/strength.ts'
import type { Transform } from './transform.ts'

/** Rewritings that stay within Python's own means, the most telling first. */
export const LOCAL_TRANSFORMS: readonly Transform[] = [
  ...LOOK_UP_TRANSFORMS,
  hoistInvariants,
  precomputeElements,
  shareExpressions,
  nameEntry,
  rememberCalls,
  comprehend,
  sumLoop,
  extremeLoop,
  searchLoop,
  joinPieces,
  iterateDirectly,
  countInRange,
  tailCallToLoop,
  multiplyPowers,
  multiplyByHalf,
  bindFunctions,
]
