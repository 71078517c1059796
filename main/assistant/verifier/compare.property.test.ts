import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareEncodings, scaleOf } from './compare.ts'

function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return Number.isNaN(value) ? 'nan' : bytes.toString('hex')
}

const float = (value: number) => ['float', bitsOf(value)]
const floats = (values: readonly number[], type = 'list') => [
  'floats',
  type,
  Buffer.from(Float64Array.from(values).buffer).toString('base64'),
]
const leaf = fc.oneof(
  fc.double().map(float),
  fc.maxSafeInteger().map(value => ['int', String(value)]),
  fc.string().map(text => ['str', text]),
  fc.boolean().map(value => ['bool', value]),
  fc.constant(['none']),
  fc.array(fc.double(), { minLength: 8, maxLength: 12 }).map(values => floats(values)),
)
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { weight: 3, arbitrary: leaf },
    fc.array(tie('value'), { maxLength: 4 }).map(items => ['items', 'list', items]),
    fc.array(fc.tuple(leaf, tie('value')), { maxLength: 3 }).map(pairs => ['dict', 'dict', pairs]),
  ),
}))
const allowance = { relative: 1e-9, scale: 0 }

test('everything equals itself, exactly and with tolerance', () => {
  fc.assert(
    fc.property(value, it => {
      const copy: unknown = JSON.parse(JSON.stringify(it))
      expect(compareEncodings(it, copy, 'result')).toEqual({ ok: true, worst: 0 })
      expect(compareEncodings(it, copy, 'result', allowance)).toEqual({ ok: true, worst: 0 })
    }),
  )
})

/** All that floats can be told apart by: their bits, NaN being one. */
const plainValue = fc.letrec(tie => ({
  value: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.oneof(
        fc.double().map(float),
        fc.integer().map(it => ['int', String(it)]),
        fc.string().map(it => ['str', it]),
      ),
    },
    fc.array(tie('value'), { maxLength: 4 }).map(items => ['items', 'list', items]),
  ),
})).value

test('two values are equal exactly where their encodings are', () => {
  fc.assert(
    fc.property(plainValue, plainValue, (one, other) => {
      expect(compareEncodings(one, other, 'result').ok).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
  )
})

test('exact means to the bit: the last digit and the sign of zero count, the kind of NaN does not', () => {
  expect(compareEncodings(float(0.1 + 0.2), float(0.3), 'result').ok).toBe(false)
  expect(compareEncodings(float(0), float(-0), 'result').ok).toBe(false)
  expect(compareEncodings(float(Number.NaN), float(Number.NaN), 'result').ok).toBe(true)
})

test('tolerance is relative, is told, and never bends types, NaN, infinity or whole numbers', () => {
  const close = compareEncodings(float(1), float(1 + 1e-12), 'result', allowance)
  expect(close.ok && close.worst).toBeCloseTo(1e-12, 14)
  const broken = [
    [float(1), float(1 + 1e-8)],
    [float(Number.NaN), float(1)],
    [float(Infinity), float(Number.MAX_VALUE)],
    [float(Infinity), float(-Infinity)],
    [float(1), ['int', '1']],
    [
      ['int', '1000000000000'],
      ['int', '1000000000001'],
    ],
    [
      ['bool', true],
      ['int', '1'],
    ],
    [['scalar', 'numpy.float32', '<f4', 'AACAPw=='], float(1)],
    [floats([1, 2, 3, 4, 5, 6, 7, 8]), floats([1, 2, 3, 4, 5, 6, 7, 8], 'tuple')],
    [floats([1, 2, 3, 4, 5, 6, 7, 8]), floats([1, 2, 3, 4, 5, 6, 7])],
    [
      ['array', '<f8', [2], Buffer.from(Float64Array.of(1, 2).buffer).toString('base64')],
      ['array', '<f4', [2], Buffer.from(Float32Array.of(1, 2).buffer).toString('base64')],
    ],
    [
      ['array', '<i8', [1], 'AQAAAAAAAAA='],
      ['array', '<i8', [1], 'AgAAAAAAAAA='],
    ],
  ]
  for (const [one, other] of broken) expect(compareEncodings(one, other, 'result', allowance).ok).toBe(false)
})

test("with tolerance NumPy's 64-bit float counts as the Python float that it is, alone and in lists", () => {
  const scalar = (number: number) => [
    'scalar',
    'numpy.float64',
    '<f8',
    Buffer.from(Float64Array.of(number).buffer).toString('base64'),
  ]
  expect(compareEncodings(scalar(2.5), float(2.5), 'result', allowance).ok).toBe(true)
  expect(compareEncodings(scalar(2.5), float(2.5), 'result').ok).toBe(false)
  const many = [1, 2, 3, 4, 5, 6, 7, 8]
  expect(compareEncodings(['items', 'list', many.map(scalar)], floats(many), 'result', allowance).ok).toBe(
    true,
  )
  expect(
    compareEncodings(['items', 'list', many.map(scalar)], floats(many, 'tuple'), 'result', allowance).ok,
  ).toBe(false)
})

test('what sums to about nothing may be off by rounding of what went in', () => {
  const scale = scaleOf(['items', 'list', [float(1e6), float(-1e6), float(Infinity)]])
  expect(scale).toBe(1e6)
  expect(compareEncodings(float(0), float(1e-10), 'result', { relative: 1e-9, scale }).ok).toBe(true)
  expect(compareEncodings(float(0), float(1e-3), 'result', { relative: 1e-9, scale }).ok).toBe(false)
})

test('what was too large to be told is never equal', () => {
  expect(compareEncodings(['cut', 'list'], ['cut', 'list'], 'result').ok).toBe(false)
})

test('any JSON at all is compared without throwing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(() => compareEncodings(one, other, 'result', allowance)).not.toThrow()
      expect(scaleOf(one)).toBeGreaterThanOrEqual(0)
    }),
  )
})
