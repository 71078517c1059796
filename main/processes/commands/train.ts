import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { RunStore } from '../../adapters/experiments/runStore.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import type { Settings } from '../../adapters/settings/settings.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { Experience } from '../experience.ts'
import { resultInWords, takeResult } from '../learningModels.ts'
import { startLine, writeNewTraining } from '../writeTraining.ts'
import { gitRevision, type Budget } from '../newTraining.ts'
import { openRegistry } from '../policySwitch.ts'
import { recentExperience } from '../recentExperience.ts'
import { runTraining } from '../runTraining.ts'
import type { Places } from '../services.ts'
import { openTraining, readResult, type TrainingResult } from '../trainingFolder.ts'

/** What a person typed after `zerodte train export`, empty where nothing was. */
export interface ExportWish {
  readonly out: string
  readonly seed: string
  readonly budget: string
  readonly encoder: string
  /** The instant that the training is dated with; now where it is left out. */
  readonly at: string
}

/** What a bundle is, in a few words. */
export interface BundleSummary {
  readonly bundle: string
  readonly run: string
  readonly model: string
  readonly champion: string
  readonly updates: number
  readonly sessions: number
}

/**
 * Writes a training as a folder that can be carried anywhere: the plan, the champion, what its trader answered. Tells whoever listens
 * where a damaged champion gave way to another.
 */
export async function exportTraining(
  wish: ExportWish,
  settings: Settings,
  places: Places,
  say: (line: string) => void,
): Promise<Result<BundleSummary, string>> {
  const seed = wish.seed === '' ? 1 : Number(wish.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed > 2_147_483_647)
    return failure(`seed must be a whole number from 0 to 2147483647, is "${wish.seed}"`)
  const budget = budgetOf(wish.budget)
  if (!budget) return failure(`budget must be short or usual, is "${wish.budget}"`)
  const encoder = wish.encoder === '' ? undefined : wish.encoder
  if (encoder !== undefined && encoder !== 'plain' && encoder !== 'attention')
    return failure(`encoder must be plain or attention, is "${encoder}"`)
  const now = wish.at === '' ? Date.now() : Date.parse(wish.at)
  if (Number.isNaN(now)) return failure(`at must be an instant such as 2026-11-22T07:00:00Z, is "${wish.at}"`)
  const bundle = resolve(wish.out)
  if (existsSync(bundle)) return failure(`${bundle} is there already`)
  const experience = await experienceOf(settings, places)
  const written = await writeNewTraining(
    bundle,
    {
      kind: 'train',
      seed,
      budget,
      encoder,
      now,
      revision: gitRevision(join(places.assets, '..')),
      experience,
    },
    openRegistry(settings, places),
    say,
  )
  if (!written.ok) return written
  const job = written.value
  return success({
    bundle,
    run: job.run,
    model: job.model,
    champion: job.champion.version,
    updates: job.plan.updates,
    sessions: job.plan.sessions.count,
  })
}

/** What a training that was run here came to. */
export interface RunSummaryLine {
  readonly bundle: string
  readonly model: string
  readonly result: string
  /** What was refused on the way, and what served in its place. */
  readonly notes: readonly string[]
}

/** Runs what is left of the training of a bundle; tells how far it is, line by line, to whoever listens. */
export async function runBundle(
  path: string,
  say: (line: string) => void,
): Promise<Result<RunSummaryLine, string>> {
  const bundle = resolve(path)
  const folder = await openTraining(bundle)
  if (!folder.ok) return folder
  const notes: string[] = []
  let last = ''
  const result = await runTraining(bundle, join(bundle, 'tables'), {
    onProgress({ phase, done, total }) {
      const share = Math.floor((20 * done) / total) * 5
      const line = `${phase} ${share} %`
      if (line !== last) say(line)
      last = line
    },
    onNote: note => notes.push(note),
  })
  if (!result.ok) return result
  return success({ bundle, model: folder.value.job.model, result: resultInWords(result.value), notes })
}

/** Takes what a bundle made into the models and runs of the data folder; who is in charge does not change by it. */
export async function importBundle(
  path: string,
  settings: Settings,
  places: Places,
): Promise<Result<{ readonly model: string; readonly run: string; readonly result: string }, string>> {
  const bundle = resolve(path)
  const folder = await openTraining(bundle)
  if (!folder.ok) return folder
  const result = await readResult(bundle)
  if (!result.ok) return result
  if (!result.value) return failure(`${bundle} has no result yet: zerodte train run ${path}`)
  const { job } = folder.value
  const registry = openRegistry(settings, places)
  const taken = await takeResult(registry, job.champion, result.value, job.createdAt)
  if (!taken.ok) return taken
  const runs = new RunStore(join(settings.data.folder, 'runs'))
  const { model, said } = taken.value
  const figures = metricsByStep(result.value)
  if (!runs.read(job.run))
    await runs.take({ ...startLine(job, 'imported'), run: 'imported' }, run => {
      for (const [step, values] of figures) run.metrics(step, values)
      run.artefact(model.folder)
      run.end({ time: job.createdAt, status: 'finished', model: job.model, note: said })
    })
  return success({ model: job.model, run: job.run, result: said })
}

function budgetOf(written: string): Budget | undefined {
  if (written === '' || written === 'usual') return 'usual'
  return written === 'short' ? 'short' : undefined
}

async function experienceOf(settings: Settings, places: Places): Promise<Experience> {
  const file = join(settings.data.folder, 'memory.db')
  if (!existsSync(file)) return { rows: [], answers: 0, outcomes: 0 }
  const memory = await openMemory(file, places.migrations)
  try {
    return await recentExperience(memory)
  } finally {
    await memory.close()
  }
}

/** The figures of every update, from the curves of a result. */
function metricsByStep(result: TrainingResult): Map<number, Record<string, number>> {
  const curves: unknown = JSON.parse(new TextDecoder().decode(result.get('curves.json')) || '{}')
  const steps = new Map<number, Record<string, number>>()
  if (typeof curves !== 'object' || curves === null) return steps
  for (const [name, points] of Object.entries(curves)) {
    if (!Array.isArray(points)) continue
    for (const point of points) {
      if (!Array.isArray(point)) continue
      const [step, value]: unknown[] = point
      if (typeof step === 'number' && typeof value === 'number')
        steps.set(step, { ...steps.get(step), [name]: value })
    }
  }
  return steps
}
