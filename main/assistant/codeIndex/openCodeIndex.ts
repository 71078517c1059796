import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, sep } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { AssistantFolder } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { Grammars } from '../syntax/grammars.ts'
import type {
  CodeIndex,
  IndexChange,
  IndexedFunction,
  PlacedCallSite,
  ReadingProgress,
  ReadingReport,
} from './codeIndex.ts'
import { codeOf } from './findFiles.ts'
import { readFiles, readFolder, type FolderReading, type ReadingTools } from './folderReading.ts'
import { FolderWatches, type FolderNews } from './folderWatches.ts'
import { FunctionTable } from './functionTable.ts'
import { IndexStore, lastPart } from './indexStore.ts'
import { isBusy, writeWhenFree } from './writeWhenFree.ts'

/** What an index is made of. */
export interface CodeIndexParts {
  /** A database with the tables of the assistant; other processes may have it open too. */
  readonly database: Database
  /** They may still be loading; nothing but a reading needs them. */
  readonly grammars: Grammars | Promise<Grammars>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How often it is asked whether another process wrote, while folders are watched; milliseconds. */
const ASK_EVERY = 1000

/** Problems of a folder that are told; of more there is only the number. */
const MOST_PROBLEMS = 200

/** Opens the index of a database; what was read before is known at once. */
export function openCodeIndex(parts: CodeIndexParts): CodeIndex {
  return new KeptIndex(parts)
}

class KeptIndex implements CodeIndex {
  readonly #store: IndexStore
  readonly #table = new FunctionTable()
  readonly #tools: ReadingTools
  readonly #now: () => number
  readonly #listeners = new Set<(change: IndexChange) => void>()
  /** Folders inside folders that could not be looked into at the last reading. */
  readonly #unread = new Map<string, FolderReading['problems']>()
  readonly #watches = new FolderWatches((folder, news) => this.#hear(folder, news))
  readonly #closing = new AbortController()
  #asking: NodeJS.Timeout | undefined
  /** The last of what writes; one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #version: number

  constructor({ database, grammars, now }: CodeIndexParts) {
    this.#store = new IndexStore(database)
    this.#now = now
    this.#tools = {
      store: this.#store,
      grammars,
      now,
      write: async writes => {
        if (writes.length > 0) this.#take(await writeWhenFree(() => this.#store.write(writes)))
      },
    }
    this.#version = this.#store.version()
    this.#table.apply({ removed: [], moved: [], added: this.#store.functions() })
  }

  folders(): readonly AssistantFolder[] {
    return this.#store.folders().map(({ path, indexed_at }) => {
      const unseen = this.#watches.problemOf(path)
      return {
        path,
        ...this.#store.countsOf(path),
        indexedAt: indexed_at ?? undefined,
        problems: firstOf(path, [
          ...(unseen === undefined ? [] : [{ file: path, reason: unseen }]),
          ...(this.#unread.get(path) ?? []),
          ...this.#store.problemsOf(path),
        ]),
      }
    })
  }

  addFolder(path: string): Result<string, string> {
    const real = realFolder(path)
    if (!real.ok) return real
    const known = this.#store.folders().map(folder => folder.path)
    const around = known.find(folder => real.value === folder || isInside(real.value, folder))
    if (around !== undefined)
      return failure(
        around === real.value ? `${around} is read already` : `it is read already, as part of ${around}`,
      )
    const inside = known.filter(folder => isInside(folder, real.value))
    return this.#changeFolders(real.value, () => this.#store.addFolder(real.value, inside, this.#now()))
  }

  removeFolder(path: string): Result<string, string> {
    if (!this.#store.folders().some(folder => folder.path === path)) return failure(`${path} is not read`)
    return this.#changeFolders(path, () => this.#store.removeFolder(path))
  }

  refresh(options: Parameters<CodeIndex['refresh']>[0] = {}): Promise<ReadingReport> {
    const { folder, signal, onProgress = () => undefined } = options
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal
    return this.#inTurn(() => this.#readAll(folder, stop, onProgress))
  }

  async watch(): Promise<void> {
    this.#asking ??= setInterval(() => this.#ask(), ASK_EVERY).unref()
    await this.#follow()
    await this.#turn
  }

  functions(): Iterable<IndexedFunction> {
    this.#notice()
    return this.#table.all()
  }

  count(): number {
    return this.#table.size
  }

  functionWith(id: number): IndexedFunction | undefined {
    return this.#table.withId(id)
  }

  functionNamed(file: string, name: string): IndexedFunction | undefined {
    return this.functionsOf(file).findLast(found => found.name === name)
  }

  functionsOf(file: string): readonly IndexedFunction[] {
    this.#notice()
    return this.#table.ofFile(file)
  }

  importsOf(file: string): readonly string[] {
    return this.#store.importsOf(file)
  }

  callSites(name: string): readonly PlacedCallSite[] {
    return this.#store.callSites(lastPart(name))
  }

  onChange(listener: (change: IndexChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    clearInterval(this.#asking)
    this.#asking = undefined
    this.#closing.abort()
    this.#listeners.clear()
    await this.#watches.close()
    await this.#turn
  }

  async #readAll(
    only: string | undefined,
    signal: AbortSignal,
    onProgress: (progress: ReadingProgress) => void,
  ): Promise<ReadingReport> {
    const begun = performance.now()
    const report = { read: 0, unchanged: 0, forgotten: 0, isCancelled: signal.aborted }
    for (const { path } of this.#store.folders()) {
      if (signal.aborted || (only !== undefined && only !== path)) continue
      const reading = await readFolder(this.#tools, path, signal, onProgress)
      report.read += reading.read
      report.unchanged += reading.unchanged
      report.forgotten += reading.forgotten
      report.isCancelled ||= reading.isCancelled
      this.#unread.set(path, reading.problems)
      if (!reading.isCancelled) await writeWhenFree(() => this.#store.setRead(path, this.#now()))
    }
    return { ...report, milliseconds: performance.now() - begun }
  }

  /** A change of the list of folders; another process that is writing is a reason to try again, not a fault. */
  #changeFolders(path: string, change: () => void): Result<string, string> {
    try {
      change()
    } catch (cause) {
      if (!isBusy(cause)) throw cause
      return failure('another process is writing to the index; try again')
    }
    this.#unread.delete(path)
    this.#reload()
    if (this.#asking) void this.#follow()
    return success(path)
  }

