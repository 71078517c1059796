import { InferenceSession, Tensor } from 'onnxruntime-node'
import { firstLayersOf, nodesFor, type FirstLayer, type Taken } from './firstLayers.ts'
import { readOnnx, writeOnnx, type OnnxConstant, type OnnxNode, type OnnxParts } from './onnxReader.ts'
import { createOnnxGraph, type OnnxGraph } from './onnxWriter.ts'

/** A network that is asked at mixes of two input rows: each player's column comes from the one row or from the other. */
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
  /** At all mixes of the low players together with some of the high ones, from a first one on, block by block. */
  inBlocks(first: number, count: number): Promise<Float32Array>
  /** At any mixes. */
  at(mixes: Uint32Array): Promise<Float32Array>
}

/** What a first layer makes of the low players with the usual row, and what the high players add; row by row. */
interface Tables {
  readonly low: Float32Array
  readonly high: Float32Array
  readonly hidden: number
}

/** Stands for an output that is not allowed: e to it is 0. */
const NEVER = -1e30

/**
 * Takes a network apart whose input meets everything behind it through matrix products only. What the first layer makes of
 * a mix is the sum of what its low and its high players make, so 2^n mixes need two tables of 2^(n/2) rows, and the rest of
 * the network runs on the sums. Undefined where the network is of another shape; throws `NotOnnx` where it is no model.
 * It runs on the thread that asks: two of them share a work better than the runtime's own do on a busy machine.
 */
export async function splitModel(file: Uint8Array): Promise<SplitModel | undefined> {
  const model = readOnnx(file)
  const taken = firstLayersOf(model)
  if (!taken) return undefined
  const rest = nodesFor(model, 'logits').filter(
    node => !taken.columnWise.includes(node) && !taken.layers.some(layer => layer.node === node),
  )
  const inBlocks = await open(restOf(model, rest, taken.layers, 'blocks'))
  const anywhere = await open(restOf(model, rest, taken.layers, 'anywhere'))
  return {
    async mix(mixture) {
      const rows = await preparedRows(model, taken, mixture)
      const tables = taken.layers.map((layer, index) => tablesOf(layer, rows[index], mixture))
      return mixed(mixture, tables, inBlocks, anywhere)
    },
    async close() {
      await inBlocks.release()
      await anywhere.release()
    },
  }
}

function mixed(
  mixture: Mixture,
  tables: readonly Tables[],
  inBlocks: InferenceSession,
  anywhere: InferenceSession,
): MixedModel {
  const size = 1 << mixture.lowPlayers
  const blocks = 1 << (mixture.players.length - mixture.lowPlayers)
  const outputs = mixture.allowed.length
  const { differences, shifts } = shareInputs(mixture)
  const share = {
    'split/shareDifferences': new Tensor('float32', differences, [outputs, outputs]),
    'split/shareShifts': new Tensor('float32', shifts, [size, outputs]),
  }
  const perTable = (name: string, tensorOf: (table: Tables) => Tensor) =>
    Object.fromEntries(tables.map((table, index) => [`${name}${index}`, tensorOf(table)]))
  return {
    async inBlocks(first, count) {
      const answer = await inBlocks.run({
        ...share,
        'split/shareBlocks': new Tensor('int64', BigInt64Array.of(-1n, BigInt(size), BigInt(outputs))),
        ...perTable('split/low', ({ low, hidden }) => new Tensor('float32', low, [1, size, hidden])),
        ...perTable('split/high', ({ high, hidden }) => {
          const part = high.subarray(first * hidden, (first + count) * hidden)
          return new Tensor('float32', part, [count, 1, hidden])
        }),
      })
      return floatsOf(answer['split/share'])
    },
    async at(mixes) {
      const count = [mixes.length]
      const answer = await anywhere.run({
        ...share,
        'split/lowPlace': new Tensor(
          'int32',
          Int32Array.from(mixes, mix => mix & (size - 1)),
          count,
        ),
        'split/highPlace': new Tensor(
          'int32',
          Int32Array.from(mixes, mix => mix >>> mixture.lowPlayers),
          count,
        ),
        ...perTable('split/low', ({ low, hidden }) => new Tensor('float32', low, [size, hidden])),
        ...perTable('split/high', ({ high, hidden }) => new Tensor('float32', high, [blocks, hidden])),
      })
      return floatsOf(answer['split/share'])
    },
  }
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError('shares must be of 32-bit floats')
  return tensor.data
}

/** The usual and the seen row as each first layer gets them, one after the other. */
async function preparedRows(
  model: OnnxParts,
  { columnWise, layers }: Taken,
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
  )
  const answer = await session.run({ observation: new Tensor('float32', rows, [2, usual.length]) })
  await session.release()
  return layers.map(layer => (layer.source === 'observation' ? rows : floatsOf(answer[layer.source])))
}

