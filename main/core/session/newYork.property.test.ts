import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addDays,
  daysBetween,
  newYorkClock,
  newYorkDate,
  newYorkMinute,
  newYorkOffsetHours,
  newYorkTime,
  weekday,
} from './newYork.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Instants under the present rule of daylight saving. */
const instant = fc.integer({ min: Date.UTC(2007, 2, 1), max: Date.UTC(2060, 0, 1) })
const date = instant.map(time => new Date(time).toISOString().slice(0, 10))

/** The wall clock by the time zone tables of the platform, an independent authority. */
const authority = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})

test('the wall clock is the one of the time zone tables', () => {
  fc.assert(
    fc.property(instant, time => {
      expect(`${newYorkDate(time)} ${newYorkClock(time)}`).toBe(authority.format(time))
    }),
  )
})

test.each([
  ['2007-03-11', 7, 5, 4],
  ['2007-11-04', 6, 4, 5],
  ['2015-03-08', 7, 5, 4],
  ['2015-11-01', 6, 4, 5],
  ['2026-03-08', 7, 5, 4],
  ['2026-11-01', 6, 4, 5],
  ['2027-03-14', 7, 5, 4],
  ['2027-11-07', 6, 4, 5],
])(
  'on %s the clock is changed at %i o’clock of Greenwich, not a millisecond before',
  (date, hour, from, to) => {
    const change = Date.parse(`${date}T00:00:00Z`) + hour * HOUR
    expect(newYorkOffsetHours(change - 1)).toBe(from)
    expect(newYorkOffsetHours(change)).toBe(to)
    expect(authority.format(change).slice(11)).toBe(newYorkClock(change))
  },
)

test('the minute of the day agrees with the wall clock and keeps its fraction', () => {
  fc.assert(
    fc.property(instant, time => {
      const [hour = 0, minute = 0, second = 0] = newYorkClock(time).split(':').map(Number)
      const whole = hour * 60 + minute + second / 60
      expect(newYorkMinute(time)).toBeCloseTo(whole + (time % 1000) / MINUTE, 9)
    }),
  )
  expect(newYorkMinute(Date.UTC(2026, 10, 20, 14, 30, 30))).toBe(570.5)
})

test('the instant of a date and a minute shows that date and minute, on days of change too', () => {
  fc.assert(
    fc.property(
      fc.oneof(date, fc.constantFrom('2026-03-08', '2026-11-01', '2008-03-09', '2008-11-02')),
      fc.integer({ min: 0, max: 1439 }),
      (date, minute) => {
        const time = newYorkTime(date, minute)
        // The hour from 2:00 to 3:00 does not exist on the day that loses it
        const isLost = minute >= 120 && minute < 180 && newYorkMinute(newYorkTime(date, 120)) !== 120
        expect(newYorkDate(time)).toBe(date)
        expect(newYorkMinute(time)).toBe(isLost ? minute + 60 : minute)
      },
    ),
  )
})

test('of the hour that is shown twice the first one is meant', () => {
  const first = newYorkTime('2026-11-01', 90)
  expect(first).toBe(Date.UTC(2026, 10, 1, 5, 30))
  expect(newYorkClock(first)).toBe(newYorkClock(first + HOUR))
  expect(newYorkOffsetHours(first)).toBe(4)
})

test('a day of New York lasts 24 hours, 23 in spring, 25 in autumn', () => {
  const length = (date: string) => (newYorkTime(addDays(date, 1), 0) - newYorkTime(date, 0)) / HOUR
  expect([length('2026-03-07'), length('2026-03-08'), length('2026-11-01')]).toEqual([24, 23, 25])
  fc.assert(
    fc.property(date, date => {
      expect([23, 24, 25]).toContain(length(date))
    }),
  )
})

test('what is no date is refused', () => {
  expect(() => newYorkTime('20.11.2026', 570)).toThrow(
    new RangeError('date must be written YYYY-MM-DD, was "20.11.2026"'),
  )
  expect(() => newYorkTime('2026-13-01', 570)).toThrow(RangeError)
})

test('days are added and counted back, and move the weekday along', () => {
  fc.assert(
    fc.property(date, fc.integer({ min: -4000, max: 4000 }), (date, days) => {
      const later = addDays(date, days)
      expect(daysBetween(date, later)).toBe(days)
      expect(addDays(later, -days)).toBe(date)
      expect(weekday(later)).toBe((((weekday(date) + days) % 7) + 7) % 7)
      expect(later > date).toBe(days > 0)
    }),
  )
})

test.each([
  ['2024-02-28', 1, '2024-02-29'],
  ['2026-02-28', 1, '2026-03-01'],
  ['2026-12-31', 1, '2027-01-01'],
  ['2026-03-08', 7, '2026-03-15'],
])('%s and %i days is %s', (date, days, later) => {
  expect(addDays(date, days)).toBe(later)
})

test('the weekday is that of the day, counted from a known Thursday', () => {
  fc.assert(
    fc.property(date, date => {
      expect(weekday(date)).toBe((Math.floor(Date.parse(date) / DAY) + 4) % 7)
    }),
  )
  expect(['2026-11-20', '2026-11-22'].map(weekday)).toEqual([5, 0])
})
