import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CockpitHandle } from '../contract/wire.ts'

/** Longest path that a socket may have on every system of ours. */
const LONGEST_PATH = 100

/** The socket by which a running cockpit is reached from the command line, known by its data folder. */
export function controlPath(folder: string): string {
  const inside = join(folder, 'control.sock')
  if (Buffer.byteLength(inside) <= LONGEST_PATH) return inside
  return join(tmpdir(), `zerodte-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}.sock`)
}

/** Opens the socket of a running cockpit, for this user only. Rejects where another cockpit runs on the same folder. */
export async function openControl(folder: string, cockpit: Promise<CockpitHandle>): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = controlPath(folder)
  if (await isAnswering(path)) throw new Error(`another cockpit runs on ${folder}; close it first`)
  rmSync(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    readFrames(socket, bytes => {
      cockpit
        .then(running => running.call(bytes))
        .then(answer => socket.write(framed(answer)))
        .catch(() => socket.destroy())
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    rmSync(path, { force: true })
  }
}

/** One call to the cockpit that runs on a folder; undefined where none runs. */
export async function callRunning(folder: string, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise(resolve => {
    const socket = createConnection(controlPath(folder))
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
    readFrames(socket, answer => {
      resolve(answer)
      socket.destroy()
    })
    socket.on('connect', () => socket.write(framed(bytes)))
  })
}

async function isAnswering(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length, true)
  frame.set(bytes, 4)
  return frame
}

function readFrames(socket: Socket, onFrame: (bytes: Uint8Array) => void): void {
  let waiting = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    waiting = Buffer.concat([waiting, data])
    while (waiting.length >= 4) {
      const size = waiting.readUInt32LE(0)
      if (waiting.length < 4 + size) return
      onFrame(new Uint8Array(waiting.subarray(4, 4 + size)))
      waiting = waiting.subarray(4 + size)
    }
  })
}
