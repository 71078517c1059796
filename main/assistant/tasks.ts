import type { AssistantNews, AssistantTask } from '../contract/assistant.ts'

/** What a piece of long work is given: how to say how far it is, and whether it is still wanted. */
export interface TaskWatch {
  readonly id: string
  readonly signal: AbortSignal
  onProgress(phase: string, done: number, total: number): void
}

/** Everything long that runs: told as it goes, cancelled by its id, never lost from sight. */
export class Tasks {
  readonly #running = new Map<
    string,
    { task: AssistantTask; readonly abort: AbortController; readonly end: Promise<void> }
  >()
  readonly #tell: (news: AssistantNews) => void
  readonly #now: () => number
  readonly #newId: () => string

  constructor(tell: (news: AssistantNews) => void, now: () => number, newId: () => string) {
    this.#tell = tell
    this.#now = now
    this.#newId = newId
  }

  /** What runs now, oldest first. */
  get running(): readonly AssistantTask[] {
    return [...this.#running.values()].map(({ task }) => task)
  }

  /** Begins work and gives its id at once; its end is told, whatever it is. */
  begin(
    kind: AssistantTask['kind'],
    title: string,
    work: (watch: TaskWatch) => Promise<void>,
    id: string = this.#newId(),
  ): string {
    const abort = new AbortController()
    const task: AssistantTask = {
      id,
      kind,
      title,
      phase: 'getting ready',
      done: 0,
      total: 0,
      startedAt: this.#now(),
    }
    const watch: TaskWatch = {
      id,
      signal: abort.signal,
      onProgress: (phase, done, total) => this.#advance(id, phase, done, total),
    }
    // Begun a turn later, so that who asked has the id before the first news of it
    const end = new Promise<void>(resolve => setImmediate(resolve))
      .then(() => work(watch))
      .then(
        () => this.#finish(id, abort.signal.aborted ? 'cancelled' : 'done', undefined),
        (cause: unknown) =>
          this.#finish(
            id,
            abort.signal.aborted ? 'cancelled' : 'failed',
            abort.signal.aborted ? undefined : cause instanceof Error ? cause.message : String(cause),
          ),
      )
    this.#running.set(id, { task, abort, end })
    this.#tell({ kind: 'task', task })
    return id
  }

  /** Cancels a task; one that has ended already is left alone. Resolves when it has ended. */
  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id)
    running?.abort.abort()
    await running?.end
  }

  /** Resolves when a task has ended; at once where there is none of that id. */
  async ended(id: string): Promise<void> {
    await this.#running.get(id)?.end
  }

  /** Cancels everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(id => this.cancel(id)))
  }

  #advance(id: string, phase: string, done: number, total: number): void {
    const running = this.#running.get(id)
    if (!running) return
    running.task = { ...running.task, phase, done, total }
    this.#tell({ kind: 'task', task: running.task })
  }

  #finish(id: string, end: 'done' | 'cancelled' | 'failed', reason: string | undefined): void {
    this.#running.delete(id)
    this.#tell({ kind: 'ended', task: id, end, reason })
  }
}
