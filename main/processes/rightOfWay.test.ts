import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { sharedEnd, waitFor } from './rightOfWay.ts'

/** A thread that waits for an end it is sent, and then says so. */
function waiting(): Worker {
  const code = `
    const { parentPort } = require('node:worker_threads')
    const waited = import(${JSON.stringify(new URL('rightOfWay.ts', import.meta.url).href)})
    parentPort.on('message', async end => {
      const { waitFor } = await waited
      parentPort.postMessage('waits')
      waitFor(end)
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
  thread.postMessage(sharedEnd(decision.promise))
  await goesOn
  await thread.terminate()
  expect(heard).toEqual(['waits', 'goes on'])
})

test('what is over already is not waited for, and what cannot be seen is waited for only a while', async () => {
  const over = sharedEnd(Promise.resolve())
  await Promise.resolve()
  expect([...over]).toEqual([1])
  waitFor(over)
  waitFor(undefined)
})
