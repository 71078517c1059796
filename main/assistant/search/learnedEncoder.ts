import { failure, success, type Result } from '../../core/base/result.ts'
import { encoderBytes, readEncoder, type KeptEncoder } from './encoderBytes.ts'
import type { Kept } from './kept.ts'
import { keepEncoder } from './keptEncoder.ts'
import { CANCELLED, type Progress } from './progress.ts'
import { trainEncoder, USUAL_TRAINING, type TrainingPair } from './trainEncoder.ts'
import { tuneShare, type TunedShare } from './tuneShare.ts'

/** An encoder that was learned, and what it was worth on pairs that it did not learn. */
export interface Learned {
  readonly kept: KeptEncoder
  readonly tuned: TunedShare
}

/** Every so many pairs one is held out to weigh meaning against words, up to a number. */
const HELD_OUT_EVERY = 10
const MOST_HELD_OUT = 500

/**
 * Learns an encoder of his own code and keeps it. A part of the pairs is held out: on it the share of meaning is chosen. What is
 * given back is what was kept, so that search is the same after a restart. `now` in milliseconds since the epoch.
 */
export async function learnEncoder(
  pairs: readonly TrainingPair[],
  kept: Kept,
  now: () => number,
  progress: Progress,
): Promise<Result<Learned, string>> {
  const every = Math.max(HELD_OUT_EVERY, Math.ceil(pairs.length / MOST_HELD_OUT))
  const heldOut = pairs.filter((_, place) => place % every === 0)
  const trained = await trainEncoder(
    pairs.filter((_, place) => place % every !== 0),
    USUAL_TRAINING,
    progress,
  )
  if (!trained.ok) return trained
  const tuned = await tuneShare(trained.value, heldOut, progress.signal)
  if (!tuned) return failure(CANCELLED)
  const bytes = encoderBytes({ encoder: trained.value, share: tuned.share, trainedAt: now() })
  keepEncoder(kept, bytes)
  const read = readEncoder(bytes)
  return read.ok ? success({ kept: read.value, tuned }) : read
}
