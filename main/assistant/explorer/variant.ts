import type { LineRange } from '../../contract/assistant.ts'

/** One rewriting of a function that should mean the same. */
export interface Variant {
  /** The whole file after the change. */
  readonly module: string
  /** The statements of the function (and of what was added beside it), printed; two variants with the same text are one. */
  readonly text: string
  /** Names of the transformations in the order in which they were applied. */
  readonly steps: readonly string[]
  /** What to call it: the sentence of its most telling step. */
  readonly title: string
  /** Why each step keeps the meaning and what it saves, in sentences, the most telling first. */
  readonly why: readonly string[]
  /** Predicted time as a share of the original's; the original is 1. */
  readonly cost: number
  /** Whether results may differ in the last digits (sums in another order, other kernels of the same function). */
  readonly reorders: boolean
}

/** What is known of a function from where it is called; fills in types that are not written. */
export interface CallKnowledge {
  /** For every parameter the texts that call sites give for it. */
  readonly arguments: Readonly<Record<string, readonly string[]>>
  /** Lines of the function in its file. */
  readonly lines: LineRange
}

/** What an exploration gives. */
export interface Exploration {
  /** Distinct variants, cheapest first; the original is not among them. */
  readonly variants: readonly Variant[]
  /** Variants that were made, and how often the cost of one was asked. */
  readonly explored: number
  readonly evaluations: number
  readonly milliseconds: number
}
