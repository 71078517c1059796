/**
 * Reads ONNX models, as far as a network has to be known to be taken apart: protobuf's wire encoding, field numbers of
 * onnx.proto. What is not looked at is kept as bytes, so that parts of several models can be put together to a new one.
 */

/** A part of a graph, as it is written. */
interface Written {
  readonly name: string
  readonly bytes: Uint8Array
}

/** One operation. */
export interface OnnxNode extends Written {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Attributes that are a number. */
  readonly numbers: ReadonlyMap<string, number>
}

/** A fixed tensor. */
export interface OnnxConstant extends Written {
  readonly shape: readonly number[]
  /** The values where they are 32-bit floats. */
  readonly values: Float32Array | undefined
}

/** A model in its parts. */
export interface OnnxParts {
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly Written[]
  readonly outputs: readonly Written[]
  /** Text that travels with the model. */
  readonly notes: ReadonlyMap<string, string>
  /** Operator sets, as they are written. */
  readonly operatorSets: readonly Uint8Array[]
}

/** A file that is no ONNX model, or is cut off. */
export class NotOnnx extends Error {
  override readonly name = 'NotOnnx'
}

/** The parts of a model file; throws `NotOnnx` where its bytes cannot be read. */
export function readOnnx(bytes: Uint8Array): OnnxParts {
  const model = readFields(bytes)
  if (chunksOf(model, 7).length === 0) throw new NotOnnx('a model must have a graph')
  const graph = readFields(joined(chunksOf(model, 7)))
  return {
    nodes: chunksOf(graph, 1).map(readNode),
    constants: chunksOf(graph, 5).map(readTensor),
    inputs: chunksOf(graph, 11).map(readNamed),
    outputs: chunksOf(graph, 12).map(readNamed),
    notes: new Map(chunksOf(model, 14).map(readNote)),
    operatorSets: chunksOf(model, 8),
  }
}

/** The model file of some parts. Operations must come in an order in which each finds its inputs. */
export function writeOnnx(parts: OnnxParts): Uint8Array {
  const graph = [
    ...parts.nodes.map(node => chunk(1, node.bytes)),
    chunk(2, new TextEncoder().encode('parts')),
    ...parts.constants.map(constant => chunk(5, constant.bytes)),
    ...parts.inputs.map(input => chunk(11, input.bytes)),
    ...parts.outputs.map(output => chunk(12, output.bytes)),
  ]
  const notes = [...parts.notes].map(([key, value]) => {
    const text = new TextEncoder()
    return chunk(14, joined([chunk(1, text.encode(key)), chunk(2, text.encode(value))]))
  })
  const sets = parts.operatorSets.map(set => chunk(8, set))
  return joined([Uint8Array.of(8, 9), chunk(7, joined(graph)), ...sets, ...notes])
}

function readNode(bytes: Uint8Array): OnnxNode {
  const fields = readFields(bytes)
  const numbers = new Map<string, number>()
  for (const attribute of chunksOf(fields, 5).map(readFields)) {
    const kind = integerOf(attribute, 20)
    if (kind === 1) numbers.set(textOf(attribute, 1), floatOf(attribute, 2))
    if (kind === 2) numbers.set(textOf(attribute, 1), integerOf(attribute, 3))
  }
  return {
    // Without its name, which need not be there and may be that of an operation of another model
    bytes: joined(fields.filter(({ field }) => field !== 3).map(({ written }) => written)),
    name: textOf(fields, 3),
    operation: textOf(fields, 4),
    inputs: chunksOf(fields, 1).map(text),
    outputs: chunksOf(fields, 2).map(text),
    numbers,
  }
}

function readTensor(bytes: Uint8Array): OnnxConstant {
  const fields = readFields(bytes)
  const shape = fields.filter(({ field }) => field === 1).flatMap(dimensionsOf)
  const raw = chunksOf(fields, 9)[0]
  const isFloat = integerOf(fields, 2) === 1
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  const values =
    isFloat && raw && raw.byteLength === 4 * size ? new Float32Array(raw.slice().buffer) : undefined
  return { bytes, name: textOf(fields, 8), shape, values }
}

/** Dimensions stand one by one, or packed. */
function dimensionsOf({ integer, chunk: packed }: Field): number[] {
  if (!packed) return [integer]
  const reader = createReader(packed)
  const dimensions: number[] = []
  while (!reader.isDone()) dimensions.push(reader.integer())
  return dimensions
}

function readNamed(bytes: Uint8Array): Written {
  return { bytes, name: textOf(readFields(bytes), 1) }
}

function readNote(bytes: Uint8Array): [string, string] {
  const fields = readFields(bytes)
  return [textOf(fields, 1), textOf(fields, 2)]
}

/** A field of a message: a number, or bytes. */
interface Field {
  readonly field: number
  readonly integer: number
  readonly chunk: Uint8Array | undefined
  /** Its own bytes, tag included. */
  readonly written: Uint8Array
}

function readFields(bytes: Uint8Array): Field[] {
  const reader = createReader(bytes)
  const fields: Field[] = []
  while (!reader.isDone()) {
    const start = reader.position()
    const tag = reader.integer()
    const content = readContent(reader, tag % 8)
    fields.push({
      field: Math.floor(tag / 8),
      integer: typeof content === 'number' ? content : 0,
      chunk: typeof content === 'number' ? undefined : content,
      written: bytes.subarray(start, reader.position()),
    })
  }
  return fields
}

function readContent(reader: Reader, wireType: number): number | Uint8Array {
  if (wireType === 0) return reader.integer()
  if (wireType === 1) return reader.take(8)
  if (wireType === 2) return reader.take(reader.integer())
  if (wireType === 5) return reader.take(4)
  throw new NotOnnx(`a field must be of a known wire type, was ${wireType}`)
}

type Reader = ReturnType<typeof createReader>

function createReader(bytes: Uint8Array) {
  let position = 0
  return {
    isDone: () => position >= bytes.length,
    position: () => position,
    integer(): number {
      let value = 0
      for (let shift = 0; shift < 10; shift += 1) {
        const byte = bytes[position]
        if (byte === undefined) throw new NotOnnx('a number is cut off')
        position += 1
        value += (byte & 127) * 2 ** (7 * shift)
        if (byte < 128) return value
      }
      throw new NotOnnx('a number is longer than 64 bits')
    },
    take(length: number): Uint8Array {
      if (position + length > bytes.length) throw new NotOnnx('a part is cut off')
      const taken = bytes.subarray(position, position + length)
      position += length
      return taken
    },
  }
}

function chunksOf(fields: readonly Field[], wanted: number): Uint8Array[] {
  return fields.flatMap(({ field, chunk: bytes }) => (field === wanted && bytes ? [bytes] : []))
}

function integerOf(fields: readonly Field[], wanted: number): number {
  return fields.findLast(({ field }) => field === wanted)?.integer ?? 0
}

function floatOf(fields: readonly Field[], wanted: number): number {
  const bytes = chunksOf(fields, wanted).at(-1)
  return bytes ? new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true) : 0
}

function textOf(fields: readonly Field[], wanted: number): string {
  return text(chunksOf(fields, wanted).at(-1) ?? new Uint8Array())
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function chunk(field: number, bytes: Uint8Array): Uint8Array {
  return joined([variableInteger(field * 8 + 2), variableInteger(bytes.length), bytes])
}

function variableInteger(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Uint8Array.from(bytes)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}
