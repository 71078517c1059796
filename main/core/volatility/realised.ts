import type { Price, Volatility } from '../base/units.ts'
import { MINUTES_PER_YEAR } from '../base/units.ts'
import { clamp } from '../base/statistics.ts'
import type { Bar } from '../market/bar.ts'

/** Realised volatility of one-minute closes on the clock of implied volatility; undefined below ten bars. */
export function realisedVolatility(bars: readonly Bar[]): Volatility | undefined {
  if (bars.length < 10) return undefined
  let squares = 0
  for (let index = 1; index < bars.length; index += 1) {
    squares += Math.log(closeOf(bars, index) / closeOf(bars, index - 1)) ** 2
  }
  return Math.sqrt((squares / (bars.length - 1)) * MINUTES_PER_YEAR)
}

/** Bars that the regime looks back on. */
const REGIME_BARS = 30

/** Below this size of the regime the market is called choppy. */
export const CHOPPY_BELOW = 0.3

/**
 * Trend against chop over the last half hour, from -1 (falling in a line) through 0 (going nowhere) to 1 (rising in
 * a line): the signed efficiency ratio of Kaufman (1995), net move over the path walked. 0 below ten bars.
 */
export function marketRegime(bars: readonly Bar[], latest: Price): number {
  const window = bars.slice(-REGIME_BARS)
  if (window.length < 10) return 0
  const closes = [...window.slice(0, -1).map(bar => bar.close), latest]
  let path = 0
  for (let index = 1; index < closes.length; index += 1) {
    path += Math.abs((closes[index] ?? latest) - (closes[index - 1] ?? latest))
  }
  return path > 0 ? clamp((latest - (closes[0] ?? latest)) / path, -1, 1) : 0
}

function closeOf(bars: readonly Bar[], index: number): Price {
  return bars[index]?.close ?? Number.NaN
}
