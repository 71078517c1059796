import type { EpochMilliseconds, IsoDate } from '../base/units.ts'
import { MILLISECONDS_PER_MINUTE } from '../base/units.ts'
import { addDays, newYorkTime, weekday } from './newYork.ts'

/** The marks of one trading day, each an instant; on an early close every mark after the open moves with it. */
export interface SessionTimes {
  readonly date: IsoDate
  readonly isEarlyClose: boolean
  /** 09:15, when checks run before the open. */
  readonly preflight: EpochMilliseconds
  /** 09:30. */
  readonly open: EpochMilliseconds
  /** 15:30, from where no new risk is taken and short legs are watched. */
  readonly guard: EpochMilliseconds
  /** 16:00, whose price decides automatic exercise. */
  readonly close: EpochMilliseconds
  /** 16:15, the last trade of SPY options. */
  readonly lastTrade: EpochMilliseconds
  /** 17:30, until when holders may still exercise. */
  readonly watchEnd: EpochMilliseconds
}

/** Days on which New York was shut outside the rule. */
const EXTRA_CLOSURES: ReadonlySet<IsoDate> = new Set([
  '2007-01-02',
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
])

/** Whether the exchanges trade on a date, by the published rules of the New York Stock Exchange since 2007. */
export function isTradingDay(date: IsoDate): boolean {
  const day = weekday(date)
  return day !== 0 && day !== 6 && !isHoliday(date) && !EXTRA_CLOSURES.has(date)
}

/** Whether a trading day closes at 13:00: 3 July, the day after Thanksgiving, and 24 December, where they trade. */
export function isEarlyClose(date: IsoDate): boolean {
  if (!isTradingDay(date)) return false
  const year = Number(date.slice(0, 4))
  const monthDay = date.slice(5)
  if (monthDay === '12-24' || monthDay === '07-03') return true
  return date === addDays(nthWeekday(year, 11, 4, 4), 1)
}

/** The marks of a trading day, or undefined where the exchanges are shut. */
export function sessionTimes(date: IsoDate): SessionTimes | undefined {
  if (!isTradingDay(date)) return undefined
  const early = isEarlyClose(date)
  const close = newYorkTime(date, early ? 780 : 960)
  const minutes = (count: number) => count * MILLISECONDS_PER_MINUTE
  return {
    date,
    isEarlyClose: early,
    preflight: newYorkTime(date, 555),
    open: newYorkTime(date, 570),
    guard: close - minutes(30),
    close,
    lastTrade: close + minutes(15),
    watchEnd: close + minutes(90),
  }
}

/** The marks of a date that must be a trading day; throws where it is not. */
export function tradingSession(date: IsoDate): SessionTimes {
  const times = sessionTimes(date)
  if (!times) throw new RangeError(`date must be a trading day, was ${date}`)
  return times
}

/** The first trading day after a date. */
export function nextTradingDay(date: IsoDate): IsoDate {
  let day = addDays(date, 1)
  while (!isTradingDay(day)) day = addDays(day, 1)
  return day
}

/** The last trading day on or before a date. */
export function tradingDayOnOrBefore(date: IsoDate): IsoDate {
  let day = date
  while (!isTradingDay(day)) day = addDays(day, -1)
  return day
}

function isHoliday(date: IsoDate): boolean {
  const year = Number(date.slice(0, 4))
  return (
    date === observedNewYear(year) ||
    date === nthWeekday(year, 1, 1, 3) ||
    date === nthWeekday(year, 2, 1, 3) ||
    date === addDays(easterSunday(year), -2) ||
    date === lastMonday(year, 5) ||
    (year >= 2022 && date === observed(`${year}-06-19`)) ||
    date === observed(`${year}-07-04`) ||
    date === nthWeekday(year, 9, 1, 1) ||
    date === nthWeekday(year, 11, 4, 4) ||
    date === observed(`${year}-12-25`)
  )
}

/** A fixed holiday on Saturday is kept on Friday, on Sunday on Monday. */
function observed(date: IsoDate): IsoDate {
  const day = weekday(date)
  if (day === 6) return addDays(date, -1)
  return day === 0 ? addDays(date, 1) : date
}

/** New Year on a Saturday is not kept at all: the Friday before closes the year. */
function observedNewYear(year: number): IsoDate {
  const date = `${year}-01-01`
  return weekday(date) === 0 ? addDays(date, 1) : date
}

function nthWeekday(year: number, month: number, day: number, nth: number): IsoDate {
  const first = `${year}-${String(month).padStart(2, '0')}-01`
  return addDays(first, ((day - weekday(first) + 7) % 7) + 7 * (nth - 1))
}

function lastMonday(year: number, month: number): IsoDate {
  const fifth = nthWeekday(year, month, 1, 5)
  return Number(fifth.slice(5, 7)) === month ? fifth : nthWeekday(year, month, 1, 4)
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
function easterSunday(year: number): IsoDate {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
