/**
 * Writes ONNX models: the few parts of the format that small networks need, in protobuf's wire encoding, without a
 * dependency. Field numbers are those of onnx.proto, IR version 9.
 */

/** Element types of tensors, by their number in the format. */
const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, double: 11 } as const
export type ElementType = keyof typeof ELEMENT

/** Values of a constant; their kind of array says the element type. */
export type ConstantValues = Float32Array | Float64Array | BigInt64Array | Int32Array | Int8Array | Uint8Array

/** A number is a whole one, a list is of whole ones; a number with a fraction says so. */
export type Attribute = number | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

/** A dimension: a size, or a name where it may vary. */
export type Dimension = number | string

/** A graph under construction. Names connect its parts. */
export interface OnnxGraph {
  /** A model input; gives its name. */
  input(name: string, shape: readonly Dimension[], element?: ElementType): string
  /** A constant tensor; gives its name. */
  constant(name: string, shape: readonly number[], values: ConstantValues): string
  /** An operation of one output; gives the output's name. */
  apply(operation: string, inputs: readonly string[], output: string, attributes?: Attributes): string
  /** An operation with several outputs, or of another operator set than ONNX's own; gives the outputs' names. */
  applyMany(
    operation: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes?: Attributes,
    domain?: string,
  ): readonly string[]
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
  const domains = new Set<string>()
  let operations = 0
  function apply(
    operation: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
    domain: string,
  ): void {
    const node = createMessage()
    for (const input of inputs) node.text(1, input)
    for (const output of outputs) node.text(2, output)
    node.text(3, `${operation}${operations}`).text(4, operation)
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value))
    if (domain !== '') {
      node.text(7, domain)
      domains.add(domain)
    }
    operations += 1
    graph.message(1, node)
  }
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
      apply(operation, inputs, [output], attributes, '')
      return output
    },
    applyMany(operation, inputs, outputs, attributes = {}, domain = '') {
      apply(operation, inputs, outputs, attributes, domain)
      return outputs
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
      const whole = createMessage()
        .integer(1, 9)
        .text(2, 'zerodte')
        .message(7, named)
        .message(8, operatorSetId)
      for (const domain of domains) whole.message(8, createMessage().text(1, domain).integer(2, 1))
      return whole.append(model).done()
    },
  }
}

interface Message {
  integer(field: number, value: number): Message
  float(field: number, value: number): Message
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
    float(field, value) {
      parts.push(variableInteger((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer))
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

/** Base 128, seven bits a byte; a negative one is its 64-bit complement, ten bytes long. */
function variableInteger(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`an integer must be whole, was ${value}`)
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

function tensor(name: string, shape: readonly number[], values: ConstantValues): Message {
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  if (values.length !== size) throw new RangeError(`${name} must have ${size} values, has ${values.length}`)
  const message = createMessage()
  for (const dimension of shape) message.integer(1, dimension)
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message.integer(2, ELEMENT[elementOf(values)]).text(8, name).bytes(9, raw)
}

function elementOf(values: ConstantValues): ElementType {
  if (values instanceof Float32Array) return 'float'
  if (values instanceof Float64Array) return 'double'
  if (values instanceof BigInt64Array) return 'int64'
  if (values instanceof Int32Array) return 'int32'
  return values instanceof Int8Array ? 'int8' : 'uint8'
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

function attribute(name: string, value: Attribute): Message {
  const message = createMessage().text(1, name)
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2)
  if ('float' in value) return message.float(2, value.float).integer(20, 1)
  for (const each of value) message.integer(8, each)
  return message.integer(20, 7)
}
