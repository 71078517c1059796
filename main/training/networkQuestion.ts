import { compileGraph } from '../autodiff/compiledGraph.ts'
import { layoutSize, unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { createTape, type Shape, type Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'

/** What a network is fed, by name. */
export type Batch = Readonly<Record<string, Float32Array>>

/** A network that can be asked with whatever parameters; it holds native memory until it is released. */
export interface Asked {
  ask(parameters: Float32Array, batch: Batch): Promise<(name: string) => Float32Array>
  release(): Promise<void>
}

/** What is computed of parameters and a batch of fixed shapes. */
export interface Question {
  readonly layout: Layout
  readonly inputs: Readonly<Record<string, Shape>>
  readonly answers: (weights: Weights, fed: (name: string) => Value) => Readonly<Record<string, Value>>
}

/** Compiles a question. */
export async function createQuestion({ layout, inputs, answers }: Question): Promise<Asked> {
  const tape = createTape()
  const flat = tape.input('parameters', [layoutSize(layout)])
  const fed = new Map(Object.entries(inputs).map(([name, shape]) => [name, tape.input(name, shape)]))
  const computed = answers(unpack(flat, layout), name => {
    const value = fed.get(name)
    if (!value) throw new RangeError(`a question must name its inputs, was ${name}`)
    return value
  })
  for (const [name, value] of Object.entries(computed)) tape.output(name, value)
  const graph = await compileGraph(tape)
  return {
    async ask(parameters, batch) {
      const answered = await graph.run({ ...batch, parameters })
      return name => {
        const values = answered[name]
        if (!(values instanceof Float32Array))
          throw new RangeError(`there must be an answer of that name, was ${name}`)
        return values
      }
    },
    release: () => graph.release(),
  }
}

/** The position of the largest of `count` numbers from an offset on; the first of equals. */
export function largest(values: ArrayLike<number>, offset: number, count: number): number {
  let best = 0
  for (let index = 1; index < count; index += 1)
    if (at(values, offset + index) > at(values, offset + best)) best = index
  return best
}
