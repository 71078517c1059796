import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { AssistantNews } from '../contract/assistant.ts'
import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ClientRequest } from '../contract/commands.ts'
import type { ReadOnlyEngine } from '../contract/readOnly.ts'
import type { CallReply } from '../contract/wire.ts'
import type { Result } from '../core/base/result.ts'
import type { CodeIndex } from './codeIndex/codeIndex.ts'
import type { CodeSearch } from './search/codeSearch.ts'
import type { Grammars } from './syntax/grammars.ts'
import type { Taste } from './taste/taste.ts'
import type { Tasks } from './tasks.ts'
import type { Python } from './verifier/findPython.ts'
import type { Verifier } from './verifier/openVerifier.ts'
import type { Sandbox } from './verifier/sandbox.ts'

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

/** What every answer is made with. */
export interface AssistantParts extends AssistantSurroundings {
  readonly grammars: Grammars
  readonly index: CodeIndex
  readonly search: CodeSearch
  readonly taste: Taste
  readonly tasks: Tasks
  readonly workshop: Workshop
  /** Why the code model that he supplies is not used; undefined where it is, or where there is none. */
  readonly encoderProblem: () => string | undefined
}

/** Answers to some of the requests, by name. */
export type Answers<Names extends AssistantRequestName> = {
  readonly [Name in Names]: (request: ClientRequest<Name>) => Promise<CallReply<Name>>
}

/** Where code is run: the interpreter, the sandbox and the verifier, found when they are first needed. */
export interface Workshop {
  python(): Promise<Result<Python, string>>
  sandbox(): Promise<Result<Sandbox, string>>
  /** Fails with a sentence where nothing can be run. */
  verifier(): Promise<Result<Verifier, string>>
  /** The text of the formulas that reviews compare with. */
  readonly references: string
  close(): Promise<void>
}

/** A workshop in which nothing was looked for yet. */
export function openWorkshop({
  folder,
  assets,
  python: set,
}: Pick<AssistantSurroundings, 'folder' | 'assets' | 'python'>): Workshop {
  const own = join(assets, 'assistant')
  let python: Promise<Result<Python, string>> | undefined
  let sandbox: Promise<Result<Sandbox, string>> | undefined
  let verifier: Promise<Result<Verifier, string>> | undefined
  const workshop: Workshop = {
    python: () => (python ??= foundPython(set)),
    sandbox: () => (sandbox ??= foundSandbox()),
    verifier: () => (verifier ??= open()),
    references: readFileSync(join(own, 'references.py'), 'utf8'),
    async close() {
      const opened = await verifier
      if (opened?.ok) await opened.value.close()
    },
  }
  async function open(): Promise<Result<Verifier, string>> {
    const { openVerifier } = await import('./verifier/openVerifier.ts')
    const [interpreter, box] = await Promise.all([workshop.python(), workshop.sandbox()])
    if (!interpreter.ok) return interpreter
    if (!box.ok) return box
    const scratch = join(folder, 'scratch')
    mkdirSync(scratch, { recursive: true })
    const parts = { python: interpreter.value, sandbox: box.value, assets: own, scratch }
    return { ok: true, value: openVerifier(parts) }
  }
  return workshop
}

// What runs code is loaded when it is first needed: a search needs none of it

async function foundPython(set: string): Promise<Result<Python, string>> {
  const { findPython } = await import('./verifier/findPython.ts')
  return findPython(set)
}

async function foundSandbox(): Promise<Result<Sandbox, string>> {
  const { findSandbox } = await import('./verifier/sandbox.ts')
  return findSandbox()
}
