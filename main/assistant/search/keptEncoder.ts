import { failure, type Result } from '../../core/base/result.ts'
import { readEncoder, type KeptEncoder } from './encoderBytes.ts'
import type { Kept } from './kept.ts'

/** The name that it is kept under. */
const NAME = 'encoder'

/** Keeps an encoder, as the bytes that `encoderBytes` gives. */
export function keepEncoder(kept: Kept, bytes: Uint8Array): void {
  kept.write(NAME, bytes)
}

/** The encoder that was kept; the failure says why there is none. One that cannot be read is forgotten. */
export function readKeptEncoder(kept: Kept): Result<KeptEncoder, string> {
  const bytes = kept.read(NAME)
  if (!bytes) return failure('Nothing was learned of this code yet.')
  const read = readEncoder(bytes)
  if (read.ok) return read
  kept.forget(NAME)
  return failure(`${read.failure} It is learned anew.`)
}
