import type { Measured } from '../contract/learning.ts'
import { at } from '../core/base/assert.ts'
import { mean, standardDeviation } from '../core/base/statistics.ts'

/** What one seed of an experiment gave, by name. */
export type Figures = Readonly<Record<string, number>>

/** Whether an experiment showed what is claimed, and the figures that say so. */
export interface Verdict {
  /** Every figure worth telling, over the seeds. */
  readonly figures: readonly { readonly words: string; readonly measured: Measured }[]
  readonly isReached: boolean
  /** `reached`, or by how much it was missed and why. */
  readonly sentence: string
}

/** How much of an experiment is run: the whole of it, or a small version for tests. */
export type Scale = 'whole' | 'small'

/** An experiment in a world whose truth was planted, so that what is found can be held against it. */
export interface Experiment {
  readonly name: string
  /** What `mission.md` claims. */
  readonly claim: string
  /** Runs one seed; the same seed always gives the same figures. */
  trial(seed: number, scale: Scale): Promise<Figures>
  /** What the seeds show together. */
  judge(trials: readonly Figures[]): Verdict
}

/** Two-sided 95 % points of Student's distribution for 1 to 30 degrees of freedom. */
const STUDENT_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const

/**
 * The mean over seeds with Student's 95 % interval, which is honest about few seeds where resampling them is not. One
 * seed tells nothing of the spread: its interval is infinite.
 */
export function overSeeds(values: readonly number[]): Measured {
  if (values.length === 0) throw new RangeError('there must be a seed')
  const value = mean(values)
  if (values.length === 1) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const point = at(STUDENT_975, Math.min(values.length - 1, STUDENT_975.length) - 1)
  const reach = (point * standardDeviation(values)) / Math.sqrt(values.length)
  return { value, low: value - reach, high: value + reach }
}

/** A figure of every seed over the seeds; throws where a seed has no figure of that name. */
export function figureOverSeeds(
  trials: readonly Figures[],
  figure: (of: (name: string) => number) => number,
): Measured {
  return overSeeds(
    trials.map(trial =>
      figure(name => {
        const value = trial[name]
        if (value === undefined) throw new RangeError(`a trial must have the figure ${name}`)
        return value
      }),
    ),
  )
}

/** A figure with its interval, in words: `12.3 % (95 % interval 10.1 % to 14.5 %)`. */
export function inWords({ value, low, high }: Measured, unit: 'share' | 'number' = 'number'): string {
  const word = (figure: number) =>
    unit === 'share' ? `${(figure * 100).toFixed(1)} %` : figure.toFixed(Math.abs(figure) < 10 ? 3 : 1)
  return `${word(value)} (95 % interval ${word(low)} to ${word(high)})`
}
