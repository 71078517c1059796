import { freemem, totalmem } from 'node:os'
import type { ModelCard } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'

/** Tokens of context that are kept at most, however many a model could; more costs memory and is not needed to read a few functions. */
export const MOST_CONTEXT = 8192

/** What running takes beside weights and context. */
const OVERHEAD = 300e6

/** Of free memory, what is left to everything else. */
const SPARED_SHARE = 0.15

/** What the size of a model's context depends on. */
export interface ContextShape {
  readonly layers: number
  /** Numbers of keys (and as many of values) a layer and token. */
  readonly keyNumbers: number
  readonly contextLength: number
}

/** Bytes that a model needs loaded: its weights, keys and values of the context in 16 bits, and what running takes. */
export function memoryOf(weights: number, shape: ContextShape | undefined): number {
  if (!shape) return weights * 1.2 + OVERHEAD
  const tokens = Math.min(shape.contextLength, MOST_CONTEXT)
  return weights + 2 * 2 * shape.layers * shape.keyNumbers * tokens + OVERHEAD
}

/**
 * Bytes that a model may take now. macOS counts memory that it would give back at once as used, so that there half of all counts
 * as free where it says less.
 */
export function freeMemory(): number {
  return process.platform === 'darwin' ? Math.max(freemem(), totalmem() / 2) : freemem()
}

/** Whether so much fits, and why not. */
export function fitsIn(memory: number, free: number): ModelCard['fits'] {
  if (memory <= free * (1 - SPARED_SHARE)) return { ok: true }
  return {
    ok: false,
    reason: `It needs ${gigabytes(memory)} loaded, and ${gigabytes(free)} are free, of which a part is left to the rest.`,
  }
}

/**
 * Of copies of one model the one to use: the most bits that fit, as 8 bits answer better than 4 and 4 fit where 8 do not. The
 * failure says what the smallest would need.
 */
export function chooseCopy(cards: readonly ModelCard[], free: number): Result<ModelCard, string> {
  const [smallest, ...others] = cards.toSorted((one, other) => one.memory - other.memory)
  if (!smallest) return failure('There is no copy of this model.')
  const fitting = [smallest, ...others].filter(({ memory }) => fitsIn(memory, free).ok)
  const best = fitting.toSorted(
    (one, other) => (other.bits ?? 0) - (one.bits ?? 0) || other.memory - one.memory,
  )[0]
  if (best) return success(best)
  const fits = fitsIn(smallest.memory, free)
  return failure(`No copy of ${smallest.name} fits. ${fits.ok ? '' : fits.reason}`)
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
