import type { RunStart } from '../adapters/experiments/runFile.ts'
import type { TrainingJob } from '../adapters/experiments/trainingJob.ts'
import type { ModelRegistry } from '../registry/modelRegistry.ts'
import { success, type Result } from '../core/base/result.ts'
import { encoderOf, startOf, travelling } from './learningModels.ts'
import { learningWith, newJob, type TrainingWish } from './newTraining.ts'
import { createTraining } from './trainingFolder.ts'

/**
 * Writes a training against the champion of now into a folder: of a network of its kind, unless another is asked for. It begins
 * where the champion ended, where that is told. The comparison at its end is counted here already; the failure says why it cannot be.
 * `onNote` hears which files were refused on the way to the champion, and who serves in their place.
 */
export async function writeNewTraining(
  folder: string | ((run: string) => string),
  wish: Pick<TrainingWish, 'kind' | 'seed' | 'budget' | 'encoder' | 'now' | 'revision' | 'experience'>,
  registry: ModelRegistry,
  onNote: (sentence: string) => void = () => undefined,
): Promise<Result<TrainingJob, string>> {
  const { champion, notes } = await registry.inCharge()
  for (const note of notes) onNote(note)
  const trial = await registry.countComparison(champion)
  if (!trial.ok) return trial
  const encoder = wish.encoder ?? (await encoderOf(champion))
  const start = await startOf(champion, learningWith(encoder))
  const job = newJob({ ...wish, encoder, champion, start, trial: trial.value })
  const path = typeof folder === 'string' ? folder : folder(job.run)
  await createTraining(path, job, (await travelling(champion)).model)
  return success(job)
}

/** How the run of a training begins. */
export function startLine(job: TrainingJob, budget: string): RunStart {
  return {
    id: job.run,
    name: job.name,
    run: job.kind,
    time: job.createdAt,
    seed: job.plan.seed,
    revision: job.revision,
    parameters: parametersOf(job, budget),
  }
}

function parametersOf(
  { plan, model, champion, trial }: TrainingJob,
  budget: string,
): Record<string, string | number | boolean> {
  const { learning, market, sessions, heldBack, updates } = plan
  const { hidden, encoder = 'plain', regimes = false, adversary, ensemble = 0, ...figures } = learning
  return {
    budget,
    model,
    champion: champion.version,
    updates,
    sessions: sessions.count,
    heldBack: heldBack.count,
    heldBackFrom: heldBack.firstSeed,
    comparison: trial,
    edge: market.edge.kind,
    edgeStrength: market.edge.strength,
    ...figures,
    hidden: hidden.join(' and '),
    encoder,
    regimes,
    adversary: adversary?.budget ?? 0,
    ensemble,
    startsFromChampion: plan.start !== undefined,
  }
}
