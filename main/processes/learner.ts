import type { Milliseconds } from '../core/base/units.ts'
import type { TrainingProgress } from '../contract/learning.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { Host, Hosted } from './host.ts'
import { isLearnerNews, type LearnerCall, type LearnerEnd, type LearnerTask } from './learnerMessages.ts'
import { FULL_PACE, type Pace } from './pace.ts'
import { rightOfWay } from './rightOfWay.ts'

/** How long a learner may take to come to a gate before it is ended without. */
const PATIENCE = 20_000

/** Who hears of a task. */
export interface LearnerListener {
  onMetrics?(step: number, values: Readonly<Record<string, number>>): void
  onNote?(sentence: string): void
}

/** Where a task stands, and since when and where it is measured. */
interface Current {
  readonly run: string
  readonly hosted: Hosted
  readonly end: Promise<LearnerEnd>
  phase: string
  done: number
  total: number
  /**
   * The working time so far and what was done when sessions were prepared, for the time that is left: sessions that are kept
   * on the disk open at once, so preparing them says nothing of how long the rest takes.
   */
  began: { readonly done: number; readonly worked: Milliseconds } | undefined
}

/**
 * Work on policies beside the program: one task at a time, each in a host of its own that ends with it. Tells how far it has
 * come, waits, goes slower, stops.
 */
export class Learner {
  readonly #host: Host
  readonly #file: string
  readonly #now: () => Milliseconds
  #current: Current | undefined
  #pace: Pace = FULL_PACE
  #yields: string | undefined
  #worked = 0
  #measuredAt = 0

  /** `file` is the worker; `now` only measures. */
  constructor(host: Host, file: string, now: () => Milliseconds = () => performance.now()) {
    this.#host = host
    this.#file = file
    this.#now = now
  }

  /** Whether there is a task. */
  get isBusy(): boolean {
    return this.#current !== undefined
  }

  /** Time that the task was worked on, or the last one where there is none; pauses are left out. */
  get worked(): Milliseconds {
    if (this.#current) this.#measure()
    return this.#worked
  }

  /** How far the task has come; undefined where there is none. */
  get progress(): TrainingProgress | undefined {
    const current = this.#current
    if (!current) return undefined
    this.#measure()
    const { run, phase, done, total, began } = current
    const speed = began ? (done - began.done) / (this.#worked - began.worked) : 0
    const isKnown = Number.isFinite(speed) && speed > 0
    return {
      run,
      phase,
      done,
      total,
      millisecondsLeft: isKnown ? (total - done) / speed : undefined,
      isPaused: this.#pace.isPaused,
      yields: this.#yields,
    }
  }

  /** Begins a task; the failure says what is done already. The end comes as a value, whatever happens. */
  begin(run: string, task: LearnerTask, listener: LearnerListener = {}): Result<Promise<LearnerEnd>, string> {
    if (this.#current) return failure(`${this.#current.run} is being worked on.`)
    const hosted = this.#host(this.#file)
    this.#pace = { ...this.#pace, isPaused: false }
    this.#worked = 0
    this.#measuredAt = this.#now()
    const end = this.#endOf(hosted, listener)
    this.#current = { run, hosted, end, phase: 'preparing sessions', done: 0, total: 1, began: undefined }
    hosted.send({ kind: 'task', task, pace: this.#pace } satisfies LearnerCall)
    return success(end)
  }

  /** Lets it wait or go on. */
  pause(isPaused: boolean): void {
    this.#setPace({ ...this.#pace, isPaused })
  }

  /** The share of its time that it works, and why it is less than all. */
  yieldTo(share: number, reason: string | undefined): void {
    this.#yields = reason
    if (share !== this.#pace.share) this.#setPace({ ...this.#pace, share })
  }

  /** Lets a decision go first: the task holds still until it is made, within a piece of work or two. */
  giveWayTo(decision: Promise<unknown>): void {
    const hosted = this.#current?.hosted
    if (!hosted) return
    const to = rightOfWay(decision, hosted.sharesMemory)
    hosted.send({ kind: 'giveWay', to } satisfies LearnerCall)
  }

  /** Ends the task at its next gate, where everything that counts is on the disk; one that hangs is cut off. */
  async stop(): Promise<void> {
    const current = this.#current
    if (!current) return
    current.hosted.send({ kind: 'stop' } satisfies LearnerCall)
    const patience = setTimeout(() => void current.hosted.kill(), PATIENCE)
    await current.end
    clearTimeout(patience)
  }

  /** Ends the task where it stands; nothing is lost but the time since its last checkpoint. */
  async abandon(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.hosted.kill()
  }

  #setPace(pace: Pace): void {
    this.#measure()
    this.#pace = pace
    this.#current?.hosted.send({ kind: 'pace', pace } satisfies LearnerCall)
  }

  /** Counts the time since the last call as working time, unless it was paused. */
  #measure(): void {
    const now = this.#now()
    if (!this.#pace.isPaused) this.#worked += now - this.#measuredAt
    this.#measuredAt = now
  }

  #endOf(hosted: Hosted, listener: LearnerListener): Promise<LearnerEnd> {
    return new Promise<LearnerEnd>(resolve => {
      const finish = (end: LearnerEnd) => {
        this.#measure()
        this.#current = undefined
        void hosted.kill().then(() => resolve(end))
      }
      hosted.onExit(reason => {
        if (this.#current?.hosted === hosted)
          finish({ kind: 'failed', reason: `the learner ended: ${reason ?? 'without a word'}` })
      })
      hosted.onMessage(message => {
        const current = this.#current
        if (!isLearnerNews(message) || current?.hosted !== hosted) return
        if (message.kind === 'progress') this.#advance(current, message)
        else if (message.kind === 'metrics') listener.onMetrics?.(message.step, message.values)
        else if (message.kind === 'note') listener.onNote?.(message.sentence)
        else finish(message)
      })
    })
  }

  #advance(
    current: Current,
    news: { readonly phase: string; readonly done: number; readonly total: number },
  ): void {
    this.#measure()
    if (news.phase !== 'preparing sessions') current.began ??= { done: news.done, worked: this.#worked }
    current.phase = news.phase
    current.done = news.done
    current.total = news.total
  }
}
