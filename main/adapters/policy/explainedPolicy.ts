import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OBSERVATION_SIZE } from '../../core/features/observation.ts'
import { ACTION_COUNT } from '../../core/policy/action.ts'
import type { PolicyCard } from '../../engine/ports.ts'
import { readPolicyCard } from './onnxPolicy.ts'

/** Rows of one run; more at once are slower and take memory. */
const ROWS_A_RUN = 1024

/** What an encoder looked at: [rows, columns], row by row. */
export interface Attention {
  readonly shape: readonly [number, number]
  readonly weights: Float32Array
}

/** A policy that is asked thousands of questions at once, beside the one that decides. */
export interface ExplainedPolicy {
  readonly card: PolicyCard
  /** The model file itself. */
  readonly bytes: Uint8Array
  /** Logits of any number of observations, row by row, in runs of a thousand; others get their turn between runs. */
  logits(observations: Float32Array): Promise<Float32Array>
  /** What its encoder looked at; undefined for a network without attention. */
  attention(observation: Float32Array): Promise<Attention | undefined>
  close(): Promise<void>
}

/** Loads one weight file of a policy folder; throws where its card or its answers do not fit this program. */
export async function loadExplainedPolicy(folder: string, file: string): Promise<ExplainedPolicy> {
  const card = await readPolicyCard(folder)
  const bytes = new Uint8Array(await readFile(join(folder, file)))
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  return {
    card,
    bytes,
    async logits(observations) {
      const count = observations.length / OBSERVATION_SIZE
      const logits = new Float32Array(count * ACTION_COUNT)
      for (let row = 0; row < count; row += ROWS_A_RUN) {
        const part = observations.subarray(row * OBSERVATION_SIZE, (row + ROWS_A_RUN) * OBSERVATION_SIZE)
        const rows = part.length / OBSERVATION_SIZE
        const input = new Tensor('float32', part, [rows, OBSERVATION_SIZE])
        const { logits: answer } = await session.run({ observation: input }, ['logits'])
        if (!(answer?.data instanceof Float32Array) || answer.data.length !== rows * ACTION_COUNT)
          throw new Error(`policy ${card.name} must answer ${rows * ACTION_COUNT} logits`)
        logits.set(answer.data, row * ACTION_COUNT)
      }
      return logits
    },
    async attention(observation) {
      if (!session.outputNames.includes('attention')) return undefined
      const input = new Tensor('float32', observation, [1, OBSERVATION_SIZE])
      const { attention } = await session.run({ observation: input }, ['attention'])
      const [rows = 0, columns = 0] = attention?.dims.slice(-2) ?? []
      // The weights of several heads are averaged: a picture shows where it looked, not which head did
      return attention?.data instanceof Float32Array
        ? { shape: [rows, columns], weights: meanHead(attention.data, rows * columns) }
        : undefined
    },
    close: () => session.release(),
  }
}

function meanHead(weights: Float32Array, size: number): Float32Array {
  const heads = Math.max(1, Math.floor(weights.length / size))
  return Float32Array.from({ length: size }, (_, place) => {
    let sum = 0
    for (let head = 0; head < heads; head += 1) sum += weights[head * size + place] ?? 0
    return sum / heads
  })
}
