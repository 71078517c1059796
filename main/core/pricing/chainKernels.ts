import { present } from '../base/assert.ts'
import type { Price } from '../base/units.ts'
import type { ExerciseStyle } from '../market/optionContract.ts'
import type { Carry } from './blackScholes.ts'

/** What the options of one chain have in common. */
export interface ChainTerms {
  readonly style: ExerciseStyle
  readonly underlying: Price
  readonly carry: Carry
}

/** The sensitivities that kernels write, in the units of `Greeks`. */
export const GREEK_COLUMNS = [
  'delta',
  'gamma',
  'theta',
  'vega',
  'rho',
  'vanna',
  'charm',
  'vomma',
] as const satisfies readonly (keyof KernelColumns)[]

/**
 * The columns between a chain and whoever computes it, one place an option. They belong to the kernels, are used again
 * for every question, and grow only with the chain. `strike` and `sign` (1 for a call, -1 for a put) are always asked
 * with; `price` and `volatility` are the question or the answer.
 */
export interface KernelColumns {
  readonly capacity: number
  readonly strike: Float64Array
  readonly sign: Float64Array
  readonly price: Float64Array
  readonly volatility: Float64Array
  /** Codes of `VOLATILITY_STATUSES`. */
  readonly status: Uint8Array
  readonly delta: Float64Array
  readonly gamma: Float64Array
  readonly theta: Float64Array
  readonly vega: Float64Array
  readonly rho: Float64Array
  readonly vanna: Float64Array
  readonly charm: Float64Array
  readonly vomma: Float64Array
}

/**
 * The arithmetic of a chain: many options of one expiry at once. Every call looks at the first `count` places of the
 * columns. A row that holds NaN comes back as NaN and disturbs no other.
 */
export interface ChainKernels {
  /** What people call it. */
  readonly name: string
  /** Columns with room for so many options; the same ones until more room is needed. */
  columns(count: number): KernelColumns
  /** Writes `volatility` and `status` from `price`; NaN where no volatility gives the price. */
  volatilities(count: number, terms: ChainTerms): void
  /** Writes `price` from `volatility`. */
  prices(count: number, terms: ChainTerms): void
  /** Writes `price` and the Greeks from `volatility`. */
  greeks(count: number, terms: ChainTerms): void
}

/** Makes so many columns of so many rows, all zero. */
export type AllocateColumns = (columns: number, rows: number) => readonly Float64Array[]

/** Columns wherever JavaScript puts them. */
const plainColumns: AllocateColumns = (columns, rows) =>
  Array.from({ length: columns }, () => new Float64Array(rows))

/** Columns with room for at least so many options, all zero. */
export function createKernelColumns(count: number, allocate: AllocateColumns = plainColumns): KernelColumns {
  // By powers of two: a chain that lists strikes one by one makes new columns a few times, not every time
  const capacity = Math.max(256, 2 ** Math.ceil(Math.log2(count)))
  const columns = allocate(4 + GREEK_COLUMNS.length, capacity).values()
  const column = () => present(columns.next().value, 'as many columns as were asked for')
  return {
    capacity,
    strike: column(),
    sign: column(),
    price: column(),
    volatility: column(),
    status: new Uint8Array(capacity),
    delta: column(),
    gamma: column(),
    theta: column(),
    vega: column(),
    rho: column(),
    vanna: column(),
    charm: column(),
    vomma: column(),
  }
}
