import { add, divide, mean, multiply, negate, square, squareRoot } from '../../autodiff/elementwise.ts'
import { gradient } from '../../autodiff/gradient.ts'
import { logSoftmax } from '../../autodiff/layers.ts'
import { flatProduct } from '../../autodiff/products.ts'
import { sum } from '../../autodiff/shaping.ts'
import { createTape, type Tape, type Value } from '../../autodiff/tape.ts'

/**
 * InfoNCE of a batch (van den Oord, Li and Vinyals 2018, arXiv 1807.03748): every query has its own code as the right answer and
 * the others' as wrong ones, by the cosine of both over a temperature. Rows need not have length one.
 */
export function contrastiveLoss(queries: Value, codes: Value, temperature: number): Value {
  const cosines = flatProduct(ofLengthOne(queries), ofLengthOne(codes), false, true)
  const right = queries.tape.constant(identity(queries.shape[0] ?? 0), cosines.shape)
  const likelihood = multiply(logSoftmax(multiply(cosines, 1 / temperature)), right)
  return negate(mean(sum(likelihood, [1])))
}

/**
 * The tape that trains by it: `queries` and `codes` [batch, dimensions] go in, `queryGradient` and `codeGradient` of the same
 * shapes come out.
 */
export function contrastiveTape(batch: number, dimensions: number, temperature: number): Tape {
  const tape = createTape()
  const queries = tape.input('queries', [batch, dimensions])
  const codes = tape.input('codes', [batch, dimensions])
  const [queryGradient = queries, codeGradient = codes] = gradient(
    contrastiveLoss(queries, codes, temperature),
    [queries, codes],
  )
  tape.output('queryGradient', queryGradient)
  tape.output('codeGradient', codeGradient)
  return tape
}

/** Rows of length one; a row of zeros stays zeros. */
function ofLengthOne(rows: Value): Value {
  return divide(rows, squareRoot(add(sum(square(rows), [1], true), 1e-12)))
}

function identity(size: number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let row = 0; row < size; row += 1) matrix[row * size + row] = 1
  return matrix
}
