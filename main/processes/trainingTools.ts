import { openModel } from '../adapters/policy/onnxPolicy.ts'
import type { Comparison } from '../contract/learning.ts'
import { compareModels, halfOf } from '../training/modelComparison.ts'
import type { NetworkPolicy } from '../training/preferenceTuning.ts'
import { openTables } from '../training/trainPolicy.ts'
import { greedy } from '../training/baselines.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import type { MarketPlan, OpenTable, TrainingHooks } from '../training/trainingPlan.ts'
import { answersFollowed } from './answersFollowed.ts'
import type { ExperienceRow } from './experience.ts'
import type { JudgedPlan, TravellingModel } from './learnerMessages.ts'
import { FAIR_MARKET, sessionTables } from './sessionTables.ts'

/** Held-back sessions with the edge that was trained for, and the same ones without it. */
export interface HeldBackSessions {
  readonly planted: readonly SessionTable[]
  readonly fair: readonly SessionTable[]
}

/** Two models and what they are compared over. */
export interface Duel {
  readonly champion: TravellingModel
  readonly challenger: TravellingModel
  readonly plan: JudgedPlan
  /** Said in the comparison. */
  readonly time: number
  readonly trial: number
  readonly sessions: HeldBackSessions
  /** What the trader said so far, and the champion as it was tuned by that. */
  readonly rows: readonly ExperienceRow[]
  readonly tuned?: NetworkPolicy | undefined
}

/** What a training needs of the outside: sessions, and somebody who plays models against each other. */
export interface TrainingTools {
  readonly open: OpenTable
  compare(duel: Duel, watch: Pick<TrainingHooks, 'gate' | 'onProgress'>): Promise<Comparison>
}

/** Simulated sessions, compiled once and kept in a folder (`note` hears which were refused); models asked through onnxruntime. */
export function usualTools(tables: string, note?: (sentence: string) => void): TrainingTools {
  return { open: sessionTables(tables, note), compare: compareByPlay }
}

/** Opens the sessions that a plan holds back. */
export async function openHeldBack(
  { heldBack, market }: Pick<JudgedPlan, 'heldBack' | 'market'>,
  open: OpenTable,
  watch: Pick<TrainingHooks, 'gate' | 'onProgress'>,
): Promise<HeldBackSessions> {
  const fairly: MarketPlan = { ...market, edge: FAIR_MARKET.edge }
  return {
    planted: await openTables(heldBack, { market }, open, halfOf(watch, 0)),
    fair: await openTables(heldBack, { market: fairly }, open, halfOf(watch, 1)),
  }
}

async function compareByPlay(
  { champion, challenger, plan, time, trial, sessions, rows, tuned }: Duel,
  watch: Pick<TrainingHooks, 'gate' | 'onProgress'>,
): Promise<Comparison> {
  const [ruling, asking] = [
    await openModel(champion.version, champion.model),
    await openModel(challenger.version, challenger.model),
  ]
  try {
    const sides = {
      champion: greedy(champion.version, ruling),
      challenger: greedy(challenger.version, asking),
    }
    const { limits, seed } = plan
    const ground = { ...sessions, limits, seed, time, trial, seeds: seedsOf(plan) }
    const answers = await answersFollowed({ ...sides, tuned }, rows)
    const comparison = await compareModels(sides.champion, sides.challenger, ground, watch)
    return { ...comparison, ...(answers && { answers }) }
  } finally {
    await Promise.all([ruling.release(), asking.release()])
  }
}

/** Every held-back session is drawn by a seed of its own. */
function seedsOf({ heldBack }: JudgedPlan): number[] {
  return Array.from({ length: heldBack.count }, (_, index) => heldBack.firstSeed + index)
}
