import { setTimeout } from 'node:timers/promises'

/** How often another process is waited for, and how long each time, milliseconds. */
const TRIES = 200
const REST = 25

/** Does what writes to a database, again and again while another process is writing to it. */
export async function writeWhenFree<Value>(write: () => Value): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return write()
    } catch (cause) {
      if (!isBusy(cause) || tries === TRIES) throw cause
      await setTimeout(REST)
    }
  }
}

/** Whether a failure says that another process is writing. */
export function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY')
}
