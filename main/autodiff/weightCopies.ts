import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readOnnx, writeOnnx, type OnnxConstant, type OnnxNode, type OnnxParts } from './onnxReader.ts'
import { createOnnxGraph } from './onnxWriter.ts'

/** A number format that weights are kept in, beside 32-bit floats. */
export type SmallFormat = 'int8' | 'int4'

/** How far a copy says the same as the model it was made of. */
export interface CopyFidelity {
  /** Share of the rows at which the largest output is the same one. */
  readonly agreement: number
  /** Root mean square of the difference of the outputs, as a share of that of the outputs. */
  readonly relativeError: number
}

/** Largest magnitude of a weight in each format, symmetric around zero. */
const LARGEST: Readonly<Record<SmallFormat, number>> = { int8: 127, int4: 7 }

/** Weights that share one scale in the 4-bit format, down a column. */
const BLOCK = 32

/** Number of the 4-bit element type in onnx.proto, and the operator set that has it. */
const INT4_ELEMENT = 22
const OPERATOR_SET_WITH_INT4 = 21

/**
 * A copy of a model whose matrices are whole numbers with a scale: 8 bits and a scale for each column, or 4 bits and a scale
 * for every 32 weights of a column (symmetric, to the nearest). They are unpacked by the model itself (`DequantizeLinear`), so the
 * copy is asked like the original. Biases stay as they are. Throws `NotOnnx` where it is no model.
 */
export function weightCopy(model: Uint8Array, format: SmallFormat): Uint8Array {
  const parts = readOnnx(model)
  const matrices = matricesOf(parts)
  const packed = matrices.map(matrix => (format === 'int8' ? packBytes(matrix) : packNibbles(matrix)))
  const names = new Set(matrices.map(({ name }) => name))
  return writeOnnx({
    ...parts,
    nodes: [...packed.map(({ node }) => node), ...parts.nodes],
    constants: [
      ...parts.constants.filter(({ name }) => !names.has(name)),
      ...packed.flatMap(({ constants }) => constants),
    ],
    operatorSets: format === 'int4' ? [operatorSet(OPERATOR_SET_WITH_INT4)] : parts.operatorSets,
  })
}

/** How far a copy says the same as the model, over rows of input of a width; on one thread of the CPU. */
export async function copyFidelity(
  model: Uint8Array,
  copy: Uint8Array,
  rows: Float32Array,
  width: number,
): Promise<CopyFidelity> {
  const [ours, theirs] = [await outputsOf(model, rows, width), await outputsOf(copy, rows, width)]
  const count = rows.length / width
  const columns = ours.length / count
  let same = 0
  let squares = 0
  let differences = 0
  for (let row = 0; row < count; row += 1) {
    const one = ours.subarray(row * columns, (row + 1) * columns)
    const other = theirs.subarray(row * columns, (row + 1) * columns)
    if (largest(one) === largest(other)) same += 1
    one.forEach((value, column) => {
      squares += value ** 2
      differences += (value - (other[column] ?? Number.NaN)) ** 2
    })
  }
  return { agreement: same / count, relativeError: squares === 0 ? 0 : Math.sqrt(differences / squares) }
}

