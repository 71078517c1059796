import { hoistInvariants } from './local/hoist.ts'
import { comprehend } from './local/comprehend.ts'
import type { Transform } from './transform.ts'

/** Rewritings that stay within Python's own means, the most telling first. */
export const LOCAL_TRANSFORMS: readonly Transform[] = [hoistInvariants, comprehend]
