import { join } from 'node:path'
import { comparisonOf } from '../adapters/experiments/comparisonFile.ts'
import { exportToMlflow, type Exported } from '../adapters/experiments/mlflow.ts'
import type { RunStore, RunWriter } from '../adapters/experiments/runStore.ts'
import type {
  AgreementReport,
  Comparison,
  LearningReport,
  RunDetail,
  RunStatus,
  RunSummary,
  TrainingProgress,
} from '../contract/learning.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { Decision } from '../core/policy/decision.ts'
import type { LearnedTaste } from '../core/policy/learnedTastes.ts'
import type { ModelRegistry, StoredModel } from '../registry/modelRegistry.ts'
import { agreementReport } from '../research/agreement.ts'
import { comparisonTask } from './comparisonTask.ts'
import type { Experience } from './experience.ts'
import type { Learner } from './learner.ts'
import type { LearnerEnd, LearnerTask } from './learnerMessages.ts'
import { judgementOf, takeResult } from './learningModels.ts'
import { learningReport, newestComparison, preferenceWeights } from './learningReport.ts'
import type { Encoder } from '../training/trainingPlan.ts'
import type { Budget } from './newTraining.ts'
import { fileFor, type PolicySwitch } from './policySwitch.ts'
import { nextRetraining } from './retrainingSchedule.ts'
import { openTraining, readResult, tidyTrainings } from './trainingFolder.ts'
import { startLine, writeNewTraining } from './writeTraining.ts'
import type { TrainingJob } from '../adapters/experiments/trainingJob.ts'

/** Most decisions of the journal that are reported on. */
const DECISIONS = 1000

/** Milliseconds for which an agreement report is good. */
const AGREEMENT_EVERY = 15_000

/** Notes that are kept for the page. */
const NOTES = 20

/** What learning is made of. */
export interface LearningParts {
  /** The data folder. */
  readonly folder: string
  readonly registry: ModelRegistry
  readonly policy: Pick<PolicySwitch, 'take' | 'file'>
  readonly runs: RunStore
  readonly learner: Learner
  readonly revision: string
  decisions(limit: number): Promise<readonly Decision[]>
  /** What the journal says of its trader. */
  experience(): Promise<Experience>
  preference(): { readonly answers: number; readonly tastes: readonly LearnedTaste[] }
  now(): number
}

/** Trains, compares, promotes and rolls back, and tells how all that stands. One piece of work at a time. */
export class LearningService {
  readonly #parts: LearningParts
  readonly #notes: string[] = []
  #agreement: { readonly time: number; readonly report: AgreementReport } | undefined
  #isBeginning = false
  #work: Promise<unknown> = Promise.resolve()

  constructor(parts: LearningParts) {
    this.#parts = parts
  }

