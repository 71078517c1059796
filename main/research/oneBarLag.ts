import { at } from '../core/base/assert.ts'
import { mean } from '../core/base/statistics.ts'
import { bootstrap, type Interval } from './bootstrap.ts'

/** What is left of a result when everything is done one bar later. */
export interface LagReport {
  readonly onTime: Interval
  readonly late: Interval
  /** On time less late, the same sessions; what was earned by being early. */
  readonly lost: Interval
  /** The result is positive on time and vanishes a bar later: it saw what nobody can trade on. */
  readonly isSuspicious: boolean
}

/**
 * The one-bar-lag test: mean a session on time and one bar late over the same sessions, with 95 % bootstrap intervals.
 * An edge that a person can trade survives a bar; one that came from looking ahead does not.
 */
export function lagReport(onTime: readonly number[], late: readonly number[], seed: number): LagReport {
  if (onTime.length !== late.length)
    throw new RangeError(`both must have one return a session, were ${onTime.length} and ${late.length}`)
  const punctual = bootstrap(onTime, mean, seed)
  const delayed = bootstrap(late, mean, seed)
  const lost = bootstrap(
    onTime.map((value, index) => value - at(late, index)),
    mean,
    seed,
  )
  return {
    onTime: punctual,
    late: delayed,
    lost,
    isSuspicious: punctual.low > 0 && delayed.value <= 0,
  }
}
