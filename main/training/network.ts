import { linear } from '../autodiff/layers.ts'
import { compileGraph, type CompiledGraph } from '../autodiff/compiledGraph.ts'
import { layoutSize, unpack, viewsOf, type Layout, type Weights } from '../autodiff/layout.ts'
import { createOnnxGraph } from '../autodiff/onnxWriter.ts'
import { choose, compare, tanh } from '../autodiff/elementwise.ts'
import { reshape } from '../autodiff/shaping.ts'
import { createTape, type Shape, type Value } from '../autodiff/tape.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import { initialWeights } from './perceptron.ts'
import { policyFile } from './policyFile.ts'

/** The sizes of a policy network: what it sees, its layers of tanh units, what it can choose. */
export interface NetworkShape {
  readonly observationSize: number
  readonly hidden: readonly number[]
  readonly actionCount: number
}

/** How raw features become what the network sees: less the mean, times the scale, held within the limit. */
export interface Normalisation {
  readonly mean: Float32Array
  readonly scale: Float32Array
  readonly limit: number
}

/** What a policy network says of a batch: a logit for every action, and what it expects the episode to bring. */
export interface PolicyAnswer {
  /** [rows, actions] */
  readonly logits: Value
  /** [rows] */
  readonly values: Value
  /** What else a model file shows, by the name of its output. */
  readonly shown?: Readonly<Record<string, Value>>
}

/** What every network of a policy has in common: how many features it sees, and how many actions it judges. */
export type DecisionSizes = Pick<NetworkShape, 'observationSize' | 'actionCount'>

/** What a policy is made of, whatever is inside: all that training needs to know of a network. */
export interface PolicyNetwork extends DecisionSizes {
  /** Numbers by which a checkpoint tells it from other networks. */
  readonly identity: readonly number[]
  /** Its parameters by name; names of the biases of logits end with `policyBiases`. */
  readonly layout: Layout
  /** What its model file says of what it shows. */
  readonly notes?: ModelNotes
  /** Parameters to start from: the policy begins near indifferent. */
  initial(random: Random): Float32Array
  /** What it says on a tape of observations [rows, size] that are already normalised. */
  answer(weights: Weights, observations: Value): PolicyAnswer
  /**
   * An ONNX file that takes raw features: input `observation` [rows, size], outputs `logits` [rows, actions], `value`
   * [rows, 1] and what else it can show. The same parameters always give the same bytes.
   */
  model(
    parameters: Float32Array,
    normalisation: Normalisation,
    notes?: ModelNotes,
    further?: FurtherOutputs,
  ): Uint8Array
}

/** What else a model file is to tell of normalised observations [rows, size], by the name of its output. */
export type FurtherOutputs = (observations: Value) => Readonly<Record<string, Value>>

/** A kind of network, which decisions of any sizes can be given to. */
export type NetworkKind = (sizes: DecisionSizes) => PolicyNetwork

/** Layers of tanh units, one after the other. */
export function plainNetwork(hidden: readonly number[]): NetworkKind {
  return sizes => {
    const shape = { ...sizes, hidden }
    const network: PolicyNetwork = {
      ...sizes,
      identity: [sizes.observationSize, sizes.actionCount, ...hidden],
      layout: networkLayout(shape),
      initial: random => initialParameters(shape, random),
      answer: (weights, observations) => policyNetwork(weights, observations, hidden),
      model: (parameters, normalisation, notes, further) =>
        further
          ? policyFile(network)(parameters, normalisation, notes, further)
          : policyModel(shape, parameters, normalisation, notes),
    }
    return network
  }
}

/** Logits of actions that are not allowed become this before the softmax: their probability is exactly 0. */
export const FORBIDDEN_LOGIT = -1e9

/** The parameters of a policy network by name, in their order. */
export function networkLayout({ observationSize, hidden, actionCount }: NetworkShape): Layout {
  let width = observationSize
  const layers = hidden.flatMap((units, index): Layout => {
    const layer: Layout = [
      [`weights${index}`, [width, units]],
      [`biases${index}`, [units]],
    ]
    width = units
    return layer
  })
  return [
    ...layers,
    ['policyWeights', [width, actionCount]],
    ['policyBiases', [actionCount]],
    ['valueWeights', [width, 1]],
    ['valueBiases', [1]],
  ]
}

