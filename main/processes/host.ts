import { fork } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { endThread } from './endThread.ts'

/** Work that runs beside the program: messages in, messages out, and an end. Messages are copied. */
export interface Hosted {
  /** Whether what lies in shared memory is seen on both sides; everywhere else it cannot be sent. */
  readonly sharesMemory: boolean
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Hears the end once: no reason where it ended by itself, else what ended it. */
  onExit(listener: (reason: string | undefined) => void): void
  /** Ends it where it stands, whatever it does. */
  kill(): Promise<void>
}

/** Starts the file of a worker; the same file runs in every kind of host. */
export type Host = (file: string) => Hosted

/** A thread of this process: starts fastest, and a crash of native code in it takes the program with it. */
export const threadHost: Host = file => {
  const worker = new Worker(file)
  let failureOf: string | undefined
  worker.on('error', cause => {
    failureOf = cause instanceof Error ? cause.message : String(cause)
  })
  return {
    sharesMemory: true,
    send: message => worker.postMessage(message),
    onMessage: listener => void worker.on('message', listener),
    onExit: listener => {
      worker.on('exit', code =>
        listener(failureOf ?? (code === 0 ? undefined : `it ended with code ${code}`)),
      )
    },
    kill: () => endThread(worker),
  }
}

/** A process of its own: native code may crash in it and nothing else is hurt; 165 ms and 86 MB more. */
export const processHost: Host = file => {
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let failureOf: string | undefined
  child.on('error', cause => {
    failureOf = cause.message
  })
  return {
    sharesMemory: false,
    send: message => {
      // A process that is gone says so by its exit
      if (child.connected) child.send(toMessage(message), () => undefined)
    },
    onMessage: listener => void child.on('message', listener),
    onExit: listener => {
      child.on('exit', (code, signal) =>
        listener(failureOf ?? (code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`)),
      )
    },
    kill: () =>
      new Promise(resolve => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

/** What Electron's `utilityProcess.fork` gives, as far as it is needed. */
export interface UtilityChild {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  kill(): boolean
}

/** A utility process of Electron: like a process of its own, but under Electron's own flags. */
export function utilityHost(forkUtility: (file: string) => UtilityChild): Host {
  return file => {
    const child = forkUtility(file)
    const ended = new Promise<number>(resolve => child.on('exit', resolve))
    return {
      sharesMemory: false,
      send: message => child.postMessage(message),
      onMessage: listener => void child.on('message', listener),
      onExit: listener => {
        void ended.then(code => listener(code === 0 ? undefined : `it ended with code ${code}`))
      },
      async kill() {
        child.kill()
        await ended
      },
    }
  }
}

/** What can go over the channel of a child: anything that is not nothing. */
function toMessage(message: unknown): object | string | number | boolean {
  return typeof message === 'object' && message !== null ? message : String(message)
}
