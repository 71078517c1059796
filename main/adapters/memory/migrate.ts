import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'

const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/

/** One migration: its number and its statements. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** The migrations of a folder in order; throws on a gap, a double or a name that is not `0001-slug.sql`. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.sql'))
    .sort()
  return names.map((name, index) => {
    const number = Number(NAME.exec(name)?.[1])
    if (number !== index + 1)
      throw new Error(
        `migration ${index + 1} must be called ${String(index + 1).padStart(4, '0')}-slug.sql, found ${name}`,
      )
    return { number, name, sql: readFileSync(join(folder, name), 'utf8') }
  })
}

/** Brings a database forward; a database from a newer program is refused, because there is no way back. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const version = () => Number(database.pragma('user_version', { simple: true }))
  const known = version()
  if (known > migrations.length) {
    throw new Error(
      `the database is of version ${known}, this program knows ${migrations.length}; use a newer program`,
    )
  }
  for (const migration of migrations.slice(known)) {
    // Another process may bring the same database forward at the same time
    const step = database.transaction(() => {
      if (version() >= migration.number) return
      database.exec(migration.sql)
      database.pragma(`user_version = ${migration.number}`)
    })
    step.immediate()
  }
}
