import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { applyChange, mergedTexts, settleChanges, undoChange, type Change } from './applyChange.ts'
import { localCodeDisk, type CodeDisk } from './codeDisk.ts'
import { standingChanges } from './standingChanges.ts'

const BEFORE = 'import math\n\n\ndef price(spot):\n    return spot * 2\n\n\ndef other():\n    return 1\n'
const AFTER = BEFORE.replace('spot * 2', 'spot + spot')

let folder: string
let file: string
let database: ReturnType<typeof assistantDatabase>
const now = () => 1_000

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zerodte-change-'))
  file = join(folder, 'book.py')
  writeFileSync(file, BEFORE)
  database = assistantDatabase()
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const change = (more: Partial<Change> = {}): Change => ({
  file,
  before: BEFORE,
  after: AFTER,
  lines: { first: 4, last: 5 },
  card: 'card',
  ...more,
})
const apply = (more: Partial<Change> = {}, disk: CodeDisk = localCodeDisk) =>
  applyChange({ database, now, disk }, change(more))
const text = () => readFileSync(file, 'utf8')
const states = () => database.prepare('SELECT state FROM changes ORDER BY rowid').pluck().all()

test('writes the new text, keeps the rights of the file, leaves nothing beside it', () => {
  chmodSync(file, 0o750)
  expect(apply()).toEqual({ kind: 'applied', change: expect.any(String), file })
  expect(text()).toBe(AFTER)
  expect(statSync(file).mode & 0o7777).toBe(0o750)
  expect(readdirSync(folder)).toEqual(['book.py'])
  expect(states()).toEqual(['applied'])
})

test('undoes, and undoes the undoing', () => {
  const applied = apply()
  if (applied.kind !== 'applied') throw new Error(applied.kind)
  expect(standingChanges(database, 10)).toMatchObject([{ id: applied.change, card: 'card', file }])
  expect(undoChange({ database, now }, applied.change)).toEqual({
    kind: 'undone',
    change: applied.change,
    file,
  })
  expect(text()).toBe(BEFORE)
  expect(standingChanges(database, 10)).toEqual([])
  expect(undoChange({ database, now }, applied.change)).toMatchObject({ kind: 'refused' })
  expect(undoChange({ database, now }, `${applied.change}.undo`)).toMatchObject({ kind: 'undone' })
  expect(text()).toBe(AFTER)
})

test('undoing keeps what was written elsewhere since, and refuses where it cannot', () => {
  const applied = apply()
  if (applied.kind !== 'applied') throw new Error(applied.kind)
  writeFileSync(file, `# mine\n${AFTER}`)
  expect(undoChange({ database, now }, applied.change)).toMatchObject({
    kind: 'undone',
    notice: 'What else changed in the file since is kept.',
  })
  expect(text()).toBe(`# mine\n${BEFORE}`)
  const again = apply({ before: text(), after: `# mine\n${AFTER}`, lines: { first: 5, last: 6 } })
  if (again.kind !== 'applied') throw new Error(again.kind)
  writeFileSync(file, `# mine\n${AFTER.replace('spot + spot', 'spot + 3')}`)
  expect(undoChange({ database, now }, again.change)).toMatchObject({ kind: 'conflict' })
  expect(text()).toContain('spot + 3')
})

test('brings the change into a file that moved on elsewhere, and says so', () => {
  writeFileSync(file, BEFORE.replace('import math', 'import math\nimport os').replace('return 1', 'return 7'))
  expect(apply()).toMatchObject({ kind: 'applied', notice: expect.stringContaining('earlier text') })
  expect(text()).toBe(AFTER.replace('import math', 'import math\nimport os').replace('return 1', 'return 7'))
})

test('says beforehand what would be written into a file that moved on, and nothing where it did not or is in the way', () => {
  expect(mergedTexts(change())).toBeUndefined()
  writeFileSync(file, `# mine\n${BEFORE}`)
  expect(mergedTexts(change())).toEqual({ now: `# mine\n${BEFORE}`, merged: `# mine\n${AFTER}` })
  writeFileSync(file, BEFORE.replace('spot * 2', 'spot * 3'))
  expect(mergedTexts(change())).toBeUndefined()
  expect(mergedTexts(change({ file: `${file}.gone` }))).toBeUndefined()
})

test('refuses where the function itself changed, and names the lines', () => {
  const mine = BEFORE.replace('    return spot * 2', '    spot = spot + 1\n    return spot * 2')
  writeFileSync(file, mine)
  expect(apply()).toEqual({
    kind: 'conflict',
    file,
    reason: 'Line 5 of book.py changed since; nothing was written.',
  })
  expect(text()).toBe(mine)
  expect(states()).toEqual([])
})

test('follows a link to its target, and leaves the link', () => {
  const link = join(folder, 'link.py')
  symlinkSync(file, link)
  expect(apply({ file: link })).toMatchObject({ kind: 'applied' })
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(text()).toBe(AFTER)
})

test('keeps line ends and the byte order mark', () => {
  writeFileSync(file, `\uFEFF${BEFORE.replaceAll('\n', '\r\n')}`)
  expect(apply()).toMatchObject({ kind: 'applied' })
  expect(text()).toBe(`\uFEFF${AFTER.replaceAll('\n', '\r\n')}`)
})

