import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isEarlyClose, isTradingDay, sessionTimes, tradingSession } from './calendar.ts'
import { addDays, newYorkClock, newYorkDate, weekday } from './newYork.ts'

function daysOf(year: number): string[] {
  const days: string[] = []
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) days.push(day)
  return days
}

/** Weekdays without trade, as month and day. */
function closures(year: number): string {
  const shut = daysOf(year).filter(day => weekday(day) % 6 !== 0 && !isTradingDay(day))
  return shut.map(day => day.slice(5)).join(' ')
}

function earlyCloses(year: number): string {
  const early = daysOf(year).filter(isEarlyClose)
  return early.map(day => day.slice(5)).join(' ')
}

// As the New York Stock Exchange published them
test.each([
  [2007, '01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25'],
  [2011, '01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26'],
  [2012, '01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25'],
  [2018, '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25'],
  [2020, '01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25'],
  [2021, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24'],
  [2022, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26'],
  [2023, '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25'],
  [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25'],
  [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25'],
  [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25'],
  [2027, '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24'],
  [2028, '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25'],
])('in %i the exchange is shut on %s', (year, published) => {
  expect(closures(year)).toBe(published)
})

test.each([
  [2012, '07-03 11-23 12-24'],
  [2013, '07-03 11-29 12-24'],
  [2015, '11-27 12-24'],
  [2018, '07-03 11-23 12-24'],
  [2020, '11-27 12-24'],
  [2021, '11-26'],
  [2022, '11-25'],
  [2024, '07-03 11-29 12-24'],
  [2025, '07-03 11-28 12-24'],
  [2026, '11-27 12-24'],
  [2027, '11-26'],
  [2028, '07-03 11-24'],
])('in %i it closes early on %s', (year, published) => {
  expect(earlyCloses(year)).toBe(published)
})

test('New Year on a Saturday leaves the last day of the old year open', () => {
  for (const year of [2011, 2022, 2028]) {
    expect(weekday(`${year}-01-01`)).toBe(6)
    expect(isTradingDay(`${year - 1}-12-31`)).toBe(true)
    expect(isEarlyClose(`${year - 1}-12-31`)).toBe(false)
  }
})

test('Juneteenth is kept since 2022 only', () => {
  expect(isTradingDay('2020-06-19')).toBe(true)
  expect(isTradingDay('2021-06-18')).toBe(true)
  expect(isTradingDay('2022-06-20')).toBe(false)
})

function marks(date: string): Record<string, string> {
  const { preflight, open, guard, close, lastTrade, watchEnd } = tradingSession(date)
  const clocks = Object.entries({ preflight, open, guard, close, lastTrade, watchEnd })
  for (const [, time] of clocks) expect(newYorkDate(time)).toBe(date)
  return Object.fromEntries(clocks.map(([name, time]) => [name, newYorkClock(time).slice(0, 5)]))
}

test.each(['2026-11-20', '2026-06-10', '2026-03-09', '2026-11-02'])('%s has the usual hours', date => {
  expect(marks(date)).toEqual({
    preflight: '09:15',
    open: '09:30',
    guard: '15:30',
    close: '16:00',
    lastTrade: '16:15',
    watchEnd: '17:30',
  })
  expect(tradingSession(date)).toMatchObject({ date, isEarlyClose: false })
})

test.each(['2026-11-27', '2025-07-03'])('on %s every mark after the open is three hours earlier', date => {
  expect(marks(date)).toEqual({
    preflight: '09:15',
    open: '09:30',
    guard: '12:30',
    close: '13:00',
    lastTrade: '13:15',
    watchEnd: '14:30',
  })
  expect(tradingSession(date)).toMatchObject({ date, isEarlyClose: true })
})

test.each(['2026-11-26', '2026-11-21'])('%s has no session, and asking for one is an error', date => {
  expect(sessionTimes(date)).toBeUndefined()
  expect(() => tradingSession(date)).toThrow(new RangeError(`date must be a trading day, was ${date}`))
})

const DAILY_BARS = '../shared/data/bars/eod_spx_spy_vix_2016_to_2024.csv'
const VIX = '../shared/data/vix/vix_daily_to_2023-12.csv'

function tradedDates(file: string, isTraded: (columns: readonly string[]) => boolean): Set<string> {
  const rows = readFileSync(file, 'utf8').trim().split('\n')
  return new Set(rows.map(row => row.split(',')).flatMap(row => (isTraded(row) && row[0] ? [row[0]] : [])))
}

function calendarDays(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

test.skipIf(!existsSync(DAILY_BARS))('SPY traded on the days we say (needs ../shared/data)', () => {
  // In 2024 the file leaves the short days out
  const traded = tradedDates(DAILY_BARS, row => row[1] === 'SPY')
  const wrong = calendarDays('2016-01-04', '2023-12-29').filter(day => isTradingDay(day) !== traded.has(day))
  expect(wrong).toEqual([])
})

test.skipIf(!existsSync(VIX))(
  'the volatility index was set on the days we say (needs ../shared/data)',
  () => {
    // Later the index is computed on holidays too
    const traded = tradedDates(VIX, row => row[0] !== 'date')
    const wrong = calendarDays('2007-01-01', '2021-12-31').filter(
      day => isTradingDay(day) !== traded.has(day),
    )
    expect(wrong).toEqual([])
  },
)
