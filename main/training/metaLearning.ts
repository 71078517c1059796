import { compileGraph } from '../autodiff/compiledGraph.ts'
import { add, exponential, multiply, subtract } from '../autodiff/elementwise.ts'
import { gradient } from '../autodiff/gradient.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { concatenate, reshape } from '../autodiff/shaping.ts'
import { createTape, sizeOf, type Shape, type Value } from '../autodiff/tape.ts'
import type { Objective } from './adam.ts'

/** How parameters are adapted to a task. */
export interface InnerLoop {
  readonly steps: number
  readonly rate: number
}

/** What a task asks: the loss of a few examples, which adapts, and of others, by which that is judged. */
export interface TaskObjective {
  readonly layout: Layout
  /** Of the examples that adapt. */
  readonly support: Readonly<Record<string, Shape>>
  /** Of those that judge. */
  readonly query: Readonly<Record<string, Shape>>
  readonly loss: (weights: Weights, input: (name: string) => Value) => Value
}

/** The parameters of a network, and for each matrix and vector the logarithm of a factor of its inner rate. */
export function metaLayout(layout: Layout): Layout {
  return [...layout, ...layout.map(([name]) => [rateOf(name), [1]] as const)]
}

/**
 * Weights after some steps of plain gradient descent on a loss. The steps are part of the graph, so that a gradient goes
 * through them: that is what second order means. Each matrix and vector has a rate of its own, which is learned as well
 * (Li et al. 2017); where all factors are 1 it is MAML.
 */
export function adaptWeights(
  weights: Weights,
  layout: Layout,
  lossOf: (weights: Weights) => Value,
  { steps, rate }: InnerLoop,
): Weights {
  let now = new Map(layout.map(([name]) => [name, weights(name)] as const))
  const current: Weights = name => {
    const value = now.get(name)
    if (!value) throw new RangeError(`there must be parameters of that name, was ${name}`)
    return value
  }
  for (let step = 0; step < steps; step += 1) {
    const values = [...now.values()]
    const pulls = gradient(lossOf(current), values)
    now = new Map(
      layout.map(([name], index) => {
        const [value, pull] = [values[index], pulls[index]]
        if (!value || !pull) throw new RangeError(`a loss must have a gradient for ${name}`)
        const own = multiply(exponential(weights(rateOf(name))), rate)
        return [name, subtract(value, multiply(pull, reshape(own, [])))] as const
      }),
    )
  }
  return current
}

/**
 * The second-order objective of MAML (Finn, Abbeel, Levine 2017): the mean over tasks of the loss after adapting. Inputs
 * are those of the task by name, `support <task> <name>` and `query <task> <name>`; parameters are those of `metaLayout`.
 */
export function metaObjective(task: TaskObjective, tasks: number, inner: InnerLoop): Objective {
  const numbers = Array.from({ length: tasks }, (_, index) => index)
  const inputs = numbers.flatMap(index => [
    ...Object.entries(task.support).map(([name, shape]) => [`support ${index} ${name}`, shape] as const),
    ...Object.entries(task.query).map(([name, shape]) => [`query ${index} ${name}`, shape] as const),
  ])
  return {
    layout: metaLayout(task.layout),
    inputs: Object.fromEntries(inputs),
    loss: (weights, input) => {
      const losses = numbers.map(index => {
        const lossOf = (kind: string) => (adapted: Weights) =>
          task.loss(adapted, name => input(`${kind} ${index} ${name}`))
        return lossOf('query')(adaptWeights(weights, task.layout, lossOf('support'), inner))
      })
      return {
        loss: multiply(
          losses.reduce((one, other) => add(one, other)),
          1 / tasks,
        ),
      }
    },
  }
}

/** Adapts parameters to the examples of one task: what a new regime does with them. */
export interface Adaptation {
  /** Takes the parameters of `metaLayout`; gives those of the task's layout. */
  adapt(parameters: Float32Array, support: Readonly<Record<string, Float32Array>>): Promise<Float32Array>
  release(): Promise<void>
}

/** Compiles the inner loop alone. */
export async function compileAdaptation(task: TaskObjective, inner: InnerLoop): Promise<Adaptation> {
  const tape = createTape()
  const layout = metaLayout(task.layout)
  const weights = unpack(tape.input('parameters', [layoutSize(layout)]), layout)
  const fed = new Map(
    Object.entries(task.support).map(([name, shape]) => [name, tape.input(name, shape)] as const),
  )
  const lossOf = (adapted: Weights) =>
    task.loss(adapted, name => {
      const value = fed.get(name)
      if (!value) throw new RangeError(`a task must name its inputs, was ${name}`)
      return value
    })
  const adapted = adaptWeights(weights, task.layout, lossOf, inner)
  const parts = task.layout.map(([name, shape]) => reshape(adapted(name), [sizeOf(shape)]))
  tape.output('adapted', concatenate(parts, 0))
  const graph = await compileGraph(tape)
  return {
    async adapt(parameters, support) {
      const answer = await graph.run({ parameters, ...support })
      return Float32Array.from(answer.adapted ?? [])
    },
    release: () => graph.release(),
  }
}

function rateOf(name: string): string {
  return `rate of ${name}`
}
