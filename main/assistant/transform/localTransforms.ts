import { nameEntry } from './local/entry.ts'
import { GATHER_TRANSFORMS } from './local/gatherTransforms.ts'
import { hoistInvariants } from './local/hoist.ts'
import { LOOK_UP_TRANSFORMS } from './local/lookUpTransforms.ts'
import { rememberCalls } from './local/memoise.ts'
import { PLAIN_TRANSFORMS } from './local/plainTransforms.ts'
import { precomputeElements } from './local/precompute.ts'
import { ROUND_TRANSFORMS } from './local/roundTransforms.ts'
import { shareExpressions } from './local/share.ts'
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
  ...ROUND_TRANSFORMS,
  ...PLAIN_TRANSFORMS,
]
