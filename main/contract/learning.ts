import type { Dollars, EpochMilliseconds, Milliseconds, Probability } from '../core/base/units.ts'

/** A figure with its 95 % interval. */
export interface Measured {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The number format of a copy of a model's weights. */
export type WeightFormat = 'f32' | 'int8' | 'int4'

/** A copy of a model and how far it says the same as the original. */
export interface ModelCopy {
  readonly format: WeightFormat
  readonly bytes: number
  /** Share of observations at which it chooses the same action as the f32 copy; 1 for that one. */
  readonly agreement: Probability
  /** Root mean square of the difference of its logits, as a share of that of the logits. */
  readonly relativeError: number
}

/** What a model is in this house: in charge, asking to be, in charge before, or only kept. */
export type ModelRole = 'champion' | 'challenger' | 'previous' | 'kept'

/** One model of the registry, as its card says. */
export interface ModelSummary {
  readonly version: string
  readonly name: string
  readonly role: ModelRole
  readonly parent: string | undefined
  readonly createdAt: EpochMilliseconds | undefined
  readonly observationVersion: number
  readonly actionVersion: number
  readonly seeds: readonly number[]
  /** What it was trained on, in words. */
  readonly data: string
  /** The command that makes it again, and what that hangs on. */
  readonly madeBy: string
  readonly kind: string
  readonly claims: string
  readonly metrics: Readonly<Record<string, number | Measured>>
  readonly copies: readonly ModelCopy[]
  /** Which copy is loaded; undefined where the model is not. */
  readonly loaded: WeightFormat | undefined
  /** Whether the rule lets it take the champion's place by the last judgement of its own, and why or why not. */
  readonly promotion: { readonly isAllowed: boolean; readonly why: string }
}

/** A figure of a run over its steps. */
export interface Curve {
  readonly name: string
  readonly steps: Float64Array
  readonly values: Float64Array
}

export type RunStatus = 'running' | 'paused' | 'finished' | 'failed' | 'interrupted'

/** One run of an experiment or a training. */
export interface RunSummary {
  readonly id: string
  readonly name: string
  readonly kind: 'train' | 'retrain' | 'imported' | 'experiment'
  readonly status: RunStatus
  readonly startedAt: EpochMilliseconds
  readonly endedAt: EpochMilliseconds | undefined
  /** Time that was worked on it, pauses and interruptions left out; absent where it is not known. */
  readonly worked?: Milliseconds
  readonly seed: number
  /** Git revision of the program, `unknown` where there is none. */
  readonly revision: string
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** The last value of every curve. */
  readonly metrics: Readonly<Record<string, number>>
  /** The model it made. */
  readonly model: string | undefined
  readonly note: string | undefined
}

/** A run with its curves and the files it left. */
export interface RunDetail extends RunSummary {
  readonly curves: readonly Curve[]
  readonly artefacts: readonly string[]
}

/** How far a training has come. */
export interface TrainingProgress {
  readonly run: string
  /** What it does now, in words: `preparing sessions`, `training`, `comparing`. */
  readonly phase: string
  /** Steps of all its parts together, of `total`; it never goes back. */
  readonly done: number
  readonly total: number
  /** Undefined while it cannot be told. */
  readonly millisecondsLeft: Milliseconds | undefined
  readonly isPaused: boolean
  /** Why it goes slower now: the session is live, the machine is on battery. */
  readonly yields: string | undefined
}

/** One strategy over the held-back sessions. */
export interface StrategyResult {
  readonly name: string
  readonly sessions: number
  readonly trades: number
  /** Dollars a session after costs. */
  readonly perSession: Measured
}

/**
 * How many of its trader's past answers each model follows: what he accepted it suggests, what he declined it does not. A challenger
 * was tuned with them, or may have been: no model is asked anything new here.
 */
export interface AnswersFollowed {
  readonly answers: number
  readonly champion: number
  /** The champion tuned with those very answers, before it was trained further; absent where it was not. */
  readonly tuned?: number | undefined
  readonly challenger: number
}

/** Champion and challenger over the same held-back sessions, after costs. */
export interface Comparison {
  readonly champion: string
  readonly challenger: string
  /** When it was judged; where another machine judged it, when its training began. */
  readonly time: EpochMilliseconds
  /** Of the sessions; they are drawn anew for every comparison. */
  readonly seeds: readonly number[]
  readonly sessions: number
  /** Challenger less champion, dollars a session, where the edge is planted; the interval is of `confidence`. */
  readonly difference: Measured
  /** The same sessions without the edge, where a challenger must not be shown to be worse; a 95 % interval. */
  readonly fair: { readonly difference: Measured; readonly strategies: readonly StrategyResult[] }
  /** Which of the comparisons with this champion it was, from 1 on. */
  readonly trial: number
  /** Confidence of the interval of `difference`, the higher the more comparisons there were. */
  readonly confidence: Probability
  readonly verdict: 'better' | 'noEdge'
  /** The verdict in words; says "No edge shown" where none is. */
  readonly sentence: string
  readonly strategies: readonly StrategyResult[]
  /** Absent where there were no answers yet. */
  readonly answers?: AnswersFollowed | undefined
}

/** Where trader and policy part, and what that costs. */
export interface AgreementReport {
  readonly answers: number
  /** Share of suggestions he declined. */
  readonly disagreement: Measured
  readonly groups: readonly {
    /** What the group has in common, in words: `call verticals before 11:00`. */
    readonly name: string
    readonly answers: number
    readonly declined: number
    /** What the declined ones would have made, as far as they are scored; NaN while there are some and none is scored. */
    readonly declinedNet: Dollars
    /** What the taken ones made, likewise. */
    readonly takenNet: Dollars
  }[]
  /** How many sessions hold scored decisions, and how many must before the four ways are told. */
  readonly sessions: { readonly scored: number; readonly needed: number }
  /** Profit a session after costs of the four ways to decide; none before there are enough sessions. */
  readonly ways: readonly {
    readonly name: 'team' | 'AI alone' | 'trader alone' | 'do nothing'
    readonly perSession: Measured
  }[]
}

/** Something the preference has learned, in words, with its weight in log-odds. */
export interface PreferenceWeight {
  readonly words: string
  readonly weight: number
}

/** Everything the Learning page shows. */
export interface LearningReport {
  readonly time: EpochMilliseconds
  readonly models: readonly ModelSummary[]
  readonly progress: TrainingProgress | undefined
  readonly comparison: Comparison | undefined
  readonly runs: readonly RunSummary[]
  readonly nextRetraining: EpochMilliseconds
  readonly preference: { readonly answers: number; readonly weights: readonly PreferenceWeight[] }
  readonly agreement: AgreementReport
  /** What did not go well and must be known: a model file refused, a run that failed. */
  readonly notes: readonly string[]
}
