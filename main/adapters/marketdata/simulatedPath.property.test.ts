import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import {
  STEPS_PER_SECOND,
  activityProfile,
  atTheMoneyVolatility,
  createPath,
  drawDay,
  strikeVolatility,
  varianceAhead,
  yearsLeft,
  type DayCharacter,
} from './simulatedPath.ts'

const length = fc.constantFrom(210, 390)
const seed = fc.integer({ min: 0, max: 2_147_483_647 })
const QUIET = { variance: 1, skew: -0.075, wobble: 1, spot: 690 }

function character(seed: number): DayCharacter {
  return drawDay(createRandom(seed), 690)
}

test('activity is a share: its mean over the session is 1', () => {
  fc.assert(
    fc.property(length, length => {
      const slices = 20_000
      const step = length / slices
      let sum = 0
      for (let slice = 0; slice < slices; slice += 1) sum += activityProfile((slice + 0.5) * step, length)
      expect(sum / slices).toBeCloseTo(1, 6)
    }),
  )
})

test('activity is a U: it falls from the open to the middle and rises from there into the close', () => {
  const at = (minute: number) => activityProfile(minute, 390)
  const quietest = Array.from({ length: 391 }, (_, minute) => minute).sort((a, b) => at(a) - at(b))[0] ?? 0
  expect(quietest).toBeGreaterThan(90)
  expect(quietest).toBeLessThan(300)
  for (let minute = 1; minute <= 390; minute += 1)
    expect(Math.sign(at(minute) - at(minute - 1))).toBe(minute <= quietest ? -1 : 1)
  expect(at(0)).toBeGreaterThan(2 * at(quietest))
  expect(at(390)).toBeGreaterThan(1.5 * at(quietest))
})

test('the variance ahead is the whole at the open, nothing at the close, and loses what activity says', () => {
  fc.assert(
    fc.property(length, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (length, share) => {
      expect(varianceAhead(0, length)).toBe(1)
      expect(varianceAhead(length, length)).toBe(0)
      expect([varianceAhead(-5, length), varianceAhead(length + 5, length)]).toEqual([1, 0])
      const minute = share * length
      const slope = (varianceAhead(minute - 1e-3, length) - varianceAhead(minute + 1e-3, length)) / 2e-3
      expect(slope * length).toBeCloseTo(activityProfile(minute, length), 5)
    }),
  )
})

test('the smile is above nothing everywhere, leans down with negative skew, and is itself at the money', () => {
  const skew = fc.double({ min: -0.16, max: -0.015, noNaN: true })
  const x = fc.double({ min: 0.01, max: 12, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 0.03, max: 2, noNaN: true }), skew, x, (volatility, skew, x) => {
      expect(strikeVolatility(volatility, skew, 0)).toBe(volatility)
      expect(strikeVolatility(volatility, skew, x)).toBeGreaterThanOrEqual(0.35 * volatility)
      expect(strikeVolatility(volatility, skew, -x)).toBeGreaterThan(strikeVolatility(volatility, skew, x))
    }),
  )
})

test('volatility at the money gives back the variance that lies ahead when the market is as usual', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 0, max: 380 }), (seed, minute) => {
      const day = character(seed)
      const volatility = atTheMoneyVolatility(day, QUIET, minute, 390)
      const variance = volatility ** 2 * yearsLeft(minute, 390)
      expect(variance / day.impliedDayMove ** 2).toBeCloseTo(varianceAhead(minute, 390), 9)
    }),
  )
})

test('volatility at the money rises with variance, less so the longer it has to die down', () => {
  fc.assert(
    fc.property(seed, fc.double({ min: 1.1, max: 10, noNaN: true }), (seed, variance) => {
      const day = character(seed)
      const lift = (minute: number) =>
        atTheMoneyVolatility(day, { ...QUIET, variance }, minute, 390) /
        atTheMoneyVolatility(day, QUIET, minute, 390)
      expect(lift(10)).toBeGreaterThan(1)
      expect(lift(380)).toBeGreaterThan(lift(10))
      expect(lift(389.4)).toBeLessThanOrEqual(Math.sqrt(variance) + 1e-9)
    }),
  )
})

