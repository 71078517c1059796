import { priceBatch, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import { batchFault } from '../../core/pricing/precision.ts'
import { bindBatchGreeks } from '../../../native/europeanKernels.ts'
import type { PricingKernels } from '../../../native/pricingKernels.ts'
import type { GpuPricer } from './gpuPricer.ts'
import type { Backend, Job } from './router.ts'
import { placesInTurn } from './turns.ts'

/** Price and Greeks of the first options of a batch, as European ones. */
export interface BatchTask {
  readonly count: number
}

/** A backend bound to the columns of one batch. */
export type BatchBackend = Backend<BatchTask, void>

/** The largest batch that is measured; beyond, time grows with size. */
export const LARGEST_BATCH = 65_536

/** Sizes that are measured: closest where the overhead of a call, and of threads, gives way to the work. */
const SIZES = [1, 4, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, LARGEST_BATCH]

/** Options that are worth a second thread at all. */
const FROM_THREADS = 8192

/** The job of pricing European options in one batch of columns; the backends are bound to these columns. */
export function batchJob(batch: OptionBatch, backends: readonly BatchBackend[]): Job<BatchTask, void> {
  const places = placesInTurn()
  return {
    backends: [...backends, referenceBatch(batch)],
    sizes: SIZES.filter(size => size <= batch.capacity),
    sizeOf: task => task.count,
    probe(count) {
      fillTypical(batch, count)
      return { count }
    },
    fault: ({ count }, _, precision) => batchFault(batch, precision, places(count)),
  }
}

/** The readable formulas. */
export function referenceBatch(batch: OptionBatch): BatchBackend {
  return {
    name: 'reference',
    perform: ({ count }) => priceBatch(batch, 'european', count),
  }
}

/** The addon on one thread, and on `threads` where there are more. */
export function nativeBatch(
  kernels: PricingKernels,
  batch: OptionBatch,
  threads: number,
): readonly BatchBackend[] {
  const bound = bindBatchGreeks(kernels, batch, batch)
  const one: BatchBackend = { name: 'native1', perform: ({ count }) => bound.run(count) }
  const many: BatchBackend = {
    name: 'nativeN',
    from: FROM_THREADS,
    perform: ({ count }) => bound.run(count, threads),
  }
  return threads > 1 ? [one, many] : [one]
}

/** The GPU, in single precision. */
export function gpuBatch(gpu: Pick<GpuPricer, 'batch'>, batch: OptionBatch): BatchBackend {
  return { name: 'gpu', perform: ({ count }) => gpu.batch(batch, count) }
}

/** Options of today around the money, as a chain has them. */
function fillTypical(batch: OptionBatch, count: number): void {
  for (let place = 0; place < count; place += 1) {
    batch.spot[place] = 600 + (place % 7)
    batch.strike[place] = 580 + (place % 41)
    batch.years[place] = (10 + (place % 380)) / 525_600
    batch.volatility[place] = 0.1 + 0.01 * (place % 29)
    batch.rate[place] = 0.043
    batch.dividendYield[place] = 0.012
    batch.sign[place] = place % 2 === 0 ? 1 : -1
  }
}
