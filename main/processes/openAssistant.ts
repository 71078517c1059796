import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../adapters/settings/settings.ts'
import { assistantRequests, type AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ReadOnlyEngine } from '../contract/readOnly.ts'
import type { AssistantOpening } from './assistantMessages.ts'
import { assistantProcess, type AssistantProcess } from './assistantProcess.ts'
import type { RequestHandlers } from './contractServer.ts'
import { processHost, type Host } from './host.ts'
import type { Places } from './services.ts'

/** What the assistant of a data folder is told before it starts. */
export function assistantOpening(settings: Settings, places: Places): AssistantOpening {
  const { python, ollama, models, encoder } = settings.assistant
  return {
    folder: join(settings.data.folder, 'assistant'),
    migrations: places.migrations,
    assets: places.assets,
    python,
    ollama,
    models,
    encoder,
  }
}

/** The code assistant of a running cockpit, in a process of its own; `ownProcess` is how one is made here. */
export function openAssistant(
  settings: Settings,
  places: Places,
  engine: ReadOnlyEngine,
  ownProcess: Host = processHost,
): AssistantProcess {
  const file = join(places.processes, `assistantWorker${places.suffix}`)
  return assistantProcess(ownProcess, file, assistantOpening(settings, places), engine)
}

/** Whether there is code that it was given to read; where there is none it need not be begun. */
export function isAssistantInUse(settings: Settings): boolean {
  return existsSync(join(settings.data.folder, 'assistant/assistant.db'))
}

type AssistantHandlers = Pick<RequestHandlers, AssistantRequestName>

/** Answers to everything that a client may ask of the assistant. */
export function assistantHandlers(assistant: AssistantProcess): AssistantHandlers {
  const names = Object.keys(assistantRequests)
  // One entry for every name, each with the request and the reply of its name
  return Object.fromEntries(
    names.map(name => [name, (request: never) => assistant.call(name as AssistantRequestName, request)]),
  ) as unknown as AssistantHandlers
}
