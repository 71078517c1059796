import { openModel } from '../adapters/policy/onnxPolicy.ts'
import type { Comparison } from '../contract/learning.ts'
import { greedy } from '../training/baselines.ts'
import { compareModels } from '../training/judgePolicies.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import type { OpenTable, TrainingHooks } from '../training/trainingPlan.ts'
import type { JudgedPlan, TravellingModel } from './learnerMessages.ts'
import { sessionTables } from './sessionTables.ts'

/** Two models and the sessions that they are compared over. */
export interface Duel {
  readonly champion: TravellingModel
  readonly challenger: TravellingModel
  readonly plan: JudgedPlan
  /** Said in the comparison. */
  readonly time: number
  readonly sessions: readonly SessionTable[]
}

/** What a training needs of the outside: sessions, and somebody who plays models against each other. */
export interface TrainingTools {
  readonly open: OpenTable
  compare(duel: Duel, watch: Pick<TrainingHooks, 'gate' | 'onProgress'>): Promise<Comparison>
}

/** Simulated sessions, compiled once and kept in a folder; models asked through onnxruntime. */
export function usualTools(tables: string): TrainingTools {
  return { open: sessionTables(tables), compare: compareByPlay }
}

async function compareByPlay(
  { champion, challenger, plan, time, sessions }: Duel,
  watch: Pick<TrainingHooks, 'gate' | 'onProgress'>,
): Promise<Comparison> {
  const [ruling, asking] = [
    await openModel(champion.version, champion.model),
    await openModel(challenger.version, challenger.model),
  ]
  try {
    const bench = { tables: sessions, limits: plan.limits, seed: plan.seed, time, seeds: seedsOf(plan) }
    return await compareModels(
      greedy(champion.version, ruling),
      greedy(challenger.version, asking),
      bench,
      watch,
    )
  } finally {
    await Promise.all([ruling.release(), asking.release()])
  }
}

/** Every held-back session is drawn by a seed of its own. */
function seedsOf({ heldBack }: JudgedPlan): number[] {
  return Array.from({ length: heldBack.count }, (_, index) => heldBack.firstSeed + index)
}
