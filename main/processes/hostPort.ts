import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hear } from './endThread.ts'

/** The other side of a host: what a worker hears and says, whatever kind of host started it. */
export interface HostPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** The port of this worker; throws where the file was started by hand. */
export function hostPort(): HostPort {
  const utility = utilityPort()
  if (utility) return utility
  const port = parentPort
  if (port)
    return {
      send: message => port.postMessage(message),
      onMessage: listener => hear(port, listener),
    }
  if (process.send)
    return {
      send: message => {
        if (process.connected) process.send?.(message)
      },
      onMessage: listener => {
        process.on('message', listener)
        // Without the program that started it there is nothing to work for
        process.on('disconnect', () => process.exit(0))
      },
    }
  throw new Error('a worker is started by its host')
}

/**
 * Lets everything else that wants the processor go first. A thread can do so on Linux alone, where each has a priority of its own;
 * elsewhere it would slow down the whole program, so there only a process of its own does.
 */
export function giveWay(): void {
  if (parentPort && process.platform !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // A system that does not allow it shares as it likes
  }
}

/** The port of an Electron utility process, which wraps messages into events. */
function utilityPort(): HostPort | undefined {
  const port: unknown = Reflect.get(process, 'parentPort')
  if (!isUtilityPort(port)) return undefined
  return {
    send: message => port.postMessage(message),
    onMessage: listener => port.on('message', ({ data }) => listener(data)),
  }
}

interface UtilityPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

function isUtilityPort(port: unknown): port is UtilityPort {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port
}
