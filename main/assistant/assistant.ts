import type { Database } from 'better-sqlite3'
import type { AssistantNews } from '../contract/assistant.ts'
import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ClientRequest } from '../contract/commands.ts'
import type { ReadOnlyEngine } from '../contract/readOnly.ts'
import type { CallReply } from '../contract/wire.ts'

/** What the assistant is joined with. */
export interface AssistantSurroundings {
  /** Its own folder, for scratch and models. */
  readonly folder: string
  readonly assets: string
  readonly database: Database
  /** Where a damaged database was moved to. */
  readonly setAside: string | undefined
  readonly python: string
  readonly ollama: string
  readonly models: string
  readonly encoder: string
  readonly engine: ReadOnlyEngine
  readonly now: () => number
  readonly newId: () => string
  readonly tell: (news: AssistantNews) => void
}

/** The code assistant, asked by name. */
export interface Assistant {
  /** Answers a request; what goes wrong is thrown with a sentence for the person who asked. */
  answer<Name extends AssistantRequestName>(
    name: Name,
    request: ClientRequest<Name>,
  ): Promise<CallReply<Name>>
  /** Cancels everything and puts away what it holds. */
  close(): Promise<void>
}
