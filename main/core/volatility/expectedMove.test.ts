import { expect, test } from 'vitest'
import { CALM, carryOf, quotedChain } from '../../fixtures/market.ts'
import { midOf, rowOf } from '../market/optionChain.ts'
import { expectedMove } from './expectedMove.ts'

test('six parts of the straddle, three of the strangle around it, one of the next', () => {
  const chain = quotedChain()
  const mid = (right: 'call' | 'put', strike: number) => midOf(chain, rowOf(chain, right, strike))
  const found = expectedMove(chain, CALM.spot)
  expect(found?.strike).toBe(690)
  expect(found?.straddle).toBeCloseTo(mid('call', 690) + mid('put', 690), 12)
  expect(found?.move).toBeCloseTo(
    0.6 * (mid('call', 690) + mid('put', 690)) +
      0.3 * (mid('call', 691) + mid('put', 689)) +
      0.1 * (mid('call', 692) + mid('put', 688)),
    12,
  )
  expect(found?.straddleRule).toBeCloseTo(0.85 * (found?.straddle ?? 0), 12)
})

test('both rules are near the mean distance of the model', () => {
  const { years } = carryOf(CALM)
  // E|x| of a normal is 0.8 deviations
  const distance = CALM.spot * CALM.volatility * Math.sqrt(years) * Math.sqrt(2 / Math.PI)
  const found = expectedMove(quotedChain({ skew: 0 }), CALM.spot)
  expect(found?.straddle).toBeGreaterThan(0.95 * distance)
  expect(found?.straddle).toBeLessThan(1.05 * distance)
  expect(found?.move).toBeLessThan(found?.straddle ?? 0)
})

test('the strike nearest the forward is the middle', () => {
  const lively = quotedChain({ volatility: 0.3 })
  expect(expectedMove(lively, 691.4)?.strike).toBe(691)
  expect(expectedMove(lively, 691.6)?.strike).toBe(692)
})

test('one of the six options without a bid is no expected move, and neither is the edge of the chain', () => {
  const chain = quotedChain()
  chain.bid[rowOf(chain, 'put', 688)] = 0
  expect(expectedMove(chain, CALM.spot)).toBeUndefined()
  expect(expectedMove(quotedChain(), 661)).toBeUndefined()
})
