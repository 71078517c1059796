import type { ChainFrame } from '../../contract/frames.ts'
import { at } from '../../core/base/assert.ts'
import type { EpochMilliseconds } from '../../core/base/units.ts'
import type { Market } from '../market.ts'

const HOURS_PER_YEAR = 8760
const POINTS = 100

/** The chain as the screen takes it: single precision, theta an hour, vega and vanna a point, and an age for every row. */
export function chainFrame(market: Market, time: EpochMilliseconds): ChainFrame {
  const { chain } = market
  const scaled = (column: Float64Array, factor: number) => Float32Array.from(column, value => value * factor)
  return {
    time,
    layout: market.layout,
    strikes: chain.strikes,
    bid: Float32Array.from(chain.bid),
    ask: Float32Array.from(chain.ask),
    bidSize: Float32Array.from(chain.bidSize),
    askSize: Float32Array.from(chain.askSize),
    volume: Float32Array.from(chain.volume),
    openInterest: Float32Array.from(chain.openInterest),
    age: Float32Array.from(chain.quoteTime, (quoted, row) =>
      at(chain.quoteTime, row) === 0 ? Number.NaN : Math.max(0, time - quoted),
    ),
    impliedVolatility: Float32Array.from(chain.impliedVolatility),
    volatilitySource: chain.volatilitySource.slice(),
    volatilityStatus: chain.volatilityStatus.slice(),
    delta: Float32Array.from(chain.delta),
    gamma: Float32Array.from(chain.gamma),
    theta: scaled(chain.theta, 1 / HOURS_PER_YEAR),
    vega: scaled(chain.vega, 1 / POINTS),
    vanna: scaled(chain.vanna, 1 / POINTS),
    charm: scaled(chain.charm, 1 / HOURS_PER_YEAR),
  }
}
