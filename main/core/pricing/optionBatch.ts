import { at } from '../base/assert.ts'
import type { ExerciseStyle } from '../market/optionContract.ts'
import type { Carry, Greeks } from './blackScholes.ts'
import { statusCode } from './impliedVolatility.ts'
import { optionGreeks, optionVolatility } from './optionFormulas.ts'

/** What every option of a batch is asked with. */
export const BATCH_INPUTS = [
  'spot',
  'strike',
  'years',
  'volatility',
  'rate',
  'dividendYield',
  'sign',
] as const

/** What is written for every option of a batch, in the units of `Greeks`. */
export const BATCH_OUTPUTS = [
  'price',
  'delta',
  'gamma',
  'theta',
  'vega',
  'rho',
  'vanna',
  'charm',
  'vomma',
] as const

export type BatchOutput = (typeof BATCH_OUTPUTS)[number]

/**
 * Options that have nothing in common, one place each: every one has its own underlying, time and rates. One clock
 * runs for variance and interest. `sign` is 1 for a call and -1 for a put; for `status` see `VOLATILITY_STATUSES`.
 */
export type OptionBatch = { readonly capacity: number; readonly status: Uint8Array } & Readonly<
  Record<(typeof BATCH_INPUTS)[number] | BatchOutput, Float64Array>
>

/** Columns for price and Greeks of so many options, all zero. */
export function greekColumns(count: number): Readonly<Record<BatchOutput, Float64Array>> {
  const column = () => new Float64Array(count)
  return {
    price: column(),
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

/** A batch with room for so many options, all zero. */
export function createBatch(capacity: number): OptionBatch {
  const column = () => new Float64Array(capacity)
  return {
    capacity,
    spot: column(),
    strike: column(),
    years: column(),
    volatility: column(),
    rate: column(),
    dividendYield: column(),
    sign: column(),
    ...greekColumns(capacity),
    status: new Uint8Array(capacity),
  }
}

/** Writes price and Greeks of the first `count` options by the readable formulas; NaN comes back as NaN. */
export function priceBatch(batch: OptionBatch, style: ExerciseStyle, count: number): void {
  for (let place = 0; place < count; place += 1) {
    const greeks = batchGreeks(batch, style, place)
    for (const name of BATCH_OUTPUTS) batch[name][place] = greeks[name]
  }
}

/** Price and Greeks of one option of a batch by the readable formulas. */
export function batchGreeks(batch: OptionBatch, style: ExerciseStyle, place: number): Greeks {
  return optionGreeks(
    style,
    at(batch.sign, place) > 0 ? 'call' : 'put',
    at(batch.spot, place),
    at(batch.strike, place),
    at(batch.volatility, place),
    batchCarry(batch, place),
  )
}

/** Writes volatility and status of the first `count` options from their prices, by the readable formulas. */
export function solveBatch(batch: OptionBatch, style: ExerciseStyle, count: number): void {
  for (let place = 0; place < count; place += 1) solveBatchRow(batch, style, place)
}

/** Writes volatility and status of one option from its price, by the readable formulas. */
export function solveBatchRow(batch: OptionBatch, style: ExerciseStyle, place: number): void {
  const found = optionVolatility(
    style,
    at(batch.sign, place) > 0 ? 'call' : 'put',
    at(batch.spot, place),
    at(batch.strike, place),
    at(batch.price, place),
    batchCarry(batch, place),
  )
  batch.status[place] = statusCode(found.status)
  batch.volatility[place] = found.status === 'ok' ? found.volatility : Number.NaN
}

/** What carries the underlying of one option of a batch. */
export function batchCarry(batch: OptionBatch, place: number): Carry {
  const years = at(batch.years, place)
  return {
    years,
    discountYears: years,
    rate: at(batch.rate, place),
    dividendYield: at(batch.dividendYield, place),
  }
}
