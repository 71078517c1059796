import type { EpochMilliseconds, Milliseconds } from '../core/base/units.ts'

/** Longest that somebody waits: one who goes first and hangs must not stop the others for ever. */
const LONGEST: Milliseconds = 250

/** How long is waited where the end cannot be seen: as long as most decisions take. */
const UNSEEN: Milliseconds = 40

/** What goes first, as another thread or process is told of it. */
export interface RightOfWay {
  /** In shared memory: 0 until it is over. Absent where no memory is shared. */
  readonly end?: Int32Array<SharedArrayBuffer>
  /** When nobody waits for it any more. */
  readonly until: EpochMilliseconds
}

/** The right of way of some work that begins now: its end is seen where memory is shared, elsewhere it is guessed. */
export function rightOfWay(work: Promise<unknown>, sharesMemory: boolean): RightOfWay {
  if (!sharesMemory) return { until: Date.now() + UNSEEN }
  const end = unended()
  const show = () => {
    Atomics.store(end, 0, 1)
    Atomics.notify(end, 0)
  }
  work.then(show, show)
  return { end, until: Date.now() + LONGEST }
}

/** Holds this thread still, whole, until what goes first is over. */
export function giveWayTo({ end = unended(), until }: RightOfWay): void {
  Atomics.wait(end, 0, 0, Math.max(0, until - Date.now()))
}

function unended(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}
