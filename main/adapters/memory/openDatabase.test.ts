import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { MIGRATIONS } from '../../fixtures/journal.ts'
import { migrate, readMigrations } from './migrate.ts'
import { isDamage, openDatabase } from './openDatabase.ts'

const NOON = () => new Date('2026-11-20T12:00:00.000Z')

function schemaOf(database: Database.Database): unknown[] {
  return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
}

/** A closed database with a thousand lines in its journal. */
function keptDatabase(folder: string): string {
  const file = join(folder, 'memory.db')
  const { database } = openDatabase(file, MIGRATIONS, NOON)
  const insert = database.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)')
  database.transaction(() => {
    for (let line = 1; line <= 1000; line += 1) insert.run(line, 'kept', line, 'beat', '{}', 'x'.repeat(60))
  })()
  database.close()
  return file
}

function migrationsWith(folder: string, names: readonly string[]): string {
  const own = join(folder, 'migrations')
  mkdirSync(own)
  for (const name of names)
    writeFileSync(join(own, name), `CREATE TABLE t${name.slice(0, 4)} (a TEXT) STRICT;`)
  return own
}

test('a new database has all migrations, waits for the disk, and keeps a log beside it', () => {
  const { database, setAside } = openDatabase(join(temporaryFolder(), 'below/memory.db'), MIGRATIONS, NOON)
  const value = (name: string) => database.pragma(name, { simple: true })
  expect(setAside).toBeUndefined()
  expect([value('user_version'), value('journal_mode'), value('synchronous')]).toEqual([
    readMigrations(MIGRATIONS).length,
    'wal',
    2,
  ])
  database.close()
})

