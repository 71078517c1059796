import { add, gelu, mean } from '../autodiff/elementwise.ts'
import { attention, layerNorm, linear } from '../autodiff/layers.ts'
import { unpack, type Layout, type Weights } from '../autodiff/layout.ts'
import { concatenate, reshape, slice } from '../autodiff/shaping.ts'
import { createTape, type Value } from '../autodiff/tape.ts'
import type { Random } from '../core/base/random.ts'
import { initialWeights } from './perceptron.ts'

/** One of the streams that are looked at: its name and how many features it has at a step. */
export interface Stream {
  readonly name: string
  readonly features: number
}

/** The sizes of an attention encoder. */
export interface EncoderShape {
  /** Steps of the past that are seen, the last one last. */
  readonly steps: number
  /** Price, flow, context; their features stand side by side in this order. */
  readonly streams: readonly Stream[]
  /** Numbers in which a step of a stream is told inside; heads share them evenly. */
  readonly width: number
  readonly heads: number
  readonly actionCount: number
}

/** What an encoder says of a batch, and where it looked. */
export interface EncoderAnswer {
  /** [rows, actions] */
  readonly logits: Value
  /** [rows] */
  readonly values: Value
  /** By stream: [rows, steps, steps], which step looked at which; rows add up to 1. */
  readonly overTime: readonly Value[]
  /** [rows, streams, streams], which stream looked at which; rows add up to 1. */
  readonly acrossStreams: Value
}

/** The parameters of an encoder by name. */
export function encoderLayout({ steps, streams, width, actionCount }: EncoderShape): Layout {
  return [
    ...streams.flatMap(({ name, features }): Layout => [
      [`${name} weights`, [features, width]],
      [`${name} biases`, [width]],
      [`${name} positions`, [steps, width]],
      ...blockLayout(`${name} `, width),
    ]),
    ...blockLayout('across ', width),
    ['lastScale', [width]],
    ['lastShift', [width]],
    ['policyWeights', [width, actionCount]],
    ['policyBiases', [actionCount]],
    ['valueWeights', [width, 1]],
    ['valueBiases', [1]],
  ]
}

/** Parameters to start from. */
export function initialEncoder(shape: EncoderShape, random: Random): Float32Array {
  const gains = encoderLayout(shape).map(([name]) => [name, gainOf(name)] as const)
  return initialWeights(encoderLayout(shape), random, Object.fromEntries(gains))
}

function gainOf(name: string): number {
  if (name === 'policyWeights') return 0.01
  return name.endsWith('positions') ? 0.1 : 1
}

/**
 * Three streams, each attending to its own past, then to each other (Vaswani et al. 2017, normalised before each part as
 * in Xiong et al. 2020). Observations are [rows, steps, features of all streams side by side], already normalised.
 */
export function attentionEncoder(weights: Weights, observations: Value, shape: EncoderShape): EncoderAnswer {
  const rows = observations.shape[0] ?? 1
  const { width, heads, streams } = shape
  let first = 0
  const told = streams.map(({ name, features }) => {
    const own = slice(observations, 2, first, first + features)
    first += features
    const embedded = add(
      linear(own, weights(`${name} weights`), weights(`${name} biases`)),
      weights(`${name} positions`),
    )
    return block(weights, `${name} `, embedded, heads)
  })
  // A stream is told by the mean of its steps
  const tokens = told.map(({ output }) => reshape(mean(output, [1]), [rows, 1, width]))
  const across = block(weights, 'across ', concatenate(tokens, 1), heads)
  const pooled = mean(layerNorm(across.output, weights('lastScale'), weights('lastShift')), [1])
  return {
    logits: linear(pooled, weights('policyWeights'), weights('policyBiases')),
    values: reshape(linear(pooled, weights('valueWeights'), weights('valueBiases')), [rows]),
    overTime: told.map(({ looked }) => looked),
    acrossStreams: across.looked,
  }
}

/**
 * The encoder as an ONNX file for so many rows: input `observation` [rows, steps, features]; outputs `logits`, `value`,
 * `attention` [rows, streams, streams] and `attention <stream>` [rows, steps, steps]. Notes name what attends to what.
 */
export function encoderModel(shape: EncoderShape, parameters: Float32Array, rows = 1): Uint8Array {
  const tape = createTape()
  const features = shape.streams.reduce((total, stream) => total + stream.features, 0)
  const weights = unpack(tape.constant(parameters, [parameters.length]), encoderLayout(shape))
  const observations = tape.input('observation', [rows, shape.steps, features])
  const { logits, values, overTime, acrossStreams } = attentionEncoder(weights, observations, shape)
  tape.output('logits', logits)
  tape.output('value', reshape(values, [rows, 1]))
  tape.output('attention', acrossStreams)
  shape.streams.forEach(({ name }, index) => {
    const looked = overTime[index]
    if (looked) tape.output(`attention ${name}`, looked)
  })
  const names = shape.streams.map(({ name }) => name).join(',')
  tape.note('attentionRows', names)
  tape.note('attentionColumns', names)
  return tape.bytes()
}

function blockLayout(prefix: string, width: number): Layout {
  return [
    [`${prefix}attentionScale`, [width]],
    [`${prefix}attentionShift`, [width]],
    ...['query', 'key', 'value', 'mixed'].flatMap((part): Layout => [
      [`${prefix}${part} weights`, [width, width]],
      [`${prefix}${part} biases`, [width]],
    ]),
    [`${prefix}forwardScale`, [width]],
    [`${prefix}forwardShift`, [width]],
    [`${prefix}wide weights`, [width, 2 * width]],
    [`${prefix}wide biases`, [2 * width]],
    [`${prefix}narrow weights`, [2 * width, width]],
    [`${prefix}narrow biases`, [width]],
  ]
}

/** Attention to itself and two layers on each place, both added to what came in; and where it looked, mean of heads. */
function block(
  weights: Weights,
  prefix: string,
  input: Value,
  heads: number,
): { readonly output: Value; readonly looked: Value } {
  const affine = (value: Value, part: string) =>
    linear(value, weights(`${prefix}${part} weights`), weights(`${prefix}${part} biases`))
  const normal = layerNorm(input, weights(`${prefix}attentionScale`), weights(`${prefix}attentionShift`))
  const { mixed, weights: looked } = attention(
    affine(normal, 'query'),
    affine(normal, 'key'),
    affine(normal, 'value'),
    heads,
  )
  const attended = add(input, affine(mixed, 'mixed'))
  const forward = layerNorm(attended, weights(`${prefix}forwardScale`), weights(`${prefix}forwardShift`))
  return {
    output: add(attended, affine(gelu(affine(forward, 'wide')), 'narrow')),
    looked: mean(looked, [1]),
  }
}
