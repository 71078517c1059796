import type { Price, Years } from '../base/units.ts'
import { numberAt } from '../base/assert.ts'
import { copyChain, rightOf, rowCount, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { intrinsicValue } from '../market/optionContract.ts'
import type { Carry } from '../pricing/blackScholes.ts'
import type { ChainPricer } from '../pricing/chainPricing.ts'
import { shiftSmile, smilePrice, smileVolatility, type Smile } from './smile.ts'

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
  pricer: Pick<ChainPricer, 'strikeVolatilities' | 'greeks'>,
): (years: Years, shift: MarketShift) => ShiftedMarket {
  const before = timeValues(chain, smile)
  return (years, shift) => {
    const moved = shiftSmile(smile, { forward: smile.forward + shift.spot, years, level: shift.volatility })
    const after = timeValues(chain, moved)
    const copy = copyChain(chain)
    const volatilities = new Float64Array(chain.strikes.length)
    pricer.strikeVolatilities(chain, moved.forward, carryOf(years), after, volatilities)
    for (let row = 0; row < rowCount(chain); row += 1) {
      if (!(numberAt(chain.ask, row) > 0)) continue
      const [strike, position] = [strikeOf(chain, row), row % chain.strikes.length]
      const [own, other] = [intrinsicAt(chain, row, moved.forward), intrinsicAt(chain, row, smile.forward)]
      const step = numberAt(after, position) + own - (numberAt(before, position) + other)
      copy.ask[row] = Math.max(0.01, numberAt(chain.ask, row) + step)
      copy.bid[row] = numberAt(chain.bid, row) > 0 ? Math.max(0, numberAt(chain.bid, row) + step) : 0
      // Where a value is too small to say its volatility, the smile still knows one
      const volatility = numberAt(volatilities, position)
      copy.impliedVolatility[row] = volatility > 0 ? volatility : smileVolatility(moved, strike)
    }
    pricer.greeks(copy, moved.forward, carryOf(years))
    return { chain: copy, smile: moved }
  }
}

/** What the side out of the money is worth under the smile, by strike: time value, which call and put share. */
function timeValues({ strikes }: OptionChain, smile: Smile): Float64Array {
  return strikes.map(strike => smilePrice(smile, strike >= smile.forward ? 'call' : 'put', strike))
}

function intrinsicAt(chain: OptionChain, row: number, forward: Price): Price {
  return intrinsicValue(rightOf(chain, row), strikeOf(chain, row), forward)
}

function carryOf(years: Years): Carry {
  return { years, discountYears: 0, rate: 0, dividendYield: 0 }
}
