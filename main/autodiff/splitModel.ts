import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readOnnx, writeOnnx, type OnnxConstant, type OnnxNode, type OnnxParts } from './onnxReader.ts'
import { createOnnxGraph } from './onnxWriter.ts'

/** A network that is asked at every mix of two input rows: each player's column comes from the one row or from the other. */
export interface Mixture {
  /** The row whose columns stand where a player is outside, and everywhere else. */
  readonly usual: Float32Array
  /** The row whose columns stand where a player is inside. */
  readonly seen: Float32Array
  /** Input columns in the order of the bits of a mix. */
  readonly players: readonly number[]
  /** How many of the players are in the low bits. */
  readonly lowPlayers: number
  /** The output whose share is asked for, and those that share with it. */
  readonly chosen: number
  readonly allowed: readonly boolean[]
  /** Added to the outputs, one row of outputs for each mix of the low players. */
  readonly shifts: Float32Array
}

/** A network taken apart, so that its first layer is two tables. */
export interface SplitModel {
  /** Makes the tables of a mixture. */
  mix(mixture: Mixture): Promise<MixedModel>
  close(): Promise<void>
}

/** The share of the chosen output at mixes of two rows: e^chosen over the sum of e^output of all allowed. */
export interface MixedModel {
  /** At all mixes of the low players together with one of the high ones, for some of those from a first one on. */
  inBlocks(first: number, count: number): Promise<Float32Array>
  /** At any mixes. */
  at(mixes: Uint32Array): Promise<Float32Array>
}

/** Operations that treat every column by itself, so that mixing and they may change places. */
const COLUMN_WISE = new Set(['Add', 'Sub', 'Mul', 'Div', 'Clip', 'Identity', 'Cast', 'Tanh', 'Relu'])

/** A first layer: a matrix product of the input, or of the input after column-wise operations. */
interface FirstLayer {
  readonly node: OnnxNode
  /** What goes in: the input or what column-wise operations made of it. */
  readonly source: string
  /** Input by hidden, row by row. */
  readonly weights: Float32Array
  readonly biases: Float32Array | undefined
  readonly hidden: number
}

/**
 * Takes a network apart whose input meets everything behind it through matrix products only. What the first layer makes of
 * a mix is the sum of what its low and its high players make, so 2^n mixes need two tables of 2^(n/2) rows, and the rest of
 * the network runs on the sums. Undefined where the network is of another shape; throws `NotOnnx` where it is no model.
 */
export async function splitModel(file: Uint8Array, threads: number): Promise<SplitModel | undefined> {
  const model = readOnnx(file)
  const parts = takeApart(model)
  if (!parts) return undefined
  const outputs = outputCount(model, parts.rest)
  if (outputs === undefined) return undefined
  const before = await preparing(model, parts)
  const sessions = { blocks: undefined, at: undefined } as {
    blocks: Promise<InferenceSession> | undefined
    at: Promise<InferenceSession> | undefined
  }
}

/** The operations that an output needs, in their order. */
function nodesFor(model: OnnxParts, output: string): OnnxNode[] {
  const wanted = new Set([output])
  const needed = new Set<OnnxNode>()
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some(name => wanted.has(name))) continue
    needed.add(node)
    for (const name of node.inputs) wanted.add(name)
  }
  return model.nodes.filter(node => needed.has(node))
}

function othersAreFixed(
  node: OnnxNode,
  prepared: ReadonlySet<string>,
  constants: ReadonlyMap<string, OnnxConstant>,
): boolean {
  return node.inputs.every(name => name === '' || prepared.has(name) || constants.has(name))
}

