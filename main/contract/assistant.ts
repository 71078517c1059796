/** A half-open range of lines of a file, counted from 1; the last line belongs to it. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** Where a function stands. */
export interface CodePlace {
  /** Absolute path of the file. */
  readonly file: string
  /** Name with its classes, `Book.greeks`. */
  readonly function: string
  readonly lines: LineRange
}

/** One folder that the assistant reads. */
export interface AssistantFolder {
  readonly path: string
  readonly files: number
  readonly functions: number
  /** When it was last read to its end, milliseconds since the epoch; undefined where it never was. */
  readonly indexedAt: number | undefined
  /** Files that could not be read or parsed whole, with the reason. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[]
}

/** Something long that runs, and how far it is; everything long can be cancelled by its id. */
export interface AssistantTask {
  readonly id: string
  readonly kind: 'index' | 'optimise' | 'prove' | 'review' | 'night' | 'chat' | 'retrain'
  readonly title: string
  /** What is being done, in words: "proving 3 of 12". */
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly startedAt: number
}

/** A pattern that was found in the choices, as it is told and can be deleted. */
export interface TastePattern {
  readonly id: string
  /** "You take NumPy over loops (9 of 10)". */
  readonly sentence: string
  readonly support: number
  readonly against: number
  /** How far it moves a variant in the order, in log odds, with its 80 % interval. */
  readonly weight: number
  readonly interval: readonly [number, number]
}

/** A change that stands in a file and can be undone. */
export interface StandingChange {
  readonly id: string
  readonly at: number
  readonly file: string
  /** The card that was applied; undefined for what mended a finding. */
  readonly card: string | undefined
  readonly title: string
}

/** What the assistant can do now, and what it lacks, in words. */
export interface AssistantReport {
  readonly folders: readonly AssistantFolder[]
  readonly tasks: readonly AssistantTask[]
  /** The interpreter that runs his code; where none serves, why. */
  readonly python:
    | {
        readonly ok: true
        readonly path: string
        readonly version: string
        readonly packages: readonly string[]
      }
    | { readonly ok: false; readonly reason: string }
  /** What keeps code that is tried from doing harm; without one nothing is ever run. */
  readonly sandbox:
    | { readonly ok: true; readonly kind: 'bubblewrap' | 'seatbelt'; readonly isProven: boolean }
    | { readonly ok: false; readonly reason: string }
  /** What finds code by meaning. */
  readonly encoder:
    | {
        readonly kind: 'trained'
        readonly trainedAt: number
        readonly pairs: number
        readonly dimensions: number
      }
    | { readonly kind: 'supplied'; readonly file: string; readonly dimensions: number }
    | { readonly kind: 'none'; readonly reason: string }
  readonly taste: {
    readonly choices: number
    readonly patterns: readonly TastePattern[]
    /** Choices since the last training of the preference; at 100 it is trained again. */
    readonly sinceTraining: number
  }
  readonly model: AssistantMode
  /** Newest first. */
  readonly history: readonly AssistantRequest[]
  /** Newest first. */
  readonly changes: readonly StandingChange[]
  /** What he must know of what was found at the start: a damaged database, a code model that cannot be used. */
  readonly notices: readonly string[]
}

/** Whether a language model takes part, and which. */
export type AssistantMode =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'ollama' | 'file'; readonly card: ModelCard }

/** What is known of a language model. */
export interface ModelCard {
  readonly name: string
  readonly source: 'ollama' | 'file'
  /** Architecture and size as its file says. */
  readonly family: string
  readonly parameters: number | undefined
  readonly bits: number | undefined
  readonly contextLength: number | undefined
  /** Bytes of the file, and bytes that it needs loaded. */
  readonly bytes: number
  readonly memory: number
  readonly licence: string | undefined
  /** Whether it fits in the memory that is free now, and why not. */
  readonly fits: { readonly ok: true } | { readonly ok: false; readonly reason: string }
}

/** One thing that was asked before. */
export interface AssistantRequest {
  readonly id: string
  readonly at: number
  readonly text: string
  /** What became of it: "3 verified of 1,204, applied the first". */
  readonly outcome: string
}