function tablesOf(
  { weights, biases, hidden }: FirstLayer,
  rows: Float32Array = new Float32Array(),
  { players, lowPlayers, usual }: Mixture,
): Tables {
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

/** The matrix that turns outputs into their differences from the chosen one, and the shifts of these. */
function shareInputs({ allowed, chosen, shifts, lowPlayers }: Mixture) {
  const outputs = allowed.length
  const differences = new Float32Array(outputs * outputs)
  const shifted = new Float32Array(outputs << lowPlayers)
  allowed.forEach((isAllowed, output) => {
    if (isAllowed && output !== chosen) {
      differences[output * outputs + output] = 1
      differences[chosen * outputs + output] = -1
    }
    for (let row = 0; row < 1 << lowPlayers; row += 1) {
      const difference = (shifts[row * outputs + output] ?? 0) - (shifts[row * outputs + chosen] ?? 0)
      shifted[row * outputs + output] = isAllowed ? difference : NEVER
    }
  })
  return { differences, shifts: shifted }
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
  asked: 'blocks' | 'anywhere',
): Uint8Array {
  const head = createOnnxGraph('head')
  if (asked === 'blocks') sumsInBlocks(head, layers)
  else sumsAnywhere(head, layers)
  const tail = createOnnxGraph('tail')
  shareOf(tail, asked)
  const [first, last] = [readOnnx(head.bytes()), readOnnx(tail.bytes())]
  return writeOnnx({
    nodes: [...first.nodes, ...rest, ...last.nodes],
    constants: [...first.constants, ...constantsOf(model, rest), ...last.constants],
    inputs: [...first.inputs, ...last.inputs],
    outputs: last.outputs,
    notes: new Map(),
    operatorSets: model.operatorSets,
  })
}

function sumsInBlocks(head: OnnxGraph, layers: readonly FirstLayer[]): void {
  layers.forEach(({ hidden, node }, index) => {
    head.input(`split/low${index}`, [1, 'size', hidden])
    head.input(`split/high${index}`, ['blocks', 1, hidden])
    head.constant(`split/rows${index}`, [2], BigInt64Array.of(-1n, BigInt(hidden)))
    head.apply('Add', [`split/low${index}`, `split/high${index}`], `split/sums${index}`)
    head.apply('Reshape', [`split/sums${index}`, `split/rows${index}`], node.outputs[0] ?? '')
  })
}

function sumsAnywhere(head: OnnxGraph, layers: readonly FirstLayer[]): void {
  head.input('split/lowPlace', ['rows'], 'int32')
  head.input('split/highPlace', ['rows'], 'int32')
  layers.forEach(({ hidden, node }, index) => {
    head.input(`split/low${index}`, ['size', hidden])
    head.input(`split/high${index}`, ['blocks', hidden])
    head.apply('Gather', [`split/low${index}`, 'split/lowPlace'], `split/lowRows${index}`)
    head.apply('Gather', [`split/high${index}`, 'split/highPlace'], `split/highRows${index}`)
    head.apply('Add', [`split/lowRows${index}`, `split/highRows${index}`], node.outputs[0] ?? '')
  })
}

/** 1 over the sum of e^(output - chosen), each with its shift; the chosen one itself adds 1. */
function shareOf(tail: OnnxGraph, asked: 'blocks' | 'anywhere'): void {
  tail.input('split/shareDifferences', ['outputs', 'outputs'])
  tail.input('split/shareShifts', ['size', 'outputs'])
  tail.constant('split/shareAxis', [1], BigInt64Array.of(-1n))
  tail.apply('MatMul', ['logits', 'split/shareDifferences'], 'split/shareRows')
  if (asked === 'blocks') {
    tail.input('split/shareBlocks', [3], 'int64')
    tail.apply('Reshape', ['split/shareRows', 'split/shareBlocks'], 'split/shareApart')
    tail.apply('Add', ['split/shareApart', 'split/shareShifts'], 'split/shareScores')
  } else {
    tail.apply('Gather', ['split/shareShifts', 'split/lowPlace'], 'split/shareShifted')
    tail.apply('Add', ['split/shareRows', 'split/shareShifted'], 'split/shareScores')
  }
  tail.apply('Exp', ['split/shareScores'], 'split/shareWeights')
  tail.apply('ReduceSum', ['split/shareWeights', 'split/shareAxis'], 'split/shareSum', { keepdims: 0 })
  tail.apply('Reciprocal', ['split/shareSum'], 'split/share')
  tail.output('split/share', asked === 'blocks' ? ['blocks', 'size'] : ['rows'])
}

function open(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
}
