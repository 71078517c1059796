import { fillGreeks, fillImpliedVolatilities } from '../../core/pricing/chainPricing.ts'
import type { Pricer } from '../../engine/ports.ts'

/** The readable TypeScript formulas, on the calling thread. */
export const referencePricer: Pricer = {
  name: 'TypeScript reference',
  impliedVolatilities: fillImpliedVolatilities,
  greeks: fillGreeks,
}
