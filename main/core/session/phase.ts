import type { EpochMilliseconds, Years } from '../base/units.ts'
import { MILLISECONDS_PER_MINUTE, MINUTES_PER_YEAR } from '../base/units.ts'
import type { SessionTimes } from './calendar.ts'

/**
 * Where the day stands. `session` is the only phase in which new risk may be taken; `guard` lets positions be
 * closed and watches short legs; `lastTrades` follows the closing price; in `watch` holders may still exercise.
 */
export type SessionPhase = 'closed' | 'preflight' | 'session' | 'guard' | 'lastTrades' | 'watch'

/** The phase of a session at an instant. */
export function phaseAt(session: SessionTimes, time: EpochMilliseconds): SessionPhase {
  if (time < session.preflight || time >= session.watchEnd) return 'closed'
  if (time < session.open) return 'preflight'
  if (time < session.guard) return 'session'
  if (time < session.close) return 'guard'
  return time < session.lastTrade ? 'lastTrades' : 'watch'
}

/** Minutes from the open, negative before it. */
export function minutesSinceOpen(session: SessionTimes, time: EpochMilliseconds): number {
  return (time - session.open) / MILLISECONDS_PER_MINUTE
}

/** Minutes to the closing price, 0 from there on. */
export function minutesToClose(session: SessionTimes, time: EpochMilliseconds): number {
  return Math.max(0, (session.close - time) / MILLISECONDS_PER_MINUTE)
}

/** Time to the closing price on the clock of implied volatility: minutes over 525,600. */
export function yearsToClose(session: SessionTimes, time: EpochMilliseconds): Years {
  return minutesToClose(session, time) / MINUTES_PER_YEAR
}
