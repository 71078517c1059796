import type { Comparison } from '../contract/learning.ts'
import type { ExperienceRow } from './experience.ts'
import type { Pace } from './pace.ts'
import type { RightOfWay } from './rightOfWay.ts'
import type { TrainingPhase, TrainingPlan } from '../training/trainingPlan.ts'

/** A model as it travels: its name and its f32 weights. */
export interface TravellingModel {
  readonly version: string
  readonly digest: string
  readonly model: Uint8Array
}

/** What of a plan decides how two models compare. */
export type JudgedPlan = Pick<TrainingPlan, 'market' | 'heldBack' | 'limits' | 'seed'>

/** What a learner is asked to do. */
export type LearnerTask =
  /** Trains, or goes on training, what lies in a folder. */
  | { readonly kind: 'train'; readonly folder: string; readonly tables: string }
  /** Compares two models over the held-back sessions of a plan. */
  | {
      readonly kind: 'compare'
      readonly champion: TravellingModel
      readonly challenger: TravellingModel
      readonly plan: JudgedPlan
      /** Which of the comparisons with this champion it is. */
      readonly trial: number
      /** What the trader said so far. */
      readonly rows: readonly ExperienceRow[]
      /** Folder of compiled sessions. */
      readonly tables: string
      readonly time: number
    }

/** To the learner. */
export type LearnerCall =
  | { readonly kind: 'task'; readonly task: LearnerTask; readonly pace: Pace }
  | { readonly kind: 'pace'; readonly pace: Pace }
  | { readonly kind: 'stop' }
  /** Lets something go first. */
  | { readonly kind: 'giveWay'; readonly to: RightOfWay }

/** From the learner; the last one of a task is `done`, `stopped` or `failed`. */
export type LearnerNews =
  | {
      readonly kind: 'progress'
      readonly phase: TrainingPhase
      readonly done: number
      readonly total: number
    }
  | { readonly kind: 'metrics'; readonly step: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'note'; readonly sentence: string }
  | { readonly kind: 'done'; readonly comparison: Comparison | undefined }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string }

/** How a task ended. */
export type LearnerEnd = Extract<LearnerNews, { kind: 'done' | 'stopped' | 'failed' }>

/** Whether something that came over a channel is news of a learner; only our own worker speaks there. */
export function isLearnerNews(message: unknown): message is LearnerNews {
  return typeof message === 'object' && message !== null && 'kind' in message
}

/** Whether something that came over a channel is a call to a learner. */
export function isLearnerCall(message: unknown): message is LearnerCall {
  return typeof message === 'object' && message !== null && 'kind' in message
}
