import { add, gelu, mean } from '../autodiff/elementwise.ts'
import { attention, layerNorm, linear, softmax, type Attended } from '../autodiff/layers.ts'
import type { Layout, Weights } from '../autodiff/layout.ts'
import { concatenate, reshape, slice } from '../autodiff/shaping.ts'
import type { Value } from '../autodiff/tape.ts'
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
  /** By stream: [rows, steps], at which steps its last one looked; rows add up to 1. */
  readonly overTime: readonly Value[]
  /** [rows, streams, streams], which stream looked at which, the mean of all steps; rows add up to 1. */
  readonly acrossStreams: Value
}

/** The parameters of an encoder by name. */
export function encoderLayout({ steps, streams, width, actionCount }: EncoderShape): Layout {
  return [
    ...streams.flatMap(({ name, features }): Layout => [
      [`${name} weights`, [features, width]],
      [`${name} biases`, [width]],
      [`${name} positions`, [steps, width]],
      ...blockLayout(`${name} `, width, steps),
    ]),
    ...blockLayout('across ', width, streams.length),
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
 * At every step the streams look at each other, so that what they tell together is told by one of them; then the last step
 * of each looks at its past (Vaswani et al. 2017, normalised before each part as in Xiong et al. 2020). Observations are
 * [rows, steps, features of all streams side by side], already normalised.
 */
export function attentionEncoder(weights: Weights, observations: Value, shape: EncoderShape): EncoderAnswer {
  const rows = observations.shape[0] ?? 1
  const { steps, width, heads, streams } = shape
  let first = 0
  const tokens = streams.map(({ name, features }) => {
    const own = slice(observations, 2, first, first + features)
    first += features
    const embedded = linear(own, weights(`${name} weights`), weights(`${name} biases`))
    return reshape(add(embedded, weights(`${name} positions`)), [rows * steps, 1, width])
  })
  const moments = concatenate(tokens, 1)
  const across = block(weights, 'across ', moments, moments, heads)
  const told = streams.map(({ name }, stream) => {
    const past = reshape(slice(across.output, 1, stream, stream + 1), [rows, steps, width])
    return block(weights, `${name} `, slice(past, 1, steps - 1, steps), past, heads)
  })
  const last = concatenate(
    told.map(({ output }) => output),
    1,
  )
  const pooled = mean(layerNorm(last, weights('lastScale'), weights('lastShift')), [1])
  return {
    logits: linear(pooled, weights('policyWeights'), weights('policyBiases')),
    values: reshape(linear(pooled, weights('valueWeights'), weights('valueBiases')), [rows]),
    overTime: told.map(({ looked }) => reshape(looked, [rows, steps])),
    acrossStreams: mean(reshape(across.looked, [rows, steps, streams.length, streams.length]), [1]),
  }
}

/** Of a single token there is nothing to ask: questions and keys are left out. */
function blockLayout(prefix: string, width: number, seen: number): Layout {
  const parts = seen === 1 ? ['value', 'mixed'] : ['query', 'key', 'value', 'mixed']
  return [
    [`${prefix}attentionScale`, [width]],
    [`${prefix}attentionShift`, [width]],
    ...parts.flatMap((part): Layout => [
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

/** Tokens that look at others, and two layers on each, both added to what came in; and where they looked, mean of heads. */
function block(
  weights: Weights,
  prefix: string,
  looking: Value,
  seen: Value,
  heads: number,
): { readonly output: Value; readonly looked: Value } {
  const affine = (value: Value, part: string) =>
    linear(value, weights(`${prefix}${part} weights`), weights(`${prefix}${part} biases`))
  const normal = (value: Value, part: string) =>
    layerNorm(value, weights(`${prefix}${part}Scale`), weights(`${prefix}${part}Shift`))
  const normalSeen = normal(seen, 'attention')
  const values = affine(normalSeen, 'value')
  const asked = () => affine(looking === seen ? normalSeen : normal(looking, 'attention'), 'query')
  const { mixed, weights: looked } =
    seen.shape[1] === 1 ? alone(values) : attention(asked(), affine(normalSeen, 'key'), values, heads)
  const attended = add(looking, affine(mixed, 'mixed'))
  return {
    output: add(attended, affine(gelu(affine(normal(attended, 'forward'), 'wide')), 'narrow')),
    looked: mean(looked, [1]),
  }
}

/** Attention to a single token: all of it, by the only head that there need be. */
function alone(values: Value): Attended {
  const [rows = 1] = values.shape
  const whole = softmax(slice(values, 2, 0, 1))
  return { mixed: values, weights: reshape(whole, [rows, 1, 1, 1]) }
}
