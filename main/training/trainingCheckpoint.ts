import { createHash } from 'node:crypto'
import { failure, success, type Result } from '../core/base/result.ts'
import { decodeCheckpoint, encodeCheckpoint, type CheckpointFault } from './checkpoint.ts'
import type { TrainingPlan } from './trainingPlan.ts'

/** A training between two updates: the trainer's own checkpoint, and the figures of every update so far. */
export interface TrainingCheckpoint {
  readonly trainer: Uint8Array
  /** Figures one update after the other, as many an update as there are curves. */
  readonly history: readonly number[]
}

const KIND = 'training'

/** A training as one file. The same training always gives the same bytes. */
export function encodeTraining({ trainer, history }: TrainingCheckpoint, plan: TrainingPlan): Uint8Array {
  return encodeCheckpoint(
    KIND,
    new Map([
      ['plan', Float64Array.of(identityOf(plan))],
      ['history', Float64Array.from(history)],
      ['trainer', asNumbers(trainer)],
    ]),
  )
}

/** Reads such a file; one that is corrupt or of another plan is refused by the name of the part that is wrong. */
export function decodeTraining(
  bytes: Uint8Array,
  plan: TrainingPlan,
  figures: number,
): Result<TrainingCheckpoint, CheckpointFault> {
  const decoded = decodeCheckpoint(KIND, bytes)
  if (!decoded.ok) return decoded
  if (decoded.value.get('plan')?.[0] !== identityOf(plan))
    return failure({ field: 'plan', rule: 'the checkpoint must be of the same plan' })
  const history = decoded.value.get('history')
  if (!history || history.length % figures !== 0)
    return failure({ field: 'history', rule: `every update must have ${figures} figures` })
  const trainer = asBytes(decoded.value.get('trainer'))
  if (!trainer) return failure({ field: 'trainer', rule: 'the checkpoint must hold a trainer' })
  return success({ trainer, history: [...history] })
}

/** A number that tells one plan from another, whatever the order in which it was written down. */
function identityOf(plan: TrainingPlan): number {
  const text = JSON.stringify(plan, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest().readUIntBE(0, 6)
}

/** Bytes behind their count, in the numbers that a checkpoint is made of. */
function asNumbers(bytes: Uint8Array): Float64Array {
  const numbers = new Float64Array(1 + Math.ceil(bytes.length / 8))
  new Uint8Array(numbers.buffer).set(bytes, 8)
  numbers[0] = bytes.length
  return numbers
}

function asBytes(numbers: Float32Array | Float64Array | undefined): Uint8Array | undefined {
  const length = numbers?.[0]
  if (!numbers || length === undefined || !(length >= 0 && length <= numbers.byteLength - 8)) return undefined
  return new Uint8Array(numbers.buffer, numbers.byteOffset + 8, length)
}
