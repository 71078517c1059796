import { setTimeout as sleep } from 'node:timers/promises'
import type { RouterTime } from './router.ts'

/** The clock of this machine. What waits by it keeps no program from ending. */
export const REAL_TIME: RouterTime = {
  now: () => performance.now(),
  delay: time =>
    time === 0 ? new Promise(resolve => setImmediate(resolve)) : sleep(time, undefined, { ref: false }),
  alarm(time, ring) {
    const timer = setTimeout(ring, time)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
