import { expect, test } from 'vitest'
import { DATE } from '../../fixtures/market.ts'
import { CALL_VERTICAL, CONDOR, PUT_VERTICAL } from '../../fixtures/trades.ts'
import {
  breakEvens,
  callCreditVertical,
  expiryValue,
  ironCondor,
  legKey,
  maximumLoss,
  putCreditVertical,
  reversed,
  structureName,
  widestWing,
  type Leg,
} from './structure.ts'

test('a put credit vertical is short the higher strike and long the lower', () => {
  expect(putCreditVertical('SPY', DATE, 628, 625)).toEqual({
    kind: 'putVertical',
    underlying: 'SPY',
    expiry: DATE,
    legs: [
      { right: 'put', strike: 628, ratio: -1 },
      { right: 'put', strike: 625, ratio: 1 },
    ],
  })
})

test('a call credit vertical is short the lower strike and long the higher', () => {
  expect(callCreditVertical('SPY', DATE, 636, 639)).toEqual({
    kind: 'callVertical',
    underlying: 'SPY',
    expiry: DATE,
    legs: [
      { right: 'call', strike: 636, ratio: -1 },
      { right: 'call', strike: 639, ratio: 1 },
    ],
  })
})

test('an iron condor is both verticals, puts first', () => {
  expect(CONDOR).toEqual({
    kind: 'ironCondor',
    underlying: 'SPY',
    expiry: DATE,
    legs: [...PUT_VERTICAL.legs, ...CALL_VERTICAL.legs],
  })
})

test.each([628, 629, Number.NaN])('a long put at %s does not protect a short put at 628', long => {
  const rule = `long put strike must be below 628, was ${long}`
  expect(() => putCreditVertical('SPY', DATE, 628, long)).toThrow(new RangeError(rule))
})

test.each([636, 635, Number.NaN])('a long call at %s does not protect a short call at 636', long => {
  const rule = `long call strike must be above 636, was ${long}`
  expect(() => callCreditVertical('SPY', DATE, 636, long)).toThrow(new RangeError(rule))
})

test.each([
  [630, 630],
  [631, 630],
])('puts short at %s and calls short at %s make no condor', (put, call) => {
  const puts = putCreditVertical('SPY', DATE, put, put - 3)
  const calls = callCreditVertical('SPY', DATE, call, call + 3)
  const rule = `short put must lie below short call, was ${put}/${call}`
  expect(() => ironCondor(puts, calls)).toThrow(new RangeError(rule))
})

test.each([
  ['686/683 put vertical', PUT_VERTICAL],
  ['694/697 call vertical', CALL_VERTICAL],
  ['686/683/694/697 iron condor', CONDOR],
])('a %s is named as a trader writes it', (name, structure) => {
  expect(structureName(structure)).toBe(name)
})

test.each([
  [{ right: 'put', strike: 628 }, 'P628'],
  [{ right: 'call', strike: 628 }, 'C628'],
  [{ right: 'call', strike: 628.5 }, 'C628.5'],
] as const)('the key of %o is %s', (leg, key) => {
  expect(legKey(leg)).toBe(key)
})

test.each([
  [680, -3],
  [683, -3],
  [684.5, -1.5],
  [686, 0],
  [690, 0],
  [694, 0],
  [694.25, -0.25],
  [697, -3],
  [750, -3],
])('at %s dollars the condor is worth %s a share', (price, value) => {
  expect(expiryValue(CONDOR.legs, price)).toBeCloseTo(value, 12)
})

test('a vertical sold for half a dollar loses the width less the credit and breaks even the credit away', () => {
  expect(maximumLoss(PUT_VERTICAL.legs, 0.5)).toBeCloseTo(250, 9)
  expect(breakEvens(PUT_VERTICAL.legs, 0.5)).toEqual([685.5])
  expect(breakEvens(CALL_VERTICAL.legs, 0.5)).toEqual([694.5])
  expect(breakEvens(CONDOR.legs, 0.5)).toEqual([685.5, 694.5])
})

test('a condor with unequal wings loses its wider wing', () => {
  const wide = ironCondor(PUT_VERTICAL, callCreditVertical('SPY', DATE, 694, 699))
  expect(maximumLoss(wide.legs, 0.5)).toBeCloseTo(450, 9)
  expect(widestWing(wide.legs)).toBe(5)
})

test('a credit as large as the wing cannot lose, and one larger breaks even nowhere', () => {
  expect(maximumLoss(PUT_VERTICAL.legs, 3)).toBe(0)
  expect(maximumLoss(PUT_VERTICAL.legs, 3.5)).toBe(0)
  expect(breakEvens(PUT_VERTICAL.legs, 3.5)).toEqual([])
})

test('a spread sold for nothing or for a debit never breaks even', () => {
  expect(breakEvens(PUT_VERTICAL.legs, -0.2)).toEqual([])
  expect(maximumLoss(PUT_VERTICAL.legs, -0.2)).toBeCloseTo(320, 9)
})

test('a leg alone has no wing', () => {
  const leg: Leg = { right: 'put', strike: 628, ratio: -1 }
  expect(widestWing([leg])).toBe(0)
  expect(widestWing([leg, { right: 'call', strike: 700, ratio: 1 }])).toBe(0)
})

test('the other way round each leg changes its side and nothing else', () => {
  expect(reversed(PUT_VERTICAL.legs)).toEqual([
    { right: 'put', strike: 686, ratio: 1 },
    { right: 'put', strike: 683, ratio: -1 },
  ])
  expect(PUT_VERTICAL.legs[0]?.ratio).toBe(-1)
})
