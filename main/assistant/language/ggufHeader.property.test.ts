import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tinyModel } from '../../fixtures/tinyModel.ts'
import { readGgufHeader } from './ggufHeader.ts'

const MODEL = Uint8Array.from(tinyModel())

test('the header of a model is read whole', () => {
  const header = readGgufHeader(MODEL)
  if (!header.ok) throw new Error(header.failure.sentence)
  const { version, facts, parameters, bits } = header.value
  expect({ version, parameters, bits }).toEqual({ version: 3, parameters: 107_328, bits: 32 })
  expect(facts.get('general.architecture')).toBe('llama')
  expect(facts.get('llama.attention.head_count_kv')).toBe(2)
  expect(facts.get('tokenizer.ggml.tokens[]')).toBe(260)
  expect(facts.get('tokenizer.ggml.scores[]')).toBe(260)
})

test('a header that is cut short says that more bytes would help, until there are enough', () => {
  const length = MODEL.length - 107_328 * 4
  fc.assert(
    fc.property(fc.integer({ min: 4, max: length + 2000 }), at => {
      const header = readGgufHeader(MODEL.subarray(0, at))
      const said = header.ok ? header.value.parameters : header.failure
      expect([107_328, { sentence: 'The header is cut short.', isShort: true }]).toContainEqual(said)
    }),
  )
})

test('whatever bytes there are, it answers and throws nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
      expect(readGgufHeader(bytes).ok).toBe(false)
    }),
  )
  fc.assert(
    fc.property(fc.nat({ max: 9000 }), fc.uint8Array({ minLength: 1, maxLength: 12 }), (at, change) => {
      const bytes = MODEL.slice(0, 12_000)
      bytes.set(change, at)
      const header = readGgufHeader(bytes)
      expect(header.ok ? 'read' : header.failure.sentence).not.toBe('')
    }),
    { numRuns: 500 },
  )
})

test('counts that nothing has are damage, not work', () => {
  const bytes = MODEL.slice(0, 100)
  new DataView(bytes.buffer).setBigUint64(16, 2n ** 63n, true)
  expect(readGgufHeader(bytes)).toMatchObject({ failure: { isShort: false } })
  new DataView(bytes.buffer).setUint32(4, 9, true)
  expect(readGgufHeader(bytes)).toMatchObject({
    failure: { sentence: 'It is a GGUF file of version 9, which is not read.', isShort: false },
  })
})
