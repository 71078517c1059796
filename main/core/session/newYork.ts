import type { EpochMilliseconds, IsoDate, MinuteOfDay } from '../base/units.ts'
import { MILLISECONDS_PER_MINUTE } from '../base/units.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Hours that New York is behind UTC at an instant: 4 in summer, 5 in winter (United States rule since 2007). */
export function newYorkOffsetHours(time: EpochMilliseconds): 4 | 5 {
  const { starts, ends } = summerOf(new Date(time).getUTCFullYear())
  return time >= starts && time < ends ? 4 : 5
}

/** The calendar date in New York at an instant. */
export function newYorkDate(time: EpochMilliseconds): IsoDate {
  return new Date(time - newYorkOffsetHours(time) * HOUR).toISOString().slice(0, 10)
}

/** Minutes since New York midnight at an instant, with the fraction. */
export function newYorkMinute(time: EpochMilliseconds): MinuteOfDay {
  const local = time - newYorkOffsetHours(time) * HOUR
  return (((local % DAY) + DAY) % DAY) / MILLISECONDS_PER_MINUTE
}

/** The wall clock in New York at an instant, `09:30:05`. */
export function newYorkClock(time: EpochMilliseconds): string {
  return new Date(time - newYorkOffsetHours(time) * HOUR).toISOString().slice(11, 19)
}

/** A whole minute of the day as it is written, `09:30`. */
export function minuteClock(minute: MinuteOfDay): string {
  return new Date(minute * MILLISECONDS_PER_MINUTE).toISOString().slice(11, 16)
}

/** The instant at which New York shows a date and a minute of the day. */
export function newYorkTime(date: IsoDate, minute: MinuteOfDay): EpochMilliseconds {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight)) throw new RangeError(`date must be written YYYY-MM-DD, was "${date}"`)
  const guess = midnight + minute * MILLISECONDS_PER_MINUTE + 5 * HOUR
  return guess - (5 - newYorkOffsetHours(guess - HOUR)) * HOUR
}

/** The weekday of a date, 0 is Sunday. */
export function weekday(date: IsoDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}

/** The date a number of calendar days later. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** Calendar days from one date to another. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY)
}

interface Summer {
  readonly starts: EpochMilliseconds
  readonly ends: EpochMilliseconds
}

/** Summers that were worked out before, by year: every minute of a session asks for the same one. */
const SUMMERS = new Map<number, Summer>()

function summerOf(year: number): Summer {
  const known = SUMMERS.get(year)
  if (known) return known
  const summer = { starts: nthSunday(year, 2, 2) + 7 * HOUR, ends: nthSunday(year, 10, 1) + 6 * HOUR }
  SUMMERS.set(year, summer)
  return summer
}

function nthSunday(year: number, month: number, nth: number): EpochMilliseconds {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay()
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + 7 * (nth - 1))
}
