import type { Database } from 'better-sqlite3'
import type { LineRange, OptimiseReport } from '../contract/assistant.ts'
import type { Random } from '../core/base/random.ts'
import type { CallKnowledge, Exploration } from './explorer/variant.ts'
import type { CallSite } from './syntax/code.ts'
import type { PythonModule } from './syntax/python/tree.ts'
import type { Taste } from './taste/taste.ts'
import type { Verdict, VerificationTask } from './verifier/verdict.ts'
import type { VerificationProgress } from './verifier/verify.ts'

/** What making a function faster needs. */
export interface OptimiseParts {
  readonly database: Database
  readonly taste: Taste
  readonly random: Random
  readonly now: () => number
  readonly newId: () => string
  /** The tree of a Python source. */
  readonly readModule: (source: string) => PythonModule
  /** The first of some lines of a source that could not be read. */
  readonly unreadLine: (source: string, lines: LineRange) => number | undefined
  /** Where a function is called, by the last part of its name. */
  readonly callSites: (name: string) => readonly CallSite[]
  readonly explore: (
    module: PythonModule,
    path: string,
    knowledge: CallKnowledge,
    options: {
      readonly random: Random
      readonly variants: number
      readonly milliseconds: number
      readonly priors: ReadonlyMap<string, number>
    },
  ) => Exploration
  readonly verify: (
    task: VerificationTask,
    watch: {
      readonly signal: AbortSignal
      readonly onProgress: (progress: VerificationProgress) => void
    },
  ) => Promise<readonly Verdict[]>
}

/** A function that should be faster. */
export interface OptimiseRequest {
  /** What was asked, in words; empty where nobody asked. */
  readonly text: string
  /** Absolute path of the file, and the name of the function with its classes. */
  readonly file: string
  readonly function: string
  /** Time for all of it. */
  readonly seconds: number
  /** Calls that were recorded while a test ran. */
  readonly recorded?: string
  /** Variants that a language model proposes: whole files. They are tried like the others. */
  readonly proposals?: (signal: AbortSignal) => Promise<readonly ProposedVariant[]>
}

/** A whole file as a language model would have it. */
export interface ProposedVariant {
  readonly module: string
  readonly title: string
  readonly why: readonly string[]
}

/** Who watches. */
export interface OptimiseWatch {
  readonly signal: AbortSignal
  /** The report as it grows; the last one is the one that is given back. */
  readonly onReport?: (report: OptimiseReport) => void
  readonly onProgress?: (phase: string, done: number, total: number) => void
}
