import { BATCH_INPUTS, BATCH_OUTPUTS, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import { batchFault, scenarioFault } from '../../core/pricing/precision.ts'
import {
  emptyGrid,
  scenarioCount,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioGrid,
} from '../../core/pricing/scenario.ts'
import type { Scenarios } from '../../engine/ports.ts'
import type { GpuFacts, GpuKernels, NoGpuKernels } from '../../../native/gpuKernels.ts'
import { knownBatch, knownGrid } from './gpuSelfTest.ts'
import { placesInTurn } from './turns.ts'
import { scenarioInputs, scenarioOutputs } from './scenarioColumns.ts'

/**
 * The GPU as a pricer. It computes in single precision, so it serves pictures and never an order. Before it serves it
 * computes what is known; while it serves, a few places of every answer are computed again, in turn. Once it was wrong,
 * late or lost it is closed, and every further call rejects with the reason.
 */
export interface GpuPricer extends Scenarios {
  readonly facts: GpuFacts
  /** Writes price and Greeks of the first `count` options of a batch, as European ones; NaN comes back as NaN. */
  batch(batch: OptionBatch, count: number): Promise<void>
  close(): void
}

/** Why no GPU serves: there is none (`absent`), or there is one that does not work or computes wrong (`refused`). */
export interface NoGpu {
  readonly state: 'absent' | 'refused'
  readonly reason: string
}

/** How a GPU is taken. */
export interface GpuTerms {
  /** Milliseconds after which it counts as hung. */
  readonly patience?: number
  /** Whether a processor that only plays a GPU will do: for tests, since the native kernels are faster. */
  readonly allowSoftware?: boolean
}

/** Options of one run, so that packing them never holds the main thread for more than about a millisecond. */
const BATCH_ROWS = 32_768

/** Numbers of one run of a grid. */
const GRID_NUMBERS = 1 << 20

/** Opens and tries the GPU, or says why none serves. Never rejects, and never takes longer than its patience twice over. */
export async function openGpuPricer(
  open: () => Promise<GpuKernels | NoGpuKernels>,
  { patience = 10_000, allowSoftware = false }: GpuTerms = {},
): Promise<GpuPricer | NoGpu> {
  try {
    const kernels = await inTime(open(), patience)
    if ('absent' in kernels) return { state: 'absent', reason: kernels.absent }
    if ('broken' in kernels) return { state: 'refused', reason: kernels.broken }
    if (kernels.facts.isSoftware && !allowSoftware) {
      kernels.close()
      return { state: 'absent', reason: `there is only ${kernels.facts.name}, which is software` }
    }
    const pricer = new CheckedGpu(kernels, patience)
    await pricer.selfTest()
    return pricer
  } catch (error) {
    return { state: 'refused', reason: reasonOf(error) }
  }
}

class CheckedGpu implements GpuPricer {
  readonly precision = 'f32'
  readonly #kernels: GpuKernels
  readonly #patience: number
  #refusal: string | undefined
  readonly #places = placesInTurn()

  constructor(kernels: GpuKernels, patience: number) {
    this.#kernels = kernels
    this.#patience = patience
  }

  get name(): string {
    return `${this.facts.name} (${this.facts.backend})`
  }

  get facts(): GpuFacts {
    return this.#kernels.facts
  }

  /** Computes a book and options whose values are known, all of them compared. */
  async selfTest(): Promise<void> {
    const { book, axes } = knownGrid()
    const grid = await this.grid(book, axes)
    this.#expect(scenarioFault(book, axes, grid, 'f32', grid.profit.keys()))
    const batch = knownBatch()
    await this.batch(batch, batch.capacity)
    this.#expect(batchFault(batch, 'f32', batch.spot.keys()))
  }

  async grid(book: ScenarioBook, axes: ScenarioAxes): Promise<ScenarioGrid> {
    const grid = emptyGrid(axes)
    const inputs = scenarioInputs(book, axes)
    const outputs = scenarioOutputs(grid)
    const times = timesOfOneRun(book, axes)
    for (let first = 0; first < axes.minutes.length; first += times) {
      const part = timeSlice(inputs, outputs, axes, first, Math.min(first + times, axes.minutes.length))
      await this.#run(() => this.#kernels.scenarios(part.inputs, part.outputs))
    }
    this.#expect(scenarioFault(book, axes, grid, 'f32', this.#places(scenarioCount(axes))))
    return grid
  }

  async batch(batch: OptionBatch, count: number): Promise<void> {
    for (let first = 0; first < count; first += BATCH_ROWS) {
      const rows = Math.min(BATCH_ROWS, count - first)
      const part = (name: (typeof BATCH_INPUTS | typeof BATCH_OUTPUTS)[number]) =>
        batch[name].subarray(first, first + rows)
      await this.#run(() => this.#kernels.greeks(BATCH_INPUTS.map(part), BATCH_OUTPUTS.map(part), rows))
    }
    this.#expect(batchFault(batch, 'f32', this.#places(count)))
  }

  close(): void {
    this.#refuse('the GPU was closed')
  }

  async #run(start: () => Promise<void>): Promise<void> {
    if (this.#refusal !== undefined) throw new Error(this.#refusal)
    try {
      await inTime(start(), this.#patience)
    } catch (error) {
      throw this.#refuse(reasonOf(error))
    }
  }

  #expect(fault: string | undefined): void {
    if (fault !== undefined) throw this.#refuse(`it computed wrong: ${fault}`)
  }

  #refuse(reason: string): Error {
    if (this.#refusal === undefined) {
      this.#refusal = reason
      this.#kernels.close()
    }
    return new Error(this.#refusal)
  }
}

function timesOfOneRun(book: ScenarioBook, axes: ScenarioAxes): number {
  const legs = book.strike.length
  const spots = axes.spots.length
  const each = legs * (spots + 11) + 5 * axes.volatilityFactors.length * spots
  return Math.max(1, Math.floor(GRID_NUMBERS / Math.max(1, each)))
}

/** The part of a grid between two times; nothing is copied. */
function timeSlice(
  inputs: readonly Float64Array[],
  outputs: readonly Float64Array[],
  axes: ScenarioAxes,
  first: number,
  last: number,
): { readonly inputs: Float64Array[]; readonly outputs: Float64Array[] } {
  const scenarios = axes.volatilityFactors.length * axes.spots.length
  const part = inputs.map((column, index) => {
    if (index === MINUTES) return column.subarray(first, last)
    if (index !== VOLATILITY) return column
    const each = column.length / axes.minutes.length
    return column.subarray(first * each, last * each)
  })
  return {
    inputs: part,
    outputs: outputs.map(column => column.subarray(first * scenarios, last * scenarios)),
  }
}

const VOLATILITY = 6
const MINUTES = 9

async function inTime<Value>(promise: Promise<Value>, patience: number): Promise<Value> {
  const timeout = Promise.withResolvers<never>()
  // A little more than the host's own patience, whose sentence says more
  const timer = setTimeout(() => timeout.reject(new Error('it did not answer in time')), patience * 1.2 + 50)
  try {
    return await Promise.race([promise, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
