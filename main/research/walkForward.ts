import { at } from '../core/base/assert.ts'

/** A sample with the time over which its outcome was decided, in any unit that only grows. */
export interface LabelSpan {
  readonly start: number
  readonly end: number
}

/** Positions to learn from and to be judged on, each rising. */
export interface Split {
  readonly train: readonly number[]
  readonly test: readonly number[]
}

/** How a sample is walked through: lengths in samples, `purge` samples left out before the test, `embargo` after it. */
export interface WalkPlan {
  readonly train: number
  readonly test: number
  readonly purge: number
  readonly embargo: number
}

/**
 * Windows that walk forward through a sample in order of time: learn from `train` samples, leave out `purge`, be judged
 * on `test`; later windows learn from nothing that lies within `embargo` samples after a test. Every sample behind the
 * first training is judged once, and never by what came after it. The last window may be shorter.
 */
export function walkForward(count: number, { train, test, purge, embargo }: WalkPlan): Split[] {
  if (!(train >= 1 && test >= 1 && purge >= 0 && embargo >= 0))
    throw new RangeError(`a walk must learn from and be judged on at least one sample, was ${train}/${test}`)
  const splits: Split[] = []
  const judged = new Set<number>()
  for (let from = train + purge; from < count; from += test) {
    const until = Math.min(count, from + test)
    const learned = range(Math.max(0, from - purge - train), from - purge).filter(
      position => !isEmbargoed(position, judged, embargo),
    )
    splits.push({ train: learned, test: range(from, until) })
    judged.add(until)
  }
  return splits
}

/**
 * Folds whose training samples know nothing of the test (Lopez de Prado 2018, chapter 7): the samples, in order of their
 * start, are cut into contiguous folds; a training sample whose span touches that of the test is purged, and so is one
 * that starts within `embargo` samples after the test.
 */
export function purgedFolds(labels: readonly LabelSpan[], folds: number, embargo: number): Split[] {
  if (!(folds >= 2 && folds <= labels.length))
    throw new RangeError(`folds must be from 2 to ${labels.length}, was ${folds}`)
  return Array.from({ length: folds }, (_, fold) => {
    const from = Math.floor((fold * labels.length) / folds)
    const until = Math.floor(((fold + 1) * labels.length) / folds)
    const test = range(from, until)
    const start = Math.min(...test.map(position => spanAt(labels, position).start))
    const end = Math.max(...test.map(position => spanAt(labels, position).end))
    const train = range(0, labels.length).filter(position => {
      if (position >= from && position < until + embargo) return false
      const span = spanAt(labels, position)
      return span.end < start || span.start > end
    })
    return { train, test }
  })
}

/**
 * The returns of choosing anew: in every window of a walk the strategy with the highest figure on the training samples is
 * followed through the test samples. Gives one return a judged sample with its position, and whom it followed.
 */
export function followBest(
  returns: readonly ArrayLike<number>[],
  splits: readonly Split[],
  figure: (returns: readonly number[]) => number,
): { readonly position: number; readonly strategy: number; readonly value: number }[] {
  return splits.flatMap(({ train, test }) => {
    const figures = returns.map(row => figure(train.map(position => at(row, position))))
    const strategy = figures.indexOf(Math.max(...figures))
    const row = returns[strategy]
    return row ? test.map(position => ({ position, strategy, value: at(row, position) })) : []
  })
}

function isEmbargoed(position: number, ends: ReadonlySet<number>, embargo: number): boolean {
  for (let back = 0; back < embargo; back += 1) if (ends.has(position - back)) return true
  return false
}

function spanAt(labels: readonly LabelSpan[], position: number): LabelSpan {
  const span = labels[position]
  if (!span) throw new RangeError(`position must be below ${labels.length}, was ${position}`)
  return span
}

function range(from: number, until: number): number[] {
  return Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index)
}
