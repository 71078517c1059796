import { compileGraph } from '../autodiff/compiledGraph.ts'
import { gradient } from '../autodiff/gradient.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { createTape, sizeOf, type Shape, type Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'

/** What an adversary attacks: a loss, and which of its inputs may be moved. */
export interface Attacked {
  readonly layout: Layout
  readonly inputs: Readonly<Record<string, Shape>>
  readonly loss: (weights: Weights, input: (name: string) => Value) => Value
  /** The input that may be moved, such as a path of prices. */
  readonly moved: string
}

/** How far and how hard it may push. */
export interface AttackBudget {
  /** How far each number may move from where it was; two percent of a price is 0.02 times that. */
  readonly reach: Float32Array
  readonly steps: number
  /** Length of a step as a share of the reach. */
  readonly stride?: number
}

/** Finds the input within a budget that makes a loss large. */
export interface Adversary {
  /** The moved input, and the loss before and after; never worse for the adversary than where it began. */
  attack(
    parameters: Float32Array,
    batch: Readonly<Record<string, Float32Array>>,
    budget: AttackBudget,
  ): Promise<{ readonly moved: Float32Array; readonly before: number; readonly after: number }>
  release(): Promise<void>
}

/** Projected gradient ascent in the maximum norm (Madry et al. 2018): steps along the sign, back into the budget. */
export async function createAdversary({ layout, inputs, loss: lossOf, moved }: Attacked): Promise<Adversary> {
  const tape = createTape()
  const weights = unpack(tape.input('parameters', [layoutSize(layout)]), layout)
  const fed = new Map(Object.entries(inputs).map(([name, shape]) => [name, tape.input(name, shape)] as const))
  const inputOf = (name: string) => {
    const value = fed.get(name)
    if (!value) throw new RangeError(`an attack must name its inputs, was ${name}`)
    return value
  }
  const loss = lossOf(weights, inputOf)
  const [pull] = gradient(loss, [inputOf(moved)])
  if (!pull) throw new RangeError(`the loss must depend on ${moved}`)
  tape.output('loss', loss)
  tape.output('pull', pull)
  const graph = await compileGraph(tape)
  return {
    async attack(parameters, batch, { reach, steps, stride = 2.5 / Math.max(1, steps) }) {
      const origin = batch[moved]
      const size = sizeOf(inputs[moved] ?? [])
      if (origin?.length !== size || reach.length !== size)
        throw new RangeError(`${moved} and its reach must have ${size} numbers`)
      const answerAt = async (place: Float32Array) => {
        const { loss: found, pull: along } = await graph.run({ ...batch, parameters, [moved]: place })
        if (!found || !along) throw new RangeError('an attack must know the loss and its gradient')
        return { loss: at(found, 0), along }
      }
      let place = origin.slice()
      let answer = await answerAt(place)
      const before = answer.loss
      let best = { moved: place, loss: before }
      for (let step = 0; step < steps; step += 1) {
        const { along } = answer
        place = place.map((value, index) => {
          const [middle, far] = [at(origin, index), at(reach, index)]
          const pushed = value + stride * far * Math.sign(at(along, index))
          return Math.max(middle - far, Math.min(middle + far, pushed))
        })
        answer = await answerAt(place)
        if (answer.loss > best.loss) best = { moved: place, loss: answer.loss }
      }
      return { moved: best.moved, before, after: best.loss }
    },
    release: () => graph.release(),
  }
}
