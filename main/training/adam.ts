import { compileGraph } from '../autodiff/compiledGraph.ts'
import { add, divide, minimum, multiply, square, squareRoot, subtract } from '../autodiff/elementwise.ts'
import { gradient } from '../autodiff/gradient.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { slice, sum } from '../autodiff/shaping.ts'
import { createTape, type Shape, type Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'

/** Settings of Adam (Kingma and Ba 2015). */
export interface AdamSettings {
  readonly firstDecay: number
  readonly secondDecay: number
  readonly epsilon: number
  /** A gradient that is longer than this is made this long; undefined for no limit. */
  readonly longestGradient: number | undefined
}

export const ADAM: AdamSettings = {
  firstDecay: 0.9,
  secondDecay: 0.999,
  epsilon: 1e-5,
  longestGradient: undefined,
}

/** Everything that Adam knows between two steps. */
export interface AdamState {
  readonly parameters: Float32Array
  /** Running mean of the gradient. */
  readonly first: Float32Array
  /** Running mean of its square. */
  readonly second: Float32Array
  readonly steps: number
}

/** A loss, and further single numbers that are worth telling. */
export interface Loss {
  readonly loss: Value
  readonly metrics?: Readonly<Record<string, Value>>
}

/** What is minimised: parameters by layout, a batch by the shapes of its inputs, and the loss of them. */
export interface Objective {
  readonly layout: Layout
  readonly inputs: Readonly<Record<string, Shape>>
  readonly loss: (weights: Weights, inputs: (name: string) => Value) => Loss
}

/** Adam on one objective; a step is one run of one graph, forward, backward and update. */
export interface Optimiser {
  /** The parameters now: a copy. */
  readonly parameters: Float32Array
  readonly state: AdamState
  /** One step; gives `loss`, `gradientNorm` and the metrics of the objective before it. */
  step(
    batch: Readonly<Record<string, Float32Array>>,
    learningRate: number,
  ): Promise<Readonly<Record<string, number>>>
  release(): Promise<void>
}

/** Where Adam starts: parameters, and nothing seen. */
export function freshAdam(parameters: Float32Array): AdamState {
  const { length } = parameters
  return {
    parameters: parameters.slice(),
    first: new Float32Array(length),
    second: new Float32Array(length),
    steps: 0,
  }
}

/**
 * Compiles forward pass, gradient, limit of the gradient's length and Adam into one graph. Weights go from one pair of
 * arrays to the other and back, so that no step makes garbage of their size.
 */
export async function createOptimiser(
  objective: Objective,
  start: AdamState,
  settings: AdamSettings = ADAM,
): Promise<Optimiser> {
  const { tape, metrics } = stepTape(objective, settings)
  const graph = await compileGraph(tape)
  const size = layoutSize(objective.layout)
  const empty = () => freshAdam(new Float32Array(size))
  let [now, next]: [AdamState, AdamState] = [copyOf(start), empty()]
  const told = new Map(metrics.map(name => [name, new Float32Array(1)] as const))
  const toldByName = Object.fromEntries(told)
  return {
    get parameters() {
      return now.parameters.slice()
    },
    get state() {
      return copyOf(now)
    },
    async step(batch, learningRate) {
      const steps = now.steps + 1
      const rates = Float32Array.of(
        learningRate / (1 - settings.firstDecay ** steps),
        1 / (1 - settings.secondDecay ** steps),
      )
      const { parameters, first, second } = now
      await graph.runInto(
        { ...batch, parameters, first, second, rates },
        {
          nextParameters: next.parameters,
          nextFirst: next.first,
          nextSecond: next.second,
          ...toldByName,
        },
      )
      const spare = now
      now = { ...next, steps }
      next = spare
      return Object.fromEntries(Array.from(told, ([name, value]) => [name, at(value, 0)]))
    },
    release: () => graph.release(),
  }
}

function stepTape({ layout, inputs, loss: lossOf }: Objective, settings: AdamSettings) {
  const tape = createTape()
  const size = layoutSize(layout)
  const parameters = tape.input('parameters', [size])
  const fed = new Map(Object.entries(inputs).map(([name, shape]) => [name, tape.input(name, shape)] as const))
  const { loss, metrics = {} } = lossOf(unpack(parameters, layout), name => {
    const value = fed.get(name)
    if (!value) throw new RangeError(`an objective must name its inputs, was ${name}`)
    return value
  })
  const [raw] = gradient(loss, [parameters])
  if (!raw) throw new RangeError('a loss must depend on its parameters')
  const norm = squareRoot(add(sum(square(raw)), 1e-20))
  const { longestGradient } = settings
  const pull =
    longestGradient === undefined
      ? raw
      : multiply(raw, minimum(divide(tape.constant(longestGradient), add(norm, 1e-6)), 1))
  const told = { loss, gradientNorm: norm, ...metrics }
  for (const [name, value] of Object.entries(told)) tape.output(name, value)
  for (const [name, value] of Object.entries(adamUpdate(parameters, pull, settings))) tape.output(name, value)
  return { tape, metrics: Object.keys(told) }
}

function adamUpdate(parameters: Value, pull: Value, { firstDecay, secondDecay, epsilon }: AdamSettings) {
  const { tape, shape } = parameters
  const rates = tape.input('rates', [2])
  const [before, beforeSquare] = [tape.input('first', shape), tape.input('second', shape)]
  const first = add(multiply(before, firstDecay), multiply(pull, 1 - firstDecay))
  const second = add(multiply(beforeSquare, secondDecay), multiply(square(pull), 1 - secondDecay))
  const [step, correction] = [slice(rates, 0, 0, 1), slice(rates, 0, 1, 2)]
  const deviation = add(squareRoot(multiply(second, correction)), epsilon)
  return {
    nextParameters: subtract(parameters, divide(multiply(first, step), deviation)),
    nextFirst: first,
    nextSecond: second,
  }
}

function copyOf({ parameters, first, second, steps }: AdamState): AdamState {
  return { parameters: parameters.slice(), first: first.slice(), second: second.slice(), steps }
}
