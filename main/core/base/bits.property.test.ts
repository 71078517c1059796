import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitCounts, countBits } from './bits.ts'

test('bits are those of the number in writing, one by one and in a table', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), value => {
      const written = [...value.toString(2)].filter(bit => bit === '1').length
      expect(countBits(value)).toBe(written)
      expect(bitCounts((value % 4096) + 1)[value % 4096]).toBe(countBits(value % 4096))
    }),
  )
})
