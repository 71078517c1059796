import { existsSync } from 'node:fs'
import type { Grammars } from '../syntax/grammars.ts'
import type { ReadingProgress } from './codeIndex.ts'
import { findFiles, lookAt, type FolderContent } from './findFiles.ts'
import { IgnoreRules } from './ignoreRules.ts'
import type { FileWrite, IndexStore } from './indexStore.ts'
import { createPauses } from './pauses.ts'
import { looksTheSame, newsOf } from './readCodeFile.ts'

/** What a reading needs. */
export interface ReadingTools {
  readonly store: IndexStore
  readonly grammars: Grammars | Promise<Grammars>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly write: (writes: readonly FileWrite[]) => Promise<void>
}

/** What reading one folder did. */
export interface FolderReading {
  readonly read: number
  readonly unchanged: number
  readonly forgotten: number
  readonly isCancelled: boolean
  readonly problems: FolderContent['problems']
}

/** Files that are written at once: few enough that nobody else waits long for the database. */
const BATCH = 32

/** A folder that is not there any more; what is known of it is kept, it may be a disk that is not plugged in. */
const GONE = 'is not there; what was read in it is kept until the folder is removed or comes back'

/** Brings what is stored of a folder to what stands in it. */
export async function readFolder(
  tools: ReadingTools,
  folder: string,
  signal: AbortSignal,
  onProgress: (progress: ReadingProgress) => void,
): Promise<FolderReading> {
  const nothing = { read: 0, unchanged: 0, forgotten: 0, isCancelled: false }
  if (!existsSync(folder)) return { ...nothing, problems: [{ file: folder, reason: GONE }] }
  const { files, problems } = await findFiles(folder, signal)
  if (signal.aborted) return { ...nothing, isCancelled: true, problems }
  const stored = tools.store.filesOf(folder)
  const there = new Set(files.map(({ path }) => path))
  const gone = [...stored.keys()].filter(path => !there.has(path))
  await tools.write(gone.map(path => ({ kind: 'forget', path })))

  const changed = files.filter(found => !looksTheSame(found, stored.get(found.path)))
  const pause = createPauses()
  let done = 0
  while (done < changed.length && !signal.aborted) {
    onProgress({ folder, done, total: changed.length })
    const writes: FileWrite[] = []
    for (const found of changed.slice(done, done + BATCH)) {
      if (signal.aborted) break
      const news = newsOf(await tools.grammars, folder, found, stored.get(found.path), tools.now())
      if (news) writes.push(news)
      done += 1
      await pause()
    }
    await tools.write(writes)
  }
  onProgress({ folder, done, total: changed.length })
  return {
    read: done,
    unchanged: files.length - changed.length,
    forgotten: gone.length,
    isCancelled: signal.aborted,
    problems,
  }
}

/** The same for files of it of which something was told. */
export async function readFiles(tools: ReadingTools, folder: string, paths: Iterable<string>): Promise<void> {
  const rules = new IgnoreRules(folder)
  const pause = createPauses()
  const writes: FileWrite[] = []
  for (const path of paths) {
    const found = lookAt(path)
    const stored = tools.store.fileAt(path)
    const isThere = found !== undefined && !rules.hides(path)
    if (!isThere && stored) writes.push({ kind: 'forget', path })
    if (isThere) {
      const news = newsOf(await tools.grammars, folder, found, stored, tools.now())
      if (news) writes.push(news)
    }
    await pause()
  }
  await tools.write(writes)
}
