import { ChainPricer } from '../../core/pricing/chainPricing.ts'
import { referenceKernels } from '../../core/pricing/referenceKernels.ts'
import type { Pricer } from '../../engine/ports.ts'

/** The readable TypeScript formulas, on the calling thread. */
export const referencePricer: Pricer = new ChainPricer(referenceKernels())
