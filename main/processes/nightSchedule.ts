import type { EpochMilliseconds } from '../core/base/units.ts'
import { addDays, newYorkDate, newYorkTime } from '../core/session/newYork.ts'

/** 02:00 in New York. On the night the clocks go forward that hour does not exist; it is 03:00 then. */
const MINUTE = 120

/** The first instant after `now` at which the assistant's night begins: 02:00 in New York. */
export function nextNight(now: EpochMilliseconds): EpochMilliseconds {
  const date = newYorkDate(now)
  const coming = newYorkTime(date, MINUTE)
  return coming > now ? coming : newYorkTime(addDays(date, 1), MINUTE)
}

/** The last instant up to `now` at which a night was to begin. */
export function lastNight(now: EpochMilliseconds): EpochMilliseconds {
  const date = newYorkDate(now)
  const past = newYorkTime(date, MINUTE)
  return past <= now ? past : newYorkTime(addDays(date, -1), MINUTE)
}

/** Whether the program, when it starts, has a night to make up for; never while a session runs. `lastDone` is 0 where none ever was. */
export function isNightDue(
  now: EpochMilliseconds,
  lastDone: EpochMilliseconds,
  isSessionRunning: boolean,
): boolean {
  return !isSessionRunning && lastDone < lastNight(now)
}
