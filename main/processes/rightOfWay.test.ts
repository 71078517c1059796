import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { giveWayTo, rightOfWay } from './rightOfWay.ts'

/** A thread that is told of a right of way, waits, and then says why it goes on. */
function waiting(): Worker {
  const code = `
    const { parentPort } = require('node:worker_threads')
    import(${JSON.stringify(new URL('rightOfWay.ts', import.meta.url).href)}).then(({ giveWayTo }) => {
      parentPort.on('message', way => {
        parentPort.postMessage('waits')
        giveWayTo(way)
        const isOver = Atomics.load(way.end, 0) === 1
        parentPort.postMessage(isOver ? 'it is over' : Date.now() < way.until - 1 ? 'too early' : 'it took too long')
      })
      parentPort.postMessage('listens')
    })`
  return new Worker(code, { eval: true })
}

test.each([
  ['made', 60_000, (decision: PromiseWithResolvers<void>) => decision.resolve(), 'it is over'],
  [
    'not made',
    60_000,
    (decision: PromiseWithResolvers<void>) => decision.reject(new Error('no answer')),
    'it is over',
  ],
  // One that hangs holds nobody up for ever
  ['hanging', 0, () => undefined, 'it took too long'],
])('a thread waits until a decision that is under way is %s', async (_name, longer, finish, why) => {
  const thread = waiting()
  const decision = Promise.withResolvers<void>()
  await once(thread, 'message')
  const way = rightOfWay(decision.promise, true)
  thread.postMessage({ ...way, until: way.until + longer })
  expect(await once(thread, 'message')).toEqual(['waits'])
  setTimeout(() => finish(decision), 20)
  expect(await once(thread, 'message')).toEqual([why])
  await thread.terminate()
})

test('what is over is not waited for, nor what was told of too late, and what cannot be seen only for a while', async () => {
  const over = rightOfWay(Promise.resolve(), true)
  await Promise.resolve()
  expect([...(over.end ?? [])]).toEqual([1])
  const hanging = Promise.withResolvers<void>().promise
  const unseen = rightOfWay(hanging, false)
  expect(unseen.end).toBeUndefined()
  const seen = rightOfWay(hanging, true)
  for (const way of [over, { ...seen, until: Date.now() - 1 }, unseen]) giveWayTo(way)
  expect(Date.now()).toBeGreaterThanOrEqual(unseen.until - 1)
})
