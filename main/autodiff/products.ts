import { expand, broadcastShape, recordOne, reduceTo, reshape, transposeLast } from './shaping.ts'
import { isSameShape, sizeOf, type Value } from './tape.ts'

/**
 * The matrix product over the last two axes; the axes before them repeat to each other. A batch times one matrix is done
 * as a single large product, which is faster.
 */
export function matrixProduct(one: Value, other: Value): Value {
  const [rows, inner] = lastTwo(one)
  const [innerOther, columns] = lastTwo(other)
  if (inner !== innerOther) {
    throw new RangeError(`a product must meet at one size, was ${inner} and ${innerOther}`)
  }
  const before = broadcastShape(one.shape.slice(0, -2), other.shape.slice(0, -2))
  const shape = [...before, rows, columns]
  if (one.shape.length === 2 && other.shape.length === 2) return flatProduct(one, other, false, false)
  if (other.shape.length === 2) {
    const flat = reshape(one, [sizeOf(one.shape) / inner, inner])
    return reshape(flatProduct(flat, other, false, false), shape)
  }
  return recordOne(one, {
    operation: 'MatMul',
    inputs: [one, other],
    shape,
    pullback: ([given]) => {
      if (!given) return []
      const gradient = isSameShape(given.shape, shape) ? given : expand(given, shape)
      return [
        reduceTo(matrixProduct(gradient, transposeLast(other)), one.shape),
        reduceTo(matrixProduct(transposeLast(one), gradient), other.shape),
      ]
    },
  })
}

/** The product of two matrices, either of them turned over first: its gradients need no copies turned over. */
export function flatProduct(one: Value, other: Value, turnOne: boolean, turnOther: boolean): Value {
  const [rows, inner] = turned(one, turnOne)
  const [innerOther, columns] = turned(other, turnOther)
  if (inner !== innerOther) {
    throw new RangeError(`a product must meet at one size, was ${inner} and ${innerOther}`)
  }
  const shape = [rows, columns]
  return recordOne(one, {
    operation: 'Gemm',
    inputs: [one, other],
    attributes: { transA: turnOne ? 1 : 0, transB: turnOther ? 1 : 0 },
    shape,
    pullback: ([given]) => {
      if (!given) return []
      const gradient = expand(given, shape)
      return [
        turnOne
          ? flatProduct(other, gradient, turnOther, true)
          : flatProduct(gradient, other, false, !turnOther),
        turnOther ? flatProduct(gradient, one, true, turnOne) : flatProduct(one, gradient, !turnOne, false),
      ]
    },
  })
}

function lastTwo({ shape }: Value): readonly [number, number] {
  const [rows, columns] = shape.slice(-2)
  if (rows === undefined || columns === undefined) {
    throw new RangeError(`a product needs matrices, was [${shape.join(', ')}]`)
  }
  return [rows, columns]
}

function turned(value: Value, isTurned: boolean): readonly [number, number] {
  if (value.shape.length !== 2) {
    throw new RangeError(`a flat product needs matrices, was [${value.shape.join(', ')}]`)
  }
  const [rows, columns] = lastTwo(value)
  return isTurned ? [columns, rows] : [rows, columns]
}
