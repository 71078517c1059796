import { at } from '../core/base/assert.ts'
import type { Interval } from './bootstrap.ts'

/** A rule that a result must keep before it counts as shown. */
export interface Gate {
  readonly name: 'windowsPositive' | 'meanAboveZero' | 'largestTrade'
  /** The rule in words. */
  readonly rule: string
  readonly value: number
  readonly limit: number
  readonly isKept: boolean
}

/** Sessions a window: about a month. */
export const WINDOW = 20

const LEAST_POSITIVE = 0.6
const LARGEST_SHARE = 0.3

/**
 * The gates of an honest report: at least 60 % of windows of 20 sessions earn money, the bootstrap bound of the mean lies
 * above zero, no trade makes more than 30 % of the profit. Returns are those a session after costs, in order of time.
 */
export function backtestGates(returns: readonly number[], trades: readonly number[], mean: Interval): Gate[] {
  const positive = positiveWindows(returns)
  const largest = largestShare(trades)
  return [
    {
      name: 'windowsPositive',
      rule: `windows of ${WINDOW} sessions with a profit`,
      value: positive,
      limit: LEAST_POSITIVE,
      isKept: positive >= LEAST_POSITIVE,
    },
    {
      name: 'meanAboveZero',
      rule: 'lower bound of the mean a session',
      value: mean.low,
      limit: 0,
      isKept: mean.low > 0,
    },
    {
      name: 'largestTrade',
      rule: 'share of the profit made by the best trade',
      value: largest,
      limit: LARGEST_SHARE,
      isKept: largest <= LARGEST_SHARE,
    },
  ]
}

/** The share of windows with a profit; a remainder of at least half a window counts as one. 0 of nothing. */
export function positiveWindows(returns: readonly number[]): number {
  const sums: number[] = []
  for (let from = 0; from < returns.length; from += WINDOW) {
    const window = returns.slice(from, from + WINDOW)
    if (window.length < WINDOW / 2 && sums.length > 0) break
    sums.push(window.reduce((sum, value) => sum + value, 0))
  }
  return sums.length === 0 ? 0 : sums.filter(sum => sum > 0).length / sums.length
}

/** The best trade as a share of the whole profit; all of it where there is a gain but no profit, 0 without a gain. */
export function largestShare(trades: readonly number[]): number {
  let [sum, best] = [0, 0]
  for (let index = 0; index < trades.length; index += 1) {
    sum += at(trades, index)
    best = Math.max(best, at(trades, index))
  }
  if (best === 0) return 0
  // Beside losses a gain can be more than the whole
  return sum > best ? best / sum : 1
}
