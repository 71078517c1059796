import type { BytePipe } from '../main/contract/wire.ts'

/** The same two pipes as in Electron, over a WebSocket that comes back by itself. */
const RETRY = 500
const waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(cause: Error): void }>()
let pushed: (bytes: Uint8Array) => void = () => undefined
let connected: (isConnected: boolean) => void = () => undefined
let sequence = 0
let socket = open()

function open(): WebSocket {
  const next = new WebSocket(`ws://${location.host}/ipc`, 'zerodte.v1')
  next.binaryType = 'arraybuffer'
  next.addEventListener('open', () => connected(true))
  next.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => receive(event.data))
  next.addEventListener('close', () => {
    for (const call of waiting.values()) call.reject(new Error('the connection to Zerodte was lost'))
    waiting.clear()
    connected(false)
    setTimeout(() => {
      socket = open()
    }, RETRY)
  })
  return next
}

function receive(frame: ArrayBuffer): void {
  const id = new DataView(frame).getUint32(0, true)
  const body = new Uint8Array(frame, 8)
  if (id === 0) return pushed(body)
  waiting.get(id)?.resolve(body)
  waiting.delete(id)
}

const pipe: BytePipe = {
  call: bytes =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) {
        reject(new Error('Zerodte is not connected'))
        return
      }
      sequence += 1
      const frame = new Uint8Array(8 + bytes.length)
      new DataView(frame.buffer).setUint32(0, sequence, true)
      frame.set(bytes, 8)
      waiting.set(sequence, { resolve, reject })
      socket.send(frame)
    }),
  onPush(listener) {
    pushed = listener
  },
  onConnection(listener) {
    connected = listener
    listener(socket.readyState === WebSocket.OPEN)
  },
}

Object.defineProperty(window, 'zerodtePipe', { value: Object.freeze(pipe) })
