import { isEarlyExerciseWorthless } from '../../core/pricing/american.ts'
import {
  createKernelColumns,
  type ChainKernels,
  type ChainTerms,
  type KernelColumns,
} from '../../core/pricing/chainKernels.ts'
import { AmericanChain } from './nativeAmerican.ts'
import {
  bindChainGreeks,
  bindRowGreeks,
  bindRowPrices,
  bindRowVolatilities,
  type ChainHalf,
} from '../../../native/europeanKernels.ts'
import { alignedColumns, type BoundKernel, type PricingKernels } from '../../../native/pricingKernels.ts'

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
    this.#bound = bindChain(kernels, 0)
  }

  columns(count: number): KernelColumns {
    if (this.#bound.columns.capacity < count) this.#bound = bindChain(this.#kernels, count)
    return this.#bound.columns
  }

  volatilities(count: number, terms: ChainTerms): void {
    const { american, volatilities } = this.#boundTo(count, terms)
    if (isEuropean(terms)) volatilities.run(count)
    else american.volatilities(count, terms)
  }

  prices(count: number, terms: ChainTerms): void {
    const { american, prices } = this.#boundTo(count, terms)
    if (isEuropean(terms)) prices.run(count)
    else american.greeks(count, terms)
  }

  greeks(count: number, terms: ChainTerms): void {
    const { american, greeks } = this.#boundTo(count, terms)
    if (isEuropean(terms)) greeks(count)
    else american.greeks(count, terms)
  }

  #boundTo(count: number, { underlying, carry }: ChainTerms): BoundChain {
    this.columns(count)
    const { expiry } = this.#bound
    expiry[0] = underlying
    expiry[1] = carry.years
    expiry[2] = carry.discountYears
    expiry[3] = carry.rate
    expiry[4] = carry.dividendYield
    return this.#bound
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
  /** What the options have in common: spot, years, years of interest, rate and dividend yield. */
  readonly expiry: Float64Array
  readonly volatilities: BoundKernel
  readonly prices: BoundKernel
  readonly greeks: (count: number) => void
  readonly american: AmericanChain
}

function bindChain(kernels: PricingKernels, count: number): BoundChain {
  const expiry = new Float64Array(5)
  const columns = createKernelColumns(count, (places, rows) => alignedColumns(kernels, places, rows))
  return {
    columns,
    expiry,
    volatilities: bindRowVolatilities(kernels, expiry, columns, columns),
    prices: bindRowPrices(kernels, expiry, columns, columns.price),
    greeks: bindGreeks(kernels, expiry, columns),
    american: new AmericanChain(kernels, columns, expiry),
  }
}

/**
 * The Greeks of rows. A chain has its calls in the first half and its puts in the second: they are bound as halves, so that call
 * and put of a strike can be worked out together. The halves stay bound for as long as the chain has as many rows.
 */
function bindGreeks(
  kernels: PricingKernels,
  expiry: Float64Array,
  columns: KernelColumns,
): (count: number) => void {
  const rows = bindRowGreeks(kernels, expiry, columns, columns)
  let halves = rows
  let bound = 0
  return count => {
    if (count % 2 === 1 || count === 0) return rows.run(count)
    if (count !== bound) {
      const middle = count / 2
      halves = bindChainGreeks(
        kernels,
        expiry,
        chainHalf(columns, 0, middle),
        chainHalf(columns, middle, count),
      )
      bound = count
    }
    halves.run(count / 2)
  }
}

/** Rows of columns that are one half of a chain. */
export function chainHalf(columns: KernelColumns, from: number, to: number): ChainHalf {
  const part = (name: keyof ChainHalf) => columns[name].subarray(from, to)
  return {
    strike: part('strike'),
    volatility: part('volatility'),
    sign: part('sign'),
    price: part('price'),
    delta: part('delta'),
    gamma: part('gamma'),
    theta: part('theta'),
    vega: part('vega'),
    rho: part('rho'),
    vanna: part('vanna'),
    charm: part('charm'),
    vomma: part('vomma'),
  }
}

/** Whether nobody exercises early, by style or by argument. */
function isEuropean({ style, carry }: ChainTerms): boolean {
  if (style === 'european') return true
  return isEarlyExerciseWorthless('call', carry) && isEarlyExerciseWorthless('put', carry)
}
