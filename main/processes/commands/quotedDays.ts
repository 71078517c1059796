import { readMinuteCloses, readMinuteQuotes, type MinuteQuotes } from '../../adapters/history/minuteQuotes.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { EpochMilliseconds, IsoDate, Price } from '../../core/base/units.ts'
import { sessionTimes, tradingDayOnOrBefore, tradingSession } from '../../core/session/calendar.ts'
import type { QuotedDay } from '../../core/volatility/minuteSmiles.ts'

/** A day of quotes of one expiry with the session it belongs to. */
export interface ReadDay extends QuotedDay {
  readonly date: IsoDate
  readonly expiry: IsoDate
}

/** The days of quotes and prices that two files hold; days on which the exchanges are shut are left out. */
export async function readQuotedDays(
  quotesFile: string,
  underlyingFile: string,
): Promise<Result<{ readonly days: readonly ReadDay[]; readonly quotes: MinuteQuotes }, string>> {
  const quotes = await readMinuteQuotes(quotesFile)
  if (!quotes.ok) return quotes
  const closes = await readMinuteCloses(underlyingFile)
  if (!closes.ok) return closes
  const underlyingAt = lastBefore(closes.value)
  const days = quotes.value.days.flatMap(day => {
    const times = sessionTimes(day.date)
    if (!times) return []
    const close = tradingSession(tradingDayOnOrBefore(day.expiry)).close
    const todays = (time: EpochMilliseconds) => underlyingAt(time, times.preflight - HOURS_BEFORE)
    return [{ ...day, underlyingAt: todays, close, until: times.lastTrade }]
  })
  if (days.length === 0) return failure(`quotes: ${quotesFile} must have quotes of trading days`)
  const isPriced = days.some(({ underlyingAt, until }) => underlyingAt(until) !== undefined)
  if (!isPriced) return failure(`underlying: ${underlyingFile} must have prices of ${datesOf(days)}`)
  return success({ days, quotes: quotes.value })
}

function datesOf(days: readonly ReadDay[]): string {
  const dates = [...new Set(days.map(({ date }) => date))].toSorted()
  const [first, last] = [dates[0], dates.at(-1)]
  return first === last ? `${first}` : `${first} to ${last}`
}

/** Prices from before the market opens count from here on, in milliseconds before the preflight. */
const HOURS_BEFORE = 6 * 3_600_000

/** The last price known at an instant, if it is not older than another. */
function lastBefore(points: readonly { readonly time: EpochMilliseconds; readonly price: Price }[]) {
  return (time: EpochMilliseconds, notBefore: EpochMilliseconds): Price | undefined => {
    let [low, high] = [0, points.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((points[middle]?.time ?? Infinity) <= time) low = middle + 1
      else high = middle
    }
    const point = points[low - 1]
    return point && point.time >= notBefore ? point.price : undefined
  }
}