function firstLayer(
  node: OnnxNode,
  constants: ReadonlyMap<string, OnnxConstant>,
  width: number,
): FirstLayer | undefined {
  const [source = '', weightsName = '', biasesName] = node.inputs
  const matrix = constants.get(weightsName)
  const isTransposed = (node.numbers.get('transB') ?? 0) === 1
  const isPlain =
    node.operation === 'MatMul' ||
    (node.operation === 'Gemm' &&
      (node.numbers.get('transA') ?? 0) === 0 &&
      (node.numbers.get('alpha') ?? 1) === 1 &&
      (node.numbers.get('beta') ?? 1) === 1)
  if (!isPlain || !matrix?.values || matrix.shape.length !== 2) return undefined
  const [rows = 0, columns = 0] = isTransposed ? matrix.shape.toReversed() : matrix.shape
  if (rows !== width) return undefined
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

/** The usual and the seen row as each first layer gets them, one after the other. */
async function preparedRows(
  model: OnnxParts,
  columnWise: readonly OnnxNode[],
  layers: readonly FirstLayer[],
  { usual, seen }: Mixture,
): Promise<Float32Array[]> {
  const rows = Float32Array.from([...usual, ...seen])
  const made = [...new Set(layers.map(layer => layer.source))].filter(source => source !== 'observation')
  if (made.length === 0) return layers.map(() => rows)
  const ports = createOnnxGraph('ports')
  for (const name of made) ports.output(name, [2, usual.length])
  const { outputs } = readOnnx(ports.bytes())
  const session = await open(
    writeOnnx({ ...model, nodes: columnWise, outputs, constants: constantsOf(model, columnWise) }),
    1,
  )
  const answer = await session.run({ observation: new Tensor('float32', rows, [2, usual.length]) })
  await session.release()
  return layers.map(layer => {
    const data = layer.source === 'observation' ? rows : answer[layer.source]?.data
    if (!(data instanceof Float32Array)) throw new TypeError(`${layer.source} must be of 32-bit floats`)
    return data
  })
}

/** What a first layer makes of the low players with the usual row and its biases, and what the high players add. */
function tablesOf(
  { weights, biases, hidden }: FirstLayer,
  rows: Float32Array = new Float32Array(),
  { players, lowPlayers, usual }: Mixture,
): { readonly low: Float32Array; readonly high: Float32Array; readonly hidden: number } {
  const width = usual.length
  const start = Float64Array.from({ length: hidden }, (_, unit) => biases?.[unit] ?? 0)
  for (let column = 0; column < width; column += 1)
    for (let unit = 0; unit < hidden; unit += 1)
      start[unit] = (start[unit] ?? 0) + (rows[column] ?? 0) * (weights[column * hidden + unit] ?? 0)
  const table = (members: readonly number[], first: Float64Array) => {
    const sums = new Float64Array(hidden << members.length)
    sums.set(first)
    for (let mix = 1; mix < 1 << members.length; mix += 1) {
      const player = 31 - Math.clz32(mix)
      const without = mix ^ (1 << player)
      const column = members[player] ?? 0
      const change = (rows[width + column] ?? 0) - (rows[column] ?? 0)
      for (let unit = 0; unit < hidden; unit += 1)
        sums[mix * hidden + unit] =
          (sums[without * hidden + unit] ?? 0) + change * (weights[column * hidden + unit] ?? 0)
    }
    return Float32Array.from(sums)
  }
  return {
    low: table(players.slice(0, lowPlayers), start),
    high: table(players.slice(lowPlayers), new Float64Array(hidden)),
    hidden,
  }
}

/** Constants that some operations need. */
function constantsOf(model: OnnxParts, nodes: readonly OnnxNode[]): OnnxConstant[] {
  const names = new Set(nodes.flatMap(node => node.inputs))
  return model.constants.filter(constant => names.has(constant.name))
}

/** The network behind its first layers, with the sums of the tables before it and the share of one output after it. */
function restOf(
  model: OnnxParts,
  rest: readonly OnnxNode[],
  layers: readonly FirstLayer[],
  mixture: Mixture,
): Uint8Array {
  const size = 1 << mixture.lowPlayers
  const head = createOnnxGraph('head')
  layers.forEach(({ hidden, node }, index) => {
    head.input(`low${index}`, [1, size, hidden])
    head.input(`high${index}`, ['blocks', 1, hidden])
    head.constant(`rows${index}`, [2], BigInt64Array.of(-1n, BigInt(hidden)))
    head.apply('Add', [`low${index}`, `high${index}`], `sums${index}`)
    head.apply('Reshape', [`sums${index}`, `rows${index}`], node.outputs[0] ?? '')
  })
  const first = readOnnx(head.bytes())
  const last = readOnnx(shareOf(mixture, size))
  return writeOnnx({
    nodes: [...first.nodes, ...rest, ...last.nodes],
    constants: [...first.constants, ...constantsOf(model, rest), ...last.constants],
    inputs: first.inputs,
    outputs: last.outputs,
    notes: new Map(),
    operatorSets: model.operatorSets,
  })
}

/** 1 / (1 + sum of e^(other - chosen)), over the allowed others, each with its shift. */
function shareOf({ allowed, chosen, shifts }: Mixture, size: number): Uint8Array {
  const outputs = allowed.length
  const others = allowed.flatMap((isAllowed, output) => (isAllowed && output !== chosen ? [output] : []))
  const differences = new Float32Array(outputs * others.length)
  const shifted = new Float32Array(size * others.length)
  others.forEach((output, column) => {
    differences[output * others.length + column] = 1
    differences[chosen * others.length + column] = -1
    for (let row = 0; row < size; row += 1)
      shifted[row * others.length + column] =
        (shifts[row * outputs + output] ?? 0) - (shifts[row * outputs + chosen] ?? 0)
  })
  const tail = createOnnxGraph('tail')
  tail.constant('shareDifferences', [outputs, others.length], differences)
  tail.constant('shareShifts', [1, size, others.length], shifted)
  tail.constant('shareBlocks', [3], BigInt64Array.of(-1n, BigInt(size), BigInt(others.length)))
  tail.constant('shareSum', [others.length, 1], new Float32Array(others.length).fill(1))
  tail.constant('shareOne', [1], Float32Array.of(1))
  tail.apply('MatMul', ['logits', 'shareDifferences'], 'shareRows')
  tail.apply('Reshape', ['shareRows', 'shareBlocks'], 'shareApart')
  tail.apply('Add', ['shareApart', 'shareShifts'], 'shareScores')
  tail.apply('Exp', ['shareScores'], 'shareWeights')
  tail.apply('MatMul', ['shareWeights', 'shareSum'], 'shareOthers')
  tail.apply('Add', ['shareOthers', 'shareOne'], 'shareAll')
  tail.apply('Reciprocal', ['shareAll'], 'share')
  tail.output('share', ['blocks', size, 1])
  return tail.bytes()
}

async function openSession(
  bytes: Uint8Array,
  tables: readonly { readonly low: Float32Array; readonly high: Float32Array; readonly hidden: number }[],
  { players, lowPlayers }: Mixture,
  threads: number,
): Promise<SplitModel> {
  const session = await open(bytes, threads)
  const size = 1 << lowPlayers
  const low = tables.map((table, index) => {
    const tensor = new Tensor('float32', table.low, [1, size, table.hidden])
    return [`low${index}`, tensor] as const
  })
  return {
    blocks: 1 << (players.length - lowPlayers),
    async shares(block, count) {
      const high = tables.map(({ high: sums, hidden }, index) => {
        const part = sums.subarray(block * hidden, (block + count) * hidden)
        return [`high${index}`, new Tensor('float32', part, [count, 1, hidden])] as const
      })
      const { share } = await session.run(Object.fromEntries([...low, ...high]))
      if (!(share?.data instanceof Float32Array)) throw new TypeError('shares must be of 32-bit floats')
      return share.data
    },
    close: () => session.release(),
  }
}

function open(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  })
}
