import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { BytePipe } from '../main/contract/wire.ts'

/** A socket whose other side is the test. */
class TestSocket extends EventTarget {
  static readonly OPEN = 1
  static all: TestSocket[] = []
  static get last(): TestSocket {
    const socket = TestSocket.all.at(-1)
    if (!socket) throw new Error('a socket must have been opened')
    return socket
  }

  readyState = 0
  binaryType = ''
  readonly url: string
  readonly protocol: string
  readonly sent: Uint8Array[] = []

  constructor(url: string, protocol: string) {
    super()
    this.url = url
    this.protocol = protocol
    TestSocket.all.push(this)
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame.slice())
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  close(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }

  /** Sends bytes under a number; 0 is a push. */
  say(id: number, ...body: number[]): void {
    const frame = new Uint8Array(8 + body.length)
    new DataView(frame.buffer).setUint32(0, id, true)
    frame.set(body, 8)
    this.dispatchEvent(new MessageEvent('message', { data: frame.buffer }))
  }

  /** The number under which a call was sent. */
  idOf(position: number): number {
    const frame = this.sent[position]
    if (!frame) throw new Error(`a call ${position} must have been sent`)
    return new DataView(frame.buffer).getUint32(0, true)
  }
}

let pipe: BytePipe

beforeEach(async () => {
  vi.resetModules()
  vi.useFakeTimers()
  TestSocket.all = []
  const page: { zerodtePipe?: BytePipe } = {}
  vi.stubGlobal('WebSocket', TestSocket)
  vi.stubGlobal('location', { host: '127.0.0.1:8100' })
  vi.stubGlobal('window', page)
  await import('./web.ts')
  if (!page.zerodtePipe) throw new Error('the page must get a pipe')
  pipe = page.zerodtePipe
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('asks the host that served the page, in the protocol of this version, for bytes', () => {
  expect(TestSocket.last).toMatchObject({
    url: 'ws://127.0.0.1:8100/ipc',
    protocol: 'zerodte.v1',
    binaryType: 'arraybuffer',
  })
})

test('the page cannot change the pipe it got', () => {
  expect(Object.isFrozen(pipe)).toBe(true)
  expect(Object.getOwnPropertyDescriptor(window, 'zerodtePipe')).toMatchObject({
    writable: false,
    configurable: false,
  })
})

test('a call before the connection stands fails and says so', async () => {
  await expect(pipe.call(Uint8Array.of(1))).rejects.toThrow('Zerodte is not connected')
  expect(TestSocket.last.sent).toEqual([])
})

test('a call goes out as its bytes behind a number that is never that of a push', () => {
  TestSocket.last.open()
  for (const byte of [7, 8, 9]) void pipe.call(Uint8Array.of(byte, byte))
  const { sent } = TestSocket.last
  expect(sent.map(frame => [...frame.subarray(8)])).toEqual([
    [7, 7],
    [8, 8],
    [9, 9],
  ])
  const ids = sent.map((_, position) => TestSocket.last.idOf(position))
  expect(new Set(ids).size).toBe(3)
  expect(ids).not.toContain(0)
})

test('each reply reaches its own call, whatever the order they come in', async () => {
  TestSocket.last.open()
  const replies = [1, 2, 3].map(byte => pipe.call(Uint8Array.of(byte)))
  for (const position of [2, 0, 1]) TestSocket.last.say(TestSocket.last.idOf(position), 10 + position)
  expect(await Promise.all(replies)).toEqual([[10], [11], [12]].map(bytes => Uint8Array.from(bytes)))
})

test('a reply that nobody waits for, or that comes twice, is left alone', async () => {
  TestSocket.last.open()
  const reply = pipe.call(Uint8Array.of(1))
  const id = TestSocket.last.idOf(0)
  TestSocket.last.say(id + 1000, 5)
  TestSocket.last.say(id, 6)
  TestSocket.last.say(id, 7)
  expect(await reply).toEqual(Uint8Array.of(6))
})

test('pushes reach the listener in the order they were sent, between replies as well', async () => {
  const heard: number[][] = []
  pipe.onPush(bytes => heard.push([...bytes]))
  TestSocket.last.open()
  const reply = pipe.call(Uint8Array.of(1))
  TestSocket.last.say(0, 1)
  TestSocket.last.say(0, 2, 2)
  TestSocket.last.say(TestSocket.last.idOf(0), 9)
  TestSocket.last.say(0, 3)
  await reply
  expect(heard).toEqual([[1], [2, 2], [3]])
})

test('the bytes of a message begin on a boundary of eight, where columns can be read in place', () => {
  const offsets: number[] = []
  pipe.onPush(bytes => offsets.push(bytes.byteOffset % 8))
  TestSocket.last.say(0, 1, 2, 3)
  expect(offsets).toEqual([0])
})

test('a listener hears at once whether the connection stands, then every change', () => {
  const heard: boolean[] = []
  pipe.onConnection(isConnected => heard.push(isConnected))
  TestSocket.last.open()
  TestSocket.last.close()
  vi.advanceTimersByTime(500)
  TestSocket.last.open()
  expect(heard).toEqual([false, true, false, true])
})

test('a lost connection fails every call that waits, with the reason', async () => {
  TestSocket.last.open()
  const calls = [1, 2].map(byte => pipe.call(Uint8Array.of(byte)))
  const outcomes = Promise.allSettled(calls)
  TestSocket.last.close()
  const lost = { status: 'rejected', reason: new Error('the connection to Zerodte was lost') }
  expect(await outcomes).toEqual([lost, lost])
})

test('comes back by itself half a second after each loss, one socket at a time', () => {
  for (const attempt of [1, 2, 3]) {
    TestSocket.last.close()
    vi.advanceTimersByTime(499)
    expect(TestSocket.all).toHaveLength(attempt)
    vi.advanceTimersByTime(1)
    expect(TestSocket.all).toHaveLength(attempt + 1)
  }
})

test('after a loss, calls go over the new socket and no reply of the old one is mistaken for theirs', async () => {
  const [first] = TestSocket.all
  first?.open()
  const lost = Promise.allSettled([pipe.call(Uint8Array.of(1))])
  const oldId = first?.idOf(0) ?? 0
  first?.close()
  expect(await lost).toMatchObject([{ status: 'rejected' }])
  await expect(pipe.call(Uint8Array.of(2))).rejects.toThrow('Zerodte is not connected')
  vi.advanceTimersByTime(500)
  TestSocket.last.open()
  const reply = pipe.call(Uint8Array.of(3))
  TestSocket.last.say(oldId, 66)
  TestSocket.last.say(TestSocket.last.idOf(0), 33)
  expect(await reply).toEqual(Uint8Array.of(33))
})
