import { at } from '../core/base/assert.ts'
import type { Interval } from './bootstrap.ts'

/** A rule that a result must keep before it counts as shown. */
export interface Gate {
  readonly name: 'windowsPositive' | 'meanAboveZero' | 'largestTrade'
  /** The rule in words. */
  readonly rule: string
  /** Undefined where it cannot be told, which the rule says; then it is not kept. */
  readonly value: number | undefined
  readonly limit: number
  readonly bound: 'atLeast' | 'atMost'
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
      rule: `share of windows of ${WINDOW} sessions with a profit${positive === undefined ? ', fewer sessions than one' : ''}`,
      value: positive,
      limit: LEAST_POSITIVE,
      bound: 'atLeast',
      isKept: positive !== undefined && positive >= LEAST_POSITIVE,
    },
    {
      name: 'meanAboveZero',
      rule: 'lower bound of the mean a session',
      value: mean.low,
      limit: 0,
      bound: 'atLeast',
      isKept: mean.low > 0,
    },
    {
      name: 'largestTrade',
      rule: `share of the profit made by the best trade${largest === undefined ? ', no profit' : ''}`,
      value: largest,
      limit: LARGEST_SHARE,
      bound: 'atMost',
      isKept: largest !== undefined && largest <= LARGEST_SHARE,
    },
  ]
}

/** The share of windows with a profit; a remainder of at least half a window counts as one. Undefined of less than one. */
export function positiveWindows(returns: readonly number[]): number | undefined {
  if (returns.length < WINDOW) return undefined
  const sums: number[] = []
  for (let from = 0; from < returns.length; from += WINDOW) {
    const window = returns.slice(from, from + WINDOW)
    if (window.length < WINDOW / 2) break
    sums.push(window.reduce((sum, value) => sum + value, 0))
  }
  return sums.filter(sum => sum > 0).length / sums.length
}

/** The best trade as a share of the whole profit, 1 where losses leave less than it made; undefined without a profit. */
export function largestShare(trades: readonly number[]): number | undefined {
  let [sum, best] = [0, 0]
  for (let index = 0; index < trades.length; index += 1) {
    sum += at(trades, index)
    best = Math.max(best, at(trades, index))
  }
  if (!(sum > 0)) return undefined
  // Beside losses a gain can be more than the whole
  return sum > best ? best / sum : 1
}
