import type { BackendName } from '../../contract/machine.ts'
import { present } from '../../core/base/assert.ts'
import type { Milliseconds } from '../../core/base/units.ts'
import type { Precision } from '../../core/pricing/precision.ts'
import { PRECISIONS, RouteTable, type CostTable } from './routeTable.ts'

/** One who can do a job. */
export interface Backend<Task, Answer> {
  readonly name: BackendName
  /** The smallest task that it is measured at and asked for; below, it would only do what a simpler one does. */
  readonly from?: number
  /** Does a task; a Promise where it is done off this thread. Throws or rejects where it cannot. */
  perform(task: Task): Answer | Promise<Answer>
}

/** A job as the router sees it. The last of its backends is the readable reference, which always can. */
export interface Job<Task, Answer> {
  readonly backends: readonly Backend<Task, Answer>[]
  /** Sizes that are measured, rising. */
  readonly sizes: readonly number[]
  sizeOf(task: Task): number
  /** A task of a size to measure with. */
  probe(size: number): Task
  /**
   * What is wrong with an answer that claims so many digits, looked at in a few places, others every time; undefined where
   * nothing is.
   */
  fault(task: Task, answer: Answer, precision: Precision): string | undefined
}

/** Time from outside, so that tests can make it. */
export interface RouterTime {
  /** A clock in milliseconds. */
  now(): Milliseconds
  /** Resolves after a time; 0 lets everything else have its turn first. */
  delay(time: Milliseconds): Promise<void>
  /** Rings after a time, unless it is called off by what this gives. */
  alarm(time: Milliseconds, ring: () => void): () => void
}

/** An answer and who gave it. */
export interface Routed<Answer> {
  readonly answer: Answer
  readonly backend: BackendName
  readonly microseconds: number
}

/** What came of one try. */
type Attempt<Answer> =
  | { readonly ok: true; readonly answer: Answer; readonly microseconds: number }
  | { readonly ok: false; readonly reason: string }

/** How long a task may take at most, in times of what was predicted, and never less than a person would notice. */
const PATIENCE = 20
const LEAST_PATIENCE: Milliseconds = 2000

/** An answer is looked at the first time a backend gives one, and then every so often. */
const CHECK_EVERY = 8

/**
 * Gives every task to the backend that is fastest for its size, by measurement. A backend that throws, hangs or answers
 * wrong is refused for good and said so; its task is done by the next one, in the end by the reference.
 */
export class Router<Task, Answer> {
  readonly job: Job<Task, Answer>
  /** Backends that did wrong, and what. */
  readonly refused = new Map<BackendName, string>()
  readonly #table = new RouteTable()
  readonly #time: RouterTime
  readonly #onRefused: (backend: BackendName, reason: string) => void
  readonly #answered = new Map<BackendName, number>()

  constructor(
    job: Job<Task, Answer>,
    time: RouterTime,
    onRefused: (backend: BackendName, reason: string) => void = () => {},
  ) {
    this.job = job
    this.#time = time
    this.#onRefused = onRefused
  }

  /** What was measured, to be remembered. */
  get costs(): CostTable {
    return this.#table.costs
  }

  /** Whether tasks take so much more or less than predicted that it is time to measure again. */
  get isDrifted(): boolean {
    return this.#table.isDrifted
  }

  /** Takes measurements up, new or remembered, of backends that this job has and that are not refused. */
  learn(costs: CostTable): void {
    const able = this.job.backends.filter(({ name }) => !this.refused.has(name))
    this.#table.learn(Object.fromEntries(able.map(({ name }) => [name, costs[name] ?? []])))
  }

  /** Who does a task of a size; what an order may rest on asks for double precision, pictures make do with single. */
  choose(size: number, precision: Precision): Backend<Task, Answer> {
    const name = this.#table.choose(size, precision)
    const chosen = this.job.backends.find(backend => backend.name === name)
    return chosen ?? this.#reference
  }

  /** Does a task on whoever is fastest for it and can. */
  async perform(task: Task, precision: Precision): Promise<Routed<Answer>> {
    const size = this.job.sizeOf(task)
    for (;;) {
      const backend = this.choose(size, precision)
      const attempt = await this.attempt(backend, task)
      if (attempt.ok) {
        const { answer, microseconds } = attempt
        this.#table.observe(backend.name, size, microseconds)
        return { answer, backend: backend.name, microseconds }
      }
      // Nobody stands behind the reference: what stops it is a mistake of ours
      if (backend === this.#reference) throw new Error(attempt.reason)
      this.refuse(backend.name, attempt.reason)
    }
  }

  /** One try of a backend at a task, held to a deadline and to the truth; never throws. */
  async attempt(backend: Backend<Task, Answer>, task: Task): Promise<Attempt<Answer>> {
    const since = this.#time.now()
    try {
      const given = this.begin(backend, task)
      const answer = given instanceof Promise ? await given : given
      const microseconds = (this.#time.now() - since) * 1000
      const fault = this.#isChecked(backend)
        ? this.job.fault(task, answer, PRECISIONS[backend.name])
        : undefined
      return fault === undefined ? { ok: true, answer, microseconds } : { ok: false, reason: fault }
    } catch (cause) {
      return { ok: false, reason: cause instanceof Error ? cause.message : String(cause) }
    }
  }

  /** Begins a task; what is done off this thread is waited for no longer than is reasonable. */
  begin(backend: Backend<Task, Answer>, task: Task): Answer | Promise<Answer> {
    const given = backend.perform(task)
    return given instanceof Promise ? this.#beforeDeadline(backend, task, given) : given
  }

  /** Never asks a backend again, and says so once. */
  refuse(backend: BackendName, reason: string): void {
    if (this.refused.has(backend)) return
    this.refused.set(backend, reason)
    this.#table.forget(backend)
    this.#onRefused(backend, reason)
  }

  get #reference(): Backend<Task, Answer> {
    return present(this.job.backends.at(-1), 'a job has a reference')
  }

  async #beforeDeadline(backend: Backend<Task, Answer>, task: Task, given: Promise<Answer>): Promise<Answer> {
    const predicted = this.#table.predict(backend.name, this.job.sizeOf(task)) ?? 0
    const patience = Math.max(LEAST_PATIENCE, (PATIENCE * predicted) / 1000)
    const late = Promise.withResolvers<never>()
    const callOff = this.#time.alarm(patience, () =>
      late.reject(new Error(`gave no answer in ${Math.round(patience)} ms`)),
    )
    try {
      return await Promise.race([given, late.promise])
    } finally {
      callOff()
    }
  }

  /** The reference is the truth; others are looked at the first time, and then now and then. */
  #isChecked(backend: Backend<Task, Answer>): boolean {
    if (backend === this.#reference) return false
    const answered = this.#answered.get(backend.name) ?? 0
    this.#answered.set(backend.name, answered + 1)
    return answered % CHECK_EVERY === 0
  }
}
