import type { Stats } from 'node:fs'
import { basename } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { grammarOf } from '../syntax/grammars.ts'
import { codeOf } from './findFiles.ts'
import { IgnoreRules, isNeverRead } from './ignoreRules.ts'

/** Changes of so many milliseconds are told together: saving all files of an editor, or changing a branch. */
const TOGETHER = 40

/** What became different in a folder: files of it, or so much that all of it has to be looked through. */
export type FolderNews = ReadonlySet<string> | 'everything'

/** One folder that is watched. */
interface FolderWatch {
  watcher: FSWatcher
  /** Settled when changes are seen from now on, and when it is ended before. */
  ready: PromiseWithResolvers<void>
  timer: NodeJS.Timeout | undefined
  readonly files: Set<string>
  isEverything: boolean
}

/** Watches folders for files of code that are saved, made, moved or deleted. */
export class FolderWatches {
  readonly #watches = new Map<string, FolderWatch>()
  readonly #problems = new Map<string, string>()
  readonly #tell: (folder: string, news: FolderNews) => void

  constructor(tell: (folder: string, news: FolderNews) => void) {
    this.#tell = tell
  }

  /** Watches these folders and no others; gives those that were not watched before, when all of them are. */
  async follow(folders: readonly string[]): Promise<readonly string[]> {
    const ended = [...this.#watches.keys()].filter(folder => !folders.includes(folder))
    await Promise.all(ended.map(folder => this.#end(folder)))
    const begun = folders.filter(folder => !this.#watches.has(folder))
    for (const folder of begun) this.#watches.set(folder, this.#begin(folder))
    await Promise.all([...this.#watches.values()].map(({ ready }) => ready.promise))
    return begun
  }

  /** Why changes of a folder may go unseen; undefined where they are seen. */
  problemOf(folder: string): string | undefined {
    return this.#problems.get(folder)
  }

  /** Watches nothing any more. */
  async close(): Promise<void> {
    await this.follow([])
  }

  #begin(folder: string): FolderWatch {
    return {
      ...this.#open(folder),
      timer: undefined,
      files: new Set(),
      isEverything: false,
    }
  }

  #open(folder: string): Pick<FolderWatch, 'watcher' | 'ready'> {
    const watcher = watch(folder, {
      ignored: unreadIn(folder),
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
    })
    watcher.on('all', (event, path) => this.#note(folder, event, path))
    watcher.on('error', cause => {
      this.#problems.set(folder, `changes in it may go unseen (${codeOf(cause)})`)
    })
    const ready = Promise.withResolvers<void>()
    watcher.once('ready', ready.resolve)
    watcher.once('error', () => ready.resolve())
    return { watcher, ready }
  }

  async #end(folder: string): Promise<void> {
    const ended = this.#watches.get(folder)
    this.#watches.delete(folder)
    this.#problems.delete(folder)
    clearTimeout(ended?.timer)
    ended?.ready.resolve()
    await ended?.watcher.close()
  }

  #note(folder: string, event: string, path: string): void {
    const noted = this.#watches.get(folder)
    if (!noted) return
    if (basename(path) === '.gitignore') this.#reopen(folder, noted)
    if (event.endsWith('Dir') || basename(path) === '.gitignore') noted.isEverything = true
    else noted.files.add(path)
    noted.timer ??= setTimeout(() => {
      noted.timer = undefined
      const news = noted.isEverything ? 'everything' : new Set(noted.files)
      noted.isEverything = false
      noted.files.clear()
      this.#tell(folder, news)
    }, TOGETHER)
  }

  /** Other rules: what was left out before may have to be watched now. */
  #reopen(folder: string, noted: FolderWatch): void {
    const { watcher, ready } = noted
    Object.assign(noted, this.#open(folder))
    ready.resolve()
    void watcher.close()
    // What was saved in between was seen by neither
    void noted.ready.promise.then(() => this.#tell(folder, 'everything'))
  }
}

/** What need not be watched in a folder. A path may be asked about before it is known what it is. */
function unreadIn(folder: string): (path: string, stats?: Stats) => boolean {
  const rules = new IgnoreRules(folder)
  return (path, stats) => {
    if (path === folder) return false
    if (!stats) return isNeverRead(basename(path))
    if (stats.isDirectory()) return rules.excludes(path, true)
    if (basename(path) === '.gitignore') return false
    return !stats.isFile() || grammarOf(path) === undefined || rules.excludes(path, false)
  }
}
