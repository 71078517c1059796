import type { Audit } from '../contract/audits.ts'
import type { Milliseconds } from '../core/base/units.ts'
import type { JournalEntry, Memory } from './ports.ts'
import { withDeadline } from './withDeadline.ts'

/** One journal entry with what may happen only once it is on disk. */
export interface Held {
  readonly entry: JournalEntry
  /** Called once, in order: `stored` tells whether the entry is on disk. */
  release(stored: boolean): void
}

/** Who hears of the disk: whether it is lost or back, and that a batch is in. */
export interface LedgerListener {
  memoryChanged(isDown: boolean, reason: string): void
  committed(): void
}

/** How long to wait before the disk is tried again. */
const RETRY = 1000

/**
 * The line between the engine and the disk. Entries are appended in order, many at a time while the disk is busy; what
 * waits on an entry is released once it is stored. When the disk does not answer in time, what waits is released as
 * not stored, so that nothing ever hangs, and the entries are tried again until they are in.
 */
export class LedgerLine {
  readonly #memory: Memory
  readonly #deadline: Milliseconds
  readonly #delay: (time: Milliseconds) => Promise<void>
  readonly #listener: LedgerListener
  #waiting: Held[] = []
  #unsaved: JournalEntry[] = []
  #isBusy = false
  #isDown = false

  constructor(
    memory: Memory,
    deadline: Milliseconds,
    delay: (time: Milliseconds) => Promise<void>,
    listener: LedgerListener,
  ) {
    this.#memory = memory
    this.#deadline = deadline
    this.#delay = delay
    this.#listener = listener
  }

  /** Whether nothing waits for the disk. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.length === 0
  }

  /** Puts an entry in line. While the disk is away nobody waits for it. */
  hold(held: Held): void {
    if (this.#isDown) {
      this.#unsaved.push(held.entry)
      held.release(false)
      return
    }
    this.#waiting.push(held)
    if (!this.#isBusy) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#isBusy = true
    while (this.#waiting.length > 0 || this.#unsaved.length > 0) {
      const batch = this.#waiting.splice(0)
      const entries = [...this.#unsaved.splice(0), ...batch.map(held => held.entry)]
      const failure = await this.#append(entries)
      if (failure === undefined) this.#stored(batch)
      else {
        this.#unsaved = [...entries, ...this.#unsaved]
        this.#failed(batch, failure)
        await this.#delay(RETRY)
      }
    }
    this.#isBusy = false
    this.#listener.committed()
  }

  async #append(entries: readonly JournalEntry[]): Promise<string | undefined> {
    try {
      await withDeadline(this.#memory.append(entries), this.#deadline, this.#delay)
      return undefined
    } catch (cause) {
      return cause instanceof Error ? cause.message : 'the database did not answer'
    }
  }

  #stored(batch: readonly Held[]): void {
    for (const held of batch) held.release(true)
    if (!this.#isDown) return
    this.#isDown = false
    this.#listener.memoryChanged(false, '')
  }

  #failed(batch: readonly Held[], reason: string): void {
    for (const held of batch) held.release(false)
    if (this.#isDown) return
    this.#isDown = true
    // What lined up behind the failed batch does not wait either
    for (const held of this.#waiting.splice(0)) {
      this.#unsaved.push(held.entry)
      held.release(false)
    }
    this.#listener.memoryChanged(true, reason)
  }
}

/** The audit that clients see of an entry. */
export function auditOf(entry: JournalEntry): Audit {
  return { sequence: entry.sequence, time: entry.time, facts: entry.facts }
}
