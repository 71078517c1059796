import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyLimits, anyOpenState, anyTrade, cents, openingOf } from '../../fixtures/risks.ts'
import {
  CALL_VERTICAL,
  CONDOR,
  OPEN_DESK,
  PUT_VERTICAL,
  WIDE_LIMITS,
  positionOf,
} from '../../fixtures/trades.ts'
import type { Position } from '../portfolio/position.ts'
import type { Structure } from '../portfolio/structure.ts'
import { nearestShortDistance, riskScore } from './riskScore.ts'

const anyPosition = anyTrade.map(trade => positionOf(openingOf(trade, 1)))
const anyBook = fc.array(anyPosition, { maxLength: 4 })
const anySpot = cents(660, 720)
const anyMove = cents(0.5, 12)

const holding = (structure: Structure, quantity = 1): Position =>
  positionOf(openingOf({ structure, start: 0.5, end: 0.5, stop: 1 }, quantity))

test('a score lies from 0 to 1', () => {
  const anyMoveOrNone = fc.oneof(anyMove, fc.constantFrom(undefined, 0, Number.NaN))
  fc.assert(
    fc.property(
      anyOpenState,
      anyLimits,
      anyBook,
      anySpot,
      anyMoveOrNone,
      (state, limits, book, spot, move) => {
        const score = riskScore(state, limits, book, spot, move)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test('a score never falls when more is lost, exposed or held, or when a limit narrows', () => {
  fc.assert(
    fc.property(
      anyOpenState,
      anyLimits,
      anyBook,
      anySpot,
      fc.record({ move: anyMove, by: cents(0, 400), one: anyPosition }),
      (state, limits, book, spot, { move, by, one }) => {
        const score = riskScore(state, limits, book, spot, move)
        const worse = [
          riskScore({ ...state, profitAtStops: state.profitAtStops - by }, limits, book, spot, move),
          riskScore({ ...state, exposure: state.exposure + by }, limits, book, spot, move),
          riskScore(state, { ...limits, dayLossLimit: limits.dayLossLimit / (1 + by) }, book, spot, move),
          riskScore(state, { ...limits, exposure: limits.exposure / (1 + by) }, book, spot, move),
          riskScore(state, limits, [...book, one], spot, move),
        ]
        expect(Math.min(...worse)).toBeGreaterThanOrEqual(score)
      },
    ),
  )
})

test('a score rises toward a short strike: nothing at one expected move, all of it at the strike', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), anyMove, (share, move) => {
      const above = riskScore(OPEN_DESK, WIDE_LIMITS, [holding(PUT_VERTICAL)], 686 + share * move, move)
      const below = riskScore(OPEN_DESK, WIDE_LIMITS, [holding(CALL_VERTICAL)], 694 - share * move, move)
      expect(above).toBeCloseTo(1 - share, 9)
      expect(below).toBeCloseTo(1 - share, 9)
    }),
  )
})

test.each([
  ['half of the day limit lost at stops', { profitAtStops: -300 }, 0.5],
  ['a day that wins at stops', { profitAtStops: 300 }, 0],
  ['a fifth of the exposure used', { exposure: 1000 }, 0.2],
  ['more than the whole limit', { profitAtStops: -900 }, 1],
  ['the larger of two', { profitAtStops: -60, exposure: 3000 }, 0.6],
])('%s', (_, state, score) => {
  const limits = { ...WIDE_LIMITS, dayLossLimit: 600, exposure: 5000 }
  expect(riskScore({ ...OPEN_DESK, ...state }, limits, [], 690, 4)).toBeCloseTo(score, 12)
})

test('no expected move, no nearness', () => {
  for (const move of [undefined, 0, Number.NaN])
    expect(riskScore(OPEN_DESK, WIDE_LIMITS, [holding(CONDOR)], 686, move)).toBe(0)
})

test.each([
  [690, 4, 'condor', CONDOR],
  [687.5, 1.5, 'condor', CONDOR],
  [693, 1, 'condor', CONDOR],
  [700, -6, 'condor', CONDOR],
  [680, -6, 'condor', CONDOR],
  [700, 14, 'put vertical', PUT_VERTICAL],
  [680, 14, 'call vertical', CALL_VERTICAL],
])('at %s the short strike that hurts first is %s away for a %s', (spot, distance, _, structure) => {
  expect(nearestShortDistance([holding(structure)], spot)).toBe(distance)
})

test('of several positions the nearest counts, and one that is closed does not', () => {
  const book = [holding(CALL_VERTICAL), holding(PUT_VERTICAL)]
  expect(nearestShortDistance(book, 687)).toBe(1)
  expect(nearestShortDistance([holding(CALL_VERTICAL), holding(PUT_VERTICAL, 0)], 687)).toBe(7)
  expect(nearestShortDistance([], 687)).toBe(Number.POSITIVE_INFINITY)
})
