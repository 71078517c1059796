import { join } from 'node:path'
import { openModel } from '../adapters/policy/onnxPolicy.ts'
import { roundTo } from '../core/base/statistics.ts'
import { greedy, type Strategy } from '../training/baselines.ts'
import {
  judgementOf,
  measureNets,
  playAll,
  playSessions,
  type Bench,
  type Played,
} from '../training/judgePolicies.ts'
import { openTables } from '../training/trainPolicy.ts'
import type {
  MarketPlan,
  OpenTable,
  SessionRange,
  TrainedPolicy,
  TrainingPlan,
} from '../training/trainingPlan.ts'
import { championCommand, type SeedJudgement } from './championFiles.ts'
import { wishesOf } from './compileSessions.ts'
import { FAIR_MARKET, TRAINING_LIMITS } from './sessionTables.ts'
import type { TableWish } from './tableWorker.ts'
import { modelWithCopies } from './trainedModel.ts'

/** Sessions that choose among seeds, and those that are judged on; nothing is trained on either. */
export const VALIDATION: SessionRange = { firstSeed: 200_001, count: 60 }
export const HELD_BACK: SessionRange = { firstSeed: 100_001, count: 150 }

/** The chance of the intervals, the same for every seed that is trained. */
export const JUDGING_SEED = 1

/** Observations of so many held-back sessions tell how far weight copies agree. */
const FIDELITY_SESSIONS = 20

const FIRST_POLICY = join(import.meta.dirname, '../../assets/policies/first/policy.onnx')

/** Every session that a judgement will ask for. */
export function judgedSessions({ market }: TrainingPlan): TableWish[] {
  return [
    ...wishesOf(VALIDATION, market),
    ...wishesOf(HELD_BACK, market),
    ...wishesOf(HELD_BACK, FAIR_MARKET),
  ]
}

/** Judges what a seed gave: with the planted edge and without, on sessions it has not seen. */
export async function judgeSeed(
  plan: TrainingPlan,
  trained: TrainedPolicy,
  minutes: number,
  open: OpenTable,
): Promise<{ readonly found: SeedJudgement; readonly weights: ReadonlyMap<string, Uint8Array> }> {
  const policy = await openModel(`seed ${plan.seed}`, trained.model)
  const first = await openModel('the first policy', FIRST_POLICY)
  const subject = greedy('The policy', policy)
  const others: readonly Strategy[] = [greedy('the first policy', first)]
  const [validation, planted, fair] = [
    await benchOf(VALIDATION, plan.market, open),
    await benchOf(HELD_BACK, plan.market, open),
    await benchOf(HELD_BACK, FAIR_MARKET, open),
  ]
  const { weights, copies } = await modelWithCopies(trained, planted.tables.slice(0, FIDELITY_SESSIONS), plan)
  const { seed } = plan
  const plantedPlayed = await playAll(subject, others, planted)
  const fairPlayed = await playAll(subject, others, fair)
  const found: SeedJudgement = {
    seed,
    command: championCommand(plan),
    plan,
    minutes,
    validation: measureNets((await playSessions(subject, validation)).nets, JUDGING_SEED),
    planted: judgementOf(plantedPlayed, JUDGING_SEED),
    fair: judgementOf(fairPlayed, JUDGING_SEED),
    played: { planted: plantedPlayed.map(inCents), fair: fairPlayed.map(inCents) },
    copies,
  }
  await Promise.all([policy.release(), first.release()])
  return { found, weights }
}

async function benchOf(range: SessionRange, market: MarketPlan, open: OpenTable): Promise<Bench> {
  const tables = await openTables(range, { market }, open)
  return { tables, limits: TRAINING_LIMITS, seed: JUDGING_SEED }
}

function inCents({ name, trades, nets }: Played): { name: string; trades: number; nets: number[] } {
  return { name, trades, nets: Array.from(nets, net => roundTo(net, 2)) }
}
