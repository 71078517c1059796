import type { AssistantParts } from './assistantParts.ts'

/** An encoder is learned anew when so many more or fewer functions are there than it was learned of. */
const OUTGROWN = 1.5

/** Reads what changed in a folder, or in all, as a task of its own; then what was learned of the code is brought up to it. */
export function readFolders(parts: AssistantParts, folder?: string): string {
  const { index, search, tasks, tell } = parts
  const title = folder === undefined ? 'Reading what changed' : `Reading ${folder}`
  return tasks.begin('index', title, async ({ signal, onProgress }) => {
    const options = folder === undefined ? {} : { folder }
    const report = await index.refresh({
      ...options,
      signal,
      onProgress: ({ done, total }) => onProgress('reading files', done, total),
    })
    if (report.isCancelled) return
    onProgress('working out meanings', 0, 1)
    await search.settle({ signal })
    await search.keep()
    tell({ kind: 'changed' })
    if (isOutgrown(parts)) learnMeaning(parts)
  })
}

/** Learns what words mean in his code, in the background. */
export function learnMeaning({ search, tasks, tell }: AssistantParts): string {
  return tasks.begin('retrain', 'Learning the words of this code', async ({ signal, onProgress }) => {
    const learned = await search.train({
      signal,
      onProgress: (done, total) => onProgress('learning', done, total),
    })
    // Little code teaches nothing; the report of the encoder says so
    if (learned.ok) tell({ kind: 'changed' })
  })
}

function isOutgrown({ search, index, encoder }: AssistantParts): boolean {
  if (encoder !== '') return false
  const known = search.encoder
  if (known.kind === 'none') return true
  if (known.kind === 'supplied') return false
  const grown = index.count() / Math.max(known.pairs, 1)
  return grown > OUTGROWN * 2 || grown < 1 / OUTGROWN
}
