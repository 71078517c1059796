import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exerciseStyle, intrinsicValue } from './optionContract.ts'

const price = fc.double({ min: 0, max: 1e5, noNaN: true })

test('exercise pays the distance to the strike on one side and nothing on the other', () => {
  fc.assert(
    fc.property(price, price, (strike, underlying) => {
      const call = intrinsicValue('call', strike, underlying)
      const put = intrinsicValue('put', strike, underlying)
      expect(call - put).toBe(underlying - strike)
      expect(Math.min(call, put)).toBe(0)
      expect(put).toBe(intrinsicValue('call', underlying, strike))
    }),
  )
})

test.each(['SPX', 'SPXW', 'XSP', 'NDX', 'NDXP', 'RUT', 'RUTW', 'VIX', 'DJX'])(
  '%s is an index: exercise at expiry only',
  root => {
    expect(exerciseStyle(root)).toBe('european')
  },
)

test.each(['SPY', 'QQQ', 'IWM', 'DIA', 'GOOG', 'spx', ''])(
  '"%s" delivers shares: exercise at any time',
  root => {
    expect(exerciseStyle(root)).toBe('american')
  },
)