/** Parameters to start from, with the gains that are usual for PPO: the policy begins near indifferent. */
export function initialParameters(shape: NetworkShape, random: Random): Float32Array {
  return initialWeights(networkLayout(shape), random, { policyWeights: 0.01, valueWeights: 1 })
}

/** The network on a tape, for observations [rows, size] that are already normalised. */
export function policyNetwork(
  weights: Weights,
  observations: Value,
  hidden: readonly number[],
): PolicyAnswer {
  const last = hidden.reduce(
    (units, _, index) => tanh(linear(units, weights(`weights${index}`), weights(`biases${index}`))),
    observations,
  )
  const values = linear(last, weights('valueWeights'), weights('valueBiases'))
  return {
    logits: linear(last, weights('policyWeights'), weights('policyBiases')),
    values: reshape(values, [values.shape[0] ?? 1]),
  }
}

/** Inputs of every objective over decisions: what was seen, and what was allowed. */
export function decisionInputs({ observationSize, actionCount }: DecisionSizes, rows: number) {
  return { observations: [rows, observationSize], masks: [rows, actionCount] } satisfies Record<string, Shape>
}

/** Logits with those of forbidden actions (mask 0) far down. */
export function maskLogits(logits: Value, mask: Value): Value {
  return choose(compare('Greater', mask, 0.5), logits, FORBIDDEN_LOGIT)
}

/** The network for so many rows: inputs `parameters` and `observations` (normalised), outputs `logits` and `values`. */
export async function compileForward(
  { layout, observationSize, answer }: PolicyNetwork,
  rows: number,
): Promise<CompiledGraph> {
  const tape = createTape()
  const parameters = tape.input('parameters', [layoutSize(layout)])
  const observations = tape.input('observations', [rows, observationSize])
  const { logits, values } = answer(unpack(parameters, layout), observations)
  tape.output('logits', logits)
  tape.output('values', values)
  return compileGraph(tape)
}

/** No normalisation: every feature as it is. */
export function plainNormalisation(observationSize: number): Normalisation {
  return {
    mean: new Float32Array(observationSize),
    scale: new Float32Array(observationSize).fill(1),
    limit: 10,
  }
}

/** Writes rows of raw features as the network sees them, in the same 32-bit steps as an exported model. */
export function normalise(
  raw: Float32Array,
  { mean, scale, limit }: Normalisation,
  into: Float32Array,
): void {
  for (let index = 0; index < raw.length; index += 1) {
    const feature = index % mean.length
    const value = Math.fround(Math.fround(at(raw, index) - at(mean, feature)) * at(scale, feature))
    into[index] = Math.max(-limit, Math.min(limit, value))
  }
}

/** What a model file holds beside the network: texts by key. */
export type ModelNotes = Readonly<Record<string, string>>

/**
 * The network as an ONNX file that takes raw features: input `observation` [rows, size], outputs `logits` [rows, actions]
 * and `value` [rows, 1]. The same parameters always give the same bytes.
 */
export function policyModel(
  shape: NetworkShape,
  parameters: Float32Array,
  { mean, scale, limit }: Normalisation,
  notes: ModelNotes = {},
): Uint8Array {
  const graph = createOnnxGraph('policy')
  const layout = networkLayout(shape)
  const view = viewsOf(parameters, layout)
  const rows = 'rows'
  graph.input('observation', [rows, shape.observationSize])
  graph.constant('mean', [shape.observationSize], mean)
  graph.constant('scale', [shape.observationSize], scale)
  graph.constant('lowest', [], Float32Array.of(-limit))
  graph.constant('highest', [], Float32Array.of(limit))
  for (const [name, sizes] of layout) graph.constant(name, sizes, view(name))
  graph.apply('Sub', ['observation', 'mean'], 'centred')
  graph.apply('Mul', ['centred', 'scale'], 'scaled')
  let units = graph.apply('Clip', ['scaled', 'lowest', 'highest'], 'seen')
  shape.hidden.forEach((_, index) => {
    graph.apply('Gemm', [units, `weights${index}`, `biases${index}`], `sums${index}`)
    units = graph.apply('Tanh', [`sums${index}`], `units${index}`)
  })
  graph.apply('Gemm', [units, 'policyWeights', 'policyBiases'], 'logits')
  graph.apply('Gemm', [units, 'valueWeights', 'valueBiases'], 'value')
  graph.output('logits', [rows, shape.actionCount])
  graph.output('value', [rows, 1])
  for (const [key, text] of Object.entries(notes)) graph.note(key, text)
  return graph.bytes()
}
