import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { connect, type Connection } from '../../contract/client.ts'

/** The built product as its own process, with a client where the page would be. */
export interface RunningCockpit {
  readonly client: Connection
  readonly process: number
  /** Ends it as a power cut does. */
  kill(): Promise<void>
  /** Ends it as Ctrl+C does. */
  close(): Promise<void>
}

const PROGRAM = join(import.meta.dirname, '../../../out/main/start.js')

/** Starts the built product on a data folder and comes in as its page does: by the one-time address, then the socket. */
export async function startRunning(
  folder: string,
  options: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<RunningCockpit> {
  const given = [...nodeOptions, PROGRAM, '--no-open', '--data-dir', folder, ...options]
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] })
  const address = await addressOf(child)
  const client = await enter(address)
  const end = async (signal: NodeJS.Signals) => {
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return { client, process: child.pid ?? 0, kill: () => end('SIGKILL'), close: () => end('SIGTERM') }
}

/** The address that a starting cockpit prints. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the output of the cockpit must be readable')
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('http://')) continue
    child.stdout.resume()
    return line
  }
  throw new Error('the cockpit ended before it said where it is')
}

async function enter(address: string): Promise<Connection> {
  const { origin, host } = new URL(address)
  const entry = await fetch(address, { redirect: 'manual' })
  const cookie = entry.headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${host}/ipc`, 'zerodte.v1', { origin, headers: { cookie } })
  await once(socket, 'open')
  return connect(pipeOver(socket))
}

/** The byte pipe of the page, over a socket of Node's. */
function pipeOver(socket: WebSocket): Parameters<typeof connect>[0] {
  const waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(cause: Error): void }>()
  let sequence = 0
  let pushed: (bytes: Uint8Array) => void = () => undefined
  socket.on('message', (data: Buffer) => {
    const id = data.readUInt32LE(0)
    // The codec wants its bytes at the start of a buffer
    const body = Uint8Array.from(data.subarray(8))
    if (id === 0) return pushed(body)
    waiting.get(id)?.resolve(body)
    waiting.delete(id)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    for (const call of waiting.values()) call.reject(new Error('the connection was lost'))
    waiting.clear()
  })
  return {
    call: bytes =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(new Error('the connection was lost'))
        sequence += 1
        const frame = Buffer.alloc(8 + bytes.length)
        frame.writeUInt32LE(sequence, 0)
        frame.set(bytes, 8)
        waiting.set(sequence, { resolve, reject })
        socket.send(frame)
      }),
    onPush(listener) {
      pushed = listener
    },
    onConnection: listener => listener(true),
  }
}