  /** Other work of this index waits for this work, and this for what came before. */
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #hear(folder: string, news: FolderNews): void {
    if (this.#closing.signal.aborted) return
    const reading: Promise<unknown> =
      news === 'everything'
        ? this.refresh({ folder })
        : this.#inTurn(() => readFiles(this.#tools, folder, news))
    reading.catch((cause: unknown) => this.#noteUnkept(folder, cause))
  }

  /** A disk that is full, a database that broke: nobody waits for this reading, so its folder says what became of it. */
  #noteUnkept(folder: string, cause: unknown): void {
    this.#unread.set(folder, [{ file: folder, reason: `what changed could not be kept (${codeOf(cause)})` }])
  }

  /** Watches the folders that there are now; what was saved in a new one before it was watched is read when it is. */
  async #follow(): Promise<void> {
    const begun = await this.#watches.follow(this.#store.folders().map(({ path }) => path))
    for (const folder of begun)
      await this.refresh({ folder }).catch((cause: unknown) => this.#noteUnkept(folder, cause))
  }

  #ask(): void {
    try {
      this.#notice()
    } catch {
      // It is asked again in a moment; whoever needs an answer is told why there is none
    }
  }

  /** Takes over what another process wrote. */
  #notice(): void {
    if (this.#store.version() === this.#version) return
    this.#reload()
    if (this.#asking) void this.#follow()
  }

  /** A function of a known number is the same but for its lines, so only the new ones are read whole. */
  #reload(): void {
    this.#version = this.#store.version()
    const gone = new Set([...this.#table.all()].map(({ id }) => id))
    const moved: IndexedFunction[] = []
    const added: IndexedFunction[] = []
    for (const { id, first, last } of this.#store.places()) {
      gone.delete(id)
      const known = this.#table.withId(id)
      if (known?.lines.first === first && known.lines.last === last) continue
      if (known) moved.push({ ...known, lines: { first, last } })
      else added.push(...this.#store.functionWith(id))
    }
    this.#take({ removed: [...gone], moved, added })
  }

  #take(change: IndexChange): void {
    if (change.removed.length + change.moved.length + change.added.length === 0) return
    this.#table.apply(change)
    for (const listener of this.#listeners) listener(change)
  }
}

/** The first problems of a folder, and how many more there are. */
function firstOf(folder: string, problems: AssistantFolder['problems']): AssistantFolder['problems'] {
  const more = problems.length - MOST_PROBLEMS
  if (more <= 0) return problems
  return [...problems.slice(0, MOST_PROBLEMS), { file: folder, reason: `has ${more} more files like these` }]
}

/** The real path of a folder that can be read. */
function realFolder(path: string): Result<string, string> {
  if (!isAbsolute(path)) return failure(`the path must be absolute, is ${path}`)
  if (!existsSync(path)) return failure(`${path} is not there`)
  try {
    const real = realpathSync(path)
    if (!statSync(real).isDirectory()) return failure(`${path} is not a folder`)
    if (real === dirname(real)) return failure(`${path} is a whole disk; add the folders of code in it`)
    accessSync(real, constants.R_OK | constants.X_OK)
    return success(real)
  } catch (cause) {
    return failure(`${path} cannot be looked into (${codeOf(cause)})`)
  }
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
