import type { RunStart } from '../adapters/experiments/runFile.ts'
import type { TrainingJob } from '../adapters/experiments/trainingJob.ts'
import type { ModelRegistry, StoredModel } from '../registry/modelRegistry.ts'
import { success, type Result } from '../core/base/result.ts'
import { networkKindOf, startOf, travelling } from './learningModels.ts'
import { learningWith, newJob, type TrainingWish } from './newTraining.ts'
import { createTraining } from './trainingFolder.ts'

/**
 * Writes a training against the champion of now into a folder: of a network of its kind, unless another is asked for. It begins
 * where the champion ended, where that is told. The comparison at its end is counted here already; the failure says why it cannot be.
 * `onNote` hears which files were refused on the way to the champion, who serves in their place, and what of it is not taken over.
 */
export async function writeNewTraining(
  folder: string | ((run: string) => string),
  wish: Pick<TrainingWish, 'kind' | 'seed' | 'budget' | 'encoder' | 'now' | 'revision' | 'experience'>,
  registry: ModelRegistry,
  onNote: (sentence: string) => void = () => undefined,
): Promise<Result<TrainingJob, string>> {
  const { champion, notes } = await registry.inCharge()
  const trial = await registry.countComparison(champion)
  if (!trial.ok) return trial
  const kind = await networkKindOf(champion)
  const network = { ...kind, encoder: wish.encoder ?? kind.encoder }
  const start = await startOf(champion, learningWith(network))
  for (const note of [...notes, ...notTakenOver(champion, start !== undefined)]) onNote(note)
  const job = newJob({ ...wish, ...network, champion, start, trial: trial.value })
  const path = typeof folder === 'string' ? folder : folder(job.run)
  await createTraining(path, job, (await travelling(champion)).model)
  return success(job)
}

/** What of a champion a training against it goes without, in sentences. */
function notTakenOver({ version, card }: StoredModel, isBegunWith: boolean): string[] {
  const settings = card.madeBy.match(/--(?:ensemble|adversary) [\d.]+/g) ?? []
  return [
    ...(isBegunWith
      ? []
      : [
          `A training against ${version} begins from scratch, without the answers of its trader: ${version} does not tell where it ended, or is another network.`,
        ]),
    ...(settings.length === 0
      ? []
      : [`${version} was made with ${settings.join(' and ')}; a training against it goes without.`]),
  ]
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
