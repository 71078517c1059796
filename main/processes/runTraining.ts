import { join } from 'node:path'
import type { Comparison, Curve } from '../contract/learning.ts'
import { success, type Result } from '../core/base/result.ts'
import { digestOf } from '../registry/modelRegistry.ts'
import { trainPolicy, WrongCheckpoint } from '../training/trainPolicy.ts'
import type { TrainedPolicy, TrainingHooks, TrainingPlan } from '../training/trainingPlan.ts'
import { beginningOf, learnFromTrader } from './experience.ts'
import type { LearnerTask } from './learnerMessages.ts'
import {
  loadCheckpoint,
  openTraining,
  readResult,
  saveCheckpoint,
  saveResult,
  type TrainingFolder,
  type TrainingResult,
} from './trainingFolder.ts'
import { trainedModel } from './trainedModel.ts'
import { openHeldBack, usualTools, type TrainingTools } from './trainingTools.ts'
import { comparingParts, trainingParts, wholeProgress } from './wholeProgress.ts'

/** Who watches a training, and sets its pace; progress is that of all its parts together. */
export interface TrainingWatch extends Pick<TrainingHooks, 'onProgress' | 'onMetrics' | 'gate'> {
  /** Hears what did not go as it should: a checkpoint that was refused. */
  onNote?(sentence: string): void
}

/**
 * Does the training of a folder, or what is left of it: trains, compares with the champion over held-back sessions with the edge
 * and without, makes weight copies and a card, and leaves all of it as the result. Killed at any moment and done again, it leaves the same bytes. The
 * failure names a file that is wrong; compiled sessions are kept in the folder `tables`; rejects with what `watch.gate` rejects with.
 */
export async function runTraining(
  path: string,
  tables: string,
  watch: TrainingWatch = {},
  tools: TrainingTools = usualTools(tables, note => watch.onNote?.(note)),
): Promise<Result<TrainingResult, string>> {
  const folder = await openTraining(path)
  if (!folder.ok) return folder
  const before = await readResult(path)
  if (before.ok && before.value) return success(before.value)
  if (!before.ok) watch.onNote?.(`${before.failure} It is made again.`)
  const result = await makeResult(folder.value, watch, tools)
  await saveResult(path, result)
  return success(result)
}

/** Compares two models as a training does at its end. */
export async function compareModels(
  task: Extract<LearnerTask, { kind: 'compare' }>,
  watch: TrainingWatch = {},
  tools: TrainingTools = usualTools(task.tables, note => watch.onNote?.(note)),
): Promise<Comparison> {
  const whole = wholeProgress(comparingParts(task.plan), watch.onProgress)
  const told = { ...watch, onProgress: whole(0) }
  const sessions = await openHeldBack(task.plan, tools.open, told)
  return tools.compare({ ...task, sessions }, told)
}

async function makeResult(
  { path, job, champion }: TrainingFolder,
  watch: TrainingWatch,
  tools: TrainingTools,
): Promise<TrainingResult> {
  const plan = await learnFromTrader(job.plan, job.experience.rows)
  const whole = wholeProgress(trainingParts(job.plan), watch.onProgress)
  const trained = await trainFrom(path, plan, { ...watch, onProgress: whole(0) }, tools)
  const judging = { ...watch, onProgress: whole(2) }
  const sessions = await openHeldBack(job.plan, tools.open, judging)
  const sides = {
    champion: { ...job.champion, model: champion },
    challenger: { version: job.model, digest: digestOf(trained.model), model: trained.model },
  }
  const comparison = await tools.compare(
    {
      ...sides,
      plan: job.plan,
      time: job.createdAt,
      trial: job.trial,
      sessions,
      rows: job.experience.rows,
      tuned: plan === job.plan ? undefined : beginningOf(plan),
    },
    judging,
  )
  const { card, weights } = await trainedModel(job, trained, comparison, sessions.planted)
  return new Map([
    ...weights,
    ['card.json', textBytes(card)],
    ['comparison.json', textBytes(comparison)],
    ['curves.json', textBytes(curvesOf(trained))],
  ])
}

/** Goes on from the newest checkpoint; one that is whole but of another plan is named, and the training begins anew. */
async function trainFrom(
  path: string,
  plan: TrainingPlan,
  watch: TrainingWatch,
  tools: TrainingTools,
): Promise<TrainedPolicy> {
  const { bytes, notes } = await loadCheckpoint(path)
  for (const note of notes) watch.onNote?.(note)
  const saveNext = (next: Uint8Array) => saveCheckpoint(path, next)
  const train = (from: Uint8Array | undefined) =>
    trainPolicy(plan, tools.open, { ...watch, loadCheckpoint: async () => from, saveCheckpoint: saveNext })
  try {
    return await train(bytes)
  } catch (cause) {
    if (!(cause instanceof WrongCheckpoint)) throw cause
    watch.onNote?.(`${join(path, 'checkpoint.bin')} was refused: ${cause.message}. The training begins anew.`)
    return train(undefined)
  }
}

/** The curves as plain numbers, without what was not known. */
function curvesOf({ curves }: TrainedPolicy): Record<string, readonly (readonly [number, number])[]> {
  return Object.fromEntries(curves.map(curve => [curve.name, pointsOf(curve)]))
}

function pointsOf({ steps, values }: Curve): (readonly [number, number])[] {
  return [...steps]
    .map((step, index) => [step, values[index] ?? Number.NaN] as const)
    .filter(([, value]) => Number.isFinite(value))
}

function textBytes(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}
