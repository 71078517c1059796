import { expect, test, vi } from 'vitest'
import type { BytePipe } from '../main/contract/wire.ts'

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: new Array<readonly unknown[]>(),
  sent: new Array<readonly unknown[]>(),
  heard: new Map<string, (event: unknown, bytes: Uint8Array) => void>(),
}))

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => electron.exposed.set(name, value) },
  ipcRenderer: {
    invoke: (...call: readonly unknown[]) => {
      electron.invoked.push(call)
      return Promise.resolve(Uint8Array.of(9))
    },
    send: (...message: readonly unknown[]) => electron.sent.push(message),
    on: (channel: string, listener: (event: unknown, bytes: Uint8Array) => void) =>
      electron.heard.set(channel, listener),
  },
}))

async function exposedPipe(): Promise<BytePipe> {
  vi.resetModules()
  await import('./index.ts')
  // What the bridge hands to the page has no type of its own
  return electron.exposed.get('zerodtePipe') as BytePipe
}

test('the page gets one pipe of bytes and nothing else of Electron', async () => {
  const pipe = await exposedPipe()
  expect([...electron.exposed.keys()]).toEqual(['zerodtePipe'])
  expect(Object.keys(pipe).toSorted()).toEqual(['call', 'onConnection', 'onPush'])
})

test('a call is carried on one channel, and its reply comes back', async () => {
  const pipe = await exposedPipe()
  expect(await pipe.call(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(9))
  expect(electron.invoked).toEqual([['zerodte:call', Uint8Array.of(1, 2)]])
})

test('a push reaches the listener as its bytes, without the event of Electron', async () => {
  const pipe = await exposedPipe()
  const heard: unknown[][] = []
  pipe.onPush((...given) => heard.push(given))
  electron.heard.get('zerodte:push')?.({ sender: 'secret' }, Uint8Array.of(5))
  expect(heard).toEqual([[Uint8Array.of(5)]])
})

test('each push is said to be taken, also one that nobody hears or that its listener stumbles over', async () => {
  const pipe = await exposedPipe()
  electron.sent.length = 0
  const push = electron.heard.get('zerodte:push')
  push?.({}, Uint8Array.of(1))
  pipe.onPush(() => {
    throw new Error('stumbled')
  })
  expect(() => push?.({}, Uint8Array.of(2))).toThrow('stumbled')
  expect(electron.sent).toEqual([['zerodte:taken'], ['zerodte:taken']])
})

test('the other side is always there', async () => {
  const pipe = await exposedPipe()
  const heard: boolean[] = []
  pipe.onConnection(isConnected => heard.push(isConnected))
  expect(heard).toEqual([true])
})
