import { expect, test } from 'vitest'
import { WireError, decode, encode } from './codec.ts'

test.each([
  ['a big number', 10n, 'bigint'],
  ['a function', () => 1, 'function'],
  ['a symbol', Symbol('x'), 'symbol'],
  ['a date', new Date(0), 'Date'],
  ['a map', new Map([[1, 2]]), 'Map'],
  ['a set', new Set([1]), 'Set'],
  ['an error', new RangeError('x'), 'RangeError'],
  ['bare memory', new ArrayBuffer(8), 'ArrayBuffer'],
  ['a view without a type', new DataView(new ArrayBuffer(8)), 'DataView'],
  ['an array of another type', Int8Array.of(1), 'Int8Array'],
  ['an array that clamps', Uint8ClampedArray.of(1), 'Uint8ClampedArray'],
  ['a promise', Promise.resolve(1), 'Promise'],
])('refuses %s and names it, at the top as inside', (_, value, name) => {
  for (const message of [value, { deep: [value] }])
    expect(() => encode(message)).toThrow(new WireError(`the wire carries no ${name}`))
})

test('refuses an object that uses the name which arrays go by', () => {
  expect(() => encode({ value: { $array: ['f64', 0, 1] } })).toThrow(
    new WireError('the wire keeps the name $array for itself'),
  )
})

test('refuses what refers to itself', () => {
  const loop: { self?: unknown } = {}
  loop.self = loop
  expect(() => encode(loop)).toThrow(/circular/i)
})

test.each([
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['minus infinity', Number.NEGATIVE_INFINITY],
])('%s arrives as it is, which bare JSON would not do', (_, value) => {
  expect(decode(encode({ value, list: [value] }))).toEqual({ value, list: [value] })
})

test('the sign of zero is kept in arrays and lost outside, as in JSON', () => {
  expect(decode(encode({ array: Float64Array.of(-0) }))).toEqual({ array: Float64Array.of(-0) })
  expect(decode(encode({ value: -0 }))).toEqual({ value: 0 })
})

test('a missing value is left out of an object, and is null in a list and alone', () => {
  expect(decode(encode({ here: 1, missing: undefined }))).toStrictEqual({ here: 1 })
  expect(decode(encode([undefined, 1]))).toEqual([null, 1])
  expect(decode(encode(undefined))).toBeNull()
})

test('a Buffer is carried as the bytes it is', () => {
  expect(decode(encode({ bytes: Buffer.from([1, 2, 3]) }))).toEqual({ bytes: Uint8Array.of(1, 2, 3) })
})

test('an object without a prototype and one with a method of its own are told apart', () => {
  const bare: Record<string, unknown> = Object.assign(Object.create(null), { a: 1 })
  expect(decode(encode(bare))).toEqual({ a: 1 })
  expect(() => encode({ a: 1, toJSON: () => 5 })).toThrow(new WireError('the wire carries no function'))
})

test('arrays of a decoded message are views of its bytes, not copies', () => {
  const bytes = encode({ array: Float64Array.of(1, 2) })
  const before = decode(bytes)
  bytes.set(new Uint8Array(Float64Array.of(5).buffer), bytes.length - 16)
  expect(before).toEqual({ array: Float64Array.of(5, 2) })
})

/** A message with a header of its own and eight bytes behind it. */
function framed(header: string, size = new TextEncoder().encode(header).length): Uint8Array {
  const text = new TextEncoder().encode(header)
  const body = Math.ceil((4 + text.length) / 8) * 8
  const bytes = new Uint8Array(body + 8)
  new DataView(bytes.buffer).setUint32(0, size, true)
  bytes.set(text, 4)
  return bytes
}

test.each([
  ['nothing', new Uint8Array(0), 'a message must have a header'],
  ['three bytes', new Uint8Array(3), 'a message must have a header'],
  ['half a word', new Uint8Array(12), 'a message must be a multiple of 8 bytes long, was 12'],
  ['a header longer than the message', framed('{}', 500), 'the header must lie inside the message'],
  ['the longest header there is', framed('{}', 2 ** 32 - 1), 'the header must lie inside the message'],
  ['an empty header', framed(''), 'the header must be JSON'],
  ['half a header', framed('{"a":1}', 4), 'the header must be JSON'],
  ['a header of two values', framed('1 2'), 'the header must be JSON'],
  ['a header nested without end', framed('['.repeat(300_000)), 'the header must be JSON'],
  [
    'a header nested too deep to be walked',
    framed('['.repeat(100_000) + ']'.repeat(100_000)),
    'the header must be JSON',
  ],
  [
    'an array that says too little',
    framed('{"$array":["f64",0]}'),
    'an array must say its kind, place and length',
  ],
  [
    'an array of no known kind',
    framed('{"$array":["f16",0,1]}'),
    'an array must say its kind, place and length',
  ],
  [
    'an array before its message',
    framed('{"$array":["f64",-8,1]}'),
    'an array must say its kind, place and length',
  ],
  [
    'an array of half a number',
    framed('{"$array":["f64",0,0.5]}'),
    'an array must say its kind, place and length',
  ],
  ['an array beyond the end', framed('{"$array":["f64",8,1]}'), 'an array must lie inside the message'],
  ['an array too long', framed('{"$array":["f64",0,2]}'), 'an array must lie inside the message'],
  ['an array off its boundary', framed('{"$array":["u8",4,1]}'), 'an array must lie inside the message'],
  [
    'an array as long as numbers go',
    framed(`{"$array":["f64",0,${2 ** 53}]}`),
    'an array must lie inside the message',
  ],
])('refuses %s', (_, bytes, rule) => {
  expect(() => decode(bytes)).toThrow(new WireError(rule))
})

test('refuses a header that is no text', () => {
  const bytes = framed('{"a":1}')
  bytes[6] = 0xff
  expect(() => decode(bytes)).toThrow(new WireError('the header must be JSON'))
})

test('a name that every object has is data like any other', () => {
  const message: unknown = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}')
  const back = decode(encode(message))
  expect(JSON.stringify(back)).toBe(JSON.stringify(message))
  expect('isAdmin' in {}).toBe(false)
})
