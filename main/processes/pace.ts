import { setTimeout as sleep } from 'node:timers/promises'

/** How fast a worker may go: all it can, a share of its time, or not at all. */
export interface Pace {
  readonly isPaused: boolean
  /** Share of the time that it works, above 0 and at most 1. */
  readonly share: number
}

export const FULL_PACE: Pace = { isPaused: false, share: 1 }

/** Thrown where work is to end before it is done. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** The gate that work passes again and again, and whoever sets its pace. */
export interface Pacer {
  set(pace: Pace): void
  /** Lets the work end at its next gate. */
  stop(): void
  /**
   * Asked between pieces of work: waits while it is paused, and as long as the share of time asks for. Lets messages come in
   * before it resolves; rejects with `Stopped` where the work is to end.
   */
  gate(): Promise<void>
}

/** A pacer at full speed. `now` is in milliseconds and only measures; `rest` resolves after as many. */
export function createPacer(
  now: () => number = () => performance.now(),
  rest: (time: number) => Promise<unknown> = sleep,
): Pacer {
  const state = { pace: FULL_PACE, isStopped: false, worked: now(), wake: () => {} }
  return {
    set(pace) {
      state.pace = pace
      state.wake()
    },
    stop() {
      state.isStopped = true
      state.wake()
    },
    async gate() {
      const busy = Math.max(0, now() - state.worked)
      // A turn of the loop, so that what was sent meanwhile is heard
      await new Promise(resolve => setImmediate(resolve))
      if (state.pace.share < 1 && !state.isStopped) await rest(busy * (1 / state.pace.share - 1))
      while (state.pace.isPaused && !state.isStopped) {
        await new Promise<void>(resolve => {
          state.wake = resolve
        })
      }
      if (state.isStopped) throw new Stopped('it was stopped')
      state.worked = now()
    },
  }
}
