import type { Probability } from '../core/base/units.ts'
import type { Interval } from './bootstrap.ts'
import { normalQuantile } from './deflatedSharpe.ts'

/** The confidence of an interval of which nothing else is said. */
export const USUAL_CONFIDENCE = 0.95

/**
 * A 95 % interval as one of another confidence: both arms grow as those of a normal distribution do. The far tails of a few
 * thousand bootstrap draws would be the luck of a handful of them.
 */
export function widened({ value, low, high }: Interval, confidence: Probability): Interval {
  if (confidence === USUAL_CONFIDENCE) return { value, low, high }
  const growth = normalQuantile((1 + confidence) / 2) / normalQuantile((1 + USUAL_CONFIDENCE) / 2)
  return { value, low: value - growth * (value - low), high: value + growth * (high - value) }
}