  /** Everything the Learning page shows. */
  async report(): Promise<LearningReport> {
    const { registry, policy, runs, learner, preference, now } = this.#parts
    const [{ models, notes }, inCharge, agreement] = await Promise.all([
      registry.list(),
      registry.inCharge(),
      this.#agreementNow(),
    ])
    const { judgements, notes: unread } = await registry.judgements(models)
    const comparisons = [...judgements.values()].flatMap(judgement => {
      const comparison = comparisonOf(judgement.shown)
      return comparison ? [{ judgement, comparison }] : []
    })
    const { answers, tastes } = preference()
    const progress = learner.progress
    return learningReport({
      stored: models,
      roles: {
        champion: inCharge.champion,
        previous: inCharge.previous,
        judgements,
        loadedFile: policy.file,
      },
      time: now(),
      progress,
      comparison: newestComparison(inCharge.champion, comparisons),
      runs: runs
        .list()
        .map(run =>
          run.id === progress?.run
            ? { ...run, status: progress.isPaused ? ('paused' as const) : ('running' as const) }
            : run,
        ),
      nextRetraining: nextRetraining(now()),
      preference: { answers, weights: preferenceWeights(tastes) },
      agreement,
      notes: [...new Set([...notes, ...inCharge.notes, ...unread, ...runs.notes(), ...this.#notes])],
    })
  }

  /**
   * Trains a challenger in the background, or goes on with the one of this seed, budget and network that was interrupted. The
   * failure says what is being worked on.
   */
  async train(
    kind: 'train' | 'retrain',
    seed: number,
    budget: Budget,
    encoder?: Encoder,
  ): Promise<Result<{ readonly run: string }, string>> {
    const { runs, now } = this.#parts
    return this.#beginAlone(async () => {
      const interrupted = await this.#interrupted(kind, seed, budget, encoder)
      const written = interrupted
        ? success(interrupted)
        : await this.#newTraining(kind, seed, budget, encoder)
      if (!written.ok) return written
      const job = written.value
      const writer = interrupted ? runs.resume(job.run, now()) : runs.begin(startLine(job, budget))
      return this.#begin(job, writer)
    })
  }

  /** The seed of a weekly retraining that was interrupted and can be gone on with. */
  async unfinishedRetraining(): Promise<number | undefined> {
    return (await this.#interrupted('retrain', undefined, 'usual', undefined))?.plan.seed
  }

  /** Lets the work wait, or go on. */
  pause(isPaused: boolean): void {
    this.#parts.learner.pause(isPaused)
  }

  /** Ends the work; a training can be gone on with later. */
  async stop(): Promise<void> {
    await this.#parts.learner.stop()
    await this.#work
  }

  /** Compares a model with the one in charge, over held-back sessions, and keeps the judgement. */
  async compare(version: string): Promise<Result<Comparison, string>> {
    const { registry, now } = this.#parts
    const challenger = await registry.read(version)
    if (!challenger.ok) return challenger
    const { champion } = await registry.inCharge()
    if (champion.version === version) return failure(`${version} is the champion.`)
    const begun = await this.#beginAlone(() => this.#beginComparison(champion, challenger.value))
    if (!begun.ok) return begun
    const end = await begun.value
    if (end.kind !== 'done' || !end.comparison) return failure(endSentence(end))
    const judged = { ...end.comparison, time: now() }
    const kept = await registry.keepJudgement(judgementOf(champion, challenger.value, judged))
    return kept.ok ? success(judged) : kept
  }

  /** Puts a model in charge where the rule allows it, and lets it decide from the next decision on. */
  async promote(version: string): Promise<Result<null, string>> {
    const { registry, now } = this.#parts
    const promoted = await registry.promote(version, now())
    if (!promoted.ok) return failure(promoted.failure.join(' '))
    const taken = await this.#takeOver(promoted.value.champion)
    // What does not answer must not be in charge at the next start either
    if (!taken.ok) await registry.rollBack(now())
    return taken
  }

  /** Puts the one before back in charge. */
  async rollBack(): Promise<Result<{ readonly version: string }, string>> {
    const { registry, now } = this.#parts
    const { previous } = await registry.inCharge()
    if (previous === undefined) return failure('There is no champion before this one.')
    const model = await registry.read(previous)
    if (!model.ok) return model
    // It must answer before it is written down as the one in charge
    const taken = await this.#takeOver(model.value)
    if (!taken.ok) return taken
    const back = await registry.rollBack(now())
    return back.ok ? success({ version: previous }) : back
  }

  /** Runs with their curves; the failure names the first that there is not. */
  experiments(ids: readonly string[]): Result<readonly RunDetail[], string> {
    const { runs, learner } = this.#parts
    const found: RunDetail[] = []
    for (const id of ids) {
      const run = runs.read(id)
      if (!run) return failure(`There is no run ${id}.`)
      found.push({ ...run, status: statusOf(run, learner.progress) })
    }
    return success(found)
  }

  /** Exports a run to an MLflow server. */
  async exportRun(id: string, address: string): Promise<Result<Exported, string>> {
    const run = this.#parts.runs.read(id)
    return run ? exportToMlflow(address, run) : failure(`There is no run ${id}.`)
  }

  /** Resolves once what is being worked on has ended and was taken in. */
  async settled(): Promise<void> {
    await this.#work
  }

  /** Says something that the trader must know. */
  note(sentence: string): void {
    this.#notes.push(sentence)
    this.#notes.splice(0, Math.max(0, this.#notes.length - NOTES))
  }

  #begin(job: TrainingJob, writer: RunWriter): Result<{ readonly run: string }, string> {
    const { learner, folder } = this.#parts
    const path = this.#pathOf(job.run)
    const task: LearnerTask = { kind: 'train', folder: path, tables: join(folder, 'training', 'tables') }
    const begun = learner.begin(job.run, task, {
      onMetrics: (step, values) => this.#record(job.run, () => writer.metrics(step, values)),
      onNote: note => this.note(note),
    })
    if (!begun.ok) return begun
    this.#work = begun.value
      .then(end => this.#finish(job, writer, end))
      .catch((cause: unknown) => {
        this.note(`${job.run}: ${reasonOf(cause)}`)
      })
    return success({ run: job.run })
  }

  async #beginComparison(
    champion: StoredModel,
    challenger: StoredModel,
  ): Promise<Result<Promise<LearnerEnd>, string>> {
    const { registry, learner, folder, now, experience } = this.#parts
    const { rows } = await experience()
    const tables = join(folder, 'training', 'tables')
    const task = await comparisonTask(registry, { champion, challenger, rows, tables, now: now() })
    if (!task.ok) return task
    return learner.begin(`comparison of ${challenger.version}`, task.value, {
      onNote: note => this.note(note),
    })
  }

  /** Writes down a figure; a disk that does not take it must not end the program that trades. */
  #record(run: string, write: () => void): void {
    try {
      write()
    } catch (cause) {
      const sentence = `Figures of ${run} were not written down: ${reasonOf(cause)}`
      if (!this.#notes.includes(sentence)) this.note(sentence)
    }
  }

  /** What comes after a training: the model goes into the registry, and after a retraining perhaps into charge. */
  async #finish(job: TrainingJob, writer: RunWriter, end: LearnerEnd): Promise<void> {
    const { registry, now, learner } = this.#parts
    const { worked } = learner
    if (end.kind === 'stopped')
      return writer.end({ time: now(), worked, status: 'interrupted', note: 'It was stopped.' })
    const path = this.#pathOf(job.run)
    const result = end.kind === 'done' ? await readResult(path) : failure(endSentence(end))
    const taken = !result.ok
      ? result
      : result.value
        ? await takeResult(registry, job.champion, result.value, now())
        : failure('it left no result')
    if (!taken.ok) {
      this.note(`${job.run} failed: ${taken.failure}`)
      return writer.end({ time: now(), worked, status: 'failed', note: taken.failure })
    }
    const { model, said } = taken.value
    writer.artefact(model.folder)
    const promotion = job.kind === 'retrain' ? await this.promote(model.version) : undefined
    const note = promotion === undefined ? said : `${retrainingNote(model.version, promotion)} ${said}`
    if (promotion !== undefined) this.note(note)
    writer.end({ time: now(), worked, status: 'finished', model: model.version, note })
    await tidyTrainings(join(this.#parts.folder, 'training'), job.run)
  }

  async #takeOver(champion: StoredModel): Promise<Result<null, string>> {
    const taken = await this.#parts.policy.take(champion.folder, fileFor(champion))
    if (taken.ok) return success(null)
    this.note(taken.failure)
    return failure(taken.failure)
  }

  async #newTraining(
    kind: 'train' | 'retrain',
    seed: number,
    budget: Budget,
    encoder: Encoder | undefined,
  ): Promise<Result<TrainingJob, string>> {
    const { registry, revision, now, folder } = this.#parts
    const experience = await this.#parts.experience()
    const wish = { kind, seed, budget, encoder, now: now(), revision, experience }
    return writeNewTraining(
      run => join(folder, 'training', run),
      wish,
      registry,
      note => this.note(note),
    )
  }

