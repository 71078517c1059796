import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isEarlyClose, isTradingDay, nextTradingDay, sessionTimes, tradingDayOnOrBefore } from './calendar.ts'
import { addDays, daysBetween, newYorkMinute, weekday } from './newYork.ts'

const year = fc.integer({ min: 2007, max: 2099 })
const date = fc
  .integer({ min: Date.UTC(2007, 0, 1), max: Date.UTC(2099, 11, 31) })
  .map(time => new Date(time).toISOString().slice(0, 10))

/** Day of the Paschal full moon by golden number, counted from 1 March, as prayer books print it for 1900 to 2199. */
const FULL_MOONS = [45, 34, 23, 42, 31, 49, 39, 28, 47, 36, 25, 44, 33, 22, 41, 30, 48, 38, 27]

/** Two days before the Sunday after the Paschal full moon. */
function goodFriday(year: number): string {
  const moon = addDays(`${year}-03-01`, (FULL_MOONS[year % 19] ?? 0) - 1)
  return addDays(moon, 7 - weekday(moon) - 2)
}

test('Good Friday is the one of the prayer book, and nobody trades on it', () => {
  expect([2024, 2025, 2026, 2038].map(goodFriday)).toEqual([
    '2024-03-29',
    '2025-04-18',
    '2026-04-03',
    '2038-04-23',
  ])
  fc.assert(
    fc.property(year, year => {
      expect(isTradingDay(goodFriday(year))).toBe(false)
      expect(isTradingDay(addDays(goodFriday(year), -1))).toBe(true)
      // Easter Monday is open, also where the Friday before is in March
      expect(isTradingDay(addDays(goodFriday(year), 3))).toBe(true)
    }),
  )
})

test('nobody trades on weekends or on the fixed holidays, whatever their weekday', () => {
  fc.assert(
    fc.property(date, year, (date, year) => {
      const sunday = addDays(date, -weekday(date))
      expect([sunday, addDays(sunday, 6)].some(isTradingDay)).toBe(false)
      for (const day of ['01-01', '07-04', '12-25']) expect(isTradingDay(`${year}-${day}`)).toBe(false)
    }),
  )
})

test('a year has 8 to 11 closed weekdays, and one to three early closes, each on a trading day', () => {
  fc.assert(
    fc.property(year, year => {
      let [closed, early] = [0, 0]
      for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) {
        if (weekday(day) % 6 !== 0 && !isTradingDay(day)) closed += 1
        if (isEarlyClose(day)) early += 1
        expect(isEarlyClose(day) && !isTradingDay(day)).toBe(false)
      }
      expect(closed >= 8 && closed <= 11).toBe(true)
      expect(early >= 1 && early <= 3).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('the next trading day is the first one after, at most five days away', () => {
  fc.assert(
    fc.property(date, date => {
      const next = nextTradingDay(date)
      expect(isTradingDay(next)).toBe(true)
      const gap = daysBetween(date, next)
      expect(gap >= 1 && gap <= 5).toBe(true)
      for (let day = addDays(date, 1); day < next; day = addDays(day, 1))
        expect(isTradingDay(day)).toBe(false)
    }),
  )
})

test('between a day and the trading day on or before it nobody trades', () => {
  fc.assert(
    fc.property(date, date => {
      const found = tradingDayOnOrBefore(date)
      expect(isTradingDay(found)).toBe(true)
      expect(found <= date && nextTradingDay(found) > date).toBe(true)
    }),
  )
})

test('a session opens at 9:30 and its marks follow one another, whatever the season', () => {
  fc.assert(
    fc.property(date, date => {
      const session = sessionTimes(date)
      expect(session !== undefined).toBe(isTradingDay(date))
      if (!session) return
      const { preflight, open, guard, close, lastTrade, watchEnd } = session
      const marks = [preflight, open, guard, close, lastTrade, watchEnd]
      expect(marks.toSorted((a, b) => a - b)).toEqual(marks)
      expect(newYorkMinute(open)).toBe(570)
      expect((close - open) / 60_000).toBe(session.isEarlyClose ? 210 : 390)
    }),
  )
})
