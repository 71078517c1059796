import type { Years } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { copyChain, rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { europeanPrice, type Carry } from '../pricing/blackScholes.ts'
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

/** A chain and its smile in a shifted market. */
export interface ShiftedMarket {
  readonly chain: OptionChain
  readonly smile: Smile
}

/**
 * Makes a chain as it would be quoted in shifted markets: the smile moves with the underlying, every quoted side keeps
 * its distance from the model price, an unquoted side stays unquoted.
 */
export function chainShifter(
  chain: OptionChain,
  smile: Smile,
): (years: Years, shift: MarketShift) => ShiftedMarket {
  const before = modelPrices(chain, smile)
  return (years, shift) => {
    const moved = shiftSmile(smile, { forward: smile.forward + shift.spot, years, level: shift.volatility })
    const after = modelPrices(chain, moved)
    const copy = copyChain(chain)
    for (let row = 0; row < rowCount(chain); row += 1) {
      if (!(at(chain.ask, row) > 0)) continue
      const step = at(after, row) - at(before, row)
      copy.ask[row] = Math.max(0.01, at(chain.ask, row) + step)
      copy.bid[row] = at(chain.bid, row) > 0 ? Math.max(0, at(chain.bid, row) + step) : 0
      copy.impliedVolatility[row] = smileVolatility(moved, strikeOf(chain, row))
    }
    fillGreeks(copy, moved.forward, carryOf(years))
    return { chain: copy, smile: moved }
  }
}

function modelPrices(chain: OptionChain, smile: Smile): Float64Array {
  const carry = carryOf(smile.years)
  return Float64Array.from({ length: rowCount(chain) }, (_, row) => {
    const strike = strikeOf(chain, row)
    return europeanPrice(rightOf(chain, row), smile.forward, strike, smileVolatility(smile, strike), carry)
  })
}

function carryOf(years: Years): Carry {
  return { years, discountYears: 0, rate: 0, dividendYield: 0 }
}
