import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../adapters/settings/settings.ts'
import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ClientRequest } from '../contract/commands.ts'
import type { ReadOnlyEngine } from '../contract/readOnly.ts'
import type { AssistantOpening } from './assistantMessages.ts'
import { scheduleNights } from './assistantNights.ts'
import { assistantProcess, type AssistantProcess } from './assistantProcess.ts'
import { isOnBattery } from './battery.ts'
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

/** What the assistant sees of the cockpit that it stands beside. */
export interface BesideAssistant {
  readonly engine: ReadOnlyEngine
  /** Whether a session is live: then the night waits. */
  readonly isLive: () => boolean
}

/** The code assistant, with its nights. */
export interface OpenedAssistant {
  readonly process: AssistantProcess
  close(): Promise<void>
}

/** The code assistant of a running cockpit, in a process of its own; `ownProcess` is how one is made here. */
export function openAssistant(
  settings: Settings,
  places: Places,
  { engine, isLive }: BesideAssistant,
  ownProcess: Host = processHost,
): OpenedAssistant {
  const file = join(places.processes, `assistantWorker${places.suffix}`)
  const assistant = assistantProcess(ownProcess, file, assistantOpening(settings, places), engine)
  let isBattery: boolean | undefined
  const stopNights =
    settings.assistant.nights === 'never'
      ? () => undefined
      : scheduleNights({
          isInUse: () => existsSync(join(settings.data.folder, 'assistant/assistant.db')),
          isBusy() {
            void isOnBattery().then(value => (isBattery = value))
            return isLive() || isBattery === true
          },
          lastNight: async () => (await assistant.call('assistant/nightReport', {}))?.startedAt ?? 0,
          begin: () => assistant.call('assistant/night', {}),
        })
  return {
    process: assistant,
    async close() {
      stopNights()
      await assistant.close()
    },
  }
}

type AssistantHandlers = Pick<RequestHandlers, AssistantRequestName>

/** Answers to everything that a client may ask of the assistant. */
export function assistantHandlers({ process: assistant }: OpenedAssistant): AssistantHandlers {
  const passOn =
    <Name extends AssistantRequestName>(name: Name) =>
    (request: ClientRequest<Name>) =>
      assistant.call(name, request)
  return {
    'assistant/get': passOn('assistant/get'),
    'assistant/addFolder': passOn('assistant/addFolder'),
    'assistant/removeFolder': passOn('assistant/removeFolder'),
    'assistant/search': passOn('assistant/search'),
    'assistant/ask': passOn('assistant/ask'),
    'assistant/optimise': passOn('assistant/optimise'),
    'assistant/review': passOn('assistant/review'),
    'assistant/cancel': passOn('assistant/cancel'),
    'assistant/optimised': passOn('assistant/optimised'),
    'assistant/reviewed': passOn('assistant/reviewed'),
    'assistant/function': passOn('assistant/function'),
    'assistant/apply': passOn('assistant/apply'),
    'assistant/undo': passOn('assistant/undo'),
    'assistant/refuse': passOn('assistant/refuse'),
    'assistant/mend': passOn('assistant/mend'),
    'assistant/choices': passOn('assistant/choices'),
    'assistant/forgetPattern': passOn('assistant/forgetPattern'),
    'assistant/night': passOn('assistant/night'),
    'assistant/nightReport': passOn('assistant/nightReport'),
    'assistant/models': passOn('assistant/models'),
    'assistant/useModel': passOn('assistant/useModel'),
  }
}
