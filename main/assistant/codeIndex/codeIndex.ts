import type { AssistantFolder } from '../../contract/assistant.ts'
import type { Result } from '../../core/base/result.ts'
import type { CallSite, CodeFunction, CodeLanguage } from '../syntax/code.ts'

/** A function that is known, with its number and its file. */
export interface IndexedFunction extends CodeFunction {
  /** Its number in the database: the same as long as its text is the same, wherever in its file it stands, and never given again. */
  readonly id: number
  /** Absolute path of its file. */
  readonly file: string
  readonly language: CodeLanguage
}

/** What became different: what is gone, what stands on other lines and is otherwise the same, and what is new. */
export interface IndexChange {
  readonly removed: readonly number[]
  readonly moved: readonly IndexedFunction[]
  readonly added: readonly IndexedFunction[]
}

/** A call site with its file. */
export interface PlacedCallSite extends CallSite {
  readonly file: string
}

/** How far a reading is. */
export interface ReadingProgress {
  /** Absolute path of the folder that is read. */
  readonly folder: string
  /** Files that are done, of those that have to be looked into. */
  readonly done: number
  readonly total: number
}

/** What a reading of the folders did. */
export interface ReadingReport {
  /** Files that were read and parsed, files that had not changed, and files that are no longer there. */
  readonly read: number
  readonly unchanged: number
  readonly forgotten: number
  /** Whether it was cancelled; what was read until then is kept. */
  readonly isCancelled: boolean
  readonly milliseconds: number
}

/** The folders of code that are kept read. */
export interface CodeIndex {
  /** The folders with what is in them, by path. */
  folders(): readonly AssistantFolder[]
  /** Adds a folder, unread yet; gives its real path, or why it cannot be added. Folders inside it become part of it. */
  addFolder(path: string): Result<string, string>
  /** Forgets a folder and all that was read in it; its files stay as they are. */
  removeFolder(path: string): Result<string, string>
  /**
   * Reads what changed in one folder, or in all. What is wrong with files becomes a problem of their folder; a database that cannot
   * be written (a full disk) is thrown.
   */
  refresh(options?: {
    readonly folder?: string
    readonly signal?: AbortSignal
    readonly onProgress?: (progress: ReadingProgress) => void
  }): Promise<ReadingReport>
  /**
   * Keeps all folders read while files change, those added later too; resolves when every folder is watched and read. What fails
   * from now on becomes a problem of its folder.
   */
  watch(): Promise<void>
  /** Everything that is known, in no order. */
  functions(): Iterable<IndexedFunction>
  /** How many functions are known. */
  count(): number
  /** The function of a number; undefined where there is none. */
  functionWith(id: number): IndexedFunction | undefined
  /** The function of that name in a file (absolute path); of several the last, as Python binds them. */
  functionNamed(file: string, name: string): IndexedFunction | undefined
  /** The functions of one file, in the order of their lines. */
  functionsOf(file: string): readonly IndexedFunction[]
  /** The modules that a file imports; empty where it is not known. */
  importsOf(file: string): readonly string[]
  /** Where a function is called, by the last part of its name: `Book.greeks` finds `self.book.greeks(…)`. */
  callSites(name: string): readonly PlacedCallSite[]
  /** Tells every change until the answer is called; a listener must not throw. */
  onChange(listener: (change: IndexChange) => void): () => void
  /** Stops watching and lets a reading end; the database stays open. */
  close(): Promise<void>
}
