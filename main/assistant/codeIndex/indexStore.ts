import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { CallSite, CodeFile, CodeFunction, CodeLanguage } from '../syntax/code.ts'
import type { IndexChange, IndexedFunction, PlacedCallSite } from './codeIndex.ts'
import type { FoundFile } from './findFiles.ts'

/** What is stored of a file. */
export interface StoredFile {
  readonly id: number
  readonly path: string
  /** Digest of its bytes; empty where they were not read. */
  readonly digest: string
  readonly size: number
  readonly modifiedAt: number
}

/** A file that was read, or why it was not. */
export interface ReadFile {
  readonly found: FoundFile
  readonly language: CodeLanguage
  readonly digest: string
  readonly content: Omit<CodeFile, 'language' | 'hasErrors'>
  readonly problem: string | undefined
}

/** What is to be written of one file. */
export type FileWrite =
  | { readonly kind: 'forget'; readonly path: string }
  /** Its bytes are the same, what the file system says of it is not. */
  | { readonly kind: 'touch'; readonly found: FoundFile }
  | { readonly kind: 'read'; readonly folder: string; readonly file: ReadFile }

interface FolderRow {
  readonly path: string
  readonly indexed_at: number | null
}

interface FunctionRow {
  readonly id: number
  readonly path: string
  readonly language: CodeLanguage
  readonly name: string
  readonly first_line: number
  readonly last_line: number
  readonly signature: string
  readonly docstring: string
  readonly source: string
  readonly parameters: string
  readonly calls: string
}

/** Where a function stands, and nothing else of it. */
export interface FunctionPlace {
  readonly id: number
  readonly first: number
  readonly last: number
}

interface KnownRow extends FunctionPlace {
  readonly digest: string
}

/** Functions with their file and its language. */
const FUNCTIONS = 'FROM functions JOIN files ON files.id = functions.file'

