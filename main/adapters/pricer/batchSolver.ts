import { at } from '../../core/base/assert.ts'
import type { OptionBatch } from '../../core/pricing/optionBatch.ts'
import { bindSpotVolatilities } from '../../../native/europeanKernels.ts'
import type { PricingKernels } from '../../../native/pricingKernels.ts'

/** Writes volatility and status of the first `count` European options of a batch from their prices. */
export type BatchSolver = (count: number) => void

/** Volatilities by the addon, on so many threads where there is work for them. */
export function nativeSolver(kernels: PricingKernels, batch: OptionBatch, threads: number): BatchSolver {
  const drift = new Float64Array(batch.capacity)
  const undiscounted = new Float64Array(batch.capacity)
  const { spot, strike, years, sign } = batch
  const quotes = { spot, strike, years, price: undiscounted, sign, drift }
  const bound = bindSpotVolatilities(kernels, quotes, batch)
  return count => {
    for (let place = 0; place < count; place += 1) {
      const [rate, time] = [at(batch.rate, place), at(years, place)]
      drift[place] = (rate - at(batch.dividendYield, place)) * time
      undiscounted[place] = at(batch.price, place) * Math.exp(rate * time)
    }
    bound.run(count, threads)
  }
}
