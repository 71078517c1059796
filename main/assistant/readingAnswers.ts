import type { AssistantReport, SearchAnswer } from '../contract/assistant.ts'
import { standingChanges } from './change/standingChanges.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import { keepRequest, readRequests } from './history.ts'
import { rerank } from './optimise.ts'
import { readFolders } from './readFolders.ts'
import { readNightReport, readOptimiseReport, readReviewReport } from './reports.ts'

const HISTORY = 50
const STANDING = 50

type ReadingName =
  | 'assistant/get'
  | 'assistant/addFolder'
  | 'assistant/removeFolder'
  | 'assistant/search'
  | 'assistant/choices'
  | 'assistant/forgetPattern'
  | 'assistant/function'
  | 'assistant/optimised'
  | 'assistant/reviewed'
  | 'assistant/nightReport'

/** Answers about what is known: folders, search, choices, reports. */
export function readingAnswers(
  parts: AssistantParts,
  mode: () => AssistantReport['model'],
): Answers<ReadingName> {
  const { index, search, taste, database, tell } = parts
  return {
    'assistant/get': () => assistantReport(parts, mode()),
    async 'assistant/addFolder'({ path }) {
      const added = index.addFolder(path)
      if (!added.ok) throw new Error(added.failure)
      return { task: readFolders(parts, added.value) }
    },
    async 'assistant/removeFolder'({ path }) {
      const removed = index.removeFolder(path)
      if (!removed.ok) throw new Error(removed.failure)
      tell({ kind: 'changed' })
      return null
    },
    async 'assistant/search'({ query, limit, language }) {
      const answer = await search.search(query, { limit, language })
      const [id, at] = [parts.newId(), parts.now()]
      keepRequest(database, { id, at, text: query, outcome: foundWords(answer) })
      return answer
    },
    async 'assistant/function'({ file, function: name }) {
      const known = index.functionNamed(file, name)
      return known ? { source: known.source, lines: known.lines } : null
    },
    'assistant/choices': async ({ limit }) => taste.choices(limit ?? 100),
    async 'assistant/forgetPattern'({ pattern }) {
      if (!taste.forget(pattern)) throw new Error(`There is no pattern "${pattern}".`)
      tell({ kind: 'changed' })
      return null
    },
    async 'assistant/optimised'({ id }) {
      const report = readOptimiseReport(database, id)
      return report ? rerank(taste, report) : null
    },
    'assistant/reviewed': async ({ id }) => readReviewReport(database, id) ?? null,
    'assistant/nightReport': async ({ id }) => readNightReport(database, id) ?? null,
  }
}

/** What the assistant can do now, what it lacks, and what it has learned. */
export async function assistantReport(
  { index, search, taste, tasks, workshop, database, setAside, encoderProblem }: AssistantParts,
  model: AssistantReport['model'],
): Promise<AssistantReport> {
  const [python, sandbox] = await Promise.all([workshop.python(), workshop.sandbox()])
  return {
    folders: index.folders(),
    tasks: tasks.running,
    python: python.ok
      ? { ok: true, path: python.value.path, version: python.value.version, packages: python.value.packages }
      : { ok: false, reason: python.failure },
    sandbox: sandbox.ok
      ? { ok: true, kind: sandbox.value.kind, isProven: sandbox.value.isProven }
      : { ok: false, reason: sandbox.failure },
    encoder: search.encoder,
    taste: taste.report(),
    model,
    history: readRequests(database, HISTORY),
    changes: standingChanges(database, STANDING),
    notices: noticesOf(setAside, encoderProblem()),
  }
}

/** What came of a search, as it stands in the history. */
export function foundWords({ hits }: SearchAnswer): string {
  return hits.length === 0 ? 'nothing found' : `${hits.length} found`
}

function noticesOf(setAside: string | undefined, encoderProblem: string | undefined): readonly string[] {
  const damaged =
    setAside && `What the assistant remembered was damaged and lies in ${setAside}; it begins anew.`
  return [damaged, encoderProblem].filter(notice => notice !== undefined)
}
