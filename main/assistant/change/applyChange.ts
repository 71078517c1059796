import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ChangeOutcome, LineRange } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { isBusy } from '../codeIndex/writeWhenFree.ts'
import { diskReason, localCodeDisk, type CodeDisk, type CodeFileState } from './codeDisk.ts'
import { linesOf, textOf } from './lines.ts'
import { mergeLines } from './mergeLines.ts'

/** What every change needs. */
export interface ChangeParts {
  readonly database: Database
  /** The time, milliseconds since the epoch. */
  readonly now: () => number
  readonly disk?: CodeDisk
}

/** A change to one file. */
export interface Change {
  readonly file: string
  /** The whole file as the change knows it, and as it should be; line ends and byte order mark do not count. */
  readonly before: string
  readonly after: string
  /** The lines of `before` that were proven, counted from 1: they must stand as they were. */
  readonly lines: LineRange | undefined
  /** The card that it comes from; undefined for what mends a finding. */
  readonly card: string | undefined
  /** Why a text must not be written, undefined where it may: it does not parse. */
  readonly refuses?: (text: string) => string | undefined
}

/** What is said where a file had moved on, of what is written and of what is taken back. */
const NOTICES = {
  written: 'The file had changed elsewhere since; what was proven was proven in its earlier text.',
  takenBack: 'What else changed in the file since is kept.',
} as const

/**
 * Writes a change into its file, at once and whole: whoever reads the file, at any instant and after any crash, finds the old
 * text or the new one. Where the file moved on, but not in the lines that matter, the change is brought into its new text.
 */
export function applyChange(parts: ChangeParts, change: Change): ChangeOutcome {
  settleChanges(parts)
  return write(parts, change, randomUUID())
}

/** A file that moved on: its text now, and what a change would make of it. */
export interface MergedTexts {
  readonly now: string
  readonly merged: string
}

/** What a change would make of a file that moved on; undefined where the file is as the change knows it, or stands in its way. */
export function mergedTexts(change: Change, disk: CodeDisk = localCodeDisk): MergedTexts | undefined {
  const found = readWritable(disk, change.file)
  if (!found.ok) return undefined
  const now = found.value.text
  const merged = merge(change, now)
  return merged.ok && merged.value.hasMoved ? { now, merged: merged.value.text } : undefined
}

/** Takes a change back; what was changed elsewhere in the file since stays. Undoing is a change too, and can be undone. */
export function undoChange(parts: ChangeParts, id: string): ChangeOutcome {
  settleChanges(parts)
  const row = readChange(parts.database, id)
  if (!row) return { kind: 'refused', file: '', reason: `There is no change "${id}".` }
  if (row.state !== 'applied')
    return { kind: 'refused', file: row.file, reason: 'This change does not stand in the file any more.' }
  const { file, before: after, after: before } = row
  const card = row.card ?? undefined
  const change = { file, before, after, lines: undefined, card }
  const outcome = write(parts, change, `${id}${UNDO}`, NOTICES.takenBack)
  if (outcome.kind !== 'applied') return outcome
  return { ...outcome, kind: 'undone', change: id }
}

/**
 * Finds out what became of changes that were begun and not finished: the file says it. What another process is still writing is
 * left to it. Removes what was left beside.
 */
export function settleChanges({ database, disk = localCodeDisk }: ChangeParts): void {
  const begun = database.prepare<[], ChangeRow>(`${SELECT} WHERE state = 'begun'`).all()
  for (const { id, file, after, process: writer } of begun) {
    if (writer !== process.pid && isAlive(writer)) continue
    const state = attempt(() => disk.read(file))
    const isWritten = state.ok && decode(state.value.bytes) === after
    finish(database, id, isWritten ? 'applied' : 'abandoned')
    const path = state.ok ? state.value.path : file
    attempt(() => disk.remove(placeBeside(path, id)))
  }
}

/** What the id of a change that takes another one back ends with. */
const UNDO = '.undo'

interface ChangeRow {
  readonly id: string
  readonly card: string | null
  readonly file: string
  readonly before: string
  readonly after: string
  readonly state: string
  readonly process: number
}

const SELECT = 'SELECT id, card, file, before, after, state, process FROM changes'

function readChange(database: Database, id: string): ChangeRow | undefined {
  return database.prepare<[string], ChangeRow>(`${SELECT} WHERE id = ?`).get(id)
}

