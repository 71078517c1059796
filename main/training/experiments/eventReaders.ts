import { mean, multiply } from '../../autodiff/elementwise.ts'
import type { Layout, Weights } from '../../autodiff/layout.ts'
import { concatenate, reshape, slice } from '../../autodiff/shaping.ts'
import type { Value } from '../../autodiff/tape.ts'
import type { Random } from '../../core/base/random.ts'
import { attentionEncoder, encoderLayout, initialEncoder, type EncoderShape } from '../attentionEncoder.ts'
import { initialParameters, networkLayout, policyNetwork, type NetworkShape } from '../network.ts'
import { EVENT_STEPS } from './attentionEvents.ts'

/** Numbers of a stream at a step. */
export const STREAM_WIDTH = 2
const STREAMS = ['price', 'flow', 'context']

/** The encoder that policies are made of, over sixteen steps; its one logit is what it expects. */
const ENCODER: EncoderShape = {
  steps: EVENT_STEPS,
  streams: STREAMS.map(name => ({ name, features: STREAM_WIDTH })),
  width: 16,
  heads: 2,
  actionCount: 1,
}

/** Plain networks that see the same numbers in one row: one of the same budget, and one of over four times as much. */
const PLAIN_SIZE = EVENT_STEPS * STREAM_WIDTH * STREAMS.length
const PLAIN: NetworkShape = { observationSize: PLAIN_SIZE, hidden: [72, 48], actionCount: 1 }
const LARGE: NetworkShape = { observationSize: PLAIN_SIZE, hidden: [192, 160], actionCount: 1 }

/** Days of a batch. */
export const ROWS = 128
/** A network that expects what selling puts pays, [rows, 1], and the shares with which it looked at steps, where it has some. */
export interface Reader {
  readonly layout: Layout
  /** Parameters to start from. */
  readonly initial: (random: Random) => Float32Array
  readonly expected: (
    weights: Weights,
    fed: (name: string) => Value,
  ) => Readonly<Record<'pays' | 'looked', Value>>
}

/** The networks that are compared. */
export const READERS = {
  encoder: {
    layout: encoderLayout(ENCODER),
    initial: random => initialEncoder(ENCODER, random),
    expected: encode,
  },
  plain: plainReader(PLAIN),
  large: plainReader(LARGE),
} satisfies Record<string, Reader>
/** What every reader is fed. */
export const SHAPES = Object.fromEntries(STREAMS.map(name => [name, [ROWS, EVENT_STEPS, STREAM_WIDTH]]))

function encode(weights: Weights, fed: (name: string) => Value) {
  const { logits, overTime } = attentionEncoder(weights, concatenate(STREAMS.map(fed), 2), ENCODER)
  const shares = overTime.map(looked => reshape(looked, [ROWS, 1, EVENT_STEPS]))
  return { pays: logits, looked: mean(concatenate(shares, 1), [1]) }
}

function plainReader(shape: NetworkShape): Reader {
  return {
    layout: networkLayout(shape),
    initial: random => initialParameters(shape, random),
    expected(weights, fed) {
      const flat = STREAMS.map(name => reshape(fed(name), [ROWS, EVENT_STEPS * STREAM_WIDTH]))
      const { logits } = policyNetwork(weights, concatenate(flat, 1), shape.hidden)
      // It looks at everything alike: no weights to show
      const even = multiply(slice(concatenate(flat, 1), 1, 0, EVENT_STEPS), 0)
      return { pays: logits, looked: even }
    },
  }
}
