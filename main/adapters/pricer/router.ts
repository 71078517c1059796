import type { BackendName } from '../../contract/machine.ts'
import type { Milliseconds } from '../../core/base/units.ts'
import { present } from '../../core/base/assert.ts'
import type { Precision } from '../../core/pricing/precision.ts'
import { CostModel, type CostPoint } from './costModel.ts'

/** One who can do a job. */
export interface Backend<Task, Answer> {
  readonly name: BackendName
  readonly precision: Precision
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
  /** What is wrong with an answer, looked at in places that change from call to call; undefined where nothing is. */
  fault(task: Task, answer: Answer, precision: Precision): string | undefined
}

/** Time from outside, so that tests can make it. */
export interface RouterTime {
  /** A clock in milliseconds. */
  now(): Milliseconds
  /** Resolves after a time; 0 lets everything else have its turn first. */
  delay(time: Milliseconds): Promise<void>
}

/** Measurements of all backends of a job, as they are remembered. */
export type CostTable = Partial<Record<BackendName, readonly CostPoint[]>>

/** An answer and who gave it. */
export interface Routed<Answer> {
  readonly answer: Answer
  readonly backend: BackendName
  readonly microseconds: number
}

/** Another backend takes a size over only when it is faster by this share: two that are alike do not take turns. */
const HYSTERESIS = 0.07

/** Measured over predicted beyond which the measurements are taken for old. */
const DRIFT = 1.25

/** How long a task may take at most, in times of what was predicted, and never less than a person would notice. */
const PATIENCE = 20
const LEAST_PATIENCE: Milliseconds = 2000

/** An answer from off this thread is looked at the first time, and then every so often. */
const CHECK_EVERY = 8

/** Steps in which sizes are told apart: four between a size and its double. */
const STEPS = 4
const LARGEST_STEP = 40 * STEPS

/**
 * Gives every task to the backend that is fastest for its size, by measurement. A backend that throws, hangs or answers
 * wrong is refused for good and said so; its task is done by the next one, in the end by the reference.
 */
