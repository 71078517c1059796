import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelCard } from '../../contract/assistant.ts'
import { chooseCopy, fitsIn, memoryOf } from './modelMemory.ts'

function card(bits: number, memory: number): ModelCard {
  return {
    name: `coder-Q${bits}`,
    source: 'file',
    family: 'llama',
    parameters: 7e9,
    bits,
    contextLength: 8192,
    bytes: memory,
    memory,
    licence: undefined,
    fits: { ok: true },
  }
}

const copies = fc.array(
  fc
    .tuple(fc.constantFrom(2, 4, 5, 8, 16), fc.integer({ min: 1, max: 100 }))
    .map(([bits, size]) => card(bits, size * 1e8)),
  { minLength: 1, maxLength: 6 },
)

test('the copy that is chosen fits, and none that fits has more bits', () => {
  fc.assert(
    fc.property(copies, fc.integer({ min: 0, max: 120 }), (cards, size) => {
      const free = size * 1e8
      const chosen = chooseCopy(cards, free)
      const fitting = cards.filter(({ memory }) => fitsIn(memory, free).ok)
      expect(chosen.ok).toBe(fitting.length > 0)
      if (!chosen.ok) return
      expect(fitting).toContain(chosen.value)
      for (const { bits } of fitting) expect(bits).toBeLessThanOrEqual(chosen.value.bits ?? 0)
    }),
  )
})

test('8 bits where they fit, 4 where they do not, and words where neither does', () => {
  const cards = [card(4, 5e9), card(8, 9e9)]
  expect(chooseCopy(cards, 16e9)).toMatchObject({ value: { bits: 8 } })
  expect(chooseCopy(cards, 8e9)).toMatchObject({ value: { bits: 4 } })
  expect(chooseCopy(cards, 3e9)).toEqual({
    ok: false,
    failure:
      'No copy of coder-Q4 fits. It needs 5.0 GB loaded, and 3.0 GB are free, of which a part is left to the rest.',
  })
  expect(chooseCopy([], 3e9)).toEqual({ ok: false, failure: 'There is no copy of this model.' })
})

test('memory rises with weights and context, which is counted to a limit', () => {
  const shape = { layers: 32, keyNumbers: 1024, contextLength: 4096 }
  // Half a gigabyte of keys and values: 2 bytes, keys and values, 32 layers, 1,024 numbers, 4,096 tokens
  expect(memoryOf(4e9, shape) - memoryOf(4e9, { ...shape, contextLength: 0 })).toBe(2 * 2 * 32 * 1024 * 4096)
  expect(memoryOf(4e9, { ...shape, contextLength: 131_072 })).toBe(
    memoryOf(4e9, { ...shape, contextLength: 8192 }),
  )
  expect(memoryOf(4e9, undefined)).toBeGreaterThan(4e9)
})
