import { existsSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { CockpitHandle } from '../contract/wire.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { callRunning, controlPath, openControl } from './control.ts'

/** A cockpit that answers a call with its bytes the other way round. */
const MIRROR: CockpitHandle = {
  ready: Promise.resolve(),
  call: bytes =>
    bytes[0] === 255 ? Promise.reject(new Error('broken')) : Promise.resolve(bytes.slice().reverse()),
  attach: () => () => undefined,
  onAlert: () => () => undefined,
  flatten: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

async function opened(folder: string, cockpit: Promise<CockpitHandle> = Promise.resolve(MIRROR)) {
  const close = await openControl(folder, cockpit)
  onTestFinished(close)
  return close
}

test('a call reaches the cockpit of its folder and its answer comes back, whatever its size', async () => {
  const folder = temporaryFolder()
  await opened(folder)
  for (const size of [1, 5, 70_000, 1 << 20]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 200)
    expect(await callRunning(folder, bytes)).toEqual(bytes.slice().reverse())
  }
  expect(await callRunning(folder, new Uint8Array())).toEqual(new Uint8Array())
})

test('where no cockpit runs, there is no answer, also where one died', async () => {
  const folder = temporaryFolder()
  expect(await callRunning(folder, Uint8Array.of(1))).toBeUndefined()
  writeFileSync(controlPath(folder), '')
  expect(await callRunning(folder, Uint8Array.of(1))).toBeUndefined()
  await opened(folder)
  expect(await callRunning(folder, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})

test('a second cockpit on the same folder is refused, and the first one goes on', async () => {
  const folder = temporaryFolder()
  await opened(folder)
  await expect(openControl(folder, Promise.resolve(MIRROR))).rejects.toThrow(
    `another cockpit runs on ${folder}; close it first`,
  )
  expect(await callRunning(folder, Uint8Array.of(3, 4))).toEqual(Uint8Array.of(4, 3))
})

test('only this user may use the socket, and a new folder is this user’s alone', async () => {
  const folder = join(temporaryFolder(), 'new')
  await opened(folder)
  expect(statSync(controlPath(folder)).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('a folder whose path is too long for a socket has one elsewhere, its own', async () => {
  const [one, other] = ['a', 'b'].map(name => join(temporaryFolder(), 'long'.repeat(30), name))
  expect(controlPath(one ?? '').startsWith(tmpdir())).toBe(true)
  expect(controlPath(one ?? '')).not.toBe(controlPath(other ?? ''))
  expect(Buffer.byteLength(controlPath(one ?? ''))).toBeLessThanOrEqual(100)
  await opened(one ?? '')
  expect(await callRunning(one ?? '', Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})

test('closed, it leaves no socket', async () => {
  const folder = temporaryFolder()
  const close = await opened(folder)
  close()
  expect(existsSync(controlPath(folder))).toBe(false)
  expect(await callRunning(folder, Uint8Array.of(1))).toBeUndefined()
})

test('frames that come byte by byte, and many at once, are answered one by one', async () => {
  const folder = temporaryFolder()
  await opened(folder)
  const socket = createConnection(controlPath(folder))
  onTestFinished(() => void socket.destroy())
  let heard = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => (heard = Buffer.concat([heard, data])))
  for (const byte of [2, 0, 0, 0, 7]) {
    socket.write(Uint8Array.of(byte))
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  socket.write(Uint8Array.of(8, 1, 0, 0, 0, 9, 0, 0, 0, 0))
  await expect.poll(() => [...heard]).toEqual([2, 0, 0, 0, 8, 7, 1, 0, 0, 0, 9, 0, 0, 0, 0])
})

test('a cockpit that cannot start, or a call that breaks, ends the call and nothing else', async () => {
  const [unstarted, running] = [temporaryFolder(), temporaryFolder()]
  const never = Promise.reject<CockpitHandle>(new Error('no session'))
  never.catch(() => undefined)
  await opened(unstarted, never)
  expect(await callRunning(unstarted, Uint8Array.of(1))).toBeUndefined()
  await opened(running)
  expect(await callRunning(running, Uint8Array.of(255))).toBeUndefined()
  expect(await callRunning(running, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})
