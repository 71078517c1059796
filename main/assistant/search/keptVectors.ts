import { createHash } from 'node:crypto'
import type { Kept } from './kept.ts'

// What an encoder worked out outlives the program, so that the first question after a start is answered by meaning too: encoding takes
// a second for ten thousand functions, and minutes where a transformer does it.

const MARK = 'zerodte vectors 1\n'
const DIGEST_BYTES = 32
const NAME = 'vectors'

/** What stands before the numbers. */
interface Header {
  readonly identity: string
  readonly dimensions: number
  readonly count: number
}

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
  const read = bytes && readVectors(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (read && read.identity === identity && read.dimensions === dimensions) return read.vectors
  if (bytes) kept.forget(NAME)
  return new Map()
}

function readVectors(bytes: Buffer): EncodedFunctions | undefined {
  const content = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES))
  const digest = createHash('sha256').update(content).digest()
  if (content.length < MARK.length + 4 || !digest.equals(bytes.subarray(content.length))) return undefined
  if (content.toString('latin1', 0, MARK.length) !== MARK) return undefined
  const start = MARK.length + 4
  const end = start + content.readUInt32LE(MARK.length)
  const described = jsonOf(content.toString('utf8', start, end))
  if (!isHeader(described)) return undefined
  const { identity, dimensions, count } = described
  if (content.length !== end + count * (8 + 4 * dimensions)) return undefined
  // Copied, so that numbers begin where their width wants it
  const ids = new Float64Array(new Uint8Array(content.subarray(end, end + 8 * count)).buffer)
  const numbers = new Float32Array(new Uint8Array(content.subarray(end + 8 * count)).buffer)
  const vectors = new Map(
    Array.from(ids, (id, row) => [id, numbers.subarray(row * dimensions, (row + 1) * dimensions)]),
  )
  return { identity, dimensions, vectors }
}

/** Without a schema: the library of schemas is not loaded before the first question. */
function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false
  if (!('identity' in value && 'dimensions' in value && 'count' in value)) return false
  const { identity, dimensions, count } = value
  return typeof identity === 'string' && isCount(dimensions) && dimensions > 0 && isCount(count)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
