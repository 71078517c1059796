import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { CodePlace, SearchHit } from '../contract/assistant.ts'
import type { Result } from '../core/base/result.ts'
import type { AssistantSurroundings } from './assistantParts.ts'
import type { CodeIndex } from './codeIndex/codeIndex.ts'
import type { CodeEncoder } from './search/codeEncoder.ts'
import { CodeSearch } from './search/codeSearch.ts'
import { keptIn } from './search/kept.ts'
import type { SuppliedFiles } from './search/suppliedEncoder.ts'

/** Choices that are told with a place. */
const TOLD = 3

/** Search over everything that the index knows, brought up to date with every change of it. */
export function openSearch(
  { database, now }: Pick<AssistantSurroundings, 'database' | 'now'>,
  index: CodeIndex,
): CodeSearch {
  const search = new CodeSearch({
    functionWith: id => index.functionWith(id),
    kept: keptIn(database, now),
    now,
    choicesAt: choicesIn(database),
  })
  search.start([...index.functions()])
  index.onChange(change => {
    search.update(change)
    void search.settle()
  })
  return search
}

/** Lets the code model of a folder find by meaning, as soon as it is loaded; the problem says why it does not. No folder is no model. */
export function suppliedEncoder(
  search: CodeSearch,
  folder: string,
): { readonly problem: string | undefined } {
  const state: { problem: string | undefined } = { problem: undefined }
  if (folder === '') return state
  const files = { model: join(folder, 'model.onnx'), tokenizer: join(folder, 'tokenizer.json') }
  void openEncoder(files).then(opened => {
    if (!opened.ok) {
      state.problem = opened.failure
      return
    }
    search.useSupplied(opened.value)
    void search.settle()
  })
  return state
}

/** What runs models is loaded where there is one. */
async function openEncoder(files: SuppliedFiles): Promise<Result<CodeEncoder, string>> {
  const { openSuppliedEncoder } = await import('./search/suppliedEncoder.ts')
  return openSuppliedEncoder(files)
}

interface ChoiceRow {
  readonly at: number
  readonly kind: string
  readonly title: string
  readonly reason: string | null
}

/** What was chosen at a place before, newest first. */
function choicesIn(database: Database): (place: CodePlace) => SearchHit['choices'] {
  const select = database.prepare<[string, string, number], ChoiceRow>(
    `SELECT at, kind, title, reason FROM choices
     WHERE json_extract(place, '$.file') = ? AND json_extract(place, '$.function') = ? ORDER BY at DESC LIMIT ?`,
  )
  return place =>
    select.all(place.file, place.function, TOLD).map(({ at, kind, title, reason }) => ({
      at,
      sentence: `${kind}: ${title}${reason === null ? '' : ` (${reason})`}`,
    }))
}
