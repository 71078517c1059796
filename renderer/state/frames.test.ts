import { renderHook } from '@testing-library/react'
import * as fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { newWindow, showFrames } from '../../main/fixtures/page.ts'
import { chainOf, curvesOf, pulseOf } from '../../main/fixtures/screen.ts'
import { createFrameGate, framesStore, usePulse, useSessionTime, type FramesState } from './frames.ts'

beforeEach(() => {
  newWindow()
})

/** A gate whose paints happen when the test says so. */
function heldGate() {
  const paints: (() => void)[] = []
  return { gate: createFrameGate(paint => paints.push(paint)), paints }
}

test('nothing is in place before the next paint, then the newest of each kind is', () => {
  const { gate, paints } = heldGate()
  gate({ pulse: pulseOf({ regime: 0.1 }) })
  gate({ chain: chainOf([690]) })
  gate({ pulse: pulseOf({ regime: 0.2 }) })
  expect(framesStore.getState().pulse).toBeUndefined()
  expect(paints).toHaveLength(1)
  paints[0]?.()
  expect(framesStore.getState()).toMatchObject({ pulse: { regime: 0.2 }, chain: { strikes: { length: 1 } } })
})

test('a kind of frame that did not come stays as it was', () => {
  const { gate, paints } = heldGate()
  showFrames({ curves: curvesOf({ spot: 691 }), pulse: pulseOf() })
  gate({ pulse: pulseOf({ regime: -0.4 }) })
  paints[0]?.()
  expect(framesStore.getState()).toMatchObject({ curves: { spot: 691 }, pulse: { regime: -0.4 } })
})

test('however frames come, each paint puts in place the newest of each kind, and the store changes once', () => {
  const regimes = fc.double({ min: -1, max: 1, noNaN: true })
  const frame = fc.oneof(
    regimes.map((regime): Partial<FramesState> => ({ pulse: pulseOf({ regime }) })),
    regimes.map((spot): Partial<FramesState> => ({ curves: curvesOf({ spot }) })),
  )
  const came = fc.array(fc.oneof(frame, fc.constant('paint' as const)), { maxLength: 30 })
  fc.assert(
    fc.property(came, events => {
      newWindow()
      const { gate, paints } = heldGate()
      let changes = 0
      const stop = framesStore.subscribe(() => (changes += 1))
      const newest = { ...framesStore.getState() }
      let wanted = 0
      let isWaiting = false
      for (const event of [...events, 'paint' as const]) {
        if (event !== 'paint') {
          Object.assign(newest, event)
          isWaiting = true
          gate(event)
          continue
        }
        wanted += isWaiting ? 1 : 0
        isWaiting = false
        paints.splice(0).forEach(paint => paint())
        expect(framesStore.getState()).toEqual(newest)
      }
      stop()
      expect(changes).toBe(wanted)
    }),
  )
})

test('a part of the pulse is unknown before the first pulse', () => {
  const { result } = renderHook(() => usePulse(pulse => pulse.regime))
  expect(result.current).toBeUndefined()
  showFrames({ pulse: pulseOf({ regime: 0.3 }) })
  expect(result.current).toBe(0.3)
})

test.each([
  [20, 40_000],
  [1, 2000],
  [0.5, 2000],
  ['max', Number.POSITIVE_INFINITY],
] as const)(
  'at a pace of %s a figure made every two seconds of the wall may be %s ms old',
  (pace, oldest) => {
    showFrames({ pulse: pulseOf({ playback: { pace, isPaused: false, isLive: false } }) })
    expect(renderHook(() => useSessionTime(2000)).result.current).toBe(oldest)
  },
)
