import { createOnnxGraph, type Attributes, type ConstantValues } from './onnxWriter.ts'

/** Sizes of a tensor, outermost first; empty for a single number. */
export type Shape = readonly number[]

/** The numbers that a tape computes in. */
export type Precision = 'float' | 'double'

/** A tensor of a graph that is being written: its name there, its shape, and how it came about. */
export interface Value {
  readonly tape: Tape
  readonly name: string
  readonly shape: Shape
  /** Undefined for inputs and constants. */
  readonly origin: Origin | undefined
}

/**
 * The operation that made a value. `pullback` turns the gradients of its outputs (undefined where nothing depends on one)
 * into those of its inputs, by operations of the same tape, so that gradients have gradients.
 */
export interface Origin {
  /** Rises from operation to operation, so that inputs come before what is made of them. */
  readonly order: number
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly pullback: Pullback | undefined
}

export type Pullback = (gradients: readonly (Value | undefined)[]) => readonly (Value | undefined)[]

/** What an operation is made of, as `record` takes it. */
export interface Recording {
  readonly operation: string
  readonly inputs: readonly Value[]
  /** One shape for each output. */
  readonly shapes: readonly Shape[]
  readonly pullback: Pullback | undefined
  /** Whole numbers that follow the inputs, such as axes. */
  readonly numbers?: readonly (readonly number[])[]
  readonly attributes?: Attributes
}

/**
 * Records a computation and writes it as an ONNX graph, in 32 or 64 bits: the same program gives the graph that trains and
 * the one that is checked against central differences. Shapes are fixed when it is written.
 */
export interface Tape {
  readonly precision: Precision
  /** The number of operations so far. */
  readonly size: number
  /** What is fed at each run. */
  input(name: string, shape: Shape): Value
  /** Fixed numbers; a single one is written once, however often it is asked for. */
  constant(values: number | ArrayLike<number>, shape?: Shape): Value
  /** A model output of that name. */
  output(name: string, value: Value): void
  /** Records an operation; gives its outputs. For the files of operations, not for models. */
  record(recording: Recording): readonly Value[]
  /** What goes in by name, and the shapes. */
  readonly inputs: ReadonlyMap<string, Shape>
  /** What comes out by name, and the shapes. */
  readonly outputs: ReadonlyMap<string, Value>
  /** Text that travels with the model. */
  note(key: string, value: string): void
  /**
   * The ONNX file, with what the outputs need and nothing else. Where `rows` is given, the outermost size of every input
   * and output is free, by that name; an operation that counts rows, such as a mean of all of them, keeps the count it had.
   */
  bytes(rows?: string): Uint8Array
}

/** How many numbers a tensor of a shape has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}

/** Whether two shapes are the same. */
export function isSameShape(one: Shape, other: Shape): boolean {
  return one.length === other.length && one.every((dimension, axis) => dimension === other[axis])
}

/** A number of the graph that is there from the start. */
interface Constant {
  readonly name: string
  readonly shape: Shape
  readonly values: ConstantValues
}

/** An operation as it will be written. */
interface Node {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes | undefined
}

/** An empty tape. */
export function createTape(precision: Precision = 'float'): Tape {
  const inputs = new Map<string, Shape>()
  const outputs = new Map<string, Value>()
  const constants = createConstants(precision)
  const nodes: Node[] = []
  const notes: (readonly [string, string])[] = []
  const tape: Tape = {
    precision,
    inputs,
    outputs,
    get size() {
      return nodes.length
    },
    input(name, shape) {
      if (inputs.has(name)) throw new RangeError(`an input must have a name of its own, was ${name}`)
      inputs.set(name, shape)
      return { tape, name, shape, origin: undefined }
    },
    constant(values, shape = []) {
      const name = typeof values === 'number' ? constants.single(values) : constants.numbers(values, shape)
      return { tape, name, shape: typeof values === 'number' ? [] : shape, origin: undefined }
    },
    output(name, value) {
      if (outputs.has(name)) throw new RangeError(`an output must have a name of its own, was ${name}`)
      outputs.set(name, value)
    },
    record(recording) {
      const names = recording.shapes.map((_, index) => `value${nodes.length}.${index}`)
      const numbers = (recording.numbers ?? []).map(list => constants.wholeNumbers(list))
      nodes.push({
        operation: recording.operation,
        inputs: [...recording.inputs.map(input => input.name), ...numbers],
        outputs: names,
        attributes: recording.attributes,
      })
      return valuesOf(tape, recording, names, nodes.length)
    },
    note: (key, value) => notes.push([key, value]),
    bytes: rows => write(precision, { inputs, outputs, constants: constants.all, nodes, notes }, rows),
  }
  return tape
}

/** The constants of a tape by name; equal single numbers and equal lists of whole numbers are one. */
function createConstants(precision: Precision) {
  const all = new Map<string, Constant>()
  function named(name: string, shape: Shape, values: () => ConstantValues): string {
    if (!all.has(name)) all.set(name, { name, shape, values: values() })
    return name
  }
  const ofPrecision = (values: ArrayLike<number>) =>
    precision === 'float' ? Float32Array.from(values) : Float64Array.from(values)
  return {
    all,
    single: (value: number) => named(`number ${value}`, [], () => ofPrecision([value])),
    numbers: (values: ArrayLike<number>, shape: Shape) =>
      named(`constant${all.size}`, shape, () => ofPrecision(values)),
    wholeNumbers: (list: readonly number[]) =>
      named(`whole ${list.join(' ')}`, [list.length], () => BigInt64Array.from(list, BigInt)),
  }
}

function valuesOf(
  tape: Tape,
  recording: Recording,
  names: readonly string[],
  order: number,
): readonly Value[] {
  const outputs: Value[] = []
  const origin: Origin = { order, inputs: recording.inputs, outputs, pullback: recording.pullback }
  recording.shapes.forEach((shape, index) => {
    outputs.push({ tape, name: names[index] ?? '', shape, origin })
  })
  return outputs
}

interface Recorded {
  readonly inputs: ReadonlyMap<string, Shape>
  readonly outputs: ReadonlyMap<string, Value>
  readonly constants: ReadonlyMap<string, Constant>
  readonly nodes: readonly Node[]
  readonly notes: readonly (readonly [string, string])[]
}

/** Pullbacks also make gradients that nobody asked for; walking back from the outputs leaves them out. */
function write(
  precision: Precision,
  { inputs, outputs, constants, nodes, notes }: Recorded,
  rows: string | undefined,
): Uint8Array {
  const freed = (shape: Shape) => (rows === undefined ? shape : [rows, ...shape.slice(1)])
  const needed = new Set([...outputs.values()].map(value => value.name))
  const kept = nodes.toReversed().filter(node => {
    if (!node.outputs.some(name => needed.has(name))) return false
    for (const name of node.inputs) needed.add(name)
    return true
  })
  const graph = createOnnxGraph('tape')
  for (const [name, shape] of inputs) graph.input(name, freed(shape), precision)
  for (const { name, shape, values } of constants.values())
    if (needed.has(name)) graph.constant(name, shape, values)
  for (const node of kept.toReversed())
    graph.applyMany(node.operation, node.inputs, node.outputs, node.attributes)
  for (const [name, value] of outputs) {
    graph.apply('Identity', [value.name], name)
    graph.output(name, freed(value.shape), precision)
  }
  for (const [key, value] of notes) graph.note(key, value)
  return graph.bytes()
}
