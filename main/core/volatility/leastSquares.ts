import { at } from '../base/assert.ts'

/**
 * The coefficients c that minimise the weighted squares of sum_j c_j basis_j(x) - y, with a small ridge so that
 * few points still give an answer. Normal equations by Cholesky, for a handful of coefficients.
 */
export function weightedLeastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
  ridge: readonly number[],
): Float64Array {
  const size = ridge.length
  const matrix = Float64Array.from({ length: size * size }, (_, index) =>
    index % (size + 1) === 0 ? at(ridge, index / (size + 1)) : 0,
  )
  const right = new Float64Array(size)
  rows.forEach((row, point) => {
    const weight = at(weights, point)
    for (let i = 0; i < size; i += 1) {
      right[i] = at(right, i) + weight * at(row, i) * at(values, point)
      for (let j = 0; j < size; j += 1) {
        matrix[i * size + j] = at(matrix, i * size + j) + weight * at(row, i) * at(row, j)
      }
    }
  })
  return solvePositiveDefinite(matrix, right)
}

/** The solution of a positive definite system, rows in one array; overwrites the matrix with its Cholesky factor. */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  for (let j = 0; j < size; j += 1) {
    for (let i = j; i < size; i += 1) {
      let sum = at(matrix, i * size + j)
      for (let k = 0; k < j; k += 1) sum -= at(matrix, i * size + k) * at(matrix, j * size + k)
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / at(matrix, j * size + j)
    }
  }
  const solution = right.slice()
  for (let i = 0; i < size; i += 1) {
    let sum = at(solution, i)
    for (let k = 0; k < i; k += 1) sum -= at(matrix, i * size + k) * at(solution, k)
    solution[i] = sum / at(matrix, i * size + i)
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = at(solution, i)
    for (let k = i + 1; k < size; k += 1) sum -= at(matrix, k * size + i) * at(solution, k)
    solution[i] = sum / at(matrix, i * size + i)
  }
  return solution
}
