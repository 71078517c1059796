import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  newWindow,
  noticeTitles,
  openWindow,
  settled,
  showDesk,
  type TestPipe,
} from '../../main/fixtures/page.ts'
import { machineOf } from '../../main/fixtures/screen.ts'
import { useRepeated, useRepeatedly } from './repeatedly.ts'

let pipe: TestPipe

beforeEach(() => {
  vi.useFakeTimers()
  pipe = openWindow()
  pipe.answer('machine/get', machineOf())
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  newWindow()
})

const asked = () => pipe.requests('machine/get').length

function ask(first: { readonly key: string; readonly isOn: boolean } = { key: 'a', isOn: true }) {
  return renderHook(
    ({ key, isOn }) => useRepeatedly('machine/get', { request: isOn ? {} : undefined, key, pause: 500 }),
    { initialProps: first },
  )
}

test('the same is asked again a while after every answer, one call at a time', async () => {
  const { result } = ask()
  expect(result.current).toBeUndefined()
  await settled()
  expect(result.current?.key.processor).toBe('Zen 5')
  const release = pipe.hold('machine/get', { ok: true, value: machineOf() })
  vi.advanceTimersByTime(500)
  await settled()
  vi.advanceTimersByTime(5000)
  expect(asked()).toBe(2)
  release()
  await settled()
  vi.advanceTimersByTime(499)
  expect(asked()).toBe(2)
  vi.advanceTimersByTime(1)
  expect(asked()).toBe(3)
})

test('another question is asked at once; a late answer to the one before it is not taken', async () => {
  const { result, rerender } = ask()
  const release = pipe.hold('machine/get', { ok: true, value: machineOf({ isMeasuring: true }) })
  await settled()
  rerender({ key: 'b', isOn: true })
  pipe.answer('machine/get', machineOf())
  await settled()
  rerender({ key: 'c', isOn: true })
  await settled()
  release()
  await settled()
  expect(result.current?.isMeasuring).toBe(false)
  expect(asked()).toBe(3)
})

test('nothing is asked without a request or without the engine, and then nothing is known', async () => {
  const { result, rerender } = ask()
  await settled()
  rerender({ key: 'a', isOn: false })
  expect(result.current).toBeUndefined()
  vi.advanceTimersByTime(5000)
  expect(asked()).toBe(1)
  showDesk({ isConnected: false })
  rerender({ key: 'a', isOn: true })
  vi.advanceTimersByTime(5000)
  expect(asked()).toBe(1)
})

test('a refusal leaves the last answer, is not shouted every time, and does not end the asking', async () => {
  const { result } = ask()
  await settled()
  pipe.refuse('machine/get', 'busy')
  vi.advanceTimersByTime(500)
  await settled()
  expect(result.current?.key.cores).toBe(2)
  expect(noticeTitles()).toEqual([])
  vi.advanceTimersByTime(500)
  await settled()
  expect(asked()).toBe(3)
})

test('why the last time brought nothing is told beside what is known, and only until it brings something', async () => {
  pipe.refuse('machine/get', 'starting')
  const { result } = renderHook(() => useRepeated('machine/get', { request: {}, key: '', pause: 500 }))
  await settled()
  expect(result.current).toEqual({ value: undefined, refusal: 'starting' })
  pipe.answer('machine/get', machineOf())
  vi.advanceTimersByTime(500)
  await settled()
  expect(result.current).toMatchObject({ value: { key: { cores: 2 } }, refusal: undefined })
  pipe.refuse('machine/get', 'busy')
  vi.advanceTimersByTime(500)
  await settled()
  expect(result.current).toMatchObject({ value: { key: { cores: 2 } }, refusal: 'busy' })
})
