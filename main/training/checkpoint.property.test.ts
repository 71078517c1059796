import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'

const fields = fc
  .uniqueArray(
    fc.tuple(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.oneof(fc.float32Array({ maxLength: 6 }), fc.float64Array({ maxLength: 6 })),
    ),
    { selector: ([name]) => name, maxLength: 5 },
  )
  .map(entries => new Map(entries))

test('what is written is read again, bit by bit', () => {
  fc.assert(
    fc.property(fields, given => {
      const bytes = encodeCheckpoint('kind', given)
      const read = decodeCheckpoint('kind', bytes)
      expect(read).toEqual({ ok: true, value: given })
      expect(read.ok ? encodeCheckpoint('kind', read.value) : 'refused').toEqual(bytes)
    }),
  )
})

test('whatever bit is turned, the file is refused', () => {
  fc.assert(
    fc.property(fields, fc.nat(), fc.nat(7), (given, place, bit) => {
      const bytes = encodeCheckpoint('kind', given)
      const index = place % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
      expect(decodeCheckpoint('kind', bytes).ok).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('a file that ends early or late, or is something else, is refused', () => {
  fc.assert(
    fc.property(fields, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 40 }), (given, place, noise) => {
      const bytes = encodeCheckpoint('kind', given)
      expect(decodeCheckpoint('kind', bytes.subarray(0, place % bytes.length)).ok).toBe(false)
      expect(decodeCheckpoint('kind', Uint8Array.from([...bytes, ...noise])).ok).toBe(false)
      expect(decodeCheckpoint('kind', noise).ok).toBe(false)
      expect(decodeCheckpoint('other', bytes).ok).toBe(false)
    }),
  )
})

test('the field that is corrupt is named', () => {
  const bytes = encodeCheckpoint(
    'kind',
    new Map([
      ['parameters', Float32Array.of(1, 2)],
      ['first', Float32Array.of(3)],
    ]),
  )
  const faultOf = (index: number) => {
    const changed = bytes.slice()
    changed[index] = (changed[index] ?? 0) ^ 1
    const answer = decodeCheckpoint('kind', changed)
    return answer.ok ? 'none' : answer.failure.field
  }
  expect(faultOf(bytes.length - 1)).toBe('first')
  expect(faultOf(bytes.length - 5)).toBe('parameters')
  expect(faultOf(0)).toBe('magic')
  expect(faultOf(8)).toBe('version')
  expect(faultOf(20)).toBe('table')
})
