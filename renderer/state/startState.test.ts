import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Fact } from '../../main/contract/audits.ts'
import { newWindow, noticeTitles, settled, TestPipe } from '../../main/fixtures/page.ts'
import { NOW, alertOf, chainOf, curvesOf, deskSnapshot, pulseOf } from '../../main/fixtures/screen.ts'
import { deskStore } from './deskStore.ts'
import { framesStore } from './frames.ts'
import { startState } from './startState.ts'

let pipe: TestPipe

beforeEach(() => {
  newWindow()
  vi.stubGlobal('requestAnimationFrame', (paint: () => void) => paint())
  pipe = new TestPipe()
  pipe.answer('snapshot/get', deskSnapshot())
  pipe.answer('layout/get', null)
  startState(pipe)
})

afterEach(() => {
  vi.unstubAllGlobals()
  newWindow()
})

async function connectPage(): Promise<void> {
  pipe.setConnected(true)
  await settled()
}

function tell(sequence: number, ...facts: Fact[]): void {
  pipe.push('audit', { sequence, time: NOW, facts })
}

test('asks for nothing before the other side is there, then for a snapshot and for the choices of last time', async () => {
  expect(pipe.calls).toEqual([])
  await connectPage()
  expect(new Set(pipe.calls.map(call => call.name))).toEqual(new Set(['layout/get', 'snapshot/get']))
  expect(deskStore.getState()).toMatchObject({ isConnected: true, isReady: true, sequence: 10 })
})

test('after each break it begins again with a snapshot; the choices are taken up only once', async () => {
  await connectPage()
  pipe.setConnected(false)
  expect(deskStore.getState()).toMatchObject({ isConnected: false, sequence: 10 })
  pipe.answer('snapshot/get', deskSnapshot({ sequence: 40, phase: 'guard' }))
  const asked = pipe.requests('layout/get').length
  await connectPage()
  expect(deskStore.getState()).toMatchObject({ isConnected: true, sequence: 40, phase: 'guard' })
  expect(pipe.requests('snapshot/get')).toHaveLength(2)
  expect(pipe.requests('layout/get')).toHaveLength(asked)
})

test('a missing audit asks for one snapshot, however many audits come meanwhile', async () => {
  await connectPage()
  const release = pipe.hold('snapshot/get', { ok: true, value: deskSnapshot({ sequence: 15 }) })
  for (const sequence of [12, 13, 14, 15]) tell(sequence, { kind: 'phaseChanged', phase: 'guard' })
  await settled()
  expect(pipe.requests('snapshot/get')).toHaveLength(2)
  release()
  await settled()
  tell(16, { kind: 'keysArmed', until: NOW })
  expect(deskStore.getState()).toMatchObject({ sequence: 16, phase: 'session', keysArmedUntil: NOW })
})

test('a snapshot that could not be had is asked for again at the next missing audit', async () => {
  await connectPage()
  pipe.refuse('snapshot/get', 'at most 50 calls a second', 'tooMany')
  tell(12)
  await settled()
  pipe.answer('snapshot/get', deskSnapshot({ sequence: 13 }))
  tell(13)
  await settled()
  expect(deskStore.getState().sequence).toBe(13)
})

test('a new session is begun with a snapshot of its own', async () => {
  await connectPage()
  const session = { id: 'next', date: '2026-11-23', underlying: 'SPY', source: 'made up' }
  pipe.answer('snapshot/get', deskSnapshot({ sequence: 11, session }))
  tell(11, { kind: 'sessionOpened', session, time: NOW })
  await settled()
  expect(deskStore.getState().session).toEqual(session)
})

test('an alert is told once, even where its audit comes twice', async () => {
  await connectPage()
  const alerted: Fact = { kind: 'alerted', alert: alertOf() }
  tell(11, alerted)
  tell(11, alerted)
  expect(noticeTitles()).toEqual([alertOf().title])
  expect(deskStore.getState().alerts).toHaveLength(1)
})

test('alerts of a snapshot are listed and not told again', async () => {
  pipe.answer('snapshot/get', deskSnapshot({ alerts: [alertOf()] }))
  await connectPage()
  expect(deskStore.getState().alerts).toHaveLength(1)
  expect(noticeTitles()).toEqual([])
})

test('frames come into their places, and what was learned as well', async () => {
  await connectPage()
  pipe.push('pulse', pulseOf({ regime: 0.7 }))
  pipe.push('chain', chainOf([689, 690]))
  pipe.push('curves', curvesOf({ spot: 690.5 }))
  pipe.push('preference', { answers: 9, tastes: [] })
  expect(framesStore.getState()).toMatchObject({
    pulse: { regime: 0.7 },
    chain: { strikes: Float64Array.of(689, 690) },
    curves: { spot: 690.5 },
  })
  expect(deskStore.getState().preference.answers).toBe(9)
})

test('an engine that is silent for two seconds counts as lost, until it is heard again', async () => {
  vi.useFakeTimers()
  startState(pipe)
  pipe.setConnected(true)
  await vi.advanceTimersByTimeAsync(1900)
  expect(deskStore.getState().isConnected).toBe(true)
  await vi.advanceTimersByTimeAsync(700)
  expect(deskStore.getState().isConnected).toBe(false)
  const asked = pipe.requests('snapshot/get').length
  pipe.push('pulse', pulseOf())
  await vi.advanceTimersByTimeAsync(10)
  expect(deskStore.getState().isConnected).toBe(true)
  expect(pipe.requests('snapshot/get')).toHaveLength(asked + 1)
  vi.useRealTimers()
})
