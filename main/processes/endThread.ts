import { setTimeout as sleep } from 'node:timers/promises'
import type { MessagePort, Worker } from 'node:worker_threads'

/** Said to a thread that is to end. */
const END = 'end'

/** How long a thread may take to come to its end by itself. */
const PATIENCE = 2000

/** Hears what is sent to this thread, and ends it between two messages where that is asked. */
export function hear<Message>(port: MessagePort, listener: (message: Message) => void): void {
  port.on('message', (message: Message | typeof END) => {
    if (message === END) process.exit()
    else listener(message)
  })
}

/**
 * Ends a thread that listens by `hear`: one that is cut off inside native code takes the whole program with it, so it is asked first,
 * and cut off only where it never comes back.
 */
export async function endThread(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return
  // Not by `once` of node:events, which fails where the thread does
  const ended = new Promise<boolean>(resolve => worker.once('exit', () => resolve(true)))
  worker.postMessage(END)
  const isOver = await Promise.race([ended, sleep(PATIENCE, false, { ref: false })])
  if (!isOver) await worker.terminate()
}