/** A place that search found, with why. */
export interface SearchHit {
  readonly place: CodePlace
  readonly signature: string
  readonly docstring: string
  /** Lines worth seeing, with their numbers and the columns of what matched. */
  readonly lines: readonly {
    readonly number: number
    readonly text: string
    readonly marks: readonly (readonly [number, number])[]
  }[]
  /** Larger is better; only the order means anything. */
  readonly score: number
  /** "name: greeks, positions; text: delta; meaning 0.71". */
  readonly why: readonly string[]
  /** Choices made here before, newest first. */
  readonly choices: readonly { readonly at: number; readonly sentence: string }[]
}

/** What search gives: hits, the time it took, and how it searched. */
export interface SearchAnswer {
  readonly hits: readonly SearchHit[]
  readonly milliseconds: number
  /** "words and meaning over 10,000 functions, exact". */
  readonly method: string
  /** Said where what was found may be incomplete: an index still being read, a folder that is gone. */
  readonly notice: string | undefined
}

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How much faster a variant is, by interleaved runs. */
export interface TimingEvidence {
  /** Sizes of input that were timed; at least one was never used to choose the variant. */
  readonly sizes: readonly {
    readonly label: string
    readonly isUnseen: boolean
    readonly before: number
    readonly after: number
    readonly runs: number
    readonly speedUp: Interval
    /** Two-sided p of Mann-Whitney. */
    readonly p: number
  }[]
  /** Over all sizes: geometric mean of the medians' ratios. */
  readonly speedUp: Interval
  /** "faster", "slower" or "not shown". */
  readonly verdict: 'faster' | 'slower' | 'not shown'
}

/** How it was shown that a variant does the same. */
export interface EqualityEvidence {
  readonly kind: 'exact' | 'tolerance'
  /** Largest relative difference seen, and what is allowed; zero for exact. */
  readonly worst: number
  readonly allowed: number
  readonly inputs: number
  /** Kinds of input that were tried: "empty", "one", "NaN", "recorded". */
  readonly kinds: readonly { readonly kind: string; readonly inputs: number }[]
  /** Inputs on which both raise the same exception. */
  readonly exceptions: number
  /** What was compared beside values: "arguments unchanged", "globals unchanged", "output". */
  readonly compared: readonly string[]
}

/** Peak memory of both, in bytes, at the largest size timed. */
export interface MemoryEvidence {
  readonly before: number
  readonly after: number
}

/** What is known of a variant. Only `verified` was run and found equal on every input. */
export type CardState =
  | {
      readonly kind: 'verified'
      readonly equality: EqualityEvidence
      readonly timing: TimingEvidence
      readonly memory: MemoryEvidence
    }
  | { readonly kind: 'refuted'; readonly reason: string; readonly input: string | undefined }
  | { readonly kind: 'unverified'; readonly reason: string }

/** One variant of a function, as it is offered. */
export interface VariantCard {
  readonly id: string
  readonly place: CodePlace
  /** "One NumPy call for all positions". */
  readonly title: string
  /** The transformations in the order in which they were applied. */
  readonly steps: readonly string[]
  /** Why it is faster and why it is the same, in sentences. */
  readonly why: readonly string[]
  /** The whole file before and after. */
  readonly before: string
  readonly after: string
  readonly diff: { readonly added: number; readonly removed: number }
  readonly state: CardState
  /** Why it stands where it stands in the order: speed and taste. */
  readonly rank: { readonly speed: number; readonly taste: number; readonly because: readonly string[] }
  /** Who proposed it. */
  readonly origin: 'rules' | 'model'
  /**
   * What became of it. `edited`: it stands in the file as he changed it, which was not proven. `merged`: it stands in a file that had
   * changed elsewhere, and could not be proven there. `refused`: he said no to it; it stands in no file, and can be applied all the same.
   */
  readonly applied: 'not' | 'applied' | 'edited' | 'merged' | 'undone' | 'refused'
}

/** What came of a request to make a function faster. */
export interface OptimiseReport {
  readonly id: string
  readonly at: number
  readonly request: string
  readonly place: CodePlace
  /** Verified first, ranked; then those that were not shown to be faster; refuted ones are only counted. */
  readonly cards: readonly VariantCard[]
  readonly explored: number
  readonly scored: number
  readonly verified: number
  readonly refuted: readonly { readonly reason: string; readonly variants: number }[]
  readonly milliseconds: number
  /** "1,204 variants, 12 tried, 3 proven. Nothing faster was shown." */
  readonly sentence: string
  readonly isDone: boolean
}

