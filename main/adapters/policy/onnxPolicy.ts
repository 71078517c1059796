import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { standardDeviation } from '../../core/base/statistics.ts'
import type { Dollars } from '../../core/base/units.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../../core/features/observation.ts'
import { ACTION_COUNT, ACTION_VERSION } from '../../core/policy/action.ts'
import type { PolicyCard } from '../../engine/ports.ts'

/** A policy file that is loaded and may be asked. */
export interface LoadedPolicy {
  readonly card: PolicyCard
  /** The execution provider that serves it. */
  readonly provider: string
  logits(observations: Float32Array, count: number): Promise<Float32Array>
  /** The standard deviation of what the value networks of its file expect, undefined where it has none. */
  doubt(observation: Float32Array): Promise<Dollars | undefined>
}

const cardSchema = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  observationVersion: z.number(),
  actionVersion: z.number(),
})

/** The execution provider of policies: small networks lose time on anything else. */
export const POLICY_PROVIDER = 'CPU, onnxruntime, 1 thread'

/** Reads the card of a policy folder; throws with the field and the rule where it does not fit this program. */
export async function readPolicyCard(folder: string): Promise<PolicyCard> {
  const card = cardSchema.parse(JSON.parse(await readFile(join(folder, 'card.json'), 'utf8')))
  if (card.observationVersion !== OBSERVATION_VERSION) {
    throw new Error(
      `observationVersion of ${card.name} must be ${OBSERVATION_VERSION}, is ${card.observationVersion}`,
    )
  }
  if (card.actionVersion !== ACTION_VERSION) {
    throw new Error(`actionVersion of ${card.name} must be ${ACTION_VERSION}, is ${card.actionVersion}`)
  }
  return card
}

/** The weights that are asked where nobody names others. */
const USUAL_WEIGHTS = 'policy.onnx'

/** Where a policy lies that is named by its folder, by a weight file in it, or by its card. */
export function policyPlace(path: string): { readonly folder: string; readonly weights: string } {
  const isFile = existsSync(path) && statSync(path).isFile()
  if (!isFile) return { folder: path, weights: USUAL_WEIGHTS }
  return { folder: dirname(path), weights: path.endsWith('.onnx') ? basename(path) : USUAL_WEIGHTS }
}

/** Loads one weight file of a policy folder into onnxruntime, on the CPU and one thread: small networks lose time on more. */
export async function loadOnnxPolicy(folder: string, file = USUAL_WEIGHTS): Promise<LoadedPolicy> {
  const card = await readPolicyCard(folder)
  const { logits, doubt } = await openModel(card.name, join(folder, file))
  return { card, provider: POLICY_PROVIDER, logits, doubt }
}

/** A model file that may be asked, without a card; release it. */
export interface OpenModel extends Pick<LoadedPolicy, 'logits' | 'doubt'> {
  release(): Promise<void>
}

/** Loads a model, from a file or from its bytes. Asking it rejects where the answer is not of our shape, or not finite. */
export async function openModel(name: string, model: string | Uint8Array): Promise<OpenModel> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 }
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options)
  return {
    async logits(observations, count) {
      const input = new Tensor('float32', observations, [count, OBSERVATION_SIZE])
      // A file may tell more than is decided by: what is not asked for is not computed
      const { logits } = await session.run({ observation: input }, ['logits'])
      const data = logits?.data
      if (!(data instanceof Float32Array) || data.length !== count * ACTION_COUNT) {
        throw new Error(`policy ${name} must answer ${count * ACTION_COUNT} logits`)
      }
      if (!data.every(Number.isFinite)) throw new Error(`policy ${name} answered a number that is not finite`)
      return data
    },
    async doubt(observation) {
      if (!session.outputNames.includes('ensemble')) return undefined
      const input = new Tensor('float32', observation, [1, OBSERVATION_SIZE])
      const { ensemble } = await session.run({ observation: input }, ['ensemble'])
      if (!(ensemble?.data instanceof Float32Array) || !ensemble.data.every(Number.isFinite))
        throw new Error(`the ensemble of policy ${name} must answer numbers that are finite`)
      return standardDeviation(ensemble.data)
    },
    release: () => session.release(),
  }
}