/** The tables of the index. Everything in here is one statement or one transaction of a database that others may write too. */
export class IndexStore {
  readonly #database: Database
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: Database) {
    this.#database = database
    this.#statements = prepare(database)
  }

  /** Grows whenever another connection has written. */
  version(): number {
    return this.#statements.version.get() ?? 0
  }

  /** The folders by path; `indexed_at` in milliseconds since the epoch. */
  folders(): readonly FolderRow[] {
    return this.#statements.folders.all()
  }

  /** How many files and functions a folder has. */
  countsOf(folder: string): { readonly files: number; readonly functions: number } {
    return {
      files: this.#statements.fileCount.get(folder) ?? 0,
      functions: this.#statements.functionCount.get(folder) ?? 0,
    }
  }

  /** Files of a folder that could not be read, or not whole, by path. */
  problemsOf(folder: string): readonly { readonly file: string; readonly reason: string }[] {
    return this.#statements.problems.all(folder)
  }

  /** Adds a folder; folders inside it become part of it, with what was read in them. */
  addFolder(path: string, inside: readonly string[], now: number): void {
    this.#database
      .transaction(() => {
        this.#statements.addFolder.run(path, now)
        for (const folder of inside) {
          this.#statements.handOver.run(path, folder)
          this.#statements.removeFolder.run(folder)
        }
      })
      .immediate()
  }

  /** Forgets a folder with its files and their functions. */
  removeFolder(path: string): void {
    this.#statements.removeFolder.run(path)
  }

  /** Notes when a folder was read to its end, milliseconds since the epoch. */
  setRead(path: string, now: number): void {
    this.#statements.setRead.run(now, path)
  }

  /** What is stored of every file of a folder, by path. */
  filesOf(folder: string): ReadonlyMap<string, StoredFile> {
    return new Map(this.#statements.files.all(folder).map(file => [file.path, file]))
  }

  /** What is stored of one file; undefined where nothing is. */
  fileAt(path: string): StoredFile | undefined {
    return this.#statements.file.get(path)
  }

  /** The modules that a file imports; none where it is not stored. */
  importsOf(path: string): readonly string[] {
    const imports = this.#statements.imports.get(path)
    return imports === undefined ? [] : textsIn(imports)
  }

  /** Call sites by the last part of what they call. */
  callSites(name: string): readonly PlacedCallSite[] {
    return this.#statements.callers.all(name).flatMap(({ path, call_sites }) =>
      callSitesIn(call_sites)
        .filter(({ callee }) => lastPart(callee) === name)
        .map(site => ({ file: path, ...site })),
    )
  }

  /** Every function, in no order. */
  functions(): readonly IndexedFunction[] {
    return this.#statements.functions.all().map(functionOf)
  }

  /** Where every function stands, which is far less to read than the functions. */
  places(): readonly FunctionPlace[] {
    return this.#statements.places.all()
  }

  /** The function of a number, or nothing where it is gone. */
  functionWith(id: number): readonly IndexedFunction[] {
    return this.#statements.functionWith.all(id).map(functionOf)
  }

  /** Writes all or nothing. Throws SQLITE_BUSY where another process is writing; then nothing is written. */
  write(writes: readonly FileWrite[]): IndexChange {
    return this.#database
      .transaction(() => {
        const change: Mutable<IndexChange> = { removed: [], moved: [], added: [] }
        for (const write of writes) {
          if (write.kind === 'forget') this.#forget(write.path, change)
          else if (write.kind === 'read') this.#take(write.folder, write.file, change)
          else this.#statements.touch.run(write.found.size, write.found.modifiedAt, write.found.path)
        }
        return change
      })
      .immediate()
  }

  #forget(path: string, change: Mutable<IndexChange>): void {
    const file = this.fileAt(path)
    if (!file) return
    change.removed.push(...this.#statements.known.all(file.id).map(({ id }) => id))
    this.#statements.forget.run(file.id)
  }

  #take(folder: string, file: ReadFile, change: Mutable<IndexChange>): void {
    // It may have been removed while its files were being read
    if (!this.#statements.folder.get(folder)) return
    const { found, language, digest, content, problem } = file
    const id = this.#statements.putFile.get({
      folder,
      path: found.path,
      language,
      digest,
      size: found.size,
      modifiedAt: found.modifiedAt,
      imports: JSON.stringify(content.imports),
      callSites: JSON.stringify(
        content.callSites.map(({ callee, line, arguments: given }) => [callee, line, given]),
      ),
      problem: problem ?? null,
    })
    if (id === undefined) throw new Error(`the row of ${found.path} was not written`)
    this.#putFunctions(id, file, change)
  }

  /** Functions whose text is the same keep their rows; the first of the same text before is the first of it now. */
  #putFunctions(file: number, read: ReadFile, change: Mutable<IndexChange>): void {
    const before = Map.groupBy(this.#statements.known.all(file), ({ digest }) => digest)
    for (const found of read.content.functions) {
      const parameters = JSON.stringify(found.parameters)
      const calls = JSON.stringify(found.calls)
      const { name, signature, docstring, source, lines } = found
      const digest = digestOf([name, signature, docstring, source, parameters, calls].join('\0'))
      const same = before.get(digest)?.shift()
      if (same && same.first === lines.first && same.last === lines.last) continue
      if (same) {
        this.#statements.move.run(lines.first, lines.last, same.id)
        change.moved.push(indexed(same.id, read, found))
        continue
      }
      const row = [
        file,
        name,
        lines.first,
        lines.last,
        signature,
        docstring,
        source,
        parameters,
        calls,
        digest,
      ]
      change.added.push(indexed(Number(this.#statements.putFunction.run(row).lastInsertRowid), read, found))
    }
    for (const { id } of [...before.values()].flat()) {
      this.#statements.forgetFunction.run(id)
      change.removed.push(id)
    }
  }
}

/** A digest of bytes or text: the same for the same, and for nothing else that anyone will meet. */
export function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url')
}

/** `greeks` of `self.book.greeks`. */
export function lastPart(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1)
}

type Mutable<Change extends IndexChange> = {
  readonly [Part in keyof Change]: Change[Part] extends readonly (infer Item)[] ? Item[] : never
}

function indexed(id: number, { found, language }: ReadFile, read: CodeFunction): IndexedFunction {
  return { id, file: found.path, language, ...read }
}

