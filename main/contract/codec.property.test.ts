import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { WireError, decode, encode } from './codec.ts'

const arrays = fc.oneof(
  fc.float64Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
)

/** Texts of every kind, those that begin like a number JSON does not know among them. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u0000', 'N', 'a', '+', '-', '$') }),
  fc.constantFrom('\u0000NaN', '\u0000+', '\u0000-', '\u0000\u0000NaN', '$array', '\uD800'),
)

const leaves = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  // JSON itself loses the sign of zero
  fc.double().map(value => value + 0),
  texts,
  arrays,
)

/** Anything the wire carries. */
const messages = fc.letrec(tie => ({
  message: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.array(tie('message'), { maxLength: 5 }),
    fc.dictionary(
      texts.filter(name => name !== '$array'),
      tie('message'),
      { maxKeys: 5 },
    ),
  ),
})).message

/** Messages whose last bytes are those of an array. */
const withTail = fc.tuple(messages, fc.float64Array({ minLength: 1, maxLength: 4 }))

/** What becomes of bytes: a message, or the error that refuses them. Anything else is a crash. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return { message: decode(bytes) }
  } catch (cause) {
    if (cause instanceof WireError) return cause
    throw cause
  }
}

/** Every typed array inside a message. */
function arraysIn(part: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(part)) return [part]
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(arraysIn) : []
}

test('decode gives back what was encoded', () => {
  fc.assert(
    fc.property(messages, message => {
      expect(decode(encode(message))).toEqual(message)
    }),
    { numRuns: 500 },
  )
})

test('a message may lie anywhere in its memory, behind any number of other bytes', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 0, max: 17 }), fc.boolean(), (message, offset, isBuffer) => {
      const bytes = encode(message)
      const around = new Uint8Array(offset + bytes.length + 5).fill(255)
      around.set(bytes, offset)
      // Node's Buffers share one memory and differ from plain bytes in how they slice
      const placed = isBuffer
        ? Buffer.from(around.buffer, offset, bytes.length)
        : around.subarray(offset, offset + bytes.length)
      expect(decode(placed)).toEqual(message)
    }),
  )
})

test('every length is a multiple of eight, and the same message always makes the same bytes', () => {
  fc.assert(
    fc.property(messages, message => {
      const bytes = encode(message)
      expect(bytes.length % 8).toBe(0)
      expect(encode(message)).toEqual(bytes)
    }),
  )
})

test('encoding copies: what is done to an array afterwards is not in the message', () => {
  fc.assert(
    fc.property(fc.float64Array({ minLength: 1, maxLength: 5, noNaN: true }), array => {
      const before = array.slice()
      const bytes = encode({ array })
      array.fill(7)
      expect(decode(bytes)).toEqual({ array: before })
    }),
  )
})

test('a view into a larger memory carries its own part only', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.nat(5), (from, length) => {
      const whole = Float64Array.from({ length: 12 }, (_, index) => index * 1.5)
      const part = whole.subarray(from, from + length)
      expect(encode(part).length).toBeLessThan(encode(whole).length)
      expect(decode(encode(part))).toEqual(whole.slice(from, from + length))
    }),
  )
})

test('a message that is cut short anywhere is refused', () => {
  fc.assert(
    fc.property(withTail, message => {
      const bytes = encode(message)
      for (let length = 0; length < bytes.length; length += 1)
        expect(() => decode(bytes.slice(0, length))).toThrow(WireError)
    }),
    { numRuns: 40 },
  )
})

test('bytes that were changed make a message within its memory or a WireError, never anything else', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(messages, changes, (message, changes) => {
      const bytes = encode(message)
      for (const [place, value] of changes) bytes[place % bytes.length] = value
      for (const array of arraysIn(outcome(bytes)))
        expect(array.byteOffset + array.byteLength).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 1000 },
  )
})

test('bytes of chance make a message or a WireError, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      expect(outcome(bytes)).toBeTypeOf('object')
    }),
    { numRuns: 1000 },
  )
})

test('a header of chance that is JSON makes a message or a WireError, whatever its arrays claim', () => {
  const claims = fc.oneof(
    fc.constantFrom('f64', 'f32', 'i32', 'u32', 'u8', 'constructor', '\u0000NaN', 'f16'),
    fc.double(),
    fc.constantFrom(0, 8, 16, -8, 4, 2 ** 31, 2 ** 53, 1e300, null),
  )
  const marks = fc.oneof(
    fc.tuple(claims, claims, claims).map(mark => ({ $array: mark })),
    fc.jsonValue().map(mark => ({ $array: mark })),
  )
  fc.assert(
    fc.property(fc.array(marks, { maxLength: 4 }), fc.uint8Array({ maxLength: 32 }), (header, tail) => {
      const bytes = withHeader(JSON.stringify(header), tail)
      for (const array of arraysIn(outcome(bytes))) {
        expect(array.byteOffset).toBeGreaterThanOrEqual(4)
        expect(array.byteOffset + array.byteLength).toBeLessThanOrEqual(bytes.length)
      }
    }),
    { numRuns: 500 },
  )
})

test('anything at all is encoded or refused as what the wire does not carry', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withBoxedValues: true,
  })
  fc.assert(
    fc.property(anything, value => {
      const once = attempt(() => decode(encode(value)))
      // What came through once comes through unchanged from then on
      const twice = once instanceof WireError ? once : attempt(() => decode(encode(once)))
      expect(twice).toEqual(once)
    }),
    { numRuns: 500 },
  )
})

/** A message of a header and a tail that need not fit each other. */
function withHeader(header: string, tail: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header)
  const body = Math.ceil((4 + text.length) / 8) * 8
  const bytes = new Uint8Array(body + Math.ceil(tail.length / 8) * 8)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 4)
  bytes.set(tail, body)
  return bytes
}

/** What a call gives, or its own complaint; any other error is a fault. */
function attempt(call: () => unknown): unknown {
  try {
    return call()
  } catch (cause) {
    if (cause instanceof WireError) return cause
    throw cause
  }
}
