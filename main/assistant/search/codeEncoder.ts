import type { AssistantReport } from '../../contract/assistant.ts'
import { success, type Result } from '../../core/base/result.ts'
import { encode, type Side } from './dualEncoder.ts'
import type { KeptEncoder } from './encoderBytes.ts'

/** What turns questions and code into vectors that lie near where they mean the same. */
export interface CodeEncoder {
  readonly dimensions: number
  /** How much meaning counts beside words, 0 to 1. */
  readonly share: number
  /** What the pane says of it. */
  readonly report: AssistantReport['encoder']
  /** Tells it from every other encoder: what it worked out is kept under this, and read again after a start. */
  readonly identity: string
  /** A vector of length one for every text, one after the other; the failure says why there are none. */
  embed(texts: readonly string[], side: Side): Promise<Result<Float32Array, string>>
}

/** An encoder that was trained on his own code, as a port. */
export function trainedEncoder({ encoder, share, trainedAt }: KeptEncoder): CodeEncoder {
  const { dimensions, pairs } = encoder
  return {
    dimensions,
    share,
    identity: `trained ${trainedAt} on ${pairs}`,
    report: { kind: 'trained', trainedAt, pairs, dimensions },
    embed(texts, side) {
      const vectors = new Float32Array(texts.length * dimensions)
      texts.forEach((text, row) => vectors.set(encode(encoder, text, side), row * dimensions))
      return Promise.resolve(success(vectors))
    },
  }
}
