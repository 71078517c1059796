import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'
import { UNSEEN_FROM } from '../contract/backtest.ts'
import { hashText } from '../core/base/random.ts'
import type { ModelIdentity } from '../registry/promotionRule.ts'
import {
  USUAL_LEARNING,
  type LearningSettings,
  type NetworkKind,
  type TrainingPlan,
  type TrainingStart,
} from '../training/trainingPlan.ts'
import type { Experience } from './experience.ts'
import { MOMENTUM_MARKET, TRAINING_LIMITS } from './sessionTables.ts'
import type { TrainingJob } from '../adapters/experiments/trainingJob.ts'

/** How much is put into a training: a minute to look at it, or what a promotion deserves. */
export type Budget = 'short' | 'usual'

/**
 * Updates between two checkpoints: some seconds of work, so that a kill costs little and the disk, which keeps what the trader
 * does as well, is hardly asked.
 */
export const CHECKPOINT_EVERY = 50

/** What each budget buys. */
const BUDGETS = {
  short: { sessions: 12, heldBack: 24, updates: 24 },
  usual: { sessions: 200, heldBack: 120, updates: 300 },
} as const

/** Seeds of held-back sessions lie from here on, far above those that are ever trained on; so many of them begin a range. */
const HELD_BACK_FROM = 1_000_000_000
const HELD_BACK_BEGINNINGS = 1_100_000_000
/** Sessions to train on begin at one of so many places, so far apart, that backtests are left seeds of their own. */
const SEEDS_A_PLAN = 100_000
const TRAINING_BEGINNINGS = (UNSEEN_FROM - 1) / SEEDS_A_PLAN

/** What a training is begun with. */
export interface TrainingWish extends NetworkKind {
  readonly kind: 'train' | 'retrain'
  readonly seed: number
  readonly budget: Budget
  readonly now: number
  readonly champion: ModelIdentity
  readonly start: TrainingStart | undefined
  readonly experience: Experience
  /** Which of the comparisons with this champion the one at its end will be. */
  readonly trial: number
  readonly revision: string
}

/**
 * The plan of a budget. Sessions to train on depend on the seed, held-back ones on the occasion as well, a model or a comparison: so
 * none is judged on so often that it is learned by heart, and none was ever trained on.
 */
export function planOf(
  wish: NetworkKind & Pick<TrainingWish, 'seed' | 'budget' | 'start'>,
  occasion: string,
): TrainingPlan {
  const { seed, budget, start } = wish
  const { sessions, heldBack, updates } = BUDGETS[budget]
  const draw = (hashText(`${occasion} ${seed}`) >>> 0) % HELD_BACK_BEGINNINGS
  return {
    seed,
    updates,
    learning: learningWith(wish),
    market: MOMENTUM_MARKET,
    limits: TRAINING_LIMITS,
    sessions: { firstSeed: 1 + (seed % TRAINING_BEGINNINGS) * SEEDS_A_PLAN, count: sessions },
    heldBack: { firstSeed: HELD_BACK_FROM + draw, count: heldBack },
    checkpointEvery: CHECKPOINT_EVERY,
    ...(start && { start }),
  }
}

/** The usual settings, with another kind of network where one is asked for. */
export function learningWith({ encoder, regimes }: NetworkKind): LearningSettings {
  return {
    ...USUAL_LEARNING,
    ...(encoder === 'attention' && { encoder }),
    ...(regimes && { regimes }),
  }
}

/** A training that is yet to be done. */
export function newJob(wish: TrainingWish): TrainingJob {
  const { kind, seed, budget, encoder = 'plain', regimes, now, champion, experience, trial, revision } = wish
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const run = `${kind}-${stamp}-s${seed}`
  const model = `model-${stamp}-s${seed}`
  return {
    format: 2,
    run,
    name:
      kind === 'train'
        ? `Training with seed ${seed}, ${budget}, ${encoder}${regimes ? ' by regime' : ''}`
        : `Weekly retraining of ${stamp.slice(0, 8)}`,
    kind,
    createdAt: now,
    revision,
    observationVersion: OBSERVATION_VERSION,
    actionVersion: ACTION_VERSION,
    madeBy: [
      `zerodte train export --seed ${seed} --budget ${budget} --encoder ${encoder}`,
      `--at ${new Date(now).toISOString()} --out BUNDLE && zerodte train run BUNDLE,`,
      `where ${champion.version} is in charge, the journal ends where it did and comparison ${trial} comes next`,
    ].join(' '),
    model,
    champion: { version: champion.version, digest: champion.digest },
    trial,
    experience,
    plan: planOf(wish, model),
  }
}

/** The git revision that this program was started from; `unknown` where it is not in a checkout. */
export function gitRevision(top: string): string {
  const head = textOf(join(top, '.git/HEAD'))
  if (head === undefined) return 'unknown'
  const reference = /^ref: (\S+)$/.exec(head)?.[1]
  if (reference === undefined) return head
  const packed = textOf(join(top, '.git/packed-refs'))
  const line = packed?.split('\n').find(entry => entry.endsWith(` ${reference}`))
  return textOf(join(top, '.git', reference)) ?? line?.split(' ')[0] ?? 'unknown'
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
