import type { Snapshot } from '../../../main/contract/snapshot.ts'

export type Bar = Snapshot['bars'][number]

const MINUTE = 60_000

/** One-minute bars gathered into longer ones, on the grid of the hour. */
export function gatherBars(bars: readonly Bar[], minutes: number): Bar[] {
  if (minutes === 1) return [...bars]
  const gathered: Bar[] = []
  for (const bar of bars) {
    const time = Math.floor(bar.time / (minutes * MINUTE)) * minutes * MINUTE
    const last = gathered.at(-1)
    if (last?.time !== time) {
      gathered.push({ ...bar, time })
      continue
    }
    gathered[gathered.length - 1] = {
      time,
      open: last.open,
      high: Math.max(last.high, bar.high),
      low: Math.min(last.low, bar.low),
      close: bar.close,
      volume: last.volume + bar.volume,
    }
  }
  return gathered
}

/** The bars with the running one put in its place. */
export function withRunningBar(bars: readonly Bar[], running: Bar | undefined): readonly Bar[] {
  if (!running) return bars
  const last = bars.at(-1)
  if (!last || running.time > last.time) return [...bars, running]
  return running.time === last.time ? [...bars.slice(0, -1), running] : bars
}

/** The volume-weighted average price after each bar. */
export function averagePrices(bars: readonly Bar[]): number[] {
  let weighted = 0
  let weight = 0
  return bars.map(bar => {
    const share = bar.volume > 0 ? bar.volume : 1
    weighted += ((bar.high + bar.low + bar.close) / 3) * share
    weight += share
    return weighted / weight
  })
}
