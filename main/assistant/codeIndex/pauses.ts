import { setImmediate } from 'node:timers/promises'

/** Longest stretch of work without a pause, milliseconds. */
const STRETCH = 12

/** A rest between pieces of long work: lets everything else that waits have its turn, whenever a stretch of work is over. */
export function createPauses(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < STRETCH) return
    await setImmediate()
    since = performance.now()
  }
}
