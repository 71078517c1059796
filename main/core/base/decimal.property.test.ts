import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOf } from './decimal.ts'

test('every finite number that is written is read again', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(decimalOf(String(value))).toBe(Object.is(value, -0) ? 0 : value)
    }),
  )
})

test.each(['', ' ', '0x2da', '0b1', '1_000', 'Infinity', 'NaN', '1e400', '.', 'e5', '1,5', ' 1', '１'])(
  '%j writes no number',
  text => {
    expect(decimalOf(text)).toBeNaN()
  },
)
