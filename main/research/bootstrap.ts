import { createRandom } from '../core/base/random.ts'
import { quantile } from '../core/base/statistics.ts'

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

const RESAMPLES = 4000

/**
 * A figure of a sample and its percentile bootstrap interval (Efron 1979): the figure is taken anew of many samples
 * drawn from the sample with replacement. Draws in which the figure is not a number are left out.
 */
export function bootstrap<Item>(
  sample: readonly Item[],
  figure: (sample: readonly Item[]) => number,
  seed: number,
): Interval {
  const random = createRandom(seed)
  const drawn: number[] = []
  for (let round = 0; round < RESAMPLES; round += 1) {
    const value = figure(sample.map(() => pick(sample, random.uniform())))
    if (Number.isFinite(value)) drawn.push(value)
  }
  return { value: figure(sample), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) }
}

function pick<Item>(sample: readonly Item[], uniform: number): Item {
  const item = sample[Math.min(sample.length - 1, Math.floor(uniform * sample.length))]
  if (item === undefined) throw new RangeError('a sample must not be empty')
  return item
}
