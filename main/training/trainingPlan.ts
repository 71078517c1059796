import type { Curve } from '../contract/learning.ts'
import type { Milliseconds } from '../core/base/units.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { SessionTable } from './sessionTable.ts'

/** A fact planted in simulated sessions that a policy can learn from what it sees; `none` is a fair game. */
export interface PlantedEdge {
  readonly kind: 'none' | 'momentum' | 'premium'
  /** How strong it is, in the units of the simulated day. */
  readonly strength: number
}

/** How the market of simulated sessions is made; plain values, so that a plan travels as JSON. */
export interface MarketPlan {
  readonly edge: PlantedEdge
  /** How widely the parameters of a day are drawn: 0 always the calibrated day, 1 the whole range. */
  readonly spread: number
  /** Time between two quotes of the whole chain, which is the pace of the clock as well. */
  readonly quoteEvery: Milliseconds
}

/** Sessions by their seeds: `count` of them from `firstSeed` on. */
export interface SessionRange {
  readonly firstSeed: number
  readonly count: number
}

/** How the policy learns; what each figure means stands in `ppo.ts`. */
export interface LearningSettings {
  /** Environments stepped side by side. */
  readonly environments: number
  /** Decisions of each environment an update. */
  readonly steps: number
  readonly epochs: number
  readonly minibatch: number
  readonly learningRate: number
  readonly discount: number
  readonly lambda: number
  readonly clip: number
  readonly entropy: number
  /** Log-odds by which an untrained policy would rather wait: one that trades at random has used up its day in minutes. */
  readonly patience: number
  readonly hidden: readonly number[]
  /** The kind of network: layers of `hidden` units where it is left out, or attention over price, flow and context. */
  readonly encoder?: Encoder | undefined
  /** A network a regime, switched by the feature `regime`; one for all where it is left out. */
  readonly regimes?: boolean | undefined
  /** Learns from what is seen at its worst within a share of each feature, 0.02 for two percent; without it, as it is. */
  readonly adversary?: { readonly budget: number } | undefined
  /**
   * Value networks trained beside the policy, told in dollars by its file; their spread widens the odds that Kelly sizes by.
   * Five are usual; none where it is left out.
   */
  readonly ensemble?: number | undefined
}

/** What of the settings tells which kind of network is trained. */
export type NetworkKind = Pick<LearningSettings, 'encoder' | 'regimes'>

/** The encoders that can be trained. */
export type Encoder = 'plain' | 'attention'

/** Everything that decides what a training gives: the same plan always gives the same bytes. Plain JSON. */
export interface TrainingPlan {
  readonly seed: number
  readonly updates: number
  readonly learning: LearningSettings
  readonly market: MarketPlan
  readonly limits: Limits
  readonly sessions: SessionRange
  /** Sessions that are never trained on; the model is judged on them. */
  readonly heldBack: SessionRange
  /** Updates between two checkpoints. */
  readonly checkpointEvery: number
  /** Where to begin, as another training of a network of the same shape ended; absent, it is drawn from the seed. */
  readonly start?: TrainingStart
}

/** What a training begins with where it goes on from another one. */
export interface TrainingStart {
  readonly parameters: readonly number[]
  /** What was seen of observations so far, by which they are normalised. */
  readonly moments: readonly number[]
}

/** Gives compiled sessions, wherever they are compiled or kept; the same arguments always give the same table. */
export type OpenTable = (seed: number, market: MarketPlan) => Promise<SessionTable>

/** What a training is doing. */
export type TrainingPhase = 'preparing sessions' | 'training' | 'comparing'

/** How a training talks to whoever runs it. */
export interface TrainingHooks {
  onProgress?(progress: {
    readonly phase: TrainingPhase
    readonly done: number
    readonly total: number
  }): void
  /** The figures of an update, by name. */
  onMetrics?(update: number, metrics: Readonly<Record<string, number>>): void
  /** Asked between any two pieces of work of about a tenth of a second: resolves once it may go on, rejects to end it. */
  gate?(): Promise<void>
  /** The last checkpoint that was saved, undefined where there is none. */
  loadCheckpoint?(): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Keeps a checkpoint in the place of the last one. */
  saveCheckpoint?(bytes: Uint8Array): void | Promise<void>
}

/** What a training gave. */
export interface TrainedPolicy {
  readonly parameters: Float32Array
  /** What was seen of observations; with the parameters, where another training may begin. */
  readonly moments: readonly number[]
  /** The policy as an ONNX file: `observation [rows, 20]` of raw features in, `logits [rows, 7]` out; see `network.ts`. */
  readonly model: Uint8Array
  /** The last figures by name. */
  readonly metrics: Readonly<Record<string, number>>
  readonly curves: readonly Curve[]
}

/** What champions are trained with. */
export const USUAL_LEARNING: LearningSettings = {
  environments: 32,
  steps: 128,
  epochs: 4,
  minibatch: 512,
  learningRate: 7e-4,
  discount: 0.99,
  lambda: 0.95,
  clip: 0.2,
  entropy: 0.003,
  patience: 5,
  hidden: [128, 128],
}
