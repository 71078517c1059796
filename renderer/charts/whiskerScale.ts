import { scaleLinear, type ScaleLinear } from 'd3-scale'

/** A figure with its interval, as it is drawn. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** From a figure to its place in percent of the width; round at both ends, with zero and every interval inside. */
export function whiskerScale(intervals: readonly Interval[]): ScaleLinear<number, number> {
  const known = intervals.flatMap(({ value, low, high }) => [value, low, high]).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)]
  return scaleLinear(low === high ? [-1, 1] : [low, high], [2, 98]).nice(4)
}

/** A figure with its interval, 95 % where nothing else is said: +7.1 (−4.4 to +18.9). */
export function intervalWords({ low, high }: Interval, write: (value: number) => string): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `${write(low)} to ${write(high)}` : '–'
}
