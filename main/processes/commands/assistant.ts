import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Settings } from '../../adapters/settings/settings.ts'
import { openAssistant, type Assistant } from '../../assistant/assistant.ts'
import type {
  AssistantNews,
  ChangeOutcome,
  NightReport,
  OptimiseReport,
  ReviewReport,
} from '../../contract/assistant.ts'
import type { ReadOnlyEngine } from '../../contract/readOnly.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { openAssistantDatabase } from '../assistantDatabase.ts'
import { assistantOpening } from '../openAssistant.ts'
import type { Places } from '../services.ts'

/** Where progress is said: a line at a time, beside what a command is asked for. */
export type Say = (line: string) => void

/** What was written into a file. */
export type WrittenChange = Extract<ChangeOutcome, { readonly change: string }>

/** The assistant of a data folder in this process, and the news of it. */
interface Opened {
  readonly assistant: Assistant
  /** Resolves with the last news of a task once it has ended; rejects with why it failed. */
  ended(task: string): Promise<AssistantNews | undefined>
}

/** How a program ends that was interrupted, by the custom of shells. */
const INTERRUPTED = 130

/** On the command line there is no engine to look at. */
const NO_ENGINE: ReadOnlyEngine = {
  ask: async () => ({ ok: false, code: 'disconnected', message: 'no cockpit runs here' }),
}

/** Adds a folder and reads it, or reads it again. */
export function indexFolder(folder: string, settings: Settings, places: Places, say: Say) {
  return withAssistant(settings, places, say, async ({ assistant, ended }) => {
    const { task } = await assistant.answer('assistant/addFolder', { path: resolve(folder) })
    await ended(task)
    const { folders } = await assistant.answer('assistant/get', {})
    return folders.find(({ path }) => path === resolve(folder)) ?? null
  })
}

/** Finds code by words, names and meaning. */
export function searchCode(query: string, limit: number, settings: Settings, places: Places, say: Say) {
  return withAssistant(settings, places, say, ({ assistant }) =>
    assistant.answer('assistant/search', { query, limit }),
  )
}

/** Looks for faster forms of a function, and proves and times them. */
export function optimiseFunction(
  wanted: {
    readonly file: string
    readonly function: string
    readonly seconds: number
    /** Calls that were recorded while a test ran; empty for none. */
    readonly recorded: string
  },
  settings: Settings,
  places: Places,
  say: Say,
): Promise<Result<OptimiseReport | null, string>> {
  return withAssistant(settings, places, say, async ({ assistant, ended }) => {
    const { recorded, ...rest } = wanted
    const { task } = await assistant.answer('assistant/optimise', {
      ...rest,
      file: resolve(wanted.file),
      ...(recorded === '' ? {} : { recorded: resolve(recorded) }),
    })
    const last = await ended(task)
    return last?.kind === 'optimise' ? last.report : null
  })
}

/** Looks for defects in a file or a folder. */
export function reviewCode(
  path: string,
  settings: Settings,
  places: Places,
  say: Say,
): Promise<Result<ReviewReport, string>> {
  return withAssistant(settings, places, say, async ({ assistant, ended }) => {
    const { task } = await assistant.answer('assistant/review', { path: resolve(path) })
    const last = await ended(task)
    if (last?.kind !== 'review') throw new Error('the review ended without a report')
    return last.report
  })
}

/** Writes a verified variant into its file. */
export async function applyCard(card: string, settings: Settings, places: Places, say: Say) {
  const outcome = await withAssistant(settings, places, say, ({ assistant }) =>
    assistant.answer('assistant/apply', { card }),
  )
  return outcome.ok ? written(outcome.value) : outcome
}

/** Takes a change back. */
export async function undoChange(change: string, settings: Settings, places: Places, say: Say) {
  const outcome = await withAssistant(settings, places, say, ({ assistant }) =>
    assistant.answer('assistant/undo', { change }),
  )
  return outcome.ok ? written(outcome.value) : outcome
}

/** A change that was written; what wrote nothing has failed, with the reason. */
function written(outcome: ChangeOutcome): Result<WrittenChange, string> {
  if (!('reason' in outcome)) return success(outcome)
  const { file, reason } = outcome
  return failure(file === '' ? reason : `Not written, ${file} is as it was: ${reason}`)
}

/** The choices that were made, newest first, and what was learned from them. */
export function listChoices(limit: number, settings: Settings, places: Places, say: Say) {
  return withAssistant(settings, places, say, async ({ assistant }) => {
    const choices = await assistant.answer('assistant/choices', { limit })
    const { taste } = await assistant.answer('assistant/get', {})
    return { choices, patterns: taste.patterns }
  })
}

/** Goes through everything once, as at night. */
export function runNight(
  profile: string,
  settings: Settings,
  places: Places,
  say: Say,
): Promise<Result<NightReport | null, string>> {
  return withAssistant(settings, places, say, async ({ assistant, ended }) => {
    const { task } = await assistant.answer(
      'assistant/night',
      profile === '' ? {} : { profile: resolve(profile) },
    )
    await ended(task)
    return assistant.answer('assistant/nightReport', {})
  })
}

async function withAssistant<Value>(
  settings: Settings,
  places: Places,
  say: Say,
  act: (opened: Opened) => Promise<Value>,
): Promise<Result<Value, string>> {
  const { folder, migrations, ...rest } = assistantOpening(settings, places)
  const { database, setAside } = openAssistantDatabase({ folder, migrations })
  const news = listening(say)
  const around = {
    ...rest,
    folder,
    database,
    setAside,
    engine: NO_ENGINE,
    now: Date.now,
    newId: randomUUID,
    tell: news.hear,
  }
  const assistant = await openAssistant(around, false)
  const cancel = () => {
    // What was proven until then is still told
    process.exitCode = INTERRUPTED
    void assistant.close()
  }
  process.once('SIGINT', cancel)
  try {
    return success(await act({ assistant, ended: news.ended }))
  } catch (cause) {
    return failure(cause instanceof Error ? cause.message : String(cause))
  } finally {
    process.off('SIGINT', cancel)
    await assistant.close()
    database.close()
  }
}

/** Hears news, says how far a task is, and remembers the last of each until it is asked for. */
function listening(say: Say): {
  readonly hear: (news: AssistantNews) => void
  readonly ended: Opened['ended']
} {
  const last = new Map<string, AssistantNews>()
  const ends = new Map<string, AssistantNews & { readonly kind: 'ended' }>()
  const waiting = new Map<string, () => void>()
  let said = ''
  return {
    hear(news) {
      if (news.kind === 'task') {
        const { phase, done, total } = news.task
        const line = total > 1 && !/\d/.test(phase) ? `${phase}: ${done} of ${total}` : phase
        if (phase !== said) say(line)
        said = phase
      } else if (news.kind === 'ended') {
        ends.set(news.task, news)
        waiting.get(news.task)?.()
      } else if (news.kind !== 'changed') last.set(news.task, news)
    },
    async ended(task) {
      if (!ends.has(task)) await new Promise<void>(done => waiting.set(task, done))
      const end = ends.get(task)
      if (end?.end === 'failed') throw new Error(end.reason ?? 'it failed without a word')
      if (end?.end === 'cancelled' && !last.has(task)) throw new Error('cancelled')
      return last.get(task)
    },
  }
}
