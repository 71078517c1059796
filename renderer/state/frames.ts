import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ChainFrame, CurvesFrame, PulseFrame } from '../../main/contract/frames.ts'

/** The latest frames, put in place at most once a painted frame. */
export interface FramesState {
  readonly pulse: PulseFrame | undefined
  readonly curves: CurvesFrame | undefined
  readonly chain: ChainFrame | undefined
}

export const framesStore = createStore<FramesState>(() => ({
  pulse: undefined,
  curves: undefined,
  chain: undefined,
}))

/** A part of the latest pulse, in a component; undefined before the first. */
export function usePulse<Part>(select: (pulse: PulseFrame) => Part): Part | undefined {
  return useStore(framesStore, state => (state.pulse ? select(state.pulse) : undefined))
}

/**
 * How old, in session time, a figure may get that is made every so often by the wall clock: a session that is played
 * twenty times as fast ages its figures twenty times as fast.
 */
export function useSessionTime(wall: number): number {
  const pace = usePulse(pulse => pulse.playback.pace) ?? 1
  return pace === 'max' ? Number.POSITIVE_INFINITY : wall * Math.max(1, pace)
}

/** The latest curves, in a component. */
export function useCurves(): CurvesFrame | undefined {
  return useStore(framesStore, state => state.curves)
}

/** How old the curves are, in session time; undefined before the first. */
export function useCurvesAge(): number | undefined {
  const time = useCurves()?.time
  const now = usePulse(pulse => pulse.time)
  return time === undefined || now === undefined ? undefined : Math.max(0, now - time)
}

/** Gathers frames as they come and puts the newest in place before the next paint. */
export function createFrameGate(
  schedule: (paint: () => void) => void,
): (frames: Partial<FramesState>) => void {
  let waiting: Partial<FramesState> | undefined
  return frames => {
    const isFirst = waiting === undefined
    waiting = { ...waiting, ...frames }
    if (!isFirst) return
    schedule(() => {
      const next = waiting ?? {}
      waiting = undefined
      framesStore.setState(next)
    })
  }
}
