import type { ModelCard } from '../../contract/assistant.ts'
import type { Result } from '../../core/base/result.ts'

/** A language model that answers; a role, whatever runs it. */
export interface LanguageModel {
  readonly card: ModelCard
  /**
   * Writes an answer, telling each piece of it as it comes. Never throws: what goes wrong is a failure, with the text until then.
   * Requests that overlap are answered one after the other.
   */
  generate(request: ModelRequest, onText: (piece: string) => void): Promise<Result<ModelAnswer, ModelFailure>>
  /** Gives back what it holds; it answers no more. */
  close(): Promise<void>
}

/** What is asked of a model. */
export interface ModelRequest {
  /** What it is told of its task, before everything else. */
  readonly system: string
  /** What was said, oldest first; the last is by the user. */
  readonly messages: readonly ModelMessage[]
  /** Tokens of the answer, at most. */
  readonly maximumTokens: number
  /** 0 takes the likeliest token always. */
  readonly temperature: number
  readonly seed?: number | undefined
  /** Names and types of what is to be answered; the answer then is a JSON object of exactly these. */
  readonly shape?: AnswerShape | undefined
  readonly signal?: AbortSignal | undefined
}

/** One thing that was said. */
export interface ModelMessage {
  readonly by: 'user' | 'model'
  readonly text: string
}

/** An object with these fields and no others. */
export type AnswerShape = Readonly<Record<string, 'string' | 'number' | 'boolean'>>

/** What a model answered. */
export interface ModelAnswer {
  readonly text: string
  /** Whether it came to its end, or was cut at the most tokens. */
  readonly end: 'whole' | 'cut'
}

/** Why there is no whole answer, and what there was of it. */
export interface ModelFailure {
  readonly kind: 'cancelled' | 'unreachable' | 'late' | 'refused' | 'broken'
  readonly sentence: string
  readonly text: string
}

/** A shape as JSON schema, which both kinds of model take. */
export function schemaOf(shape: AnswerShape) {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, { type }])),
    required: Object.keys(shape),
    additionalProperties: false,
  } as const
}
