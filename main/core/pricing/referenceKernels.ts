import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import {
  GREEK_COLUMNS,
  createKernelColumns,
  type ChainKernels,
  type ChainTerms,
  type KernelColumns,
} from './chainKernels.ts'
import { statusCode } from './impliedVolatility.ts'
import { optionGreeks, optionPrice, optionVolatility } from './optionFormulas.ts'

/** The readable formulas, one option after the other: what every other backend is held against. */
export function referenceKernels(): ChainKernels {
  let kept = createKernelColumns(0)
  const columns = (count: number) => (kept = kept.capacity < count ? createKernelColumns(count) : kept)
  return {
    name: 'TypeScript reference',
    columns,
    volatilities: (count, terms) => referenceVolatilities(columns(count), count, terms),
    prices: (count, terms) => referencePrices(columns(count), count, terms),
    greeks: (count, terms) => referenceGreeks(columns(count), count, terms),
  }
}

/** Writes `volatility` and `status` from `price`. */
function referenceVolatilities(columns: KernelColumns, count: number, terms: ChainTerms): void {
  const { style, underlying, carry } = terms
  for (let place = 0; place < count; place += 1) {
    const strike = at(columns.strike, place)
    const price = at(columns.price, place)
    const found = optionVolatility(style, rightAt(columns, place), underlying, strike, price, carry)
    columns.status[place] = statusCode(found.status)
    columns.volatility[place] = found.status === 'ok' ? found.volatility : Number.NaN
  }
}

/** Writes `price` from `volatility`. */
function referencePrices(columns: KernelColumns, count: number, terms: ChainTerms): void {
  const { style, underlying, carry } = terms
  for (let place = 0; place < count; place += 1) {
    const strike = at(columns.strike, place)
    const volatility = at(columns.volatility, place)
    columns.price[place] = optionPrice(style, rightAt(columns, place), underlying, strike, volatility, carry)
  }
}

/** Writes `price` and the Greeks from `volatility`. */
function referenceGreeks(columns: KernelColumns, count: number, terms: ChainTerms): void {
  const { style, underlying, carry } = terms
  for (let place = 0; place < count; place += 1) {
    const strike = at(columns.strike, place)
    const volatility = at(columns.volatility, place)
    const greeks = optionGreeks(style, rightAt(columns, place), underlying, strike, volatility, carry)
    columns.price[place] = greeks.price
    for (const name of GREEK_COLUMNS) columns[name][place] = greeks[name]
  }
}

function rightAt(columns: KernelColumns, place: number): OptionRight {
  return at(columns.sign, place) > 0 ? 'call' : 'put'
}
