/**
 * The wire: a header length, JSON, and typed arrays as they lie in memory, each on a boundary of eight bytes. What it
 * carries is JSON (with NaN and the infinities kept) and typed arrays, nothing else, so that what works in one shell
 * works in the other.
 */

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  u8: Uint8Array,
} as const
type ArrayName = keyof typeof ARRAYS
type WireArray = InstanceType<(typeof ARRAYS)[ArrayName]>

const ARRAY_MARK = '$array'

/** Numbers that JSON does not know, by the text that stands for them; a text that begins alike gets one more NUL. */
const UNWRITABLE: ReadonlyMap<string, number> = new Map([
  ['\u0000NaN', Number.NaN],
  ['\u0000+', Number.POSITIVE_INFINITY],
  ['\u0000-', Number.NEGATIVE_INFINITY],
])

/** Thrown for what the wire does not carry, and for bytes that are no message. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

/** A message as bytes. */
export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  const tails: { readonly offset: number; readonly bytes: Uint8Array }[] = []
  let tailSize = 0
  const header = new TextEncoder().encode(
    // The value itself is looked at, not what its toJSON would make of it: a Buffer and a Date have one
    JSON.stringify(message, function (this: Readonly<Record<string, unknown>>, key: string) {
      const part = this[key]
      const name = arrayName(part)
      if (name === undefined) return writable(part)
      const array = part as WireArray
      tails.push({
        offset: tailSize,
        bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      })
      const mark = { [ARRAY_MARK]: [name, tailSize, array.length] }
      tailSize += roundUp(array.byteLength)
      return mark
    }) ?? 'null',
  )
  const body = roundUp(4 + header.length)
  const bytes = new Uint8Array(body + tailSize)
  new DataView(bytes.buffer).setUint32(0, header.length, true)
  bytes.set(header, 4)
  for (const tail of tails) bytes.set(tail.bytes, body + tail.offset)
  return bytes
}

/** The message that bytes hold. Typed arrays are views of the bytes, not copies. */
export function decode(bytes: Uint8Array): unknown {
  // A Buffer's own slice would be a view of the same bytes, no better aligned
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  if (aligned.byteLength < 4) throw new WireError('a message must have a header')
  if (aligned.byteLength % 8 !== 0)
    throw new WireError(`a message must be a multiple of 8 bytes long, was ${aligned.byteLength}`)
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength)
  const headerSize = view.getUint32(0, true)
  if (4 + headerSize > aligned.byteLength) throw new WireError('the header must lie inside the message')
  const body = roundUp(4 + headerSize)
  try {
    return JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(aligned.subarray(4, 4 + headerSize)),
      (_key, part: unknown) => revived(part, aligned, body),
    )
  } catch (cause) {
    if (cause instanceof WireError) throw cause
    throw new WireError('the header must be JSON')
  }
}

function revived(part: unknown, bytes: Uint8Array, body: number): unknown {
  if (typeof part === 'string' && part.startsWith('\u0000')) return UNWRITABLE.get(part) ?? part.slice(1)
  if (typeof part !== 'object' || part === null || !(ARRAY_MARK in part)) return part
  const mark = part[ARRAY_MARK]
  if (!Array.isArray(mark) || mark.length !== 3)
    throw new WireError('an array must say its kind, place and length')
  const [name, offset, length] = mark as readonly unknown[]
  const kind = Object.entries(ARRAYS).find(([known]) => known === name)?.[1]
  if (!kind || !isCount(offset) || !isCount(length))
    throw new WireError('an array must say its kind, place and length')
  const start = body + offset
  if (start % 8 !== 0 || start + length * kind.BYTES_PER_ELEMENT > bytes.byteLength) {
    throw new WireError('an array must lie inside the message')
  }
  return new kind(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, length)
}

function writable(part: unknown): unknown {
  if (typeof part === 'bigint' || typeof part === 'function' || typeof part === 'symbol')
    throw new WireError(`the wire carries no ${typeof part}`)
  if (typeof part === 'object' && part !== null) return plain(part)
  if (typeof part === 'string') return part.startsWith('\u0000') ? `\u0000${part}` : part
  if (typeof part !== 'number' || Number.isFinite(part)) return part
  if (Number.isNaN(part)) return '\u0000NaN'
  return part > 0 ? '\u0000+' : '\u0000-'
}

/** An array or a plain object; JSON would silently make something else of any other. */
function plain(part: object): object {
  const prototype: unknown = Object.getPrototypeOf(part)
  // Plain objects of another window or context have another Object.prototype
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!isPlain && !Array.isArray(part)) throw new WireError(`the wire carries no ${part.constructor.name}`)
  if (Object.hasOwn(part, ARRAY_MARK)) throw new WireError(`the wire keeps the name ${ARRAY_MARK} for itself`)
  return part
}

function arrayName(part: unknown): ArrayName | undefined {
  if (part instanceof Float64Array) return 'f64'
  if (part instanceof Float32Array) return 'f32'
  if (part instanceof Int32Array) return 'i32'
  if (part instanceof Uint32Array) return 'u32'
  return part instanceof Uint8Array ? 'u8' : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function roundUp(size: number): number {
  return (size + 7) & ~7
}
