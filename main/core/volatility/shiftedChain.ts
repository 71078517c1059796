import type { Years } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { copyChain, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import type { Carry } from '../pricing/blackScholes.ts'
import type { ChainPricer } from '../pricing/chainPricing.ts'
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
  pricer: Pick<ChainPricer, 'prices' | 'greeks'>,
): (years: Years, shift: MarketShift) => ShiftedMarket {
  const modelPrices = (model: Smile) => {
    const values = new Float64Array(rowCount(chain))
    pricer.prices(
      chain,
      model.forward,
      carryOf(model.years),
      strike => smileVolatility(model, strike),
      values,
    )
    return values
  }
  const before = modelPrices(smile)
  return (years, shift) => {
    const moved = shiftSmile(smile, { forward: smile.forward + shift.spot, years, level: shift.volatility })
    const after = modelPrices(moved)
    const copy = copyChain(chain)
    for (let row = 0; row < rowCount(chain); row += 1) {
      if (!(at(chain.ask, row) > 0)) continue
      const step = at(after, row) - at(before, row)
      copy.ask[row] = Math.max(0.01, at(chain.ask, row) + step)
      copy.bid[row] = at(chain.bid, row) > 0 ? Math.max(0, at(chain.bid, row) + step) : 0
      copy.impliedVolatility[row] = smileVolatility(moved, strikeOf(chain, row))
    }
    pricer.greeks(copy, moved.forward, carryOf(years))
    return { chain: copy, smile: moved }
  }
}

function carryOf(years: Years): Carry {
  return { years, discountYears: 0, rate: 0, dividendYield: 0 }
}
