import { InferenceSession, Tensor } from 'onnxruntime-node'
import { sizeOf, type Precision, type Shape, type Tape } from './tape.ts'

/** Numbers that go in and out: 32 bits for training, 64 for checks. */
export type Numbers = Float32Array | Float64Array

/** A graph ready to run. It holds native memory until it is released. */
export interface CompiledGraph {
  /** Feeds every input; gives arrays of their own for every output. */
  run(inputs: Readonly<Record<string, Numbers>>): Promise<Readonly<Record<string, Numbers>>>
  /**
   * Feeds every input, and writes the outputs that are named into arrays of the caller, where they may stay from run to
   * run. An output must not be written over an input of the same run.
   */
  runInto(
    inputs: Readonly<Record<string, Numbers>>,
    outputs: Readonly<Record<string, Numbers>>,
  ): Promise<void>
  release(): Promise<void>
}

/**
 * Compiles a tape for the CPU. One thread is the fastest for networks of a few thousand weights, and gives the same bits
 * however busy the machine is.
 */
export async function compileGraph(tape: Tape, { threads = 1 } = {}): Promise<CompiledGraph> {
  const session = await InferenceSession.create(tape.bytes(), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  })
  const inputShapes = [...tape.inputs]
  const outputShapes = new Map([...tape.outputs].map(([name, { shape }]) => [name, shape] as const))
  const feedsOf = (inputs: Readonly<Record<string, Numbers>>) =>
    Object.fromEntries(
      inputShapes.map(([name, shape]) => [name, tensorOf(name, inputs[name], shape, tape.precision)]),
    )
  return {
    async run(inputs) {
      const answer = await session.run(feedsOf(inputs))
      return Object.fromEntries(
        Object.entries(answer).map(([name, { data }]) => [name, numbersOf(name, data)]),
      )
    },
    async runInto(inputs, outputs) {
      const fetches = Object.fromEntries(
        Object.entries(outputs).map(([name, numbers]) => {
          const shape = outputShapes.get(name)
          if (!shape) throw new RangeError(`there must be an output of that name, was ${name}`)
          return [name, tensorOf(name, numbers, shape, tape.precision)]
        }),
      )
      await session.run(feedsOf(inputs), fetches)
    },
    release: () => session.release(),
  }
}

function tensorOf(name: string, numbers: Numbers | undefined, shape: Shape, precision: Precision): Tensor {
  const size = sizeOf(shape)
  if (!numbers || numbers.length !== size) {
    throw new RangeError(`${name} must have ${size} numbers, has ${numbers?.length ?? 'none'}`)
  }
  if (numbers instanceof Float32Array !== (precision === 'float')) {
    throw new RangeError(`${name} must hold numbers of kind ${precision}`)
  }
  return numbers instanceof Float32Array
    ? new Tensor('float32', numbers, shape)
    : new Tensor('float64', numbers, shape)
}

function numbersOf(name: string, data: Tensor.DataType): Numbers {
  if (data instanceof Float32Array || data instanceof Float64Array) return data
  throw new RangeError(`${name} must be answered in numbers with a fraction`)
}
