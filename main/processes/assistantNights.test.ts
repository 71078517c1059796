import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { scheduleNights } from './assistantNights.ts'

const HOUR = 3_600_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A schedule, and when nights were begun. */
function scheduled({
  last = 0,
  isInUse = true,
  isBusy = (): boolean => false,
}: { readonly last?: number; readonly isInUse?: boolean; readonly isBusy?: () => boolean } = {}) {
  const begun: string[] = []
  const stop = scheduleNights({
    isInUse: () => isInUse,
    isBusy,
    lastNight: async () => last,
    begin: async () => void begun.push(new Date(Date.now()).toISOString()),
  })
  onTestFinished(stop)
  return { begun, stop }
}

test('begins at two in New York, once a night', async () => {
  vi.setSystemTime('2026-11-20T12:00:00Z')
  const { begun } = scheduled({ last: Date.parse('2026-11-20T07:00:00Z') })
  await vi.advanceTimersByTimeAsync(48 * HOUR)
  expect(begun).toEqual(['2026-11-21T07:00:00.000Z', '2026-11-22T07:00:00.000Z'])
})

test('a night that was missed is made up for a minute after the start', async () => {
  vi.setSystemTime('2026-11-20T12:00:00Z')
  const { begun } = scheduled({ last: Date.parse('2026-11-18T07:00:00Z') })
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(begun).toEqual(['2026-11-20T12:01:00.000Z'])
})

test('waits while the session is live, and goes on as soon as it is not', async () => {
  vi.setSystemTime('2026-11-20T15:00:00Z')
  const over = Date.parse('2026-11-20T21:00:00Z')
  const { begun } = scheduled({ isBusy: () => Date.now() < over })
  await vi.advanceTimersByTimeAsync(8 * HOUR)
  expect(begun).toEqual(['2026-11-20T21:00:00.000Z'])
})

test('there is no night where no code was given, nor after the end', async () => {
  vi.setSystemTime('2026-11-20T12:00:00Z')
  const unused = scheduled({ isInUse: false })
  const ended = scheduled()
  ended.stop()
  await vi.advanceTimersByTimeAsync(48 * HOUR)
  expect([...unused.begun, ...ended.begun]).toEqual([])
})
