/**
 * Writes ONNX models: the few parts of the format that small networks need, in protobuf's wire encoding, without a
 * dependency. Field numbers are those of onnx.proto, IR version 9.
 */

/** Element types of tensors, by their number in the format. */
const ELEMENT = { float: 1, int64: 7, double: 11 } as const
export type ElementType = keyof typeof ELEMENT

/** A dimension: a size, or a name where it may vary. */
export type Dimension = number | string

/** A graph under construction. Names connect its parts. */
export interface OnnxGraph {
  /** A model input; gives its name. */
  input(name: string, shape: readonly Dimension[], element?: ElementType): string
  /** A constant tensor; gives its name. */
  constant(
    name: string,
    shape: readonly number[],
    values: Float32Array | Float64Array | BigInt64Array,
  ): string
  /** An operation of one output; gives the output's name. */
  apply(
    operation: string,
    inputs: readonly string[],
    output: string,
    attributes?: Readonly<Record<string, number>>,
  ): string
  /** Marks a name as a model output. */
  output(name: string, shape: readonly Dimension[], element?: ElementType): void
  /** Text that travels with the model. */
  note(key: string, value: string): void
  /** The model file. */
  bytes(): Uint8Array
}

/** An empty graph for an operator set. */
export function createOnnxGraph(name: string, operatorSet = 17): OnnxGraph {
  const graph = createMessage()
  const model = createMessage()
  let operations = 0
  return {
    input(input, shape, element = 'float') {
      graph.message(11, valueInfo(input, shape, element))
      return input
    },
    constant(constant, shape, values) {
      graph.message(5, tensor(constant, shape, values))
      return constant
    },
    apply(operation, inputs, output, attributes = {}) {
      const node = createMessage()
      for (const input of inputs) node.text(1, input)
      node.text(2, output).text(3, `${operation}${operations}`).text(4, operation)
      for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value))
      operations += 1
      graph.message(1, node)
      return output
    },
    output(output, shape, element = 'float') {
      graph.message(12, valueInfo(output, shape, element))
    },
    note(key, value) {
      model.message(14, createMessage().text(1, key).text(2, value))
    },
    bytes() {
      const named = createMessage().append(graph).text(2, name)
      const operatorSetId = createMessage().text(1, '').integer(2, operatorSet)
      return createMessage()
        .integer(1, 9)
        .text(2, 'zerodte')
        .message(7, named)
        .message(8, operatorSetId)
        .append(model)
        .done()
    },
  }
}

interface Message {
  integer(field: number, value: number): Message
  text(field: number, value: string): Message
  bytes(field: number, value: Uint8Array): Message
  message(field: number, value: Message): Message
  append(other: Message): Message
  done(): Uint8Array
}

function createMessage(): Message {
  const parts: Uint8Array[] = []
  const message: Message = {
    integer(field, value) {
      parts.push(variableInteger(field << 3), variableInteger(value))
      return message
    },
    text: (field, value) => message.bytes(field, new TextEncoder().encode(value)),
    bytes(field, value) {
      parts.push(variableInteger((field << 3) | 2), variableInteger(value.length), value)
      return message
    },
    message: (field, value) => message.bytes(field, value.done()),
    append(other) {
      parts.push(other.done())
      return message
    },
    done: () => Uint8Array.from(Buffer.concat(parts)),
  }
  return message
}

function variableInteger(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`an integer must be whole and not negative, was ${value}`)
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 128 : low)
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

function tensor(
  name: string,
  shape: readonly number[],
  values: Float32Array | Float64Array | BigInt64Array,
): Message {
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  if (values.length !== size) throw new RangeError(`${name} must have ${size} values, has ${values.length}`)
  const element: ElementType =
    values instanceof Float32Array ? 'float' : values instanceof Float64Array ? 'double' : 'int64'
  const message = createMessage()
  for (const dimension of shape) message.integer(1, dimension)
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message.integer(2, ELEMENT[element]).text(8, name).bytes(9, raw)
}

function valueInfo(name: string, shape: readonly Dimension[], element: ElementType): Message {
  const dimensions = createMessage()
  for (const dimension of shape) {
    const entry = createMessage()
    dimensions.message(
      1,
      typeof dimension === 'number' ? entry.integer(1, dimension) : entry.text(2, dimension),
    )
  }
  const tensorType = createMessage().integer(1, ELEMENT[element]).message(2, dimensions)
  return createMessage().text(1, name).message(2, createMessage().message(1, tensorType))
}

function attribute(name: string, value: number): Message {
  return createMessage().text(1, name).integer(3, value).integer(20, 2)
}
