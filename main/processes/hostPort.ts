import { parentPort } from 'node:worker_threads'

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
      onMessage: listener => void port.on('message', listener),
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
