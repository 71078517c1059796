import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { GREEK_COLUMNS, keptColumns, type ChainKernels } from './chainKernels.ts'
import { statusCode } from './impliedVolatility.ts'
import { optionGreeks, optionPrice, optionVolatility } from './optionFormulas.ts'

/** The readable formulas, one option after the other: what every other backend is held against. */
export function referenceKernels(): ChainKernels {
  const columns = keptColumns()
  return {
    name: 'TypeScript reference',
    columns,
    volatilities(count, { style, underlying, carry }) {
      const { strike, sign, price, volatility, status } = columns(count)
      for (let place = 0; place < count; place += 1) {
        const right = rightOfSign(at(sign, place))
        const found = optionVolatility(style, right, underlying, at(strike, place), at(price, place), carry)
        status[place] = statusCode(found.status)
        volatility[place] = found.status === 'ok' ? found.volatility : Number.NaN
      }
    },
    prices(count, { style, underlying, carry }) {
      const { strike, sign, price, volatility } = columns(count)
      for (let place = 0; place < count; place += 1) {
        const right = rightOfSign(at(sign, place))
        price[place] = optionPrice(style, right, underlying, at(strike, place), at(volatility, place), carry)
      }
    },
    greeks(count, { style, underlying, carry }) {
      const answer = columns(count)
      for (let place = 0; place < count; place += 1) {
        const right = rightOfSign(at(answer.sign, place))
        const volatility = at(answer.volatility, place)
        const greeks = Number.isNaN(volatility)
          ? UNKNOWN
          : optionGreeks(style, right, underlying, at(answer.strike, place), volatility, carry)
        answer.price[place] = greeks.price
        for (const name of GREEK_COLUMNS) answer[name][place] = greeks[name]
      }
    },
  }
}

function rightOfSign(sign: number): OptionRight {
  return sign > 0 ? 'call' : 'put'
}

const UNKNOWN = {
  price: Number.NaN,
  delta: Number.NaN,
  gamma: Number.NaN,
  theta: Number.NaN,
  vega: Number.NaN,
  rho: Number.NaN,
  vanna: Number.NaN,
  charm: Number.NaN,
  vomma: Number.NaN,
}
