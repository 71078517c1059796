import { at } from '../../core/base/assert.ts'
import { isEarlyExerciseWorthless } from '../../core/pricing/american.ts'
import { forwardPrice } from '../../core/pricing/blackScholes.ts'
import {
  GREEK_COLUMNS,
  createKernelColumns,
  type ChainKernels,
  type ChainTerms,
  type KernelColumns,
} from '../../core/pricing/chainKernels.ts'
import {
  referenceGreeks,
  referencePrices,
  referenceVolatilities,
} from '../../core/pricing/referenceKernels.ts'
import type { BoundKernel, PricingKernels } from '../../../native/pricingKernels.ts'

/**
 * The arithmetic of chains in the addon, on the calling thread and at its widest instruction set: the same quotes give the
 * same bits for a whole session. Columns are bound once, so a call costs no more than its work and allocates nothing.
 */
export class NativeKernels implements ChainKernels {
  readonly name: string
  readonly #kernels: PricingKernels
  #bound: BoundChain

  constructor(kernels: PricingKernels) {
    this.name = `native, ${instructionsLabel(kernels)}`
    this.#kernels = kernels
    this.#bound = bindChain(kernels, createKernelColumns(0))
  }

  columns(count: number): KernelColumns {
    if (this.#bound.columns.capacity < count)
      this.#bound = bindChain(this.#kernels, createKernelColumns(count))
    return this.#bound.columns
  }

  volatilities(count: number, terms: ChainTerms): void {
    const columns = this.columns(count)
    if (!isEuropean(terms)) return referenceVolatilities(columns, count, terms)
    const { forward, years, undiscounted, volatilities } = this.#bound
    const { underlying, carry } = terms
    const growth = Math.exp(carry.rate * carry.discountYears)
    forward.fill(forwardPrice(underlying, carry), 0, count)
    years.fill(carry.years, 0, count)
    for (let place = 0; place < count; place += 1) undiscounted[place] = at(columns.price, place) * growth
    volatilities.run(count)
  }

  prices(count: number, terms: ChainTerms): void {
    const columns = this.columns(count)
    if (!isEuropean(terms)) return referencePrices(columns, count, terms)
    this.#bound.scalars.set(scalarsOf(terms))
    this.#bound.prices.run(count)
  }

  greeks(count: number, terms: ChainTerms): void {
    const columns = this.columns(count)
    if (!isEuropean(terms)) return referenceGreeks(columns, count, terms)
    this.#bound.scalars.set(scalarsOf(terms))
    this.#bound.greeks.run(count)
  }
}

/** The widest instruction set of the addon, as people write it. */
export function instructionsLabel({ instructionSets }: PricingKernels): string {
  const labels = { sse2: 'SSE2', neon: 'NEON', avx2: 'AVX2', avx512: 'AVX-512' } as const
  const widest = instructionSets.at(-1)
  return widest === undefined ? '' : labels[widest]
}

/** The kernels of one chain with the columns that they are bound to. */
interface BoundChain {
  readonly columns: KernelColumns
  readonly scalars: Float64Array
  readonly forward: Float64Array
  readonly years: Float64Array
  readonly undiscounted: Float64Array
  readonly volatilities: BoundKernel
  readonly prices: BoundKernel
  readonly greeks: BoundKernel
}

function bindChain(kernels: PricingKernels, columns: KernelColumns): BoundChain {
  const { strike, sign, price, volatility, status } = columns
  const scalars = new Float64Array(5)
  const forward = new Float64Array(columns.capacity)
  const years = new Float64Array(columns.capacity)
  const undiscounted = new Float64Array(columns.capacity)
  const rows = [scalars, strike, volatility, sign]
  const sensitivities = GREEK_COLUMNS.map(name => columns[name])
  return {
    columns,
    scalars,
    forward,
    years,
    undiscounted,
    volatilities: kernels.bind(
      'volatilities',
      [forward, strike, years, undiscounted, sign],
      [volatility, status],
    ),
    prices: kernels.bind('rowPrices', rows, [price]),
    greeks: kernels.bind('rowGreeks', rows, [price, ...sensitivities]),
  }
}

/** Spot, years, years of interest, rate and dividend yield, as the kernels of one expiry want them. */
function scalarsOf({ underlying, carry }: ChainTerms): readonly number[] {
  return [underlying, carry.years, carry.discountYears, carry.rate, carry.dividendYield]
}

/** Whether nobody exercises early, by style or by argument. */
function isEuropean({ style, carry }: ChainTerms): boolean {
  return (
    style === 'european' ||
    (isEarlyExerciseWorthless('call', carry) && isEarlyExerciseWorthless('put', carry))
  )
}