function write(
  parts: ChangeParts,
  change: Change,
  id: string,
  moved: string = NOTICES.written,
): ChangeOutcome {
  const { database, now, disk = localCodeDisk } = parts
  const { file } = change
  const refused = (reason: string): ChangeOutcome => ({ kind: 'refused', file, reason })
  const found = readWritable(disk, file)
  if (!found.ok) return refused(found.failure)
  const { state, text } = found.value
  const merged = merge(change, text)
  if (!merged.ok) return { kind: 'conflict', file, reason: conflictReason(file, merged.failure) }
  const { text: made, hasMoved } = merged.value
  const objection = change.refuses?.(made)
  if (objection !== undefined) return refused(objection)

  database
    .prepare(
      'INSERT OR REPLACE INTO changes (id, at, card, file, before, after, state, process) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(id, now(), change.card ?? null, file, text, made, 'begun', process.pid)
  const replaced = replace(disk, state, Buffer.from(made, 'utf8'), placeBeside(state.path, id))
  if (!replaced.ok) {
    finish(database, id, 'abandoned')
    return replaced.failure === MOVED
      ? { kind: 'conflict', file, reason: `${basename(file)} was being written by another program.` }
      : refused(`${basename(file)} could not be written: ${replaced.failure}.`)
  }
  const notices = [hasMoved ? moved : '', noted(database, id)].filter(notice => notice !== '')
  return { kind: 'applied', change: id, file, ...(notices.length > 0 ? { notice: notices.join(' ') } : {}) }
}

/** The file as it is, where it may be replaced; else why not. */
function readWritable(
  disk: CodeDisk,
  file: string,
): Result<{ readonly state: CodeFileState; readonly text: string }, string> {
  const name = basename(file)
  const state = attempt(() => disk.read(file))
  if (!state.ok) return failure(`${name} could not be read: ${state.failure}.`)
  if ((state.value.mode & 0o222) === 0) return failure(`${name} is read-only.`)
  // A new file under one name would part it from the others
  if (state.value.names > 1) return failure(`${name} is one of ${state.value.names} names of the same file.`)
  const text = decode(state.value.bytes)
  return text === undefined ? failure(`${name} is not UTF-8 text.`) : success({ state: state.value, text })
}

function merge(
  { before, after, lines }: Change,
  text: string,
): Result<{ readonly text: string; readonly hasMoved: boolean }, LineRange> {
  const merged = mergeLines({
    before: linesOf(before).contents,
    after: linesOf(after).contents,
    current: linesOf(text),
    kept: lines,
  })
  return merged.ok
    ? success({ text: textOf(merged.value.lines), hasMoved: merged.value.hasMoved })
    : failure(merged.failure)
}

function conflictReason(file: string, { first, last }: LineRange): string {
  const where = first === last ? `Line ${first}` : `Lines ${first} to ${last}`
  return `${where} of ${basename(file)} changed since; nothing was written.`
}

const MOVED = 'moved'

/** Puts bytes in the place of a file: beside it first, then under its name in one step. */
function replace(
  disk: CodeDisk,
  state: CodeFileState,
  bytes: Buffer,
  beside: string,
): Result<undefined, string> {
  const done = attempt(() => {
    disk.write(beside, bytes, state)
    if (!disk.read(state.path).bytes.equals(state.bytes)) return false
    disk.rename(beside, state.path)
    return true
  })
  if (!done.ok || !done.value) {
    attempt(() => disk.remove(beside))
    return failure(done.ok ? MOVED : done.failure)
  }
  // From here on the new text stands; where its name is not on the disk yet, a crash of the machine gives the old one
  attempt(() => disk.syncFolder(state.path))
  return success(undefined)
}

/** Says of a change, and of those that it takes back or brings again, what became of it. */
function finish(database: Database, id: string, state: 'applied' | 'abandoned'): void {
  const set = database.prepare<[string, string]>('UPDATE changes SET state = ? WHERE id = ?')
  database.transaction(() => {
    set.run(state, id)
    if (state !== 'applied' || !id.endsWith(UNDO)) return
    const takenBack = id.slice(0, -UNDO.length)
    set.run('undone', takenBack)
    // To undo an undoing is to apply again
    if (takenBack.endsWith(UNDO)) set.run('applied', takenBack.slice(0, -UNDO.length))
  })()
}

/** Notes that a change stands. Where another process holds the database it stands all the same, and the next change notes it: said. */
function noted(database: Database, id: string): string {
  try {
    finish(database, id, 'applied')
    return ''
  } catch (cause) {
    if (!isBusy(cause)) throw cause
    return 'It is written, and will be remembered with the next change: the database was busy.'
  }
}

/** Whether a process of that number is there; one that may not be asked is. */
function isAlive(writer: number): boolean {
  try {
    return process.kill(writer, 0)
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

/** Named after the change, so that it is known for a leftover after a crash. */
function placeBeside(file: string, id: string): string {
  return join(dirname(file), `.zerodte-${id}`)
}

/** The text of bytes with its byte order mark; undefined for what is not UTF-8. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** What a step on the disk gives, or why it failed; what is no error of the disk is a bug, and goes on. */
function attempt<Value>(step: () => Value): Result<Value, string> {
  try {
    return success(step())
  } catch (cause) {
    const reason = diskReason(cause)
    if (reason === undefined) throw cause
    return failure(reason)
  }
}
