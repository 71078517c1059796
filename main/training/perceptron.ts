import { tanh } from '../autodiff/elementwise.ts'
import { linear } from '../autodiff/layers.ts'
import { layoutSize, viewsOf, type Layout, type Weights } from '../autodiff/layout.ts'
import type { Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'

/** The parameters of layers of the given sizes, input first; their names begin with the prefix. */
export function perceptronLayout(prefix: string, sizes: readonly number[]): Layout {
  return sizes.slice(1).flatMap((units, index): Layout => [
    [`${prefix}weights${index}`, [at(sizes, index), units]],
    [`${prefix}biases${index}`, [units]],
  ])
}

/** Layers of tanh units, the last one without: [rows, first size] to [rows, last size]. */
export function perceptron(weights: Weights, prefix: string, input: Value, layers: number): Value {
  let value = input
  for (let index = 0; index < layers; index += 1) {
    const sums = linear(value, weights(`${prefix}weights${index}`), weights(`${prefix}biases${index}`))
    value = index === layers - 1 ? sums : tanh(sums)
  }
  return value
}

/**
 * Parameters to start from: orthogonal matrices (Saxe et al. 2014) with a gain of sqrt(2) or the one given for a name;
 * vectors are 0, those whose name ends with `Scale` are 1.
 */
export function initialWeights(
  layout: Layout,
  random: Random,
  gains: Readonly<Record<string, number>> = {},
): Float32Array {
  const parameters = new Float32Array(layoutSize(layout))
  const view = viewsOf(parameters, layout)
  for (const [name, [rows = 1, columns]] of layout) {
    if (columns === undefined) view(name).fill(name.endsWith('Scale') ? 1 : 0)
    else {
      const gain = gains[name] ?? Math.SQRT2
      view(name).set(orthogonal(rows, columns, random).map(value => gain * value))
    }
  }
  return parameters
}

/** A matrix whose rows (or columns, where it is tall) are at right angles and of length 1, by Gram and Schmidt. */
function orthogonal(rows: number, columns: number, random: Random): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows]
  const vectors: Float64Array[] = []
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal())
    // Twice, for what rounding leaves after the first time
    for (let pass = 0; pass < 2; pass += 1) {
      for (const other of vectors) {
        const along = dot(vector, other)
        for (let index = 0; index < length; index += 1)
          vector[index] = at(vector, index) - along * at(other, index)
      }
    }
    const size = Math.sqrt(dot(vector, vector))
    if (size > 1e-6) vectors.push(vector.map(value => value / size))
  }
  return Float64Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns]
    const vector = vectors[rows <= columns ? row : column]
    return vector ? at(vector, rows <= columns ? column : row) : 0
  })
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += at(one, index) * at(other, index)
  return sum
}
