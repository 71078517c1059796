import type { CodeFinding, LineRange } from '../../contract/assistant.ts'
import type { FunctionStatement } from '../syntax/python/tree.ts'
import type { Subject } from './subject.ts'

/**
 * One call that should show a defect. Both sides are Python over the names of the module; `$f` is the function under test,
 * `$mended` its fix, `$text` its source as a string, and `reference` the module `assets/assistant/references.py`.
 */
export interface Trial {
  /** Trials of one topic keep to one convention. */
  readonly topic: string
  /** The call as a person reads it. */
  readonly input: string
  readonly actual: string
  /** What is right, once for every convention that is in use (theta a year, a day); a right function keeps to one of them. */
  readonly expected: readonly string[]
  /** Relative difference that is allowed. */
  readonly tolerance: number
}

/** Something that looks like a defect. It becomes a finding only where one of its trials fails. */
export interface Suspicion {
  readonly lines: LineRange
  /** What it costs, in a trader's words. */
  readonly reason: string
  readonly trials: readonly Trial[]
  /** The function as it should be; undefined where the rule knows none. */
  readonly fix: FunctionStatement | undefined
  /** Whether its trials go without the module, which may not even load. */
  readonly isAlone?: boolean
  /** Whether it is believed only where its fix passes every trial: one edit of many that were tried. */
  readonly isGuess: boolean
}

/** A kind of defect that a trader pays for. To add one: write such a value in `rules/`, name it in `rules.ts`, plant it in the planted set. */
export interface Rule {
  readonly id: string
  readonly severity: CodeFinding['severity']
  readonly title: string
  /** Everything in the function that looks like it. */
  look(subject: Subject): readonly Suspicion[]
}
