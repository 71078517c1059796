import { add, divide, exponential, mean, multiply, square, squareRoot, subtract } from './elementwise.ts'
import { matrixProduct } from './products.ts'
import { recordOne, reshape, sum, transpose, transposeLast } from './shaping.ts'
import type { Value } from './tape.ts'

/** Shares along the last axis: e^value over the sum of them. */
export function softmax(value: Value): Value {
  const last = value.shape.length - 1
  const result: Value = recordOne(value, {
    operation: 'Softmax',
    inputs: [value],
    attributes: { axis: -1 },
    shape: value.shape,
    pullback: ([gradient]) => [
      gradient && multiply(result, subtract(gradient, sum(multiply(gradient, result), [last], true))),
    ],
  })
  return result
}

/** The logarithm of the softmax along the last axis. */
export function logSoftmax(value: Value): Value {
  const last = value.shape.length - 1
  const result: Value = recordOne(value, {
    operation: 'LogSoftmax',
    inputs: [value],
    attributes: { axis: -1 },
    shape: value.shape,
    pullback: ([gradient]) => [
      gradient && subtract(gradient, multiply(exponential(result), sum(gradient, [last], true))),
    ],
  })
  return result
}

/** An affine map of the last axis: value times weights [inputs, outputs] plus biases [outputs]. */
export function linear(value: Value, weights: Value, biases: Value): Value {
  return add(matrixProduct(value, weights), biases)
}

/** Ba, Kiros, Hinton 2016: the last axis with mean 0 and deviation 1, then scaled and shifted. */
export function layerNorm(value: Value, scale: Value, shift: Value, epsilon = 1e-5): Value {
  const last = [value.shape.length - 1]
  const centred = subtract(value, mean(value, last, true))
  const variance = mean(square(centred), last, true)
  return add(multiply(divide(centred, squareRoot(add(variance, epsilon))), scale), shift)
}

/** What attention gives: the mix of values, and how much of each went in. */
export interface Attended {
  /** [batch, queries, width] */
  readonly mixed: Value
  /** [batch, heads, queries, keys]; each row adds up to 1. */
  readonly weights: Value
}

/**
 * Vaswani et al. 2017, multi-head scaled dot-product attention, without its projections: queries [batch, queries, width]
 * look at keys and values [batch, keys, width]; heads share the width evenly.
 */
export function attention(queries: Value, keys: Value, values: Value, heads: number): Attended {
  const [batch = 1, asked = 1, width = 1] = queries.shape
  const seen = keys.shape[1] ?? 1
  const each = width / heads
  if (!Number.isInteger(each)) throw new RangeError(`${heads} heads must share a width evenly, was ${width}`)
  const apart = (value: Value, steps: number) =>
    transpose(reshape(value, [batch, steps, heads, each]), [0, 2, 1, 3])
  const scores = multiply(
    matrixProduct(apart(queries, asked), transposeLast(apart(keys, seen))),
    1 / Math.sqrt(each),
  )
  const weights = softmax(scores)
  const mixed = matrixProduct(weights, apart(values, seen))
  return { mixed: reshape(transpose(mixed, [0, 2, 1, 3]), [batch, asked, width]), weights }
}
