import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { migrate, readMigrations } from './migrate.ts'

/** An open database, and what had to be set aside to open it. */
export interface OpenedDatabase {
  readonly database: Database.Database
  /** Where a damaged database was moved to, undefined where nothing was damaged. */
  readonly setAside: string | undefined
}

const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB'])

/**
 * Opens a database and brings it forward. A damaged one is never written to and never deleted: it is moved beside, and
 * the caller has to say so.
 */
export function openDatabase(file: string, migrationsFolder: string, now: () => Date): OpenedDatabase {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const migrations = readMigrations(migrationsFolder)
  try {
    return { database: openChecked(file, migrations), setAside: undefined }
  } catch (cause) {
    if (!isDamage(cause) || !existsSync(file)) throw cause
    const setAside = `${file}.damaged-${now().toISOString().replaceAll(':', '-')}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix)
    }
    return { database: openChecked(file, migrations), setAside }
  }
}

/** Whether an error says that the file itself is broken. */
export function isDamage(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && [...DAMAGED].some(code => cause.code.startsWith(code))
}

function openChecked(file: string, migrations: ReturnType<typeof readMigrations>): Database.Database {
  const database = new Database(file, { timeout: 50 })
  try {
    database.pragma('journal_mode = WAL')
    // A commit that was reported is on the disk, not in a cache
    database.pragma('synchronous = FULL')
    migrate(database, migrations)
    const verdict = database.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new Database.SqliteError(String(verdict), 'SQLITE_CORRUPT')
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
