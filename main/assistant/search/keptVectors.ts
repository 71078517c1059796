import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Kept } from './kept.ts'

// What an encoder worked out outlives the program, so that the first question after a start is answered by meaning too: encoding takes
// a second for ten thousand functions, and minutes where a transformer does it.

const MARK = 'zerodte vectors 1\n'
const DIGEST_BYTES = 32
const NAME = 'vectors'

const header = z.strictObject({ identity: z.string(), dimensions: z.int().min(1), count: z.int().min(0) })

/** Vectors by the number of their function, and the encoder that they are of. */
export interface EncodedFunctions {
  readonly identity: string
  readonly dimensions: number
  readonly vectors: ReadonlyMap<number, Float32Array>
}

/** Keeps vectors: a mark, the length of a JSON header, the header, numbers in 64 bits, vectors in 32, and the SHA-256 of all that. */
export function keepVectors(kept: Kept, { identity, dimensions, vectors }: EncodedFunctions): void {
  const described = Buffer.from(JSON.stringify({ identity, dimensions, count: vectors.size }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(described.length)
  const ids = Float64Array.from(vectors.keys())
  const numbers = new Float32Array(vectors.size * dimensions)
  let row = 0
  for (const vector of vectors.values()) {
    numbers.set(vector, row * dimensions)
    row += 1
  }
  const content = Buffer.concat([
    Buffer.from(MARK),
    length,
    described,
    Buffer.from(ids.buffer),
    Buffer.from(numbers.buffer),
  ])
  kept.write(NAME, Buffer.concat([content, createHash('sha256').update(content).digest()]))
}

/** The vectors that were kept of an encoder; none where there are none, or those of another or damaged ones, which are forgotten. */
export function readKeptVectors(
  kept: Kept,
  identity: string,
  dimensions: number,
): ReadonlyMap<number, Float32Array> {
  const bytes = kept.read(NAME)
  const read = bytes && readVectors(Buffer.from(bytes))
  if (read && read.identity === identity && read.dimensions === dimensions) return read.vectors
  if (bytes) kept.forget(NAME)
  return new Map()
}

function readVectors(bytes: Buffer<ArrayBuffer>): EncodedFunctions | undefined {
  const content = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES))
  const digest = createHash('sha256').update(content).digest()
  if (content.length < MARK.length + 4 || !digest.equals(bytes.subarray(content.length))) return undefined
  if (content.toString('latin1', 0, MARK.length) !== MARK) return undefined
  const start = MARK.length + 4
  const end = start + content.readUInt32LE(MARK.length)
  const described = header.safeParse(jsonOf(content.toString('utf8', start, end)))
  if (!described.success) return undefined
  const { identity, dimensions, count } = described.data
  if (content.length !== end + count * (8 + 4 * dimensions)) return undefined
  // Copied, so that numbers begin where their width wants it
  const ids = new Float64Array(Uint8Array.from(content.subarray(end, end + 8 * count)).buffer)
  const numbers = new Float32Array(Uint8Array.from(content.subarray(end + 8 * count)).buffer)
  const vectors = new Map(
    Array.from(ids, (id, row) => [id, numbers.subarray(row * dimensions, (row + 1) * dimensions)]),
  )
  return { identity, dimensions, vectors }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
