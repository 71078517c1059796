import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { callsOf, remote, type Remote } from './remote.ts'

interface Desk {
  double(value: number): Promise<number>
  slow(name: string, time: number): Promise<string>
  fail(sentence: string): Promise<never>
  throwText(): Promise<never>
  column(): Promise<Float64Array>
  hang(): Promise<never>
  die(): Promise<never>
  blow(): Promise<never>
}

const REMOTE = new URL('remote.ts', import.meta.url).href

/** A thread that serves all ways to answer and not to answer. */
const THREAD = `
import { parentPort } from 'node:worker_threads'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '${REMOTE}'
serve(parentPort, sleep(5).then(() => ({
  double: async value => value * 2,
  slow: async (name, time) => { await sleep(time); return name },
  fail: async sentence => { throw new RangeError(sentence) },
  throwText: () => { throw 'a text' },
  column: async () => Float64Array.of(1, NaN, -Infinity),
  hang: () => { for (;;); },
  die: () => process.exit(3),
  blow: () => { setImmediate(() => { throw new Error('blown up') }); return new Promise(() => undefined) },
})))`

/** A thread that cannot start what it serves. */
const BROKEN = `
import { parentPort } from 'node:worker_threads'
import { serve } from '${REMOTE}'
serve(parentPort, Promise.reject(new Error('the database is locked')))`

function desk(patience = 2, code = THREAD): { thread: Remote; calls: Desk; started: () => number } {
  let started = 0
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  const thread = remote(() => {
    started += 1
    return new Worker(url)
  }, patience)
  onTestFinished(() => thread.close())
  return { thread, calls: callsOf<Desk>(thread), started: () => started }
}

/** How a promise ended within a time: its value, its error, or nothing. */
function ending(promise: Promise<unknown>, within = 3000): Promise<unknown> {
  return Promise.race([
    promise.catch((cause: unknown) => (cause instanceof Error ? `error: ${cause.message}` : cause)),
    new Promise(resolve => setTimeout(resolve, within, 'nothing')),
  ])
}

test('calls made before the thread is there are answered when it is', async () => {
  const { calls } = desk(10)
  expect(await Promise.all([calls.double(2), calls.double(3), calls.double(4)])).toEqual([4, 6, 8])
})

test('replies that come out of order find the calls that they belong to', async () => {
  const { calls } = desk(10)
  const order: string[] = []
  const ask = (name: string, time: number) =>
    calls.slow(name, time).then(reply => void order.push(`${name} ${reply}`))
  await Promise.all([ask('late', 60), ask('later', 120), ask('soon', 1)])
  expect(order).toEqual(['soon soon', 'late late', 'later later'])
})

test('what a call throws is told in its own words, and the thread lives on', async () => {
  const { calls, thread } = desk()
  expect(await ending(calls.fail('count must be positive, was -1'))).toBe(
    'error: count must be positive, was -1',
  )
  expect(await ending(calls.throwText())).toBe('error: a text')
  expect(await ending(thread.call('nothingLikeIt', []))).toBe('error: no call is named "nothingLikeIt"')
  expect(await calls.double(21)).toBe(42)
  expect(thread.restarts).toBe(0)
})

test('columns come through bit by bit', async () => {
  expect(await desk().calls.column()).toEqual(Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY))
})

test('a request that cannot be sent is refused, and counts for nothing', async () => {
  const { calls, thread } = desk(1)
  for (let time = 0; time < 5; time += 1)
    expect(await ending(thread.call('double', [() => 1]))).toMatch(/^error: .*could not be cloned/)
  expect(await calls.double(1)).toBe(2)
  expect(thread.restarts).toBe(0)
})

test('a thread that dies fails every call that waits, and is replaced at the next', async () => {
  const { calls, thread, started } = desk(10)
  expect(await calls.double(1)).toBe(2)
  const lost = [calls.slow('never', 60_000), calls.die()]
  expect(await Promise.all(lost.map(call => ending(call)))).toEqual([
    'error: the thread ended',
    'error: the thread ended',
  ])
  expect(await ending(calls.double(5))).toBe(10)
  expect([thread.restarts, started()]).toEqual([1, 2])
})

test('a thread that blows up is told in its last words', async () => {
  const { calls } = desk(10)
  expect(await ending(calls.blow())).toBe('error: blown up')
})

test('a thread that hangs is replaced once too many calls wait, and the ones before them fail', async () => {
  const { calls, thread } = desk(2)
  const hung = [calls.hang(), calls.double(1), calls.double(2)].map(call => ending(call))
  expect(await ending(calls.double(4))).toBe(8)
  const sentence = 'error: the thread did not answer and was replaced'
  expect(await Promise.all(hung)).toEqual([sentence, sentence, sentence])
  expect(thread.restarts).toBe(1)
})

test('a thread that holds a file is never replaced, however much waits and whatever became of it', async () => {
  const { calls, thread, started } = desk(Number.POSITIVE_INFINITY)
  const replies = await Promise.all(Array.from({ length: 50 }, (_, value) => calls.double(value)))
  expect(replies[49]).toBe(98)
  expect(await ending(calls.die())).toBe('error: the thread ended')
  expect(await ending(calls.double(1), 500)).toBe('error: the thread ended')
  expect([thread.restarts, started()]).toEqual([0, 1])
})

test('a service that could not start fails every call with its reason', async () => {
  const { calls } = desk(Number.POSITIVE_INFINITY, BROKEN)
  const [first, second] = [calls.double(1), calls.double(2)]
  expect(await ending(first)).toBe('error: the database is locked')
  expect(await ending(second)).toBe('error: the database is locked')
  expect(await ending(calls.double(3), 500)).toMatch(/^error: the (database is locked|thread ended)$/)
})

test('a closed thread takes no more calls', async () => {
  const { calls, thread } = desk(Number.POSITIVE_INFINITY)
  expect(await calls.double(1)).toBe(2)
  await thread.close()
  expect(await ending(calls.double(2), 500)).toBe('error: the thread ended')
})

test('a thread that is closed finishes what it was asked, unless that takes too long', async () => {
  const { calls, thread } = desk(10)
  const [soon, never] = [calls.slow('soon', 100), calls.slow('never', 60_000)].map(call => ending(call))
  const began = performance.now()
  await thread.close()
  expect(performance.now() - began).toBeLessThan(3000)
  expect(await Promise.all([soon, never])).toEqual(['soon', 'error: the thread ended'])
})

test('calls of a thread may be handed through a promise, which a thread is not', async () => {
  const { calls } = desk()
  const handed = await Promise.resolve(calls)
  expect(await handed.double(8)).toBe(16)
})
