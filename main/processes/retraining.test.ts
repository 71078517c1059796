import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { failure, success } from '../core/base/result.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { scheduleRetraining } from './retraining.ts'

const HOUR = 3_600_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A schedule in a folder, and when retrainings were begun; the first so many find somebody else at work. */
function scheduled(folder: string, busy = 0, unfinished?: number) {
  const begun: string[] = []
  const seeds: number[] = []
  let halfDone = unfinished
  const notes: string[] = []
  let left = busy
  const stop = scheduleRetraining(
    {
      unfinishedRetraining: async () => halfDone,
      async train(_kind, seed) {
        left -= 1
        if (left >= 0) return failure('Something is being worked on already.')
        begun.push(new Date(Date.now()).toISOString())
        seeds.push(seed)
        halfDone = undefined
        return success({ run: 'retrain-1' })
      },
      note: sentence => void notes.push(sentence),
    },
    folder,
  )
  onTestFinished(stop)
  return { begun, seeds, notes, stop }
}

test('a new folder learns first on the next Sunday at two in New York, then every week, over the change of clocks', async () => {
  vi.setSystemTime('2026-10-20T12:00:00Z')
  const { begun } = scheduled(temporaryFolder())
  await vi.advanceTimersByTimeAsync(14 * 24 * HOUR)
  expect(begun).toEqual(['2026-10-25T06:00:00.000Z', '2026-11-01T07:00:00.000Z'])
})

test('a Sunday that was slept through is made up for once, a minute after the next start', async () => {
  const folder = temporaryFolder()
  vi.setSystemTime('2026-11-20T12:00:00Z')
  scheduled(folder).stop()
  vi.setSystemTime('2026-11-25T12:00:00Z')
  const { begun, stop } = scheduled(folder)
  await vi.advanceTimersByTimeAsync(2 * HOUR)
  expect(begun).toEqual(['2026-11-25T12:01:00.000Z'])
  stop()
  const again = scheduled(folder)
  await vi.advanceTimersByTimeAsync(2 * HOUR)
  expect(again.begun).toEqual([])
})

test('while something else is being worked on it waits an hour, and says so', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lastRetraining.json'), '0')
  vi.setSystemTime('2026-11-25T12:00:00Z')
  const { begun, notes } = scheduled(folder, 2)
  await vi.advanceTimersByTimeAsync(3 * HOUR)
  expect(begun).toEqual(['2026-11-25T14:01:00.000Z'])
  expect(notes).toHaveLength(2)
  expect(notes[0]).toBe('The weekly retraining waits: Something is being worked on already.')
})

test('one that a crash left half done goes on after the next start', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lastRetraining.json'), String(Date.parse('2026-11-22T07:00:10Z')))
  vi.setSystemTime('2026-11-22T09:00:00Z')
  const { begun, seeds } = scheduled(folder, 0, 2968)
  await vi.advanceTimersByTimeAsync(8 * 24 * HOUR)
  expect(begun).toEqual(['2026-11-22T09:01:00.000Z', '2026-11-29T07:00:00.000Z'])
  expect(seeds[0]).toBe(2968)
  expect(seeds[1]).not.toBe(2968)
})

test('closed, it begins nothing any more', async () => {
  vi.setSystemTime('2026-11-20T12:00:00Z')
  const { begun, stop } = scheduled(temporaryFolder())
  stop()
  await vi.advanceTimersByTimeAsync(14 * 24 * HOUR)
  expect(begun).toEqual([])
})

test('a clock that is set back over two does not let the same week be learned from again', async () => {
  const folder = temporaryFolder()
  vi.setSystemTime('2026-11-22T06:59:00Z')
  const { begun } = scheduled(folder)
  // The timer runs on while the clock stands a second behind what it was
  await vi.advanceTimersByTimeAsync(30_000)
  vi.setSystemTime('2026-11-22T06:59:29Z')
  await vi.advanceTimersByTimeAsync(2 * HOUR)
  expect(begun).toEqual(['2026-11-22T07:00:00.000Z'])
})

test('one that failed to begin is tried again after an hour', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lastRetraining.json'), '0')
  vi.setSystemTime('2026-11-25T12:00:00Z')
  let asked = 0
  const notes: string[] = []
  const service = {
    unfinishedRetraining: async () => undefined,
    async train() {
      asked += 1
      if (asked === 1) throw new Error('ENOSPC: no space left on device')
      return success({ run: 'retrain-1' })
    },
    note: (sentence: string) => void notes.push(sentence),
  }
  onTestFinished(scheduleRetraining(service, folder))
  await vi.advanceTimersByTimeAsync(2 * HOUR)
  expect(asked).toBe(2)
  expect(notes).toEqual(['The weekly retraining waits: Error: ENOSPC: no space left on device'])
})
