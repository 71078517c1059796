import type { AssistantMode, SearchHit } from '../contract/assistant.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import type { OptimiseRequest, ProposedVariant } from './optimise.ts'

/** What a language model adds where he has one; everything works without. */
export interface Conversation {
  readonly mode: AssistantMode
  /** Whether there is a model to talk to. */
  readonly isPossible: boolean
  /** Begins an answer that rests on what search found; gives its task. */
  begin(question: string, sources: readonly SearchHit[]): string
  /** How variants of a function are had from the model; undefined without one. */
  proposals(
    request: OptimiseRequest,
  ): ((signal: AbortSignal) => Promise<readonly ProposedVariant[]>) | undefined
  readonly answers: Answers<'assistant/models' | 'assistant/useModel'>
  close(): Promise<void>
}

/** The assistant without a language model. */
export function openConversation(_parts: AssistantParts): Conversation {
  const mode: AssistantMode = { kind: 'none', reason: 'No language model is chosen; nothing else needs one.' }
  return {
    mode,
    isPossible: false,
    begin: () => {
      throw new Error(mode.kind === 'none' ? mode.reason : '')
    },
    proposals: () => undefined,
    answers: {
      'assistant/models': async () => [],
      'assistant/useModel': () => Promise.reject(new Error('There is no language model here.')),
    },
    close: async () => undefined,
  }
}
