import type { EpochMilliseconds, Price } from '../base/units.ts'
import { MILLISECONDS_PER_MINUTE } from '../base/units.ts'

/** One minute of the underlying. */
export interface Bar {
  /** Start of the minute. */
  readonly time: EpochMilliseconds
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  /** Shares; 0 where the source has none (an index). */
  readonly volume: number
}

/** The start of the minute that holds an instant. */
export function minuteOf(time: EpochMilliseconds): EpochMilliseconds {
  return Math.floor(time / MILLISECONDS_PER_MINUTE) * MILLISECONDS_PER_MINUTE
}

/** The bars with one more price: the running minute is replaced, a new minute is appended. */
export function extendBars(bars: Bar[], price: Price, volume: number, time: EpochMilliseconds): void {
  const minute = minuteOf(time)
  const last = bars.at(-1)
  if (last && last.time > minute) return
  if (!last || last.time < minute) {
    bars.push({ time: minute, open: price, high: price, low: price, close: price, volume })
    return
  }
  bars[bars.length - 1] = {
    ...last,
    high: Math.max(last.high, price),
    low: Math.min(last.low, price),
    close: price,
    volume: last.volume + volume,
  }
}

/** The volume-weighted average price of the bars by typical price; weight 1 a bar where no volume is known. */
export function volumeWeightedAveragePrice(bars: readonly Bar[]): Price {
  let weighted = 0
  let weight = 0
  for (const bar of bars) {
    const share = bar.volume > 0 ? bar.volume : 1
    weighted += ((bar.high + bar.low + bar.close) / 3) * share
    weight += share
  }
  return weight > 0 ? weighted / weight : Number.NaN
}
