import { join } from 'node:path'
import type { Comparison } from '../contract/learning.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { EpochMilliseconds } from '../core/base/units.ts'
import { parseComparison } from '../adapters/experiments/comparisonFile.ts'
import { parseJson } from '../registry/championFile.ts'
import { localDisk } from '../registry/disk.ts'
import { modelCard } from '../registry/modelCard.ts'
import type { ModelRegistry, StoredJudgement, StoredModel } from '../registry/modelRegistry.ts'
import type { ModelIdentity } from '../registry/promotionRule.ts'
import { layoutSize } from '../autodiff/layout.ts'
import { networkOf } from '../training/tradingNetwork.ts'
import { decodeCheckpoint } from '../training/checkpoint.ts'
import type { LearningSettings, NetworkKind, TrainingStart } from '../training/trainingPlan.ts'
import { comparisonInWords } from './answersFollowed.ts'
import type { TravellingModel } from './learnerMessages.ts'
import { learningWith } from './newTraining.ts'
import { START_FILE } from './trainedModel.ts'
import type { TrainingResult } from './trainingFolder.ts'

/** What the registry keeps of a comparison of two sets of weights. */
export function judgementOf(
  champion: ModelIdentity,
  challenger: ModelIdentity,
  comparison: Comparison,
): StoredJudgement {
  return {
    champion: { version: champion.version, digest: champion.digest },
    challenger: { version: challenger.version, digest: challenger.digest },
    seeds: comparison.seeds.length,
    sessions: comparison.sessions,
    difference: comparison.difference,
    fairDifference: comparison.fair.difference,
    trial: comparison.trial,
    confidence: comparison.confidence,
    verdict: comparison.verdict,
    shown: comparison,
  }
}

/** What came out of a training. */
export interface TakenResult {
  readonly model: StoredModel
  readonly comparison: Comparison
  /** How it compared, and what became of its trader's answers, in words. */
  readonly said: string
}

/**
 * Takes the result of a training into the registry: the model, and how it compared, as judged at `time`. The result itself
 * bears the time of its beginning, so that it is the same bytes whenever it ends. The failure names what is wrong.
 */
export async function takeResult(
  registry: ModelRegistry,
  champion: ModelIdentity,
  result: TrainingResult,
  time: EpochMilliseconds,
): Promise<Result<TakenResult, string>> {
  const cardBytes = result.get('card.json')
  const card = cardBytes ? parseJson(modelCard, cardBytes) : failure('it is missing')
  if (!card.ok) return failure(`card.json was refused: ${card.failure}.`)
  const comparisonBytes = result.get('comparison.json')
  const comparison = comparisonBytes ? parseComparison(comparisonBytes) : failure('it is missing')
  if (!comparison.ok) return failure(`comparison.json was refused: ${comparison.failure}.`)
  const weights = new Map([...result].filter(([name]) => !name.endsWith('.json')))
  const known = await registry.read(card.value.version)
  // A result that was taken before, just before a crash, is there already; one of other weights was not compared
  const exact = card.value.copies.find(({ format }) => format === 'f32')
  if (known.ok && known.value.digest !== exact?.digest)
    return failure(`there is a model ${card.value.version} already, with other weights`)
  const added = known.ok ? known : await registry.add({ card: card.value, weights })
  if (!added.ok) return added
  const judged = { ...comparison.value, time }
  const kept = await registry.keepJudgement(judgementOf(champion, added.value, judged))
  const said = [comparisonInWords(judged), ...(kept.ok ? [] : [kept.failure])].join(' ')
  return success({ model: added.value, comparison: judged, said })
}

/** How the comparison in a result came out, in words. */
export function resultInWords(result: TrainingResult): string {
  const comparison = parseComparison(result.get('comparison.json') ?? new Uint8Array())
  return comparison.ok ? comparisonInWords(comparison.value) : 'No comparison was made.'
}

/** A model as it travels to a learner. */
export async function travelling({ version, digest, folder, copies }: StoredModel): Promise<TravellingModel> {
  const file = copies.find(({ format }) => format === 'f32')?.file ?? 'policy.onnx'
  const model = await localDisk.read(join(folder, file))
  if (!model) throw new Error(`${join(folder, file)} is missing`)
  return { version, digest, model }
}

/**
 * Where a training that goes on from a model begins; undefined where the model does not tell, as written ones do not, or is a network
 * of another kind or size than these settings ask for.
 */
export async function startOf(
  { folder }: Pick<StoredModel, 'folder'>,
  learning: LearningSettings,
): Promise<TrainingStart | undefined> {
  const bytes = await localDisk.read(join(folder, START_FILE))
  const fields = bytes && decodeCheckpoint('start', bytes)
  if (!fields?.ok) return undefined
  const [parameters, moments] = [fields.value.get('parameters'), fields.value.get('moments')]
  return parameters && moments && parameters.length === layoutSize(networkOf(learning).layout)
    ? { parameters: [...parameters], moments: [...moments] }
    : undefined
}

/** The kind of network that a model is, as far as where it ended tells; plain where it does not. */
export async function networkKindOf(model: Pick<StoredModel, 'folder'>): Promise<NetworkKind> {
  for (const regimes of [false, true])
    for (const encoder of ['plain', 'attention'] as const)
      if (await startOf(model, learningWith({ encoder, regimes }))) return { encoder, regimes }
  return { encoder: 'plain', regimes: false }
}
