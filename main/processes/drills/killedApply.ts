import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { openDatabase } from '../../adapters/memory/openDatabase.ts'
import { settleChanges } from '../../assistant/change/applyChange.ts'
import type { Random } from '../../core/base/random.ts'

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/assistant')
const ROUNDS = join(import.meta.dirname, 'applyRounds.ts')
/** A few long lines: so most of a round is writing, which is what has to be hit, and little of it comparing. */
const LINES = 200
const LINE_LENGTH = 8000

/** What kills in the middle of writing left. */
export interface KilledApplies {
  readonly kills: number
  /** Kills after which the file was the old text, and the new one. */
  readonly old: number
  readonly new: number
  /** Kills that left a change begun and not ended: those in the middle of one. */
  readonly inTheMiddle: number
  /** What was not as it must be; empty where all was. */
  readonly problems: readonly string[]
}

/** The database of the assistant, opened as the program opens it. */
export function openAssistantDatabase(file: string): Database {
  return openDatabase(file, MIGRATIONS, () => new Date()).database
}

/** The first and the last line are changed, so that half a change would be seen. */
export function changedText(before: string): string {
  return before.replaceAll('price * 1', 'price * 2')
}

/**
 * Kills a process that applies and undoes a change, at random moments. After each kill the file has to be the old or the new text to
 * the byte, settling has to agree with the file, and nothing may lie beside it.
 */
export async function killApplies(kills: number, random: Random): Promise<KilledApplies> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-apply-'))
  const file = join(folder, 'book.py')
  const before = madeText()
  const after = changedText(before)
  const counts = { kills: 0, old: 0, new: 0, inTheMiddle: 0 }
  const problems: string[] = []
  const databaseFile = join(folder, 'assistant.db')
  // Made before the first kill, which might hit its making
  openAssistantDatabase(databaseFile).close()
  for (; counts.kills < kills; counts.kills += 1) {
    writeFileSync(file, before)
    const failed = await killOnce(databaseFile, file, 120 * random.uniform())
    if (failed !== '') problems.push(`kill ${counts.kills}: ${failed}`)
    const left = readFileSync(file, 'utf8')
    if (left === before) counts.old += 1
    else if (left === after) counts.new += 1
    else problems.push(`kill ${counts.kills}: the file is neither the old text nor the new one`)
    counts.inTheMiddle += settled(databaseFile, left, problems)
    const beside = readdirSync(folder).filter(name => name.startsWith('.zerodte-'))
    if (beside.length > 0) problems.push(`kill ${counts.kills}: ${beside.join(', ')} was left`)
  }
  rmSync(folder, { recursive: true, force: true })
  return { ...counts, problems }
}

/** Kills after so many milliseconds of work; gives what the process said where it ended by itself. */
async function killOnce(databaseFile: string, file: string, after: number): Promise<string> {
  const child = spawn(process.execPath, [ROUNDS, databaseFile, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', part => (errors += String(part)))
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after))
  const signal = await new Promise<string | null>(resolve => child.once('close', (_code, by) => resolve(by)))
  return signal === 'SIGKILL' ? '' : `it ended by itself: ${errors.slice(-500)}`
}

/** Settles what the kill left; gives how many changes it found in the middle. */
function settled(databaseFile: string, left: string, problems: string[]): number {
  const database = openAssistantDatabase(databaseFile)
  const count = (state: string) =>
    database.prepare<[string], number>('SELECT count(*) FROM changes WHERE state = ?').pluck().get(state) ?? 0
  const begun = count('begun')
  settleChanges({ database, now: Date.now })
  if (count('begun') > 0) problems.push('a change is still begun after settling')
  const standing = database
    .prepare<[], { readonly after: string }>(
      "SELECT after FROM changes WHERE state = 'applied' ORDER BY rowid DESC LIMIT 1",
    )
    .get()
  if (standing && standing.after !== left) problems.push('what is said to stand in the file does not')
  // The next kill begins with the old text, so what stands now is history
  database.exec('DELETE FROM changes')
  database.close()
  return begun
}

function madeText(): string {
  const lines = Array.from(
    { length: LINES },
    (_, line) => `value_${line} = ${line}  # ${'long '.repeat(LINE_LENGTH / 5)}`,
  )
  return ['first = price * 1', ...lines, 'last = price * 1', ''].join('\n')
}
