import { at } from '../../core/base/assert.ts'
import type { ExerciseStyle } from '../../core/market/optionContract.ts'
import {
  BATCH_INPUTS,
  BATCH_OUTPUTS,
  batchGreeks,
  priceBatch,
  type BatchOutput,
  type OptionBatch,
} from '../../core/pricing/optionBatch.ts'
import type { GpuKernels } from '../../../native/gpuKernels.ts'
import type { PricingKernels } from '../../../native/pricingKernels.ts'
import type { Backend, Job, Precision } from './router.ts'

/** Price and Greeks of the first options of a batch. */
export interface BatchTask {
  readonly style: ExerciseStyle
  readonly count: number
}

/** A backend bound to the columns of one batch. */
export type BatchBackend = Backend<BatchTask, void>

/** Sizes that are measured: closest where the overhead of a call, and of threads, gives way to the work. */
const SIZES = [1, 4, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072]

/** Options that are looked at in each check. */
const LOOKED_AT = 3

/** Errors that are none, as shares of what a figure can amount to. */
const TOLERANCE: Readonly<Record<Precision, number>> = { exact: 1e-10, picture: 1e-4 }

/** The job of pricing European options in one batch of columns; the backends are bound to these columns. */
export function batchJob(batch: OptionBatch, backends: readonly BatchBackend[]): Job<BatchTask, void> {
  let look = 0
  return {
    backends: [...backends, referenceBatch(batch)],
    sizes: SIZES.filter(size => size <= batch.capacity),
    sizeOf: task => task.count,
    probe(size) {
      fillTypical(batch, size)
      return { style: 'european', count: size }
    },
    fault(task, _answer, precision) {
      for (let looked = 0; looked < Math.min(LOOKED_AT, task.count); looked += 1) {
        // A prime step comes by every place in time
        look = (look + 7919) % task.count
        const fault = faultAt(batch, task.style, look, TOLERANCE[precision])
        if (fault !== undefined) return fault
      }
      return undefined
    },
  }
}

/** The readable formulas. */
export function referenceBatch(batch: OptionBatch): BatchBackend {
  return {
    name: 'reference',
    precision: 'exact',
    perform: ({ style, count }) => priceBatch(batch, style, count),
  }
}

/** The addon on one thread, and on `threads` where there are more. */
export function nativeBatch(
  kernels: PricingKernels,
  batch: OptionBatch,
  threads: number,
): readonly BatchBackend[] {
  const european = kernels.bind(
    'batchGreeks',
    BATCH_INPUTS.map(name => batch[name]),
    BATCH_OUTPUTS.map(name => batch[name]),
  )
  const one: BatchBackend = {
    name: 'native1',
    precision: 'exact',
    perform: ({ count }) => european.run(count),
  }
  const many: BatchBackend = {
    name: 'nativeN',
    precision: 'exact',
    perform: ({ count }) => european.run(count, threads),
  }
  return threads > 1 ? [one, many] : [one]
}

/** The GPU, in single precision. */
export function gpuBatch(gpu: GpuKernels, batch: OptionBatch): BatchBackend {
  const inputs = BATCH_INPUTS.map(name => batch[name])
  const outputs = BATCH_OUTPUTS.map(name => batch[name])
  return {
    name: 'gpu',
    precision: 'picture',
    perform: ({ count }) => gpu.greeks(inputs, outputs, count),
  }
}

/** What is wrong with the figures of one option; undefined where nothing is. */
function faultAt(
  batch: OptionBatch,
  style: ExerciseStyle,
  place: number,
  tolerance: number,
): string | undefined {
  const right = batchGreeks(batch, style, place)
  for (const name of BATCH_OUTPUTS) {
    const given = at(batch[name], place)
    const allowed = tolerance * (Math.abs(right[name]) + sizeOf(batch, place, name))
    if (Number.isNaN(given) !== Number.isNaN(right[name]) || Math.abs(given - right[name]) > allowed)
      return `answered a ${name} of ${given} where ${right[name]} is right`
  }
  return undefined
}

/** What a figure of an option amounts to near the money. */
function sizeOf(batch: OptionBatch, place: number, name: BatchOutput): number {
  const [spot, years, volatility] = [
    at(batch.spot, place),
    at(batch.years, place),
    at(batch.volatility, place),
  ]
  const vega = spot * Math.sqrt(years)
  const sizes: Readonly<Record<BatchOutput, number>> = {
    price: spot,
    delta: 1,
    gamma: 1 / (volatility * vega),
    theta: (vega * volatility) / years,
    vega,
    rho: at(batch.strike, place) * years,
    vanna: 1 / volatility,
    charm: 1 / years,
    vomma: vega / volatility,
  }
  return sizes[name]
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
