import { matrixProduct } from '../autodiff/products.ts'
import { reshape } from '../autodiff/shaping.ts'
import { attentionEncoder, encoderLayout, initialEncoder, type EncoderShape } from './attentionEncoder.ts'
import type { NetworkKind, PolicyAnswer, PolicyNetwork } from './network.ts'
import { policyFile } from './policyFile.ts'

/** Features that belong together: what a token of the encoder is made of. */
export interface FeatureGroup {
  readonly name: string
  /** Positions in the observation. */
  readonly features: readonly number[]
}

/** The sizes of an attention network over one moment. */
export interface AttentionSizes {
  readonly groups: readonly FeatureGroup[]
  readonly width: number
  readonly heads: number
}

/**
 * An attention encoder over groups of the features of one moment: every group is a stream of a single step, and streams
 * look at each other. Its model file also shows `attention` [rows, groups, groups]: which group looked at which. Throws
 * where the groups are not each feature once.
 */
export function attentionNetwork({ groups, width, heads }: AttentionSizes): NetworkKind {
  return ({ observationSize, actionCount }) => {
    const order = groups.flatMap(({ features }) => features)
    if (order.toSorted((one, other) => one - other).some((feature, place) => feature !== place))
      throw new RangeError(`groups must hold every feature once, were ${order.join(' ')}`)
    if (order.length !== observationSize)
      throw new RangeError(`groups must hold ${observationSize} features, have ${order.length}`)
    const streams = groups.map(({ name, features }) => ({ name, features: features.length }))
    const names = groups.map(({ name }) => name).join(',')
    const shape: EncoderShape = { steps: 1, streams, width, heads, actionCount }
    const sorting = Float32Array.from({ length: observationSize ** 2 }, (_, index) =>
      order[index % observationSize] === Math.floor(index / observationSize) ? 1 : 0,
    )
    const network: Omit<PolicyNetwork, 'model'> = {
      observationSize,
      actionCount,
      // No layer of a plain network has 0 units
      identity: [observationSize, actionCount, 0, width, heads, ...streams.map(stream => stream.features)],
      layout: encoderLayout(shape),
      notes: { attentionRows: names, attentionColumns: names },
      initial: random => initialEncoder(shape, random),
      answer(weights, observations): PolicyAnswer {
        // Sorting is a product with a matrix, so that an explanation can take the file apart at it
        const sizes = [observationSize, observationSize]
        const sorted = matrixProduct(observations, observations.tape.constant(sorting, sizes))
        const moment = reshape(sorted, [observations.shape[0] ?? 1, 1, observationSize])
        const { logits, values, acrossStreams } = attentionEncoder(weights, moment, shape)
        return { logits, values, shown: { attention: acrossStreams } }
      },
    }
    return { ...network, model: policyFile(network) }
  }
}
