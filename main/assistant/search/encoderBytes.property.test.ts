import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encoderBytes, readEncoder, type KeptEncoder } from './encoderBytes.ts'

const kept = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 12 }))
  .chain(([dimensions, terms]) => {
    const length = dimensions * terms.length
    const numbers = fc
      .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: length, maxLength: length })
      .map(values => Float32Array.from(values))
    return fc.record({ query: numbers, code: numbers }).map((tables): KeptEncoder => {
      const vocabulary = new Map(terms.map((term, row) => [term, row]))
      return { encoder: { dimensions, pairs: 7, vocabulary, tables }, share: 0.4, trainedAt: 1234 }
    })
  })

test('an encoder is read as it was written, numbers to half a step of 254', () => {
  fc.assert(
    fc.property(kept, given => {
      const read = readEncoder(encoderBytes(given))
      if (!read.ok) throw new Error(read.failure)
      const { encoder, share, trainedAt } = read.value
      expect({ share, trainedAt, pairs: encoder.pairs }).toEqual({ share: 0.4, trainedAt: 1234, pairs: 7 })
      expect([...encoder.vocabulary]).toEqual([...given.encoder.vocabulary])
      for (const side of ['query', 'code'] as const) {
        const before = given.encoder.tables[side]
        encoder.tables[side].forEach((value, place) => {
          const start = Math.floor(place / encoder.dimensions) * encoder.dimensions
          const row = before.subarray(start, start + encoder.dimensions)
          const step = Math.max(...row.map(Math.abs)) / 127
          expect(Math.abs(value - (before[place] ?? 0))).toBeLessThanOrEqual(step * 0.5001 + 1e-30)
        })
      }
    }),
  )
})

test('what was written once more is the same to the byte', () => {
  fc.assert(
    fc.property(kept, given => {
      const read = readEncoder(encoderBytes(given))
      if (!read.ok) throw new Error(read.failure)
      const again = readEncoder(encoderBytes(read.value))
      expect(again.ok && again.value.encoder.tables).toEqual(read.value.encoder.tables)
    }),
  )
})

test('a byte that is another, or too few of them, is refused', () => {
  fc.assert(
    fc.property(kept, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, change) => {
      const bytes = Uint8Array.from(encoderBytes(given))
      const at = place % bytes.length
      expect(readEncoder(bytes.subarray(0, at)).ok).toBe(false)
      bytes[at] = (bytes[at] ?? 0) ^ change
      expect(readEncoder(bytes).ok).toBe(false)
    }),
  )
})

test('foreign bytes are refused in words', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const read = readEncoder(bytes)
      expect(!read.ok && read.failure).toMatch(/^These bytes are no encoder|^The encoder is damaged/)
    }),
  )
})
