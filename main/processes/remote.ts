import { setTimeout as sleep } from 'node:timers/promises'
import type { MessagePort, Worker } from 'node:worker_threads'
import { endThread, hear } from './endThread.ts'

/** How long a thread that is closed may finish what it was asked. */
const LAST_ANSWERS = 2000

/** A set of calls that may be answered by another thread. */
export type Calls = Readonly<Record<string, (...request: never[]) => Promise<unknown>>>

/** One call on its way. */
interface Call {
  readonly id: number
  readonly name: string
  readonly request: readonly unknown[]
}

type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }

/** Answers calls that come in over a port with a service, once it is there. */
export function serve(port: MessagePort, starting: Promise<object>): void {
  hear(port, (call: Call) => {
    starting
      .then(service => {
        const method: unknown = Reflect.get(service, call.name)
        if (typeof method !== 'function') throw new Error(`no call is named "${call.name}"`)
        return Promise.resolve(Reflect.apply(method, service, call.request))
      })
      .then(
        value => port.postMessage({ id: call.id, value } satisfies Reply),
        (cause: unknown) =>
          port.postMessage({
            id: call.id,
            error: cause instanceof Error ? cause.message : String(cause),
          } satisfies Reply),
      )
  })
}

/** The other end: a thread that answers calls, replaced when it dies or stays silent. */
export interface Remote {
  call(name: string, request: readonly unknown[]): Promise<unknown>
  /** Times the thread was started anew. */
  readonly restarts: number
  close(): Promise<void>
}

/**
 * Calls answered by a thread. When more than `patience` of them wait for an answer, the thread is taken for hung and
 * replaced; a thread that must not be replaced (it holds a file) has endless patience.
 */
export function remote(start: () => Worker, patience: number): Remote {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>()
  let next = 0
  let restarts = 0
  let isEnded = false
  let worker = begin()

  function begin(): Worker {
    const started = start()
    started.on('message', (reply: Reply) => {
      const asked = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (!asked) return
      if ('error' in reply) asked.reject(new Error(reply.error))
      else asked.resolve(reply.value)
    })
    started.on('error', cause => failAll(started, cause.message))
    started.on('exit', () => {
      if (started === worker) isEnded = true
      failAll(started, 'the thread ended')
    })
    isEnded = false
    return started
  }

  function failAll(from: Worker, message: string): void {
    if (from !== worker) return
    for (const asked of waiting.values()) asked.reject(new Error(message))
    waiting.clear()
  }

  return {
    get restarts() {
      return restarts
    },
    call(name, request) {
      if (waiting.size > patience || (isEnded && Number.isFinite(patience))) {
        const old = worker
        failAll(old, 'the thread did not answer and was replaced')
        restarts += 1
        worker = begin()
        void endThread(old)
      }
      if (isEnded) return Promise.reject(new Error('the thread ended'))
      return new Promise((resolve, reject) => {
        next += 1
        worker.postMessage({ id: next, name, request } satisfies Call)
        waiting.set(next, { resolve, reject })
      })
    },
    async close() {
      const latest = performance.now() + LAST_ANSWERS
      while (waiting.size > 0 && performance.now() < latest) await sleep(5)
      await endThread(worker)
    },
  }
}

/** Calls of a remote thread under their own names. The type says what the thread serves; both ends are ours. */
export function callsOf<Service extends object>(thread: Remote): Service {
  const calls = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined
        return (...request: readonly unknown[]) => thread.call(name, request)
      },
    },
  )
  return calls as Service
}
