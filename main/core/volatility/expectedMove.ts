import type { Price } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { midOf, rowOf, type OptionChain } from '../market/optionChain.ts'

/** How far the underlying is expected to move until the close, in dollars, by two rules that should agree. */
export interface ExpectedMove {
  /** 0.6 of the straddle, 0.3 of the first strangle around it and 0.1 of the second (tastytrade's rule). */
  readonly move: Price
  readonly straddle: Price
  readonly firstStrangle: Price
  readonly secondStrangle: Price
  /** 0.85 of the straddle, the older rule of thumb, for comparison. */
  readonly straddleRule: Price
  /** The strike of the straddle. */
  readonly strike: Price
}

/** The expected move of a chain around the forward, or undefined where one of its six options has no two-sided quote. */
export function expectedMove(chain: OptionChain, forward: Price): ExpectedMove | undefined {
  const centre = nearestPosition(chain.strikes, forward)
  const pair = (below: number, above: number): Price => {
    if (below < 0 || above >= chain.strikes.length) return Number.NaN
    const call = rowOf(chain, 'call', at(chain.strikes, above))
    const put = rowOf(chain, 'put', at(chain.strikes, below))
    return call < 0 || put < 0 ? Number.NaN : midOf(chain, call) + midOf(chain, put)
  }
  const straddle = pair(centre, centre)
  const firstStrangle = pair(centre - 1, centre + 1)
  const secondStrangle = pair(centre - 2, centre + 2)
  const move = 0.6 * straddle + 0.3 * firstStrangle + 0.1 * secondStrangle
  if (!Number.isFinite(move)) return undefined
  return {
    move,
    straddle,
    firstStrangle,
    secondStrangle,
    straddleRule: 0.85 * straddle,
    strike: at(chain.strikes, centre),
  }
}

function nearestPosition(strikes: Float64Array, price: Price): number {
  let best = 0
  for (let position = 1; position < strikes.length; position += 1) {
    if (Math.abs(at(strikes, position) - price) < Math.abs(at(strikes, best) - price)) best = position
  }
  return best
}