/** A matrix of a model, row by row. */
interface Matrix {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

/** Constants that something is multiplied with as a matrix. */
function matricesOf({ nodes, constants }: OnnxParts): Matrix[] {
  const factors = new Set(
    nodes
      .filter(({ operation }) => operation === 'Gemm' || operation === 'MatMul')
      .flatMap(({ inputs }) => inputs.slice(0, 2)),
  )
  return constants.flatMap(({ name, shape: [rows, columns, ...further], values }) =>
    factors.has(name) && rows !== undefined && columns !== undefined && further.length === 0 && values
      ? [{ name, rows, columns, values }]
      : [],
  )
}

interface Packed {
  readonly constants: readonly OnnxConstant[]
  readonly node: OnnxNode
}

function packBytes(matrix: Matrix): Packed {
  const { name, rows, columns, values } = matrix
  const scales = scalesOf(matrix, rows, LARGEST.int8)
  const whole = Int8Array.from(values, (value, index) =>
    nearest(value, scales[index % columns], LARGEST.int8),
  )
  const graph = createOnnxGraph('int8')
  graph.constant(`${name}.int8`, [rows, columns], whole)
  graph.constant(`${name}.scales`, [columns], scales)
  graph.apply('DequantizeLinear', [`${name}.int8`, `${name}.scales`], name, { axis: 1 })
  return packedOf(graph.bytes(), [])
}

function packNibbles(matrix: Matrix): Packed {
  const { name, rows, columns, values } = matrix
  const scales = scalesOf(matrix, BLOCK, LARGEST.int4)
  const nibbles = new Uint8Array(Math.ceil(values.length / 2))
  values.forEach((value, index) => {
    const row = Math.floor(index / columns)
    const scale = scales[Math.floor(row / BLOCK) * columns + (index % columns)]
    const nibble = nearest(value, scale, LARGEST.int4) & 15
    // The first of two stands in the low half
    nibbles[index >> 1] = (nibbles[index >> 1] ?? 0) | (nibble << (4 * (index % 2)))
  })
  const graph = createOnnxGraph('int4')
  graph.constant(`${name}.scales`, [Math.ceil(rows / BLOCK), columns], scales)
  graph.apply('DequantizeLinear', [`${name}.int4`, `${name}.scales`], name, { axis: 0, block_size: BLOCK })
  const weights = { name: `${name}.int4`, shape: [rows, columns], values: undefined }
  return packedOf(graph.bytes(), [{ ...weights, bytes: nibbleTensor(weights.name, weights.shape, nibbles) }])
}

/** Scales, one for every so many rows of each column, such that the largest weight is the largest number. */
function scalesOf({ rows, columns, values }: Matrix, block: number, top: number): Float32Array {
  const scales = new Float32Array(Math.ceil(rows / block) * columns)
  values.forEach((value, index) => {
    const place = Math.floor(Math.floor(index / columns) / block) * columns + (index % columns)
    scales[place] = Math.max(scales[place] ?? 0, Math.abs(value) / top)
  })
  // A column of zeros needs a scale as well
  return scales.map(scale => (scale > 0 ? scale : 1))
}

function nearest(value: number, scale = 1, top = 1): number {
  return Math.max(-top, Math.min(top, Math.round(value / scale)))
}

function packedOf(written: Uint8Array, further: readonly OnnxConstant[]): Packed {
  const { nodes, constants } = readOnnx(written)
  const [node] = nodes
  if (!node) throw new Error('a packed matrix must have its operation')
  return { node, constants: [...constants, ...further] }
}

/** A tensor of 4-bit numbers in protobuf's wire encoding: dimensions, element type, name, raw bytes. */
function nibbleTensor(name: string, shape: readonly number[], nibbles: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name)
  const dimensions = shape.flatMap(size => [8, ...variableInteger(size)])
  const named = [66, ...variableInteger(text.length), ...text]
  const raw = [74, ...variableInteger(nibbles.length), ...nibbles]
  return Uint8Array.from([...dimensions, 16, INT4_ELEMENT, ...named, ...raw])
}

function operatorSet(version: number): Uint8Array {
  return Uint8Array.of(10, 0, 16, version)
}

function variableInteger(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) | 128)
  }
}

async function outputsOf(model: Uint8Array, rows: Float32Array, width: number): Promise<Float32Array> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  try {
    const [input = ''] = session.inputNames
    const [output = ''] = session.outputNames
    const answer = await session.run({ [input]: new Tensor('float32', rows, [rows.length / width, width]) })
    const data = answer[output]?.data
    if (!(data instanceof Float32Array)) throw new Error('the outputs of a policy must be floats')
    return data.slice()
  } finally {
    await session.release()
  }
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? 0) ? index : best), 0)
}
