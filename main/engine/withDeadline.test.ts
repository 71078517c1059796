import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DeadlineMissed, withDeadline } from './withDeadline.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
afterEach(() => void vi.useRealTimers())

function delay(time: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, time))
}

function answerAfter(time: number): Promise<string> {
  return delay(time).then(() => 'answer')
}

test('an answer in time is given', async () => {
  const answered = withDeadline(answerAfter(9), 10, delay)
  await vi.advanceTimersByTimeAsync(9)
  expect(await answered).toBe('answer')
})

test('an answer that is late is missed, and the time that was allowed is named', async () => {
  const missed = withDeadline(answerAfter(11), 10, delay).catch((cause: unknown) => cause)
  await vi.advanceTimersByTimeAsync(10)
  const cause = await missed
  expect(cause).toBeInstanceOf(DeadlineMissed)
  expect(cause).toMatchObject({ name: 'DeadlineMissed', message: 'no answer within 10 ms' })
})

test('an answer that is there already wins against a deadline of nothing', async () => {
  expect(await withDeadline(Promise.resolve('answer'), 0, delay)).toBe('answer')
})

test('a failure is passed on as it is, and what comes after the deadline disturbs nobody', async () => {
  const failure = new Error('the disk is full')
  await expect(withDeadline(Promise.reject(failure), 10, delay)).rejects.toBe(failure)
  const late = withDeadline(
    delay(20).then(() => Promise.reject(failure)),
    10,
    delay,
  ).catch((cause: unknown) => cause)
  await vi.advanceTimersByTimeAsync(30)
  expect(await late).toBeInstanceOf(DeadlineMissed)
})

test('an infinite deadline waits for ever and starts no clock', async () => {
  let asked = 0
  const counting = (time: number) => delay(time + (asked += 1))
  const answered = withDeadline(answerAfter(1e9), Number.POSITIVE_INFINITY, counting)
  await vi.advanceTimersByTimeAsync(1e9)
  expect(await answered).toBe('answer')
  expect(asked).toBe(0)
})
