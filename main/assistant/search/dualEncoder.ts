import { termsOf } from './tokens.ts'

/** Which side of a pair a text is on: what is asked, or the code that answers. */
export type Side = 'query' | 'code'

/** Terms by their rows in the tables of an encoder, with the weight of each. */
export interface Bag {
  readonly rows: Int32Array
  readonly weights: Float32Array
}

/**
 * Two tables of term vectors, one for questions and one for code: a text is the sum of its terms' vectors, brought to length
 * one. Terms that an encoder does not know count nothing.
 */
export interface DualEncoder {
  readonly dimensions: number
  /** How many pairs it was trained on. */
  readonly pairs: number
  /** The row of every term that it knows. */
  readonly vocabulary: ReadonlyMap<string, number>
  /** A row a term, one after the other. */
  readonly tables: Readonly<Record<Side, Float32Array>>
}

/** Those of the terms that a vocabulary has; a term that is repeated counts for its logarithm. */
export function bagOf(terms: readonly string[], vocabulary: ReadonlyMap<string, number>): Bag {
  const counts = new Map<number, number>()
  for (const term of terms) {
    const row = vocabulary.get(term)
    if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + 1)
  }
  return {
    rows: Int32Array.from(counts.keys()),
    weights: Float32Array.from(counts.values(), count => 1 + Math.log(count)),
  }
}

/** Adds the weighted vectors of a bag into `sum`, from a place of it on. */
export function addUp(
  table: Float32Array,
  { rows, weights }: Bag,
  sum: Float32Array,
  from = 0,
  to = sum.length,
) {
  const dimensions = to - from
  for (let term = 0; term < rows.length; term += 1) {
    const start = (rows[term] ?? 0) * dimensions
    const weight = weights[term] ?? 0
    for (let place = 0; place < dimensions; place += 1) {
      sum[from + place] = (sum[from + place] ?? 0) + weight * (table[start + place] ?? 0)
    }
  }
}

/** The vector of a text, of length one; all zeros where no term of it is known. */
export function encode(
  { dimensions, vocabulary, tables }: DualEncoder,
  text: string,
  side: Side,
): Float32Array {
  const sum = new Float32Array(dimensions)
  addUp(tables[side], bagOf(termsOf(text), vocabulary), sum)
  return bringToLengthOne(sum)
}

/** Divides a vector by its length, in place. */
export function bringToLengthOne(vector: Float32Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  if (squares === 0) return vector
  const length = Math.sqrt(squares)
  for (let place = 0; place < vector.length; place += 1) vector[place] = (vector[place] ?? 0) / length
  return vector
}
