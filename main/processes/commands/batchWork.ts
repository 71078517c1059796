import { availableParallelism } from 'node:os'
import { openMachineGpu } from '../../adapters/pricer/backends.ts'
import { gpuBatch, nativeBatch, referenceBatch } from '../../adapters/pricer/batchJob.ts'
import { nativeSolver, type BatchSolver } from '../../adapters/pricer/batchSolver.ts'
import { americanBatch, type AmericanBatch } from '../../adapters/pricer/nativeAmerican.ts'
import { instructionsLabel } from '../../adapters/pricer/nativePricer.ts'
import { openNative } from '../../adapters/pricer/openPricer.ts'
import type { BatchWork } from '../../adapters/tables/optionTables.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { priceBatch, solveBatch, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import type { Places } from '../services.ts'
import { fastestBatch } from './fastestBatch.ts'

/** Who may be asked to price a table. */
const BATCH_CHOICES = ['reference', 'native', 'gpu', 'auto'] as const

/** Somebody who prices the options of one batch of columns. */
export interface OpenedBatch {
  /** What people call it. */
  readonly name: string
  readonly price: BatchWork
  readonly solve: BatchWork
  close(): void
}

/** Opens who is asked for; or says in one line why it cannot be had here. */
export async function openBatch(
  places: Places,
  choice: string,
  batch: OptionBatch,
): Promise<Result<OpenedBatch, string>> {
  switch (choice) {
    case 'reference':
      return success(openReference(batch))
    case 'native':
      return openAddon(places, batch)
    case 'gpu':
      return openGpu(places, batch)
    case 'auto':
      return openFastest(places, batch)
  }
  return failure(`backend must be one of ${BATCH_CHOICES.join(', ')}, is "${choice}"`)
}

function openReference(batch: OptionBatch): OpenedBatch {
  return {
    name: 'TypeScript reference',
    price: (style, count) => priceBatch(batch, style, count),
    solve: (style, count) => solveBatch(batch, style, count),
    close: () => undefined,
  }
}

function openAddon(places: Places, batch: OptionBatch): Result<OpenedBatch, string> {
  const native = openNative(places.native)
  if (native.state !== 'open')
    return failure(`backend must be reference or auto on this machine, is native: ${native.reason}`)
  const { kernels } = native
  const threads = availableParallelism()
  const european = nativeBatch(kernels, batch, threads).at(-1) ?? referenceBatch(batch)
  const american = americanBatch(kernels, batch, threads)
  return success({
    name: `native, ${instructionsLabel(kernels)}`,
    price: (style, count) => (style === 'european' ? european.perform({ count }) : american.price(count)),
    solve: solverOf(nativeSolver(kernels, batch, threads), american),
    close: () => undefined,
  })
}

async function openGpu(places: Places, batch: OptionBatch): Promise<Result<OpenedBatch, string>> {
  // Whoever asks for it by name may have one of software too
  const gpu = await openMachineGpu(places.native, { allowSoftware: true })
  if ('state' in gpu) return failure(`backend must be another on this machine, is gpu: ${gpu.reason}`)
  const backend = gpuBatch(gpu, batch)
  return success({
    name: `${gpu.name}, single precision`,
    price(style, count) {
      if (style === 'american') throw new Error('backend must be another for american options, is gpu')
      return backend.perform({ count })
    },
    solve() {
      throw new Error('backend must be another for volatilities, is gpu')
    },
    close: () => gpu.close(),
  })
}

/** The addon where it is built, and for each number of rows whoever is fastest here. */
function openFastest(places: Places, batch: OptionBatch): Result<OpenedBatch, string> {
  const native = openNative(places.native)
  if (native.state !== 'open') return success(openReference(batch))
  const { kernels } = native
  const threads = availableParallelism()
  const american = americanBatch(kernels, batch, threads)
  const european = fastestBatch(places, native, batch, threads)
  return success({
    name: `native, ${instructionsLabel(kernels)}, or the TypeScript reference where it is faster`,
    price: (style, count) => (style === 'european' ? european(count) : american.price(count)),
    solve: solverOf(nativeSolver(kernels, batch, threads), american),
    close: () => undefined,
  })
}

function solverOf(european: BatchSolver, american: AmericanBatch): BatchWork {
  return (style, count) => (style === 'european' ? european(count) : american.solve(count))
}
