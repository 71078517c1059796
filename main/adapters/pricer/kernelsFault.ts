import { at } from '../../core/base/assert.ts'
import type { ChainKernels, ChainTerms, KernelColumns } from '../../core/pricing/chainKernels.ts'
import { statusCode } from '../../core/pricing/impliedVolatility.ts'
import { BATCH_OUTPUTS } from '../../core/pricing/optionBatch.ts'
import { optionGreeks } from '../../core/pricing/optionFormulas.ts'
import { greeksAt, greeksFault } from '../../core/pricing/precision.ts'
import { KNOWN_OPTIONS, KNOWN_REACH, MONTH } from './knownExpiry.ts'

/** A chain of today, an hour and a half before the close: no interest runs, so American is European. */
export const TODAY: ChainTerms = {
  style: 'american',
  underlying: 600,
  carry: { years: 90 / 525_600, discountYears: 0, rate: 0.043, dividendYield: 0.012 },
}

/** Rows that are priced to try kernels: a chain of so many calls and puts, and rows that are no pairs. */
const TRIED = [82, 81]

/** Digits that a volatility must come back with, where its price still holds them. */
const VOLATILITY_REACH = 1e-6

/** What is wrong with kernels, told by two chains that are known, of today and of a month; undefined where nothing is. */
export function kernelsFault(kernels: ChainKernels): string | undefined {
  return todayFault(kernels) ?? monthFault(kernels)
}

/** What is wrong with the Greeks of some places of a chain of today, held to double precision. */
export function todayFaultAt(columns: KernelColumns, places: Iterable<number>): string | undefined {
  for (const place of places) {
    const right = at(columns.sign, place) > 0 ? 'call' : 'put'
    const [strike, volatility] = [at(columns.strike, place), at(columns.volatility, place)]
    const expected = optionGreeks(TODAY.style, right, TODAY.underlying, strike, volatility, TODAY.carry)
    const fault = greeksFault(expected, greeksAt(columns, place), 'f64')
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Writes strikes around the money as a chain has them, the calls before the puts. */
export function fillTypical(kernels: ChainKernels, count: number): KernelColumns {
  const columns = kernels.columns(count)
  const calls = Math.ceil(count / 2)
  for (let place = 0; place < count; place += 1) {
    const step = place % calls
    columns.strike[place] = 590 + (step % 41) / 2
    columns.volatility[place] = 0.12 + 0.002 * (step % 29)
    columns.sign[place] = place < calls ? 1 : -1
  }
  return columns
}

function todayFault(kernels: ChainKernels): string | undefined {
  for (const count of TRIED) {
    const columns = fillTypical(kernels, count)
    kernels.greeks(count, TODAY)
    const places = columns.strike.subarray(0, count).keys()
    const fault = todayFaultAt(columns, places) ?? roundTripFault(kernels, count, TODAY)
    if (fault !== undefined) return fault
  }
  return undefined
}

function monthFault(kernels: ChainKernels): string | undefined {
  const count = KNOWN_OPTIONS.length
  const columns = kernels.columns(count)
  for (const [place, { strike, sign, volatility }] of KNOWN_OPTIONS.entries()) {
    columns.strike[place] = strike
    columns.sign[place] = sign
    columns.volatility[place] = volatility
  }
  kernels.greeks(count, MONTH)
  for (const [place, { greeks }] of KNOWN_OPTIONS.entries()) {
    for (const name of BATCH_OUTPUTS) {
      const [found, known] = [at(columns[name], place), greeks[name]]
      const reach = name === 'price' ? KNOWN_REACH.price : KNOWN_REACH.greek * (1 + Math.abs(known))
      if (!(Math.abs(found - known) <= reach)) return `American ${name} should be ${known}, was ${found}`
    }
  }
  return roundTripFault(kernels, count, MONTH)
}

/** Prices alone must be those beside the Greeks, and must say the volatilities that they were made from, where the money leaves them digits. */
function roundTripFault(kernels: ChainKernels, count: number, terms: ChainTerms): string | undefined {
  const columns = kernels.columns(count)
  const volatilities = columns.volatility.slice(0, count)
  const prices = columns.price.slice(0, count)
  kernels.prices(count, terms)
  for (const [place, price] of prices.entries()) {
    const found = at(columns.price, place)
    if (!(Math.abs(found - price) <= KNOWN_REACH.price)) return `price should be ${price}, was ${found}`
  }
  kernels.volatilities(count, terms)
  for (const [place, expected] of volatilities.entries()) {
    const found = at(columns.volatility, place)
    const isOutside = at(columns.sign, place) * (at(columns.strike, place) - terms.underlying) >= 0
    const isSolved = columns.status[place] === statusCode('ok')
    if (isOutside && !(isSolved && Math.abs(found / expected - 1) < VOLATILITY_REACH))
      return `volatility should be ${expected}, was ${found}`
  }
  return undefined
}
