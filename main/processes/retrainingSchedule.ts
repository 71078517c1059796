import type { EpochMilliseconds } from '../core/base/units.ts'
import { addDays, newYorkDate, newYorkTime, weekday } from '../core/session/newYork.ts'

const SUNDAY = 0
const DAYS_A_WEEK = 7
/** 02:00 in New York. On the night the clocks go forward that hour does not exist; it is 03:00 then. */
const MINUTE = 120

/** The first instant after `now` at which the week is learned from: Sunday, 02:00 in New York. */
export function nextRetraining(now: EpochMilliseconds): EpochMilliseconds {
  const date = newYorkDate(now)
  const sunday = addDays(date, (SUNDAY - weekday(date) + DAYS_A_WEEK) % DAYS_A_WEEK)
  const coming = newYorkTime(sunday, MINUTE)
  return coming > now ? coming : newYorkTime(addDays(sunday, DAYS_A_WEEK), MINUTE)
}

/** The last instant up to `now` at which the week was to be learned from. */
export function lastRetraining(now: EpochMilliseconds): EpochMilliseconds {
  const date = newYorkDate(now)
  const sunday = addDays(date, -((weekday(date) - SUNDAY + DAYS_A_WEEK) % DAYS_A_WEEK))
  const past = newYorkTime(sunday, MINUTE)
  return past <= now ? past : newYorkTime(addDays(sunday, -DAYS_A_WEEK), MINUTE)
}

/** Whether the program, when it starts, has a retraining to make up for: one was due since the last was done. */
export function isRetrainingDue(now: EpochMilliseconds, lastDone: EpochMilliseconds): boolean {
  return lastDone < lastRetraining(now)
}
