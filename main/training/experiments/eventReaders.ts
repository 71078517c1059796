import { add, multiply, tanh } from '../../autodiff/elementwise.ts'
import { attention, linear } from '../../autodiff/layers.ts'
import type { Layout, Weights } from '../../autodiff/layout.ts'
import { matrixProduct } from '../../autodiff/products.ts'
import { concatenate, reshape, slice } from '../../autodiff/shaping.ts'
import { sizeOf, type Value } from '../../autodiff/tape.ts'
import type { Random } from '../../core/base/random.ts'
import { networkLayout, policyNetwork, type NetworkShape } from '../network.ts'
import { EVENT_STEPS } from './attentionEvents.ts'

/** Numbers of a stream at a step. */
export const STREAM_WIDTH = 2
const WIDTH = 16
const HEADS = 1

/** The encoder: streams are joined into a token a step, a question made of the context looks at all of them. */
const ENCODER: Layout = [
  ['price', [STREAM_WIDTH, WIDTH]],
  ['flow', [STREAM_WIDTH, WIDTH]],
  ['context', [STREAM_WIDTH, WIDTH]],
  ['places', [EVENT_STEPS, WIDTH]],
  ['query', [STREAM_WIDTH, WIDTH]],
  ['queryBiases', [WIDTH]],
  ['keys', [WIDTH, WIDTH]],
  ['values', [WIDTH, WIDTH]],
  ['hidden', [WIDTH + STREAM_WIDTH, WIDTH]],
  ['hiddenBiases', [WIDTH]],
  ['pays', [WIDTH, 1]],
  ['paysBiases', [1]],
]

/** Plain networks that see the same numbers in one row: one of the same budget, and one of over four times as much. */
const PLAIN_SIZE = EVENT_STEPS * STREAM_WIDTH * 3
const PLAIN: NetworkShape = { observationSize: PLAIN_SIZE, hidden: [12, 12], actionCount: 1 }
const LARGE: NetworkShape = { observationSize: PLAIN_SIZE, hidden: [48, 32], actionCount: 1 }

/** Days of a batch. */
export const ROWS = 128
/** A network that expects what selling puts pays, [rows, 1], and the weights it looked with, where it has some. */
export interface Reader {
  readonly layout: Layout
  readonly expected: (
    weights: Weights,
    fed: (name: string) => Value,
  ) => Readonly<Record<'pays' | 'looked', Value>>
}

/** The networks that are compared. */
export const READERS = {
  encoder: { layout: ENCODER, expected: encode },
  plain: plainReader(PLAIN),
  large: plainReader(LARGE),
}
/** What every reader is fed. */
export const SHAPES = Object.fromEntries(
  ['price', 'flow', 'context'].map(name => [name, [ROWS, EVENT_STEPS, STREAM_WIDTH]]),
)

function encode(weights: Weights, fed: (name: string) => Value) {
  const token = ['price', 'flow', 'context'].map(name => matrixProduct(fed(name), weights(name)))
  const tokens = tanh(token.reduce((sum, each) => add(sum, each), weights('places')))
  const now = reshape(slice(fed('context'), 1, EVENT_STEPS - 1, EVENT_STEPS), [ROWS, 1, STREAM_WIDTH])
  const query = linear(now, weights('query'), weights('queryBiases'))
  const keys = matrixProduct(tokens, weights('keys'))
  const values = matrixProduct(tokens, weights('values'))
  const looked = attention(query, keys, values, HEADS)
  const seen = reshape(concatenate([looked.mixed, now], 2), [ROWS, WIDTH + STREAM_WIDTH])
  const hidden = tanh(linear(seen, weights('hidden'), weights('hiddenBiases')))
  return {
    pays: linear(hidden, weights('pays'), weights('paysBiases')),
    looked: reshape(looked.weights, [ROWS, EVENT_STEPS]),
  }
}

function plainReader(shape: NetworkShape): Reader {
  return {
    layout: networkLayout(shape),
    expected(weights, fed) {
      const flat = ['price', 'flow', 'context'].map(name =>
        reshape(fed(name), [ROWS, EVENT_STEPS * STREAM_WIDTH]),
      )
      const { logits } = policyNetwork(weights, concatenate(flat, 1), shape.hidden)
      // It looks at everything alike: no weights to show
      const even = multiply(slice(concatenate(flat, 1), 1, 0, EVENT_STEPS), 0)
      return { pays: logits, looked: even }
    },
  }
}

/** Parameters to start from: normal weights of the usual deviation, one over the root of the inputs; vectors are 0. */
export function drawParameters(layout: Layout, random: Random): Float32Array {
  return Float32Array.from(
    layout.flatMap(([, shape]) => {
      const deviation = shape.length < 2 ? 0 : 1 / Math.sqrt(shape[0] ?? 1)
      return Array.from({ length: sizeOf(shape) }, () => deviation * random.normal())
    }),
  )
}
