import { numberAt } from '../base/assert.ts'

/** The solution of a positive definite system, rows in one array; overwrites the matrix with its Cholesky factor. */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  for (let j = 0; j < size; j += 1) {
    for (let i = j; i < size; i += 1) {
      let sum = numberAt(matrix, i * size + j)
      for (let k = 0; k < j; k += 1) sum -= numberAt(matrix, i * size + k) * numberAt(matrix, j * size + k)
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / numberAt(matrix, j * size + j)
    }
  }
  const solution = right.slice()
  for (let i = 0; i < size; i += 1) {
    let sum = numberAt(solution, i)
    for (let k = 0; k < i; k += 1) sum -= numberAt(matrix, i * size + k) * numberAt(solution, k)
    solution[i] = sum / numberAt(matrix, i * size + i)
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = numberAt(solution, i)
    for (let k = i + 1; k < size; k += 1) sum -= numberAt(matrix, k * size + i) * numberAt(solution, k)
    solution[i] = sum / numberAt(matrix, i * size + i)
  }
  return solution
}
