import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cents } from '../../fixtures/risks.ts'
import { CONDOR, PUT_VERTICAL, anyStructure } from '../../fixtures/trades.ts'
import { orderFees } from './fees.ts'
import { reversed } from './structure.ts'

const SCHEDULE = { commission: 0.65, exchange: 0.05 }
const anyLots = fc.integer({ min: 0, max: 100 })

test.each([
  ['two legs of one lot', PUT_VERTICAL, 1, 1.4],
  ['four legs of one lot', CONDOR, 1, 2.8],
  ['four legs of three lots', CONDOR, 3, 8.4],
  ['nothing', CONDOR, 0, 0],
])('%s', (_, structure, lots, fees) => {
  expect(orderFees(structure.legs, lots, SCHEDULE)).toBeCloseTo(fees, 9)
})

test('fees of an order filled in parts are the fees of the whole, and closing costs what opening does', () => {
  fc.assert(
    fc.property(
      anyStructure,
      anyLots,
      anyLots,
      cents(0, 10),
      cents(0, 10),
      (structure, one, other, ...rest) => {
        const [commission, exchange] = rest
        const schedule = { commission, exchange }
        const feesOf = (lots: number) => orderFees(structure.legs, lots, schedule)
        expect(feesOf(one) + feesOf(other)).toBeCloseTo(feesOf(one + other), 6)
        expect(orderFees(reversed(structure.legs), one, schedule)).toBe(feesOf(one))
        expect(feesOf(one)).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})