function functionOf(row: FunctionRow): IndexedFunction {
  return {
    id: row.id,
    file: row.path,
    language: row.language,
    name: row.name,
    lines: { first: row.first_line, last: row.last_line },
    signature: row.signature,
    docstring: row.docstring,
    source: row.source,
    parameters: JSON.parse(row.parameters),
    calls: JSON.parse(row.calls),
  }
}

/** A JSON array of texts as this program wrote it. */
function textsIn(json: string): readonly string[] {
  return JSON.parse(json)
}

/** Call sites as this program wrote them. */
function callSitesIn(json: string): readonly CallSite[] {
  const written: readonly [string, number, readonly string[]][] = JSON.parse(json)
  return written.map(([callee, line, given]) => ({ callee, line, arguments: given }))
}

function prepare(database: Database) {
  const functionColumns = `functions.id, path, language, name, first_line, last_line, signature, docstring, source, parameters, calls`
  const fileColumns = 'id, path, digest, size, modified_at AS modifiedAt'
  return {
    version: database.prepare<[], number>('PRAGMA data_version').pluck(),
    folders: database.prepare<[], FolderRow>('SELECT path, indexed_at FROM folders ORDER BY path'),
    folder: database.prepare<[string], number>('SELECT 1 FROM folders WHERE path = ?').pluck(),
    fileCount: database.prepare<[string], number>('SELECT count(*) FROM files WHERE folder = ?').pluck(),
    functionCount: database
      .prepare<[string], number>(`SELECT count(*) ${FUNCTIONS} WHERE folder = ?`)
      .pluck(),
    problems: database.prepare<[string], { file: string; reason: string }>(
      'SELECT path AS file, problem AS reason FROM files WHERE folder = ? AND problem IS NOT NULL ORDER BY path',
    ),
    addFolder: database.prepare('INSERT INTO folders VALUES (?, ?, NULL)'),
    handOver: database.prepare('UPDATE files SET folder = ? WHERE folder = ?'),
    removeFolder: database.prepare('DELETE FROM folders WHERE path = ?'),
    setRead: database.prepare('UPDATE folders SET indexed_at = ? WHERE path = ?'),
    files: database.prepare<[string], StoredFile>(`SELECT ${fileColumns} FROM files WHERE folder = ?`),
    file: database.prepare<[string], StoredFile>(`SELECT ${fileColumns} FROM files WHERE path = ?`),
    imports: database.prepare<[string], string>('SELECT imports FROM files WHERE path = ?').pluck(),
    touch: database.prepare('UPDATE files SET size = ?, modified_at = ? WHERE path = ?'),
    forget: database.prepare('DELETE FROM files WHERE id = ?'),
    putFile: database
      .prepare<[object], number>(
        `INSERT INTO files (folder, path, language, digest, size, modified_at, imports, call_sites, problem)
         VALUES (@folder, @path, @language, @digest, @size, @modifiedAt, @imports, @callSites, @problem)
         ON CONFLICT (path) DO UPDATE SET folder = @folder, language = @language, digest = @digest, size = @size,
           modified_at = @modifiedAt, imports = @imports, call_sites = @callSites, problem = @problem
         RETURNING id`,
      )
      .pluck(),
    callers: database.prepare<[string], { path: string; call_sites: string }>(
      'SELECT path, call_sites FROM files WHERE instr(call_sites, ?) > 0 ORDER BY path',
    ),
    known: database.prepare<[number], KnownRow>(
      'SELECT id, digest, first_line AS first, last_line AS last FROM functions WHERE file = ? ORDER BY first_line, id',
    ),
    move: database.prepare('UPDATE functions SET first_line = ?, last_line = ? WHERE id = ?'),
    forgetFunction: database.prepare('DELETE FROM functions WHERE id = ?'),
    putFunction: database.prepare(
      `INSERT INTO functions (file, name, first_line, last_line, signature, docstring, source, parameters, calls, digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    functions: database.prepare<[], FunctionRow>(`SELECT ${functionColumns} ${FUNCTIONS}`),
    functionWith: database.prepare<[number], FunctionRow>(
      `SELECT ${functionColumns} ${FUNCTIONS} WHERE functions.id = ?`,
    ),
    places: database.prepare<[], FunctionPlace>(
      'SELECT id, first_line AS first, last_line AS last FROM functions',
    ),
  }
}
