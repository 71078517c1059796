import { at } from '../base/assert.ts'

/** Nodes and weights of a rule on [-1, 1]. */
export interface Quadrature {
  readonly nodes: Float64Array
  readonly weights: Float64Array
}

const rules = new Map<number, Quadrature>()

/** The Gauss-Legendre rule with a number of points, exact for polynomials of degree 2n - 1; computed once. */
export function gaussLegendre(points: number): Quadrature {
  const known = rules.get(points)
  if (known) return known
  const nodes = new Float64Array(points)
  const weights = new Float64Array(points)
  for (let index = 0; index < points; index += 1) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (points + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step += 1) {
      let previous = 1
      let value = x
      for (let degree = 2; degree <= points; degree += 1) {
        const next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree
        previous = value
        value = next
      }
      slope = (points * (x * value - previous)) / (x * x - 1)
      const move = value / slope
      x -= move
      if (Math.abs(move) < 1e-16) break
    }
    nodes[index] = x
    weights[index] = 2 / ((1 - x * x) * slope * slope)
  }
  const rule = { nodes, weights }
  rules.set(points, rule)
  return rule
}

/** Values at the Chebyshev points of the second kind turned into coefficients of Chebyshev polynomials. */
export function chebyshevCoefficients(values: Float64Array): Float64Array {
  const degree = values.length - 1
  return Float64Array.from(values, (_, order) => {
    let sum = 0
    for (let index = 0; index <= degree; index += 1) {
      const half = index === 0 || index === degree ? 0.5 : 1
      sum += half * at(values, index) * Math.cos((order * index * Math.PI) / degree)
    }
    return ((order === 0 || order === degree ? 1 : 2) * sum) / degree
  })
}

/** A Chebyshev series at a point of [-1, 1], by Clenshaw's recurrence. */
export function chebyshevValue(coefficients: Float64Array, x: number): number {
  let last = 0
  let beforeLast = 0
  for (let order = coefficients.length - 1; order > 0; order -= 1) {
    const next = 2 * x * last - beforeLast + at(coefficients, order)
    beforeLast = last
    last = next
  }
  return x * last - beforeLast + at(coefficients, 0)
}

/** A rule on (0, 1) that keeps the distances from both ends, each to full precision. */
export interface DoubleExponential {
  readonly fromStart: Float64Array
  readonly fromEnd: Float64Array
  readonly weights: Float64Array
}

const doubleExponentials = new Map<number, DoubleExponential>()

/**
 * The tanh-sinh rule of Takahasi and Mori (1974) with 2n + 1 points. Its points crowd to both ends so fast that roots
 * and logarithms there cost no accuracy; computed once.
 */
export function tanhSinh(half: number): DoubleExponential {
  const known = doubleExponentials.get(half)
  if (known) return known
  // Beyond 3.2 the weights are below the last place of the sum
  const step = 3.2 / half
  const positions = Float64Array.from({ length: 2 * half + 1 }, (_, index) => (index - half) * step)
  const share = (position: number) => 1 / (1 + Math.exp(-Math.PI * Math.sinh(position)))
  const rule = {
    fromStart: positions.map(share),
    fromEnd: positions.map(position => share(-position)),
    weights: positions.map(
      position => step * Math.PI * Math.cosh(position) * share(position) * share(-position),
    ),
  }
  doubleExponentials.set(half, rule)
  return rule
}
