import { mean, multiply, square, subtract } from '../autodiff/elementwise.ts'
import type { Layout, Weights } from '../autodiff/layout.ts'
import { concatenate } from '../autodiff/shaping.ts'
import type { Shape, Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import type { Objective } from './adam.ts'
import { perceptron, perceptronLayout } from './perceptron.ts'

/** Networks that expect an outcome, each having learned from a draw of its own: their spread is what is not known. */
export interface EnsembleShape {
  readonly features: number
  readonly hidden: readonly number[]
  /** Five is usual (Lakshminarayanan et al. 2017). */
  readonly members: number
}

/** The parameters of all members. Separate matrices: one product of three axes would take four times as long. */
export function ensembleLayout({ features, hidden, members }: EnsembleShape): Layout {
  return Array.from({ length: members }, (_, member) =>
    perceptronLayout(prefixOf(member), [features, ...hidden, 1]),
  ).flat()
}

/** What each member expects, [rows, members]. */
export function ensembleValues(weights: Weights, features: Value, { hidden, members }: EnsembleShape): Value {
  const each = Array.from({ length: members }, (_, member) =>
    perceptron(weights, prefixOf(member), features, hidden.length + 1),
  )
  return concatenate(each, 1)
}

/** Inputs of the objective for a minibatch; `draws` is how often a member has drawn a row. */
export function ensembleInputs({ features, members }: EnsembleShape, rows: number): Record<string, Shape> {
  return { features: [rows, features], outcomes: [rows, 1], draws: [rows, members] }
}

/** The objective of all members for a minibatch of so many rows. */
export function ensembleObjective(shape: EnsembleShape, rows: number): Objective {
  return {
    layout: ensembleLayout(shape),
    inputs: ensembleInputs(shape, rows),
    loss: (weights, input) => ({ loss: ensembleLoss(weights, input, shape) }),
  }
}

/** How often each member draws each row, [rows, members]: as many rows as there are, with repetition (Breiman 1996). */
export function drawnRows(rows: number, members: number, random: Random): Float32Array {
  const draws = new Float32Array(rows * members)
  for (let member = 0; member < members; member += 1)
    for (let draw = 0; draw < rows; draw += 1) {
      const place = random.below(rows) * members + member
      draws[place] = at(draws, place) + 1
    }
  return draws
}

/** The mean over members of squared errors, each row as often as the member has drawn it. */
export function ensembleLoss(weights: Weights, input: (name: string) => Value, shape: EnsembleShape): Value {
  const errors = square(subtract(ensembleValues(weights, input('features'), shape), input('outcomes')))
  return mean(multiply(errors, input('draws')))
}

function prefixOf(member: number): string {
  return `member ${member} `
}
