import { addUp, type Bag } from './dualEncoder.ts'

/** A table of term vectors while it learns. */
export interface LearningTable {
  /** The sums of the bags, a row each; overwritten by the next call. */
  sumsOf(bags: readonly Bag[]): Float32Array
  /** Takes a step against the gradients of the sums, a row a bag. */
  learn(bags: readonly Bag[], gradients: ArrayLike<number>): void
}

/**
 * Learns a table in place by Adagrad (Duchi, Hazan and Singer 2011): only rows whose terms are in the batch move, and those that
 * moved far before move less.
 */
export function createLearningTable(
  table: Float32Array,
  { dimensions, learningRate }: { readonly dimensions: number; readonly learningRate: number },
  batch: number,
): LearningTable {
  const sums = new Float32Array(batch * dimensions)
  const pulls = new Float32Array(table.length)
  const squares = new Float32Array(table.length)
  return {
    sumsOf(bags) {
      sums.fill(0)
      bags.forEach((bag, row) => addUp(table, bag, sums, row * dimensions, (row + 1) * dimensions))
      return sums
    },
    learn(bags, gradients) {
      const touched = new Set<number>()
      bags.forEach(({ rows, weights }, bag) => {
        for (let term = 0; term < rows.length; term += 1) {
          const row = rows[term] ?? 0
          touched.add(row)
          addScaled(pulls, row * dimensions, gradients, bag * dimensions, weights[term] ?? 0, dimensions)
        }
      })
      for (const row of touched) {
        for (let place = row * dimensions; place < (row + 1) * dimensions; place += 1) {
          const pull = pulls[place] ?? 0
          pulls[place] = 0
          const square = (squares[place] ?? 0) + pull * pull
          squares[place] = square
          table[place] = (table[place] ?? 0) - (learningRate * pull) / (Math.sqrt(square) + 1e-8)
        }
      }
    },
  }
}

function addScaled(
  to: Float32Array,
  start: number,
  from: ArrayLike<number>,
  first: number,
  scale: number,
  length: number,
) {
  for (let place = 0; place < length; place += 1) {
    to[start + place] = (to[start + place] ?? 0) + scale * (from[first + place] ?? 0)
  }
}
