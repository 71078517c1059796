import { broadcastShape, expand, recordOne, reduceTo, sum } from './shaping.ts'
import { isSameShape, type Tape, type Value } from './tape.ts'

/**
 * Operations on each number by itself. Two values repeat to each other's shape, a bare number to any. Pullbacks follow
 * the rules of differentiation as they stand in every textbook.
 */
export type Operand = Value | number

/** one + other */
export function add(one: Value, other: Operand): Value {
  const second = operand(one.tape, other)
  return binary('Add', one, second, gradient => [gradient, gradient])
}

/** one - other */
export function subtract(one: Value, other: Operand): Value {
  const second = operand(one.tape, other)
  return binary('Sub', one, second, gradient => [gradient, negate(gradient)])
}

/** one * other */
export function multiply(one: Value, other: Operand): Value {
  const second = operand(one.tape, other)
  return binary('Mul', one, second, gradient => [multiply(gradient, second), multiply(gradient, one)])
}

/** one / other */
export function divide(one: Value, other: Operand): Value {
  const second = operand(one.tape, other)
  return binary('Div', one, second, gradient => [
    divide(gradient, second),
    negate(divide(multiply(gradient, one), multiply(second, second))),
  ])
}

/** -value */
export function negate(value: Value): Value {
  return unary('Neg', value, gradient => negate(gradient))
}

/** e to the power of a value */
export function exponential(value: Value): Value {
  const result: Value = unary('Exp', value, gradient => multiply(gradient, result))
  return result
}

/** The natural logarithm. */
export function logarithm(value: Value): Value {
  return unary('Log', value, gradient => divide(gradient, value))
}

/** The square root; its gradient is infinite at zero, so add a little before. */
export function squareRoot(value: Value): Value {
  const result: Value = unary('Sqrt', value, gradient => divide(multiply(gradient, 0.5), result))
  return result
}

/** value * value */
export function square(value: Value): Value {
  return multiply(value, value)
}

/** The hyperbolic tangent. */
export function tanh(value: Value): Value {
  const result: Value = unary('Tanh', value, gradient =>
    multiply(gradient, subtract(value.tape.constant(1), square(result))),
  )
  return result
}

/** 1 / (1 + e^-value) */
export function sigmoid(value: Value): Value {
  const result: Value = unary('Sigmoid', value, gradient =>
    multiply(gradient, multiply(result, subtract(value.tape.constant(1), result))),
  )
  return result
}

/** log(1 + e^value), without overflow. */
export function softplus(value: Value): Value {
  // Not ONNX's Softplus, which has no 64-bit kernel everywhere: the larger part is taken out before the exponential
  const isPositive = compare('Greater', value, 0)
  const size = choose(isPositive, value, negate(value))
  const rest = logarithm(add(exponential(negate(size)), 1))
  return add(choose(isPositive, value, 0), rest)
}

/** The logarithm of the sigmoid, the log-likelihood of a yes. */
export function logSigmoid(value: Value): Value {
  return negate(softplus(negate(value)))
}

/** The value where it is positive, else 0. */
export function relu(value: Value): Value {
  return choose(compare('Greater', value, 0), value, 0)
}

/** Hendrycks and Gimpel 2016, by their tanh: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
export function gelu(value: Value): Value {
  const inner = multiply(
    add(value, multiply(multiply(square(value), value), 0.044715)),
    Math.sqrt(2 / Math.PI),
  )
  return multiply(multiply(value, 0.5), add(tanh(inner), 1))
}

/** The smaller of two; where they are equal the gradient goes to the second. */
export function minimum(one: Value, other: Operand): Value {
  return choose(compare('Less', one, other), one, other)
}

/** The larger of two; where they are equal the gradient goes to the second. */
export function maximum(one: Value, other: Operand): Value {
  return choose(compare('Greater', one, other), one, other)
}

/** A value held between two numbers; beyond them the gradient is 0. */
export function clip(value: Value, low: number, high: number): Value {
  return minimum(maximum(value, low), high)
}

/** Truth for every number, the answer of a comparison; it has no gradient. */
export interface Condition {
  readonly truth: Value
}

/** Whether one is greater or less than the other, number by number. */
export function compare(operation: 'Greater' | 'Less', one: Value, other: Operand): Condition {
  const second = operand(one.tape, other)
  const shape = broadcastShape(one.shape, second.shape)
  // Nothing flows back: a comparison does not change with small changes of its sides
  const inputs = [one, second]
  return { truth: recordOne(one, { operation, inputs, shape, pullback: undefined }) }
}

/** The first where the condition holds, else the second. */
export function choose({ truth }: Condition, first: Operand, second: Operand): Value {
  const [one, other] = [operand(truth.tape, first), operand(truth.tape, second)]
  const shape = broadcastShape(truth.shape, broadcastShape(one.shape, other.shape))
  const [chosen] = truth.tape.record({
    operation: 'Where',
    inputs: [truth, one, other],
    shapes: [shape],
    pullback: ([gradient]) =>
      gradient
        ? [
            undefined,
            reduceTo(choose({ truth }, gradient, 0), one.shape),
            reduceTo(choose({ truth }, 0, gradient), other.shape),
          ]
        : [],
  })
  if (!chosen) throw new RangeError('Where must have an output')
  return chosen
}

/** The mean along axes (all of them where none are given). */
export function mean(
  value: Value,
  axes: readonly number[] = value.shape.map((_, axis) => axis),
  isKept = false,
): Value {
  const count = axes.reduce((product, axis) => product * (value.shape[axis] ?? 1), 1)
  return multiply(sum(value, axes, isKept), 1 / count)
}

function operand(tape: Tape, value: Operand): Value {
  return typeof value === 'number' ? tape.constant(value) : value
}

function unary(operation: string, value: Value, pull: (gradient: Value) => Value): Value {
  return recordOne(value, {
    operation,
    inputs: [value],
    shape: value.shape,
    pullback: ([gradient]) => [gradient && pull(gradient)],
  })
}

function binary(
  operation: string,
  one: Value,
  other: Value,
  pull: (gradient: Value) => readonly [Value, Value],
): Value {
  const shape = broadcastShape(one.shape, other.shape)
  return recordOne(one, {
    operation,
    inputs: [one, other],
    shape,
    pullback: ([given]) => {
      if (!given) return []
      const gradient = isSameShape(given.shape, shape) ? given : expand(given, shape)
      const [first, second] = pull(gradient)
      return [reduceTo(first, one.shape), reduceTo(second, other.shape)]
    },
  })
}
