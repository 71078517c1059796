import { EventEmitter } from 'node:events'

/** The frame that a message came from, as the main process sees it. */
export interface FrameDouble {
  readonly url: string
  readonly origin: string
  readonly parent: FrameDouble | null
}

/** What a listener of the main process gets first. */
export interface MessageDouble {
  readonly sender: unknown
  readonly senderFrame: FrameDouble | null
}

type Handler = (message: MessageDouble, ...values: unknown[]) => unknown

/** The main process's end of the pipe. Values are cloned on the way, errors keep only their message. */
export class IpcMainDouble extends EventEmitter {
  readonly handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.handlers.set(channel, handler)
  }

  answer(message: MessageDouble, channel: string, values: readonly unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel)
    const run = async () => {
      if (!handler) throw new Error(`No handler registered for '${channel}'`)
      return structuredClone(await handler(message, ...structuredClone(values)))
    }
    return run().catch((cause: unknown) => {
      throw new Error(`Error invoking remote method '${channel}': ${String(cause)}`)
    })
  }
}

/** The page's end of the pipe, known to its preload only. */
export class IpcRendererDouble extends EventEmitter {
  readonly #answer: (channel: string, values: readonly unknown[]) => Promise<unknown>
  readonly #tell: (channel: string, values: readonly unknown[]) => void

  constructor(
    answer: (channel: string, values: readonly unknown[]) => Promise<unknown>,
    tell: (channel: string, values: readonly unknown[]) => void,
  ) {
    super()
    this.#answer = answer
    this.#tell = tell
  }

  invoke(channel: string, ...values: unknown[]): Promise<unknown> {
    return this.#answer(channel, structuredClone(values))
  }

  send(channel: string, ...values: unknown[]): void {
    this.#tell(channel, structuredClone(values))
  }
}

/** What a sandboxed preload may take from Electron. */
export interface RendererModule {
  readonly ipcRenderer: IpcRendererDouble
  readonly contextBridge: { exposeInMainWorld(name: string, value: unknown): void }
}

/** The bridge between two worlds: data is copied, functions stand for themselves, errors keep only their message. */
export function bridged(value: unknown): unknown {
  if (typeof value === 'function')
    return bridgedFunction((...given) => Reflect.apply(value, undefined, given))
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return structuredClone(value)
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bridged(one)])))
}

function bridgedFunction(inner: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown {
  return (...given) => {
    const result = inner(...given.map(bridged))
    return result instanceof Promise
      ? result.then(bridged, (cause: unknown) => {
          throw new Error(cause instanceof Error ? cause.message : String(cause))
        })
      : bridged(result)
  }
}
