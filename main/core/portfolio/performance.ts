import type { Dollars, Probability } from '../base/units.ts'
import { mean, standardDeviation } from '../base/statistics.ts'

/** The statistics of a row of trades; undefined where the trades are too few to say. */
export interface Performance {
  readonly trades: number
  readonly net: Dollars
  readonly winRate: Probability | undefined
  /** Dollars won for a dollar lost. */
  readonly profitFactor: number | undefined
  /** Mean over standard deviation of a trade's net, not annualised. */
  readonly sharpePerTrade: number | undefined
  /** The deepest fall of the running net below its peak. */
  readonly maximumDrawdown: Dollars
}

const FEWEST_FOR_RATIOS = 5

/** Standard deviation below which trades count as alike: less than a cent, what rounding leaves of equal nets. */
const LEAST_SPREAD: Dollars = 1e-6

/** The performance of closed trades, in the order they closed, net of costs. */
export function performance(nets: readonly Dollars[]): Performance {
  const won = nets.filter(net => net > 0).reduce((sum, net) => sum + net, 0)
  const lost = -nets.filter(net => net < 0).reduce((sum, net) => sum + net, 0)
  const enough = nets.length >= FEWEST_FOR_RATIOS
  const spread = standardDeviation(nets)
  return {
    trades: nets.length,
    net: nets.reduce((sum, net) => sum + net, 0),
    winRate: nets.length > 0 ? nets.filter(net => net > 0).length / nets.length : undefined,
    profitFactor: enough && lost > 0 ? won / lost : undefined,
    sharpePerTrade: enough && spread > LEAST_SPREAD ? mean(nets) / spread : undefined,
    maximumDrawdown: maximumDrawdown(nets),
  }
}

/** The deepest fall of a running sum below its highest point, starting from zero. */
export function maximumDrawdown(nets: readonly Dollars[]): Dollars {
  let sum = 0
  let peak = 0
  let deepest = 0
  for (const net of nets) {
    sum += net
    peak = Math.max(peak, sum)
    deepest = Math.max(deepest, peak - sum)
  }
  return deepest
}
