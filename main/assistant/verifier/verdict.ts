import type { EqualityEvidence, MemoryEvidence, TimingEvidence } from '../../contract/assistant.ts'

/** A rewriting that is to be tried: the whole file as it would be. */
export interface Candidate {
  readonly id: string
  readonly module: string
  /** Whether results may differ in the last digits; else they must be the same to the bit. */
  readonly reorders: boolean
}

/** Everything that a verification needs. */
export interface VerificationTask {
  /** The file as it is, its path, and the folder that its imports are found in. */
  readonly file: string
  readonly folder: string
  readonly module: string
  /** Name with its classes, `Book.greeks`. */
  readonly function: string
  readonly candidates: readonly Candidate[]
  /** Texts of arguments at call sites, by parameter; values in them are ranges to draw from. */
  readonly seen: Readonly<Record<string, readonly string[]>>
  /** Calls recorded while a test run was observed: one JSON object of arguments a line; undefined where none were. */
  readonly recorded: string | undefined
  /** Wall-clock for all of it. */
  readonly seconds: number
}

/** What became of one candidate. */
export type Verdict = { readonly id: string } & (
  | {
      readonly kind: 'verified'
      readonly equality: EqualityEvidence
      readonly timing: TimingEvidence
      readonly memory: MemoryEvidence
    }
  /** Run and found different, or caught doing what it must not; with the input where there is one. */
  | { readonly kind: 'refuted'; readonly reason: string; readonly input: string | undefined }
  /** Not run, or not to its end; nothing is known of it. */
  | { readonly kind: 'unverified'; readonly reason: string }
)