/** A defect that the domain expert found. */
export interface CodeFinding {
  readonly id: string
  readonly rule: string
  readonly severity: 'loss' | 'wrong' | 'slow' | 'style'
  readonly place: CodePlace
  readonly lines: LineRange
  readonly title: string
  readonly reason: string
  /** An input that shows it, the value that came out and the one that is right; undefined where it was not run. */
  readonly failing: { readonly input: string; readonly actual: string; readonly expected: string } | undefined
  /** A change that mends it and was checked on that input; undefined where none is known. */
  readonly fix: { readonly before: string; readonly after: string } | undefined
}

/** Something that looks like a defect, but no input that was tried shows it. */
export interface CodeSuspicion {
  readonly rule: string
  readonly place: CodePlace
  readonly lines: LineRange
  readonly title: string
  readonly reason: string
  /** Why it is not shown: "none of the calls that were tried suits it". */
  readonly unshown: string
}

/** What a review found. */
export interface ReviewReport {
  readonly id: string
  readonly at: number
  readonly path: string
  readonly files: number
  readonly functions: number
  readonly findings: readonly CodeFinding[]
  /** What no input could show, told apart from findings. */
  readonly suspicions: readonly CodeSuspicion[]
  readonly milliseconds: number
}

/** One choice that was made. */
export interface AssistantChoice {
  readonly id: string
  readonly at: number
  readonly kind: 'applied' | 'edited' | 'refused' | 'undone'
  readonly card: string
  readonly place: CodePlace
  readonly title: string
  readonly reason: string | undefined
}

/** What the night did, read in the morning. */
export interface NightReport {
  readonly id: string
  readonly startedAt: number
  readonly endedAt: number
  readonly steps: readonly {
    readonly name: string
    readonly outcome: string
    readonly milliseconds: number
    readonly isFailed: boolean
  }[]
  /** Verified proposals for the functions that cost most. */
  readonly proposals: readonly OptimiseReport[]
  readonly findings: readonly CodeFinding[]
  readonly patterns: readonly { readonly pattern: TastePattern; readonly holdsOnHistory: boolean }[]
}

/** What became of a change to a file. */
export type ChangeOutcome =
  | {
      readonly kind: 'applied' | 'undone'
      readonly change: string
      readonly file: string
      /** Said where the file had moved on and the change was brought into its new text: whether it was proven there. */
      readonly notice?: string
    }
  /** The file changed in the same lines (`conflict`), or cannot be written (`refused`); it is as it was. */
  | { readonly kind: 'conflict' | 'refused'; readonly file: string; readonly reason: string }

/** What is told while something long runs. */
export type AssistantNews =
  | { readonly kind: 'task'; readonly task: AssistantTask }
  | {
      readonly kind: 'ended'
      readonly task: string
      readonly end: 'done' | 'cancelled' | 'failed'
      readonly reason: string | undefined
    }
  | { readonly kind: 'optimise'; readonly task: string; readonly report: OptimiseReport }
  | { readonly kind: 'review'; readonly task: string; readonly report: ReviewReport }
  | { readonly kind: 'night'; readonly task: string; readonly report: NightReport }
  | {
      readonly kind: 'chat'
      readonly task: string
      /** The whole answer so far; `[2]` in it is the second source. */
      readonly text: string
      readonly sources: readonly SearchHit[]
    }
  | { readonly kind: 'changed' }

/** What a sentence that was asked is taken to mean. */
export type AskAnswer =
  | {
      readonly kind: 'optimise' | 'review'
      readonly task: string
      readonly place: CodePlace
      readonly others: readonly SearchHit[]
    }
  | { readonly kind: 'search'; readonly answer: SearchAnswer }
  | { readonly kind: 'chat'; readonly task: string; readonly sources: readonly SearchHit[] }
  | { readonly kind: 'unclear'; readonly sentence: string; readonly answer: SearchAnswer }
