import type { OnnxConstant, OnnxNode, OnnxParts } from './onnxReader.ts'

/** Operations that treat every column by itself, so that mixing and they may change places. */
const COLUMN_WISE = new Set(['Add', 'Sub', 'Mul', 'Div', 'Clip', 'Min', 'Max', 'Identity', 'Tanh', 'Relu'])

/** A first layer: a matrix product of the observation, or of what column-wise operations made of it. */
export interface FirstLayer {
  readonly node: OnnxNode
  /** What goes in. */
  readonly source: string
  /** Input by hidden, row by row. */
  readonly weights: Float32Array
  readonly biases: Float32Array | undefined
  readonly hidden: number
}

/** How a network takes its observation. */
export interface Taken {
  readonly columnWise: readonly OnnxNode[]
  readonly layers: readonly FirstLayer[]
}

/**
 * The matrix products through which an observation reaches the logits, and the column-wise operations before them; undefined
 * where it gets there in any other way.
 */
export function firstLayersOf(model: OnnxParts): Taken | undefined {
  const constants = new Map(model.constants.map(constant => [constant.name, constant]))
  const prepared = new Set(['observation'])
  const columnWise: OnnxNode[] = []
  const layers: FirstLayer[] = []
  for (const node of nodesFor(model, 'logits')) {
    const taken = node.inputs.filter(input => prepared.has(input))
    if (taken.length === 0) continue
    const others = node.inputs.filter(name => name !== '' && !prepared.has(name))
    if (taken.length > 1 || others.some(name => !constants.has(name))) return undefined
    if (COLUMN_WISE.has(node.operation)) {
      columnWise.push(node)
      for (const output of node.outputs) prepared.add(output)
      continue
    }
    const layer = node.inputs[0] === taken[0] ? firstLayer(node, constants) : undefined
    if (!layer) return undefined
    layers.push(layer)
  }
  return layers.length === 0 || prepared.has('logits') ? undefined : { columnWise, layers }
}

/** The operations that an output needs, in their order. */
export function nodesFor(model: OnnxParts, output: string): OnnxNode[] {
  const wanted = new Set([output])
  const needed = new Set<OnnxNode>()
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some(name => wanted.has(name))) continue
    needed.add(node)
    for (const name of node.inputs) wanted.add(name)
  }
  return model.nodes.filter(node => needed.has(node))
}

function firstLayer(node: OnnxNode, constants: ReadonlyMap<string, OnnxConstant>): FirstLayer | undefined {
  const [source = '', weightsName = '', biasesName] = node.inputs
  const matrix = constants.get(weightsName)
  const isPlain =
    node.operation === 'MatMul' ||
    (node.operation === 'Gemm' &&
      (node.numbers.get('transA') ?? 0) === 0 &&
      (node.numbers.get('alpha') ?? 1) === 1 &&
      (node.numbers.get('beta') ?? 1) === 1)
  if (!isPlain || !matrix?.values || matrix.shape.length !== 2) return undefined
  const isTransposed = (node.numbers.get('transB') ?? 0) === 1
  const [rows = 0, columns = 0] = isTransposed ? matrix.shape.toReversed() : matrix.shape
  const biases = biasesName === undefined ? undefined : constants.get(biasesName)?.values
  if (biasesName !== undefined && biases?.length !== columns) return undefined
  const weights = isTransposed ? transposed(matrix.values, rows, columns) : matrix.values
  return { node, source, weights, biases, hidden: columns }
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      result[row * columns + column] = values[column * rows + row] ?? Number.NaN
  return result
}
