import type { Milliseconds } from '../core/base/units.ts'

/** Longest that somebody waits: one who goes first and hangs must not stop the others for ever. */
const LONGEST: Milliseconds = 250

/** How long one waits who cannot see the end: as long as most decisions take. */
const UNSEEN: Milliseconds = 40

/** The end of some work as other threads see it, in shared memory: 0 until it is over. */
export type SharedEnd = Int32Array<SharedArrayBuffer>

/** Shows the end of work to other threads. */
export function sharedEnd(work: Promise<unknown>): SharedEnd {
  const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const show = () => {
    Atomics.store(end, 0, 1)
    Atomics.notify(end, 0)
  }
  work.then(show, show)
  return end
}

/**
 * Holds this thread still until the end of others' work, or for a quarter of a second; where the end cannot be seen, for a while. Never
 * called where anything else has to happen meanwhile.
 */
export function waitFor(end: SharedEnd | undefined): void {
  if (end) Atomics.wait(end, 0, 0, LONGEST)
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, UNSEEN)
}
