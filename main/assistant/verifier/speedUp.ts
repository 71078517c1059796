import { createRandom, hashText } from '../../core/base/random.ts'
import type { Interval, TimingEvidence } from '../../contract/assistant.ts'
import { mannWhitney, stratifiedP } from './mannWhitney.ts'

/** Times of one size, in seconds a call; places of `before` and `after` belong together. */
export interface TimedSize {
  readonly label: string
  readonly isUnseen: boolean
  readonly before: readonly number[]
  readonly after: readonly number[]
}

const RESAMPLES = 1_000
const SIGNIFICANT = 0.01
/** Under this a difference may come from where in memory the code happens to lie. */
const SMALLEST = 1.05

/**
 * The evidence of timed runs: medians, the ratio of medians with a 95 % bootstrap interval (Efron 1979, percentile) and Mann-Whitney
 * per size; over all sizes the geometric mean of the ratios. "Faster" needs the whole interval over 1, a gain of at least 5 %, a p
 * under 0.01 over all sizes together, and no size, seen or unseen, that is slower by as much; "slower" the same the other way round.
 * Everything else is "not shown".
 */
export function speedUp(sizes: readonly TimedSize[]): TimingEvidence {
  const rows = sizes.map(({ label, isUnseen, before, after }, place) => ({
    label,
    isUnseen,
    before: median(before),
    after: median(after),
    runs: before.length,
    speedUp: interval([{ before, after }], place),
    p: mannWhitney(before, after).p,
  }))
  const overall = interval(sizes, sizes.length)
  const isClear = stratifiedP(sizes.map(({ before, after }) => [before, after])) < SIGNIFICANT
  const isFaster =
    isClear &&
    overall.low > 1 &&
    overall.value >= SMALLEST &&
    rows.every(row => row.speedUp.value >= 1 / SMALLEST)
  const isSlower =
    isClear &&
    overall.high < 1 &&
    overall.value <= 1 / SMALLEST &&
    rows.every(row => row.speedUp.value <= SMALLEST)
  return { sizes: rows, speedUp: overall, verdict: isFaster ? 'faster' : isSlower ? 'slower' : 'not shown' }
}

/** Geometric mean over sizes of the ratio of medians, with the middle 95 % of resampled ones. */
function interval(sizes: readonly Pick<TimedSize, 'before' | 'after'>[], name: number): Interval {
  const random = createRandom(hashText(`speed-up ${name}`))
  const draw = (values: readonly number[]) => values.map(() => values[random.below(values.length)] ?? 0)
  const ratio = (pick: (values: readonly number[]) => readonly number[]) =>
    Math.exp(
      sizes.reduce(
        (sum, { before, after }) => sum + Math.log(median(pick(before)) / median(pick(after))),
        0,
      ) / sizes.length,
    )
  const drawn = Array.from({ length: RESAMPLES }, () => ratio(draw)).toSorted((one, other) => one - other)
  const at = (share: number) => drawn[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN
  return { value: ratio(values => values), low: at(0.025), high: at(0.975) }
}

/** The middle of the values; of an even number the mean of the two in the middle. Values must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const half = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[half - 1 + (sorted.length % 2)], sorted[half]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}
