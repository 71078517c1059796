import type { EpochMilliseconds } from '../core/base/units.ts'
import { isNightDue } from './nightSchedule.ts'

/** The start is well over before a night that was missed is made up for; afterwards it is asked as often. */
const ASK_EVERY = 60_000

/** What a schedule of nights needs. */
export interface NightSurroundings {
  /** Whether there is code that was given to the assistant to read. */
  isInUse(): boolean
  /** Whether the session is live or the machine on its battery: then the night waits. */
  isBusy(): boolean
  /** When the last night began; 0 where none ever did. */
  lastNight(): Promise<EpochMilliseconds>
  begin(): Promise<unknown>
}

/** Begins a night at two in New York, or as soon after it as nothing stands against it. Gives how to end that. */
export function scheduleNights(around: NightSurroundings): () => void {
  let known: EpochMilliseconds | undefined
  let isAsking = false
  const ask = async () => {
    if (isAsking || !around.isInUse()) return
    isAsking = true
    try {
      known ??= await around.lastNight()
      const now = Date.now()
      if (!isNightDue(now, known, around.isBusy())) return
      known = now
      await around.begin()
    } catch {
      // The assistant is begun again by the next question; the night is asked for again then
      known = undefined
    } finally {
      isAsking = false
    }
  }
  const timer = setInterval(() => void ask(), ASK_EVERY)
  timer.unref()
  return () => clearInterval(timer)
}