test.each([
  ['a file that is gone', () => rmSync(file), 'not there'],
  ['a read-only file', () => chmodSync(file, 0o444), 'read-only'],
  ['a file with two names', () => linkSync(file, join(folder, 'second.py')), '2 names'],
  ['bytes that are no text', () => writeFileSync(file, Buffer.from([0x61, 0xff, 0xfe])), 'UTF-8'],
])('refuses %s by name', (_name, spoil, reason) => {
  spoil()
  expect(apply()).toEqual({ kind: 'refused', file, reason: expect.stringContaining(reason) })
  expect(states()).toEqual([])
})

test('refuses a text that does not parse', () => {
  const refuses = (made: string) => (made.includes('spot + spot') ? 'It does not parse.' : undefined)
  expect(apply({ refuses })).toEqual({ kind: 'refused', file, reason: 'It does not parse.' })
  expect(text()).toBe(BEFORE)
})

test('a file that changes while it is written stays as the other program wrote it', () => {
  const disk: CodeDisk = {
    ...localCodeDisk,
    write: (beside, bytes, like) => {
      localCodeDisk.write(beside, bytes, like)
      writeFileSync(file, 'theirs\n')
    },
  }
  expect(apply({}, disk)).toMatchObject({ kind: 'conflict' })
  expect(text()).toBe('theirs\n')
  expect(readdirSync(folder)).toEqual(['book.py'])
})

const FULL_DISK = { kind: 'refused', reason: expect.stringContaining('disk is full') }

test.each([
  ['write', BEFORE, 'abandoned', FULL_DISK],
  ['rename', BEFORE, 'abandoned', FULL_DISK],
  ['syncFolder', AFTER, 'applied', { kind: 'applied' }],
  ['remove', AFTER, 'applied', { kind: 'applied' }],
] as const)(
  'when the disk is full at %s the file is whole, and what is told is true',
  (step, left, state, told) => {
    const full = () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    }
    expect(apply({}, { ...localCodeDisk, [step]: full })).toMatchObject(told)
    expect(text()).toBe(left)
    expect(states()).toEqual([state])
    expect(readdirSync(folder)).toEqual(['book.py'])
  },
)

test.each([
  ['before the file was replaced', BEFORE, 'abandoned'],
  ['after it was', AFTER, 'applied'],
])('a crash %s is settled by what the file says', (_name, left, state) => {
  writeFileSync(file, left)
  writeFileSync(join(folder, '.zerodte-crashed'), AFTER.slice(0, 20))
  database
    .prepare("INSERT INTO changes VALUES ('crashed', 1, NULL, ?, ?, ?, 'begun', 999999999)")
    .run(file, BEFORE, AFTER)
  settleChanges({ database, now })
  expect(states()).toEqual([state])
  expect(text()).toBe(left)
  expect(readdirSync(folder)).toEqual(['book.py'])
})

test('what another process is still writing is left to it', () => {
  database
    .prepare("INSERT INTO changes VALUES ('theirs', 1, NULL, ?, ?, ?, 'begun', ?)")
    .run(file, BEFORE, AFTER, process.ppid)
  settleChanges({ database, now })
  expect(states()).toEqual(['begun'])
})

test('a database that is held in the middle of a change does not make it undone', () => {
  database.close()
  const kept = join(folder, 'assistant.db')
  database = assistantDatabase(kept)
  database.pragma('journal_mode = WAL')
  database.pragma('busy_timeout = 20')
  const other = assistantDatabase(kept)
  const held: CodeDisk = {
    ...localCodeDisk,
    rename(from, to) {
      localCodeDisk.rename(from, to)
      other.exec('BEGIN IMMEDIATE')
    },
  }
  expect(apply({}, held)).toMatchObject({ kind: 'applied', notice: expect.stringContaining('busy') })
  expect(text()).toBe(AFTER)
  other.exec('ROLLBACK')
  other.close()
  settleChanges({ database, now })
  expect(states()).toEqual(['applied'])
})

test('what was brought again stands again, and can be undone', () => {
  const applied = apply()
  if (applied.kind !== 'applied') throw new Error(applied.kind)
  undoChange({ database, now }, applied.change)
  undoChange({ database, now }, `${applied.change}.undo`)
  expect(standingChanges(database, 9).map(({ id }) => id)).toEqual([applied.change])
  expect(undoChange({ database, now }, applied.change)).toMatchObject({ kind: 'undone' })
  expect(text()).toBe(BEFORE)
})

test('a crash while undoing is settled for both changes', () => {
  const applied = apply()
  if (applied.kind !== 'applied') throw new Error(applied.kind)
  writeFileSync(file, BEFORE)
  database
    .prepare("INSERT INTO changes VALUES (?, 2, NULL, ?, ?, ?, 'begun', 999999999)")
    .run(`${applied.change}.undo`, file, AFTER, BEFORE)
  settleChanges({ database, now })
  expect(states()).toEqual(['undone', 'applied'])
})
