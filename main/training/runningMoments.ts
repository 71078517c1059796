import { at } from '../core/base/assert.ts'

/** Means and variances of columns, over all rows so far. */
export interface RunningMoments {
  /** Takes in rows, one after the other in one array. */
  add(rows: ArrayLike<number>): void
  mean(column: number): number
  /** Of the population; 1 before the second row. */
  variance(column: number): number
  /** All of it: the count, the means, the sums of squared deviations. */
  numbers(): readonly number[]
}

/** Moments of so many columns, with nothing seen. */
export function createRunningMoments(columns: number): RunningMoments {
  return restoreRunningMoments(Array.from({ length: 1 + 2 * columns }, () => 0))
}

/** Moments as their `numbers()` were; by Welford's method, which loses no digits to large means. */
export function restoreRunningMoments(numbers: readonly number[]): RunningMoments {
  const columns = (numbers.length - 1) / 2
  let count = at(numbers, 0)
  const means = Float64Array.from(numbers.slice(1, 1 + columns))
  const squares = Float64Array.from(numbers.slice(1 + columns))
  return {
    add(rows) {
      for (let start = 0; start < rows.length; start += columns) {
        count += 1
        for (let column = 0; column < columns; column += 1) {
          const value = at(rows, start + column)
          const surprise = value - at(means, column)
          const mean = at(means, column) + surprise / count
          means[column] = mean
          squares[column] = at(squares, column) + surprise * (value - mean)
        }
      }
    },
    mean: column => at(means, column),
    variance: column => (count < 2 ? 1 : at(squares, column) / count),
    numbers: () => [count, ...means, ...squares],
  }
}
