import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { giveWayTo, rightOfWay } from './rightOfWay.ts'

/** A thread that waits for an end it is sent, and then says so. */
function waiting(): Worker {
  const code = `
    const { parentPort } = require('node:worker_threads')
    const loaded = import(${JSON.stringify(new URL('rightOfWay.ts', import.meta.url).href)})
    parentPort.on('message', async way => {
      const { giveWayTo } = await loaded
      parentPort.postMessage('waits')
      giveWayTo(way)
      parentPort.postMessage('goes on')
    })`
  return new Worker(code, { eval: true })
}

test.each([
  ['made', (decision: PromiseWithResolvers<void>) => decision.resolve()],
  ['not made', (decision: PromiseWithResolvers<void>) => decision.reject(new Error('no answer'))],
  // One that hangs holds nobody up for ever
  ['hanging', () => undefined],
])('a thread waits while a decision is under way, and goes on when it is %s', async (_name, finish) => {
  const thread = waiting()
  const heard: string[] = []
  const goesOn = new Promise<void>(resolve =>
    thread.on('message', (said: string) => {
      heard.push(said)
      if (said === 'waits') setTimeout(() => finish(decision), 20)
      else resolve()
    }),
  )
  const decision = Promise.withResolvers<void>()
  decision.promise.catch(() => undefined)
  thread.postMessage(rightOfWay(decision.promise, true))
  await goesOn
  await thread.terminate()
  expect(heard).toEqual(['waits', 'goes on'])
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
