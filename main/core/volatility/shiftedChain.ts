import type { Price, Years } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { copyChain, rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { europeanGreeks } from '../pricing/blackScholes.ts'
import { fillGreeks } from '../pricing/chainPricing.ts'
import { shiftSmile, smileVolatility, type Smile } from './smile.ts'

/** A market a little different from the one that is: another price, another level of volatility, a later hour. */
export interface MarketShift {
  /** Dollars added to the underlying. */
  readonly spot: number
  /** Factor on every implied volatility. */
  readonly volatility: number
  /** Minutes that have passed. */
  readonly minutes: number
}

export const NO_SHIFT: MarketShift = { spot: 0, volatility: 1, minutes: 0 }

/**
 * The chain as it would be quoted in a shifted market: the smile moves with the underlying, every quoted side keeps
 * its distance from the model price, an unquoted side stays unquoted.
 */
export function shiftedChain(
  chain: OptionChain,
  smile: Smile,
  years: Years,
  shift: MarketShift,
): { readonly chain: OptionChain; readonly smile: Smile } {
  const moved = shiftSmile(smile, { forward: smile.forward + shift.spot, years, level: shift.volatility })
  const copy = copyChain(chain)
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (!(at(chain.ask, row) > 0)) continue
    const step = modelPrice(moved, chain, row) - modelPrice(smile, chain, row)
    copy.ask[row] = Math.max(0.01, at(chain.ask, row) + step)
    copy.bid[row] = at(chain.bid, row) > 0 ? Math.max(0, at(chain.bid, row) + step) : 0
    copy.impliedVolatility[row] = smileVolatility(moved, strikeOf(chain, row))
  }
  fillGreeks(copy, moved.forward, { years, discountYears: 0, rate: 0, dividendYield: 0 })
  return { chain: copy, smile: moved }
}

function modelPrice(smile: Smile, chain: OptionChain, row: number): Price {
  const strike = strikeOf(chain, row)
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  return europeanGreeks(rightOf(chain, row), smile.forward, strike, smileVolatility(smile, strike), carry)
    .price
}
