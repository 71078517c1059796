import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText, toText } from './plainText.ts'

/** Plain data as the journal holds it: any number but negative zero, any text, nothing undefined. */
const number = fc.double().map(value => (value === 0 ? 0 : value))
const standIn = fc.constantFrom('\u0000NaN', '\u0000+', '\u0000-', '\u0000', '\u0000\u0000NaN')
const word = fc.oneof(fc.string({ unit: 'binary' }), standIn)
const plain = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    number,
    word,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value

test('what is read back is what was written, with NaN and both infinities', () => {
  fc.assert(
    fc.property(plain, value => {
      expect(fromText(toText(value))).toStrictEqual(value)
    }),
  )
})

test('writing what was read gives the same text again, so that journals can be compared as text', () => {
  fc.assert(
    fc.property(plain, value => {
      const text = toText(value)
      expect(toText(fromText(text))).toBe(text)
    }),
  )
})

test('every finite number comes back to the last bit', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(fromText<number>(toText(value)) + 0).toBe(value + 0)
    }),
  )
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d survives at any depth',
  value => {
    expect(fromText(toText({ a: [value, { b: value }] }))).toStrictEqual({ a: [value, { b: value }] })
  },
)

test('where all numbers are finite the text is bare JSON, which any tool reads', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), value => {
      fc.pre(!JSON.stringify(value).includes('\\u0000'))
      expect(toText(value)).toBe(JSON.stringify(value))
    }),
  )
})

test('text that looks like the stand-in of a number stays text', () => {
  for (const text of ['\u0000NaN', '\u0000+', '\u0000', '\u0000\u0000-', ' \u0000NaN']) {
    expect(fromText(toText([text]))).toStrictEqual([text])
  }
})

test('what JSON has no word for is lost as in bare JSON: negative zero, undefined fields, the class of a column', () => {
  expect(fromText(toText(-0))).toBe(0)
  expect(fromText(toText({ kept: 1, lost: undefined }))).toStrictEqual({ kept: 1 })
  expect(fromText(toText([undefined]))).toStrictEqual([null])
  expect(fromText(toText(Float64Array.of(1, Number.NaN)))).toStrictEqual({ 0: 1, 1: Number.NaN })
})
