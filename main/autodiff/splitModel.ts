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

/**
 * The share of the chosen output, e^chosen over the sum of e^output of all allowed, at all mixes of the low players together
 * with each of some mixes of the high ones, block by block.
 */
export type MixedModel = (highMixes: Uint32Array) => Promise<Float32Array>

/**
 * What a first layer makes of the low players with the usual row, and what the high players add, their lower and their upper
 * half; row by row.
 */
interface Tables {
  readonly low: Float32Array
  readonly lowerHigh: Float32Array
  readonly upperHigh: Float32Array
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
  const prepare = await preparation(model, taken)
  const session = await open(restOf(model, rest, taken.layers))
  return {
    async mix(mixture) {
      const rows = await prepare.rows(mixture)
      return mixed(
        mixture,
        taken.layers.map((layer, index) => tablesOf(layer, rows[index], mixture)),
        session,
      )
    },
    async close() {
      await prepare.close()
      await session.release()
    },
  }
}

function mixed(mixture: Mixture, tables: readonly Tables[], session: InferenceSession): MixedModel {
  const size = 1 << mixture.lowPlayers
  const outputs = mixture.allowed.length
  const { differences, shifts } = shareInputs(mixture)
  const inputs: Record<string, Tensor> = {
    'split/shareDifferences': new Tensor('float32', differences, [outputs, outputs]),
    'split/shareShifts': new Tensor('float32', shifts, [size, outputs]),
    'split/shareBlocks': new Tensor('int64', BigInt64Array.of(-1n, BigInt(size), BigInt(outputs))),
  }
  tables.forEach(({ low, hidden }, index) => {
    inputs[`split/low${index}`] = new Tensor('float32', low, [1, size, hidden])
  })
  return async highMixes => {
    tables.forEach((table, index) => {
      const rows = highRows(table, highMixes, highHalf(mixture))
      inputs[`split/high${index}`] = new Tensor('float32', rows, [highMixes.length, 1, table.hidden])
    })
    const answer = await session.run(inputs)
    return floatsOf(answer['split/share'])
  }
}

/** High players of the lower half. */
function highHalf({ players, lowPlayers }: Mixture): number {
  return (players.length - lowPlayers) >> 1
}

/** What some mixes of the high players add. */
function highRows({ lowerHigh, upperHigh, hidden }: Tables, mixes: Uint32Array, half: number): Float32Array {
  const rows = new Float32Array(mixes.length * hidden)
  mixes.forEach((mix, row) => {
    const lower = (mix & ((1 << half) - 1)) * hidden
    const upper = (mix >>> half) * hidden
    for (let unit = 0; unit < hidden; unit += 1)
      rows[row * hidden + unit] = (lowerHigh[lower + unit] ?? 0) + (upperHigh[upper + unit] ?? 0)
  })
  return rows
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError('shares must be of 32-bit floats')
  return tensor.data
}

/** Gives the usual and the seen row of a mixture as each first layer gets them, one after the other. */
interface Preparation {
  rows(mixture: Mixture): Promise<readonly Float32Array[]>
  close(): Promise<void>
}

async function preparation(model: OnnxParts, { columnWise, layers }: Taken): Promise<Preparation> {
  const both = ({ usual, seen }: Mixture) => Float32Array.from([...usual, ...seen])
  const made = [...new Set(layers.map(layer => layer.source))].filter(source => source !== 'observation')
  if (made.length === 0)
    return { rows: async mixture => layers.map(() => both(mixture)), close: async () => undefined }
  const ports = createOnnxGraph('ports')
  for (const name of made) ports.output(name, [2, 'columns'])
  const { outputs } = readOnnx(ports.bytes())
  const session = await open(
    writeOnnx({ ...model, nodes: columnWise, outputs, constants: constantsOf(model, columnWise) }),
  )
  return {
    async rows(mixture) {
      const rows = both(mixture)
      const answer = await session.run({ observation: new Tensor('float32', rows, [2, rows.length / 2]) })
      return layers.map(({ source }) => (source === 'observation' ? rows : floatsOf(answer[source])))
    },
    close: () => session.release(),
  }
}

function tablesOf(
  { weights, biases, hidden }: FirstLayer,
  rows: Float32Array = new Float32Array(),
  mixture: Mixture,
): Tables {
  const { players, lowPlayers, usual } = mixture
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
    return new Float32Array(sums)
  }
  const middle = lowPlayers + highHalf(mixture)
  return {
    low: table(players.slice(0, lowPlayers), start),
    lowerHigh: table(players.slice(lowPlayers, middle), new Float64Array(hidden)),
    upperHigh: table(players.slice(middle), new Float64Array(hidden)),
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
function restOf(model: OnnxParts, rest: readonly OnnxNode[], layers: readonly FirstLayer[]): Uint8Array {
  const head = createOnnxGraph('head')
  sumsInBlocks(head, layers)
  const tail = createOnnxGraph('tail')
  shareOf(tail)
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

/** 1 over the sum of e^(output - chosen), each with its shift; the chosen one itself adds 1. */
function shareOf(tail: OnnxGraph): void {
  tail.input('split/shareDifferences', ['outputs', 'outputs'])
  tail.input('split/shareShifts', ['size', 'outputs'])
  tail.input('split/shareBlocks', [3], 'int64')
  tail.constant('split/shareAxis', [1], BigInt64Array.of(-1n))
  tail.apply('MatMul', ['logits', 'split/shareDifferences'], 'split/shareRows')
  tail.apply('Reshape', ['split/shareRows', 'split/shareBlocks'], 'split/shareApart')
  tail.apply('Add', ['split/shareApart', 'split/shareShifts'], 'split/shareScores')
  tail.apply('Exp', ['split/shareScores'], 'split/shareWeights')
  tail.apply('ReduceSum', ['split/shareWeights', 'split/shareAxis'], 'split/shareSum', { keepdims: 0 })
  tail.apply('Reciprocal', ['split/shareSum'], 'split/share')
  tail.output('split/share', ['blocks', 'size'])
}

function open(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
}
