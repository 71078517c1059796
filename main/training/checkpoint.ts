import { createHash } from 'node:crypto'
import { failure, success, type Result } from '../core/base/result.ts'

/** What a checkpoint is made of: arrays by name. */
export type CheckpointFields = ReadonlyMap<string, Float32Array | Float64Array>

/** Why bytes are not a checkpoint of ours: the part that is wrong, and the rule. */
export interface CheckpointFault {
  readonly field: string
  readonly rule: string
}

const MAGIC = new TextEncoder().encode('ZDTECKPT')
const VERSION = 1
const DIGEST = 32

/**
 * A checkpoint as one file: magic, version, kind, a table of fields (name, element size, length, SHA-256 of its bytes), the
 * SHA-256 of all that, then the fields. Little-endian. The same fields always give the same bytes.
 */
export function encodeCheckpoint(kind: string, fields: CheckpointFields): Uint8Array {
  const payloads = Array.from(fields, ([name, values]) => ({ name, values, bytes: bytesOf(values) }))
  const table = payloads.map(({ name, values, bytes }) => {
    const entry = Buffer.alloc(5)
    entry.writeUInt8(values.BYTES_PER_ELEMENT, 0)
    entry.writeUInt32LE(values.length, 1)
    return Buffer.concat([shortText(name), entry, sha256(bytes)])
  })
  const counts = Buffer.alloc(8)
  counts.writeUInt32LE(VERSION, 0)
  counts.writeUInt32LE(payloads.length, 4)
  const head = Buffer.concat([MAGIC, counts, shortText(kind), ...table])
  return new Uint8Array(Buffer.concat([head, sha256(head), ...payloads.map(({ bytes }) => bytes)]))
}

/** The fields of a checkpoint of a kind; a corrupt one is refused by the name of the part that is wrong. */
export function decodeCheckpoint(kind: string, bytes: Uint8Array): Result<CheckpointFields, CheckpointFault> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length < MAGIC.length + 8 || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) {
    return refuse('magic', 'a checkpoint must begin with ZDTECKPT')
  }
  const version = buffer.readUInt32LE(MAGIC.length)
  if (version !== VERSION) return refuse('version', `the version must be ${VERSION}, was ${version}`)
  const table = readTable(buffer)
  if (!table) return refuse('table', 'the table of fields must be whole')
  const { entries, end } = table
  if (!sha256(buffer.subarray(0, end)).equals(buffer.subarray(end, end + DIGEST))) {
    return refuse('table', 'the digest of the table must be right')
  }
  if (table.kind !== kind) return refuse('kind', `the kind must be ${kind}, was ${table.kind}`)
  const fields = new Map<string, Float32Array | Float64Array>()
  let offset = end + DIGEST
  for (const { name, element, length, digest } of entries) {
    const part = buffer.subarray(offset, offset + element * length)
    if (part.length !== element * length) return refuse(name, 'the field must be whole')
    if (!sha256(part).equals(digest)) return refuse(name, 'the digest of the field must be right')
    fields.set(name, arrayOf(part, element))
    offset += part.length
  }
  if (offset !== buffer.length)
    return refuse('length', `the file must end at ${offset}, ends at ${buffer.length}`)
  return success(fields)
}

interface Entry {
  readonly name: string
  readonly element: number
  readonly length: number
  readonly digest: Buffer
}

/** The table as it stands; undefined where it runs over the end or names an element that there is not. */
function readTable(
  buffer: Buffer,
): { readonly kind: string; readonly entries: readonly Entry[]; readonly end: number } | undefined {
  const count = buffer.readUInt32LE(MAGIC.length + 4)
  let offset = MAGIC.length + 8
  const text = () => {
    const size = buffer[offset] ?? 0
    const part = buffer.subarray(offset + 1, offset + 1 + size)
    offset += 1 + size
    return part.toString('utf8')
  }
  const kind = text()
  const entries: Entry[] = []
  for (let index = 0; index < count; index += 1) {
    const name = text()
    if (offset + 5 + DIGEST > buffer.length) return undefined
    const element = buffer.readUInt8(offset)
    if (element !== 4 && element !== 8) return undefined
    const length = buffer.readUInt32LE(offset + 1)
    entries.push({ name, element, length, digest: buffer.subarray(offset + 5, offset + 5 + DIGEST) })
    offset += 5 + DIGEST
  }
  return offset + DIGEST <= buffer.length ? { kind, entries, end: offset } : undefined
}

/** A text of up to 255 bytes behind its length. */
function shortText(text: string): Buffer {
  const encoded = Buffer.from(text, 'utf8')
  if (encoded.length > 255) throw new RangeError(`a name must have at most 255 bytes, was ${text}`)
  return Buffer.concat([Buffer.of(encoded.length), encoded])
}

function bytesOf(values: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** A copy, for the bytes in a file lie at any offset. */
function arrayOf(part: Buffer, element: number): Float32Array | Float64Array {
  const copy = new Uint8Array(part).buffer
  return element === 4 ? new Float32Array(copy) : new Float64Array(copy)
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function refuse(field: string, rule: string): Result<CheckpointFields, CheckpointFault> {
  return failure({ field, rule })
}
