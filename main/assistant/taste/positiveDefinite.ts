import { numberAt } from '../../core/base/assert.ts'

/** The lower Cholesky factor of a positive definite matrix, rows in one array; 0 above the diagonal. */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = numberAt(matrix, row * size + column)
      for (let k = 0; k < column; k += 1)
        sum -= (factor[row * size + k] ?? 0) * (factor[column * size + k] ?? 0)
      factor[row * size + column] =
        row === column ? Math.sqrt(sum) : sum / numberAt(factor, column * size + column)
    }
  }
  return factor
}

/** The solution of a system whose matrix has this Cholesky factor. */
export function solveFactored(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const solution = right.slice()
  for (let row = 0; row < size; row += 1) {
    let sum = numberAt(solution, row)
    for (let k = 0; k < row; k += 1) sum -= (factor[row * size + k] ?? 0) * (solution[k] ?? 0)
    solution[row] = sum / numberAt(factor, row * size + row)
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = numberAt(solution, row)
    for (let k = row + 1; k < size; k += 1) sum -= (factor[k * size + row] ?? 0) * (solution[k] ?? 0)
    solution[row] = sum / numberAt(factor, row * size + row)
  }
  return solution
}

/** The inverse of a positive definite matrix. */
export function inverseOf(matrix: Float64Array, size: number): Float64Array {
  const factor = choleskyFactor(matrix, size)
  const inverse = new Float64Array(size * size)
  for (let column = 0; column < size; column += 1) {
    const unit = new Float64Array(size)
    unit[column] = 1
    solveFactored(factor, unit).forEach((value, row) => {
      inverse[row * size + column] = value
    })
  }
  return inverse
}

/** The logarithm of the determinant of a matrix that has this Cholesky factor. */
export function logDeterminant(factor: Float64Array, size: number): number {
  let sum = 0
  for (let row = 0; row < size; row += 1) sum += Math.log(numberAt(factor, row * size + row))
  return 2 * sum
}
