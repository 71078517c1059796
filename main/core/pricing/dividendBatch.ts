import { at } from '../base/assert.ts'
import type { ExerciseStyle, OptionRight } from '../market/optionContract.ts'
import type { AmericanCarry } from './americanCarry.ts'
import { dividendGreeks, paidInLife } from './cashDividend.ts'
import { dividendVolatility } from './dividendVolatility.ts'
import { statusCode } from './impliedVolatility.ts'
import { BATCH_OUTPUTS, batchCarry, type OptionBatch } from './optionBatch.ts'

/** Cash dividends of the options of a batch, one place each: dollars, and years until the share goes ex. 0 is none. */
export interface DividendColumns {
  readonly amount: Float64Array
  readonly years: Float64Array
}

/** Writes price and Greeks anew for those of the first `count` options whose share goes ex in their life. */
export function priceDividends(
  batch: OptionBatch,
  dividends: DividendColumns,
  style: ExerciseStyle,
  count: number,
): void {
  for (const { place, right, spot, strike, carry } of paying(batch, dividends, count)) {
    const greeks = dividendGreeks(style, right, spot, strike, at(batch.volatility, place), carry)
    for (const name of BATCH_OUTPUTS) batch[name][place] = greeks[name]
  }
}

/** Writes volatility and status anew for those of the first `count` options whose share goes ex in their life. */
export function solveDividends(
  batch: OptionBatch,
  dividends: DividendColumns,
  style: ExerciseStyle,
  count: number,
): void {
  for (const { place, right, spot, strike, carry } of paying(batch, dividends, count)) {
    const found = dividendVolatility(style, right, spot, strike, at(batch.price, place), carry)
    batch.status[place] = statusCode(found.status)
    batch.volatility[place] = found.status === 'ok' ? found.volatility : Number.NaN
  }
}

/** The options whose share goes ex in their life, with their places. */
function* paying(batch: OptionBatch, dividends: DividendColumns, count: number) {
  for (let place = 0; place < count; place += 1) {
    const carry = carryAt(batch, dividends, place)
    if (paidInLife(carry) === undefined) continue
    const right: OptionRight = at(batch.sign, place) > 0 ? 'call' : 'put'
    yield { place, right, spot: at(batch.spot, place), strike: at(batch.strike, place), carry }
  }
}

function carryAt(batch: OptionBatch, dividends: DividendColumns, place: number): AmericanCarry {
  const years = at(dividends.years, place)
  const dividend = { amount: at(dividends.amount, place), years, discountYears: years }
  return { ...batchCarry(batch, place), dividend }
}