test('opened again, a database is as it was, with everything in it', () => {
  const file = keptDatabase(temporaryFolder())
  const first = openDatabase(file, MIGRATIONS, NOON)
  const schema = schemaOf(first.database)
  migrate(first.database, readMigrations(MIGRATIONS))
  expect(schemaOf(first.database)).toEqual(schema)
  first.database.close()
  const { database, setAside } = openDatabase(file, MIGRATIONS, NOON)
  expect(setAside).toBeUndefined()
  expect(schemaOf(database)).toEqual(schema)
  expect(database.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(1000)
  database.close()
})

test('migrations that came later are run once, in order, on top of what is there', () => {
  const folder = temporaryFolder()
  const file = keptDatabase(folder)
  const own = join(folder, 'more')
  cpSync(MIGRATIONS, own, { recursive: true })
  const next = String(readMigrations(MIGRATIONS).length + 1).padStart(4, '0')
  writeFileSync(join(own, `${next}-more.sql`), 'ALTER TABLE layouts ADD COLUMN more TEXT;')
  for (let time = 0; time < 2; time += 1) {
    const { database, setAside } = openDatabase(file, own, NOON)
    expect(setAside).toBeUndefined()
    expect(database.prepare('SELECT more FROM layouts').all()).toEqual([])
    expect(database.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(1000)
    database.close()
  }
  expect(() => openDatabase(file, MIGRATIONS, NOON)).toThrow(
    /^the database is of version \d+, this program knows \d+; use a newer program$/,
  )
  expect(namesIn(folder)).not.toContainEqual(expect.stringMatching(/damaged/))
})

test('a migration that fails leaves nothing of itself', () => {
  const folder = temporaryFolder()
  const own = migrationsWith(folder, ['0001-one.sql', '0002-two.sql'])
  writeFileSync(join(own, '0002-two.sql'), 'CREATE TABLE half (a TEXT) STRICT; SELECT nonsense;')
  const database = new Database(':memory:')
  expect(() => migrate(database, readMigrations(own))).toThrow(/nonsense/)
  expect(schemaOf(database)).toMatchObject([{ name: 't0001' }])
  expect(database.pragma('user_version', { simple: true })).toBe(1)
})

test.each([
  ['a gap', ['0001-a.sql', '0003-c.sql'], 'migration 2 must be called 0002-slug.sql, found 0003-c.sql'],
  ['a double', ['0001-a.sql', '0001-b.sql'], 'migration 2 must be called 0002-slug.sql, found 0001-b.sql'],
  ['a bad name', ['0001_a.sql'], 'migration 1 must be called 0001-slug.sql, found 0001_a.sql'],
  ['a start elsewhere', ['0002-a.sql'], 'migration 1 must be called 0001-slug.sql, found 0002-a.sql'],
])('refuses migrations with %s', (_what, names, sentence) => {
  const own = migrationsWith(temporaryFolder(), names)
  expect(() => readMigrations(own)).toThrow(sentence)
})

test('what is no database is set aside untouched, and a new one is begun', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'memory.db')
  const damaged = Buffer.from('this was never a database'.repeat(100))
  writeFileSync(file, damaged)
  const { database, setAside } = openDatabase(file, MIGRATIONS, NOON)
  expect(setAside).toBe(`${file}.damaged-2026-11-20T12-00-00.000Z`)
  expect(readFileSync(setAside ?? '')).toEqual(damaged)
  expect(database.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(0)
  database.close()
})

test('a database cut anywhere is whole, refused or set aside byte for byte, never quietly begun anew', () => {
  const folder = temporaryFolder()
  const whole = readFileSync(keptDatabase(folder))
  const pages = fc.integer({ min: 1, max: whole.length - 1 })
  fc.assert(
    fc.property(pages, size => {
      const own = temporaryFolder()
      const file = join(own, 'memory.db')
      writeFileSync(file, whole)
      truncateSync(file, size)
      const { database, setAside } = openDatabase(file, MIGRATIONS, NOON)
      const lines = database.prepare('SELECT count(*) FROM journal').pluck().get()
      database.close()
      const isKept =
        setAside === undefined ? lines === 1000 : readFileSync(setAside).equals(whole.subarray(0, size))
      expect(isKept).toBe(true)
    }),
    { numRuns: 15 },
  )
})

test('a page of rubbish in the middle is noticed and set aside, with every byte', () => {
  const folder = temporaryFolder()
  const file = keptDatabase(folder)
  const bytes = readFileSync(file)
  const places = [1, 2, 3, 5, 8].map(page => page * 4096)
  for (const place of places) {
    const own = join(temporaryFolder(), 'memory.db')
    const damaged = Buffer.from(bytes)
    damaged.fill(0xa5, place, place + 4096)
    writeFileSync(own, damaged)
    const { database, setAside } = openDatabase(own, MIGRATIONS, NOON)
    expect([place, setAside && readFileSync(setAside).equals(damaged)]).toEqual([place, true])
    database.close()
  }
})

test('a database that is only locked is not taken for damaged', () => {
  const folder = temporaryFolder()
  const file = keptDatabase(folder)
  const holder = new Database(file)
  holder.exec('BEGIN EXCLUSIVE')
  const own = join(folder, 'more')
  cpSync(MIGRATIONS, own, { recursive: true })
  const next = String(readMigrations(MIGRATIONS).length + 1).padStart(4, '0')
  writeFileSync(join(own, `${next}-more.sql`), 'CREATE TABLE more (a TEXT) STRICT;')
  expect(() => openDatabase(file, own, NOON)).toThrow(/locked/)
  holder.exec('ROLLBACK')
  holder.close()
  expect(namesIn(folder)).not.toContainEqual(expect.stringMatching(/damaged/))
})

test('only an error that says so is damage', () => {
  expect(isDamage(new Database.SqliteError('x', 'SQLITE_CORRUPT_INDEX'))).toBe(true)
  expect(isDamage(new Database.SqliteError('x', 'SQLITE_BUSY'))).toBe(false)
  expect(isDamage(new Error('SQLITE_CORRUPT'))).toBe(false)
})
