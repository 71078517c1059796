import type { Decision } from '../core/policy/decision.ts'

/** A decision as the evaluation made it, before the book gives it a number and risk its last word. */
export type DecisionDraft = Omit<
  Decision,
  'id' | 'number' | 'session' | 'date' | 'status' | 'expiresAt' | 'answer' | 'outcome' | 'rating'
>

/** What one evaluation gave, with the versions of what it was based on. */
export interface Evaluation {
  readonly draft: DecisionDraft
  /** Answers the preference had learned when it was asked; a later answer makes the evaluation stale. */
  readonly answersKnown: number
}