test('volatility at the money stays a number at the close and after it', () => {
  const day = character(1)
  const late = [389, 389.9, 390, 395, 405].map(minute => atTheMoneyVolatility(day, QUIET, minute, 390))
  for (const volatility of late) expect(volatility).toBeGreaterThan(0)
  expect(late.every(Number.isFinite)).toBe(true)
})

test('days differ in kind within bounds: VIX, move and realised share', () => {
  const days = Array.from({ length: 800 }, (_, seed) => character(seed))
  for (const day of days) {
    expect(day.volatilityIndex).toBeGreaterThanOrEqual(10.5)
    expect(day.volatilityIndex).toBeLessThanOrEqual(45)
    expect(Math.abs(day.previousClose / 690 - 1)).toBeLessThan(0.02)
  }
  const mean = (of: (day: DayCharacter) => number) => days.reduce((sum, day) => sum + of(day), 0) / 800
  expect(mean(day => day.volatilityIndex)).toBeGreaterThan(15.5)
  expect(mean(day => day.volatilityIndex)).toBeLessThan(18.5)
  expect(mean(day => (day.realisedShare < 1 ? 1 : 0))).toBeGreaterThan(0.6)
  expect(Math.abs(mean(day => day.drift))).toBeLessThan(0.08)
  expect(mean(day => day.impliedDayMove * 690)).toBeGreaterThan(4)
  expect(mean(day => day.impliedDayMove * 690)).toBeLessThan(8)
})

/** The open-to-close returns of many short sessions in units of what the day was drawn to realise. */
function returns(count: number, change: Partial<DayCharacter>): number[] {
  const minutes = 20
  return Array.from({ length: count }, (_, seed) => {
    const day = { ...character(seed), drift: 0, realisedShare: 1, jumpsPerDay: 0, ...change }
    const path = createPath(day, minutes, createRandom(seed))
    for (let step = 0; step < minutes * 60 * STEPS_PER_SECOND; step += 1)
      path.step(step / 60 / STEPS_PER_SECOND)
    return Math.log(path.point.spot / day.startPrice) / day.impliedDayMove
  })
}

test('the path realises about the variance that the day was drawn with, around no drift', () => {
  const drawn = returns(150, {})
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (drawn.length - 1)
  expect(Math.abs(mean)).toBeLessThan(0.3)
  expect(variance).toBeGreaterThan(0.7)
  expect(variance).toBeLessThan(1.5)
})

test('a drift of three deviations moves the path by three deviations', () => {
  const [still, drifting] = [returns(6, {}), returns(6, { drift: 3 })]
  drifting.forEach((value, index) => expect(value - (still[index] ?? 0)).toBeCloseTo(3, 6))
})

test('variance, skew and wobble stay inside their bounds however wild the day', () => {
  fc.assert(
    fc.property(seed, seed => {
      const path = createPath({ ...character(seed), jumpsPerDay: 400 }, 60, createRandom(seed))
      let inside = 0
      for (let step = 0; step < 6000; step += 1) {
        path.step(step / 600)
        const { spot, variance, skew, wobble } = path.point
        const isInside = spot > 0 && variance >= Math.exp(-2) && variance <= Math.exp(2.5)
        const isLeaning = skew >= -0.16 && skew <= -0.015
        if (isInside && isLeaning && Math.abs(Math.log(wobble)) <= 0.15 + 1e-12) inside += 1
      }
      expect(inside).toBe(6000)
    }),
    { numRuns: 8 },
  )
})

test('a jump wakes the market: variance is higher on days of many jumps', () => {
  const woken = (jumpsPerDay: number) => {
    const path = createPath({ ...character(3), jumpsPerDay }, 60, createRandom(3))
    let sum = 0
    for (let step = 0; step < 36_000; step += 1) {
      path.step(step / 600)
      sum += path.point.variance
    }
    return sum / 36_000
  }
  expect(woken(6)).toBeGreaterThan(1.3 * woken(0))
})

test('years left count down to nothing at the close', () => {
  expect(yearsLeft(0, 390)).toBeCloseTo(390 / 525_600, 12)
  expect([yearsLeft(390, 390), yearsLeft(400, 390)]).toEqual([0, 0])
})
