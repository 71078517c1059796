import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { endThread } from './endThread.ts'

const CODE = `
  const { parentPort } = require('node:worker_threads')
  import(${JSON.stringify(new URL('endThread.ts', import.meta.url).href)}).then(({ hear }) => {
    hear(parentPort, time => {
      parentPort.postMessage('works')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time)
      parentPort.postMessage('worked')
    })
  })`

test.each([
  // One that is cut off ends with 1
  ['comes to its end by itself', 50, 0, ['works', 'worked']],
  ['never comes back is cut off', 1_000_000, 1, ['works']],
])('a thread that %s', async (_name, time, code, said) => {
  const thread = new Worker(CODE, { eval: true })
  const heard: string[] = []
  thread.on('message', (word: string) => heard.push(word))
  thread.postMessage(time)
  await once(thread, 'message')
  const exit = once(thread, 'exit')
  await endThread(thread)
  expect(await exit).toEqual([code])
  expect(heard).toEqual(said)
  // And one that has ended already is not waited for
  await endThread(thread)
})

test('a thread that fails while it is asked to end has ended all the same', async () => {
  const thread = new Worker("setTimeout(() => { throw new Error('no memory') }, 50)", { eval: true })
  const failed = once(thread, 'error')
  await endThread(thread)
  expect(await failed).toEqual([new Error('no memory')])
  expect(thread.threadId).toBeLessThan(0)
})
