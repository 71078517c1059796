import type { AssistantNews } from '../contract/assistant.ts'

/** What the code assistant is told before it starts; all of it can be copied to another process. */
export interface AssistantOpening {
  /** The folder of its own under the data folder: database, models of its own, scratch. */
  readonly folder: string
  readonly migrations: string
  readonly assets: string
  /** The interpreter that runs his code; empty for the first that serves. */
  readonly python: string
  readonly ollama: string
  /** A folder of GGUF files, and one with a code model in ONNX; empty for none. */
  readonly models: string
  readonly encoder: string
}

/** What is said to the process of the assistant. */
export type AssistantCall =
  | { readonly kind: 'open'; readonly opening: AssistantOpening }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly request: unknown }
  /** The engine's answer to what the assistant asked. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'close' }

/** What the process of the assistant says. */
export type AssistantSaying =
  | { readonly kind: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }
  | { readonly kind: 'news'; readonly news: AssistantNews }
  /** A question to the engine; only what may be read is answered. */
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly kind: 'closed' }

/** Whether a message has the form of a call; both ends are ours, so its kind says the rest. */
export function isAssistantCall(message: unknown): message is AssistantCall {
  return hasKind(message, ['open', 'call', 'answer', 'close'])
}

/** Whether a message has the form of something the assistant says. */
export function isAssistantSaying(message: unknown): message is AssistantSaying {
  return hasKind(message, ['reply', 'refusal', 'news', 'ask', 'closed'])
}

function hasKind(message: unknown, kinds: readonly string[]): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    typeof message.kind === 'string' &&
    kinds.includes(message.kind)
  )
}
