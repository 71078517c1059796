import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { createOptimiser, freshAdam, type AdamSettings, type Objective } from './adam.ts'

/** Rows of one input side by side: `width` numbers each. */
export interface Column {
  readonly width: number
  readonly values: Float32Array
}

/** How an objective is fitted to rows. */
export interface Fit {
  readonly objective: Objective
  readonly start: Float32Array
  /** Every input of the objective; one of them is `rowWeights`, with which filled-up rows count nothing. */
  readonly columns: Readonly<Record<string, Column>>
  readonly minibatch: number
  readonly epochs: number
  readonly learningRate: number
  readonly seed: number
  readonly adam?: AdamSettings
}

/** What came of a fit: the parameters, and the mean of every metric by epoch. */
export interface Fitted {
  readonly parameters: Float32Array
  readonly epochs: readonly Readonly<Record<string, number>>[]
}

/**
 * Fits an objective to rows in random minibatches; the last one of an epoch is filled up with rows that weigh nothing. The
 * same rows, start and seed give the same parameters, bit by bit.
 */
export async function fit(given: Fit): Promise<Fitted> {
  const { objective, start, columns, minibatch, seed } = given
  const weights = columns.rowWeights
  if (!weights) throw new RangeError('a fit needs the weights of its rows')
  const rows = weights.values.length
  const optimiser = await createOptimiser(objective, freshAdam(start), given.adam)
  const epochs: Record<string, number>[] = []
  for (let epoch = 0; epoch < given.epochs; epoch += 1) {
    const order = shuffled(rows, seed, epoch)
    const sums = new Map<string, number>()
    let batches = 0
    for (let first = 0; first < rows; first += minibatch) {
      const picked = order.slice(first, first + minibatch)
      const batch = Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, pick(column, picked, minibatch)]),
      )
      const told = await optimiser.step(batch, given.learningRate)
      for (const [name, value] of Object.entries(told)) sums.set(name, (sums.get(name) ?? 0) + value)
      batches += 1
    }
    epochs.push(Object.fromEntries(Array.from(sums, ([name, value]) => [name, value / batches])))
  }
  const { parameters } = optimiser
  await optimiser.release()
  return { parameters, epochs }
}

function pick({ width, values }: Column, rows: readonly number[], minibatch: number): Float32Array {
  const picked = new Float32Array(minibatch * width)
  rows.forEach((row, index) => picked.set(values.subarray(row * width, (row + 1) * width), index * width))
  return picked
}

function shuffled(count: number, seed: number, epoch: number): readonly number[] {
  const random = createRandom(seed).split(`epoch ${epoch}`)
  const order = Array.from({ length: count }, (_, index) => index)
  for (let index = count - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const kept = at(order, index)
    order[index] = at(order, other)
    order[other] = kept
  }
  return order
}
