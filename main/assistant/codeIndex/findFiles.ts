import { lstatSync, readdirSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { grammarOf } from '../syntax/grammars.ts'
import { IgnoreRules } from './ignoreRules.ts'
import { createPauses } from './pauses.ts'

/** A file of code as the file system tells of it. */
export interface FoundFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** When it was last changed, milliseconds since the epoch, with fractions. */
  readonly modifiedAt: number
}

/** What stands in a folder. */
export interface FolderContent {
  readonly files: readonly FoundFile[]
  /** Folders that could not be looked into, with the reason. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[]
}

/** Every file of code in a folder that is not left out. Links are not followed, so nothing is found twice and nothing outside. */
export async function findFiles(root: string, signal?: AbortSignal): Promise<FolderContent> {
  const rules = new IgnoreRules(root)
  const pause = createPauses()
  const files: FoundFile[] = []
  const problems: FolderContent['problems'][number][] = []
  const waiting = [root]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (signal?.aborted) break
    const entries = entriesOf(folder)
    if (!Array.isArray(entries)) {
      problems.push({ file: folder, reason: entries.reason })
      continue
    }
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!rules.excludes(path, true)) waiting.push(path)
      } else if (entry.isFile() && grammarOf(entry.name) && !rules.excludes(path, false)) {
        const found = lookAt(path)
        if (found) files.push(found)
      }
      await pause()
    }
  }
  return { files, problems }
}

/**
 * A file as it is now; undefined where it is not there or is no plain file. One that may not be looked at is there, and reading it
 * will tell why.
 */
export function lookAt(path: string): FoundFile | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    return stats?.isFile() ? { path, size: stats.size, modifiedAt: stats.mtimeMs } : undefined
  } catch {
    return { path, size: 0, modifiedAt: 0 }
  }
}

function entriesOf(folder: string): Dirent[] | { readonly reason: string } {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    return { reason: `cannot be looked into (${codeOf(cause)})` }
  }
}

/** What the file system calls a failure: `EACCES`, `ENOENT`. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}
