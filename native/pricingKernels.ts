import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What the kernels are compiled for, from narrow to wide: 2 doubles a vector (SSE2, NEON), 4 and 8. */
export type InstructionSet = 'sse2' | 'neon' | 'avx2' | 'avx512'

/** A column that a kernel reads or writes in place. Its buffer must neither shrink nor be given away while it is bound. */
export type Column = Float64Array | Uint8Array

/** A kernel with its columns, looked at once: a call costs about a tenth of a microsecond more than the work. */
export interface BoundKernel {
  /**
   * Works on the first `count` rows and returns when they are done. `threads` share the rows where there are enough of them;
   * neither their number nor a row's place changes a bit of the results. Throws a RangeError for more rows than the columns have.
   */
  run(count: number, threads?: number, instructions?: InstructionSet): void
  /** The same off the main thread, for more than about a millisecond of work. The columns must be left alone until it is done. */
  runLater(count: number, threads?: number, instructions?: InstructionSet): Promise<void>
}

/** The compiled kernels. */
export interface PricingKernels {
  /** Instruction sets of this machine, from narrow to wide; the last serves unless another is asked for. */
  readonly instructionSets: readonly InstructionSet[]
  /** Binds the kernel of a name to columns, in the order in which the kernel wants them; throws where one does not fit. */
  bind(name: string, inputs: readonly Column[], outputs: readonly Column[]): BoundKernel
  /** The addon itself, for families of kernels with functions of their own. */
  readonly addon: PricingAddon
}

/** `pricing.node` as it is. Levels are places in `levels`. */
export interface PricingAddon {
  readonly levels: readonly InstructionSet[]
  /** Numbers that the exercise boundaries of one expiry take. */
  readonly americanBoundariesSize: number
  bind(name: string, inputs: readonly Column[], outputs: readonly Column[]): BoundHandle
  run(bound: BoundHandle, count: number, level: number, threads: number): void
  runLater(bound: BoundHandle, count: number, level: number, threads: number): Promise<void>
  misalignment(column: Float64Array): number
  processorSeconds(): number
}

/** Columns as the addon holds them. */
export type BoundHandle = object

/**
 * Loads the kernels from the folder `native`: those built on this machine, else those that came with a release. Where there
 * are none, `absent` says why in a few words for the trader.
 */
export function loadPricingKernels(folder: string): PricingKernels | { readonly absent: string } {
  const place = addonPlaces(folder, 'pricing').find(existsSync)
  if (place === undefined) return { absent: 'the native kernels are not built on this machine' }
  try {
    const addon: PricingAddon = createRequire(import.meta.url)(place)
    return joinKernels(addon)
  } catch (error) {
    return { absent: `the native kernels do not load: ${error instanceof Error ? error.message : 'unknown'}` }
  }
}

/**
 * Columns of so many rows that begin where a vector of any width may lie, so that large batches can go past the cache; a plain
 * Float64Array begins a quarter of a cache line too late.
 */
export function alignedColumns(kernels: PricingKernels, columns: number, rows: number): Float64Array[] {
  const line = 64
  // An odd number of lines between columns keeps them from wanting the same place in the cache
  const stride = (Math.ceil((rows * 8) / line) | 1) * line
  const buffer = new ArrayBuffer(columns * stride + line)
  const from = (line - kernels.addon.misalignment(new Float64Array(buffer))) % line
  return Array.from({ length: columns }, (_, place) => new Float64Array(buffer, from + place * stride, rows))
}

/** Where an addon may lie, in the order in which they are tried. */
export function addonPlaces(folder: string, name: string): readonly string[] {
  return [
    join(folder, 'build/Release', `${name}.node`),
    join(folder, 'prebuilds', `${process.platform}-${process.arch}`, `${name}.node`),
  ]
}

/** The place of an instruction set among those of this machine, by which the addon knows it; the widest where none is asked for. */
export function levelOf(
  instructionSets: readonly InstructionSet[],
  instructions: InstructionSet | undefined,
): number {
  if (instructions === undefined) return instructionSets.length - 1
  const level = instructionSets.indexOf(instructions)
  if (level < 0)
    throw new RangeError(`instructions must be one of ${instructionSets.join(', ')}, were ${instructions}`)
  return level
}

function joinKernels(addon: PricingAddon): PricingKernels {
  return {
    addon,
    instructionSets: addon.levels,
    bind: (name, inputs, outputs) => {
      const handle = addon.bind(name, inputs, outputs)
      return {
        run: (count, threads = 1, instructions) =>
          addon.run(handle, count, levelOf(addon.levels, instructions), threads),
        runLater: (count, threads = 1, instructions) =>
          addon.runLater(handle, count, levelOf(addon.levels, instructions), threads),
      }
    },
  }
}