  /**
   * The newest training of a kind, a seed (any, where none is given), a budget and a network that can be gone on with, against
   * the champion of today.
   */
  async #interrupted(
    kind: string,
    seed: number | undefined,
    budget: Budget,
    encoder: Encoder | undefined,
  ): Promise<TrainingJob | undefined> {
    const { runs, registry } = this.#parts
    const { champion } = await registry.inCharge()
    const candidates = runs
      .list()
      .filter(run => run.status === 'interrupted' && run.kind === kind && run.seed === (seed ?? run.seed))
      .filter(({ parameters }) => parameters['budget'] === budget)
      .filter(({ parameters }) => encoder === undefined || (parameters['encoder'] ?? 'plain') === encoder)
    for (const { id } of candidates) {
      const folder = await openTraining(this.#pathOf(id))
      if (folder.ok && folder.value.job.champion.digest === champion.digest) return folder.value.job
      if (!folder.ok) this.note(folder.failure)
    }
    return undefined
  }

  /** The agreement report, made anew every so often: it takes milliseconds that the live session should have. */
  async #agreementNow(): Promise<AgreementReport> {
    const now = this.#parts.now()
    if (this.#agreement && now - this.#agreement.time < AGREEMENT_EVERY) return this.#agreement.report
    const report = agreementReport(await this.#parts.decisions(DECISIONS))
    this.#agreement = { time: now, report }
    return report
  }

  #pathOf(run: string): string {
    return join(this.#parts.folder, 'training', run)
  }

  /**
   * Begins something where nothing is being worked on, nor about to be: so no two comparisons of this program bear one number. The
   * failure says so.
   */
  async #beginAlone<Begun>(begin: () => Promise<Result<Begun, string>>): Promise<Result<Begun, string>> {
    if (this.#parts.learner.isBusy || this.#isBeginning)
      return failure('Something is being worked on already.')
    this.#isBeginning = true
    try {
      return await begin()
    } finally {
      this.#isBeginning = false
    }
  }
}

/** A run that is being worked on does not know it itself: its file only says how it began. */
function statusOf({ id, status }: RunSummary, progress: TrainingProgress | undefined): RunStatus {
  if (id !== progress?.run) return status
  return progress.isPaused ? 'paused' : 'running'
}

function retrainingNote(version: string, promotion: Result<null, string>): string {
  return promotion.ok
    ? `The weekly retraining put ${version} in charge: it did better on simulated sessions with a trend planted, and was not shown to be worse on those without. That says nothing of a real market.`
    : `The weekly retraining changed nothing. ${promotion.failure} The champion stays.`
}

function endSentence(end: LearnerEnd): string {
  if (end.kind === 'failed') return end.reason
  return end.kind === 'stopped' ? 'It was stopped.' : 'It ended without a result.'
}

/** What went wrong, as a sentence that ends. */
function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.?$/, '.')
}