export class Router<Task, Answer> {
  readonly job: Job<Task, Answer>
  /** Backends that did wrong, and what. */
  readonly refused = new Map<BackendName, string>()
  readonly #time: RouterTime
  readonly #onRefused: (backend: BackendName, reason: string) => void
  readonly #models = new Map<BackendName, CostModel>()
  readonly #tables: Record<Precision, (Backend<Task, Answer> | undefined)[]> = { f64: [], f32: [] }
  readonly #answered = new Map<BackendName, number>()
  /** The corrections that the tables were made with. */
  readonly #corrections = new Map<BackendName, number>()

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
    return Object.fromEntries([...this.#models].map(([name, model]) => [name, model.points]))
  }

  /** Whether tasks take so much more or less than predicted that it is time to measure again. */
  get isDrifted(): boolean {
    return [...this.#models.values()].some(({ correction }) => correction > DRIFT || correction < 1 / DRIFT)
  }

  /** Takes measurements up, new or remembered; of backends that this job does not have, nothing. */
  learn(costs: CostTable): void {
    this.#models.clear()
    for (const { name } of this.job.backends) {
      const points = costs[name]
      if (points !== undefined && points.length > 0 && !this.refused.has(name))
        this.#models.set(name, new CostModel(points))
    }
    this.#renewTables()
  }

  /** Who does a task of a size; what an order may rest on asks for double precision, pictures make do with single. */
  choose(size: number, precision: Precision): Backend<Task, Answer> {
    const table = this.#tables[precision]
    return table[stepOf(size)] ?? present(this.job.backends.at(-1), 'a job has a reference')
  }

  /** The time a backend is expected to take, in microseconds; undefined before it was measured. */
  predict(backend: BackendName, size: number): number | undefined {
    return this.#models.get(backend)?.predict(size)
  }

  /** Does a task on whoever is fastest for it and can. */
  async perform(task: Task, precision: Precision): Promise<Routed<Answer>> {
    const size = this.job.sizeOf(task)
    for (;;) {
      const backend = this.choose(size, precision)
      const attempt = await this.attempt(backend, task)
      if (attempt.ok) {
        this.#observe(backend.name, size, attempt.microseconds)
        return { answer: attempt.answer, backend: backend.name, microseconds: attempt.microseconds }
      }
      // Nobody stands behind the reference: what stops it is a mistake of ours
      if (backend === this.job.backends.at(-1)) throw new Error(attempt.reason)
      this.refuse(backend.name, attempt.reason)
    }
  }

  /** One try of a backend at a task, held to a deadline and to the truth; never throws. */
  async attempt(
    backend: Backend<Task, Answer>,
    task: Task,
  ): Promise<
    | { readonly ok: true; readonly answer: Answer; readonly microseconds: number }
    | { readonly ok: false; readonly reason: string }
  > {
    const since = this.#time.now()
    try {
      const given = this.begin(backend, task)
      const answer = given instanceof Promise ? await given : given
      const microseconds = (this.#time.now() - since) * 1000
      const fault = this.#isChecked(backend) ? this.job.fault(task, answer, backend.precision) : undefined
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
    this.#models.delete(backend)
    this.#renewTables()
    this.#onRefused(backend, reason)
  }

  async #beforeDeadline(backend: Backend<Task, Answer>, task: Task, given: Promise<Answer>): Promise<Answer> {
    const predicted = this.predict(backend.name, this.job.sizeOf(task)) ?? 0
    const patience = Math.max(LEAST_PATIENCE, (PATIENCE * predicted) / 1000)
    const late = this.#time.delay(patience).then(() => {
      throw new Error(`gave no answer in ${Math.round(patience)} ms`)
    })
    // The loser of the race may still fail, which is no news then
    late.catch(() => undefined)
    given.catch(() => undefined)
    return Promise.race([given, late])
  }

  /** The reference is the truth; others are looked at the first time, and then now and then. */
  #isChecked(backend: Backend<Task, Answer>): boolean {
    if (backend.name === 'reference') return false
    const answered = this.#answered.get(backend.name) ?? 0
    this.#answered.set(backend.name, answered + 1)
    return answered % CHECK_EVERY === 0
  }

  #observe(backend: BackendName, size: number, microseconds: number): void {
    const model = this.#models.get(backend)
    if (!model || !(microseconds > 0)) return
    model.observe(size, microseconds)
    const used = this.#corrections.get(backend) ?? 1
    if (Math.abs(model.correction / used - 1) > HYSTERESIS) this.#renewTables()
  }

  #renewTables(): void {
    this.#corrections.clear()
    for (const [name, { correction }] of this.#models) this.#corrections.set(name, correction)
    for (const precision of ['f64', 'f32'] as const) {
      const table = this.#tables[precision]
      for (let step = 0; step <= LARGEST_STEP; step += 1)
        table[step] = this.#fastest(2 ** (step / STEPS), precision, table[step])
    }
  }

  #fastest(
    size: number,
    precision: Precision,
    incumbent: Backend<Task, Answer> | undefined,
  ): Backend<Task, Answer> | undefined {
    let fastest: Backend<Task, Answer> | undefined
    let least = Number.POSITIVE_INFINITY
    for (const backend of this.job.backends) {
      const predicted = this.predict(backend.name, size)
      if (predicted === undefined || (precision === 'f64' && backend.precision !== 'f64')) continue
      const handicap = backend === incumbent ? 1 - HYSTERESIS : 1
      if (predicted * handicap >= least) continue
      fastest = backend
      least = predicted * handicap
    }
    return fastest
  }
}

function stepOf(size: number): number {
  return size > 1 ? Math.min(LARGEST_STEP, Math.round(Math.log2(size) * STEPS)) : 0
}
