import { at } from '../../core/base/assert.ts'
import type { ChainTerms, KernelColumns } from '../../core/pricing/chainKernels.ts'
import { statusCode } from '../../core/pricing/impliedVolatility.ts'
import {
  BATCH_OUTPUTS,
  batchGreeks,
  solveBatchRow,
  type OptionBatch,
} from '../../core/pricing/optionBatch.ts'
import { optionGreeks, optionVolatility } from '../../core/pricing/optionFormulas.ts'
import {
  bindAmericanGreeks,
  bindAmericanRowGreeks,
  bindAmericanRowVolatilities,
  bindAmericanVolatilities,
  expiryBoundaries,
  type ExpiryBoundaries,
} from '../../../native/americanKernels.ts'
import type { BoundKernel, PricingKernels } from '../../../native/pricingKernels.ts'

/**
 * American options of one expiry in the addon. The exercise boundaries are kept from tick to tick: they serve every spot
 * and strike as long as interest and dividends stand. Bits never depend on earlier ticks.
 */
export class AmericanChain {
  readonly #columns: KernelColumns
  readonly #boundaries: ExpiryBoundaries
  readonly #greeks: BoundKernel
  readonly #volatilities: BoundKernel

  constructor(kernels: PricingKernels, columns: KernelColumns, expiry: Float64Array) {
    this.#columns = columns
    this.#boundaries = expiryBoundaries(kernels, expiry)
    this.#greeks = bindAmericanRowGreeks(kernels, expiry, this.#boundaries, columns, columns)
    this.#volatilities = bindAmericanRowVolatilities(kernels, expiry, this.#boundaries, columns, columns)
  }

  /** Writes price and Greeks of the first rows. */
  greeks(count: number, terms: ChainTerms): void {
    this.#boundaries.refresh()
    this.#greeks.run(count)
    this.#askReference(count, terms)
  }

  /** Writes volatility and status of the first rows. */
  volatilities(count: number, terms: ChainTerms): void {
    this.#boundaries.refresh()
    this.#volatilities.run(count)
    this.#askReferenceForVolatilities(count, terms)
  }

  /** Where a market has two exercise boundaries the kernels say nothing; the readable formulas do. */
  #askReference(count: number, { style, underlying, carry }: ChainTerms): void {
    const columns = this.#columns
    for (let place = 0; place < count; place += 1) {
      const volatility = at(columns.volatility, place)
      if (!Number.isNaN(at(columns.price, place)) || Number.isNaN(volatility)) continue
      const right = at(columns.sign, place) > 0 ? 'call' : 'put'
      const greeks = optionGreeks(style, right, underlying, at(columns.strike, place), volatility, carry)
      for (const name of BATCH_OUTPUTS) columns[name][place] = greeks[name]
    }
  }

  #askReferenceForVolatilities(count: number, { style, underlying, carry }: ChainTerms): void {
    const { sign, strike, price, volatility, status } = this.#columns
    for (let place = 0; place < count; place += 1) {
      if (at(status, place) !== NOT_A_NUMBER || Number.isNaN(at(price, place))) continue
      const right = at(sign, place) > 0 ? 'call' : 'put'
      const found = optionVolatility(style, right, underlying, at(strike, place), at(price, place), carry)
      status[place] = statusCode(found.status)
      volatility[place] = found.status === 'ok' ? found.volatility : Number.NaN
    }
  }
}

const NOT_A_NUMBER = statusCode('notANumber')

/** American options of a batch in the addon: price and Greeks, or volatilities, of the first `count` of them. */
export interface AmericanBatch {
  price(count: number): void
  solve(count: number): void
}

/** Binds the American kernels to the columns of a batch, on so many threads where there is work for them. */
export function americanBatch(kernels: PricingKernels, batch: OptionBatch, threads: number): AmericanBatch {
  const options = { ...batch, discountYears: batch.years }
  const greeks = bindAmericanGreeks(kernels, options, batch)
  const volatilities = bindAmericanVolatilities(kernels, options, batch)
  return {
    price(count) {
      greeks.run(count, threads)
      for (let place = 0; place < count; place += 1) {
        if (!Number.isNaN(at(batch.price, place))) continue
        const right = batchGreeks(batch, 'american', place)
        for (const name of BATCH_OUTPUTS) batch[name][place] = right[name]
      }
    },
    solve(count) {
      volatilities.run(count, threads)
      for (let place = 0; place < count; place += 1)
        if (at(batch.status, place) === NOT_A_NUMBER && !Number.isNaN(at(batch.price, place)))
          solveBatchRow(batch, 'american', place)
    },
  }
}
