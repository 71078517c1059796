import { createReadStream, createWriteStream, existsSync, realpathSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { parse, type InfoRecord, type Options } from 'csv-parse'
import { failure, success, type Result } from '../../core/base/result.ts'

/** The fields of one row, as many as it has. */
export type Fields = readonly string[]

/** Works out the fields that are added to each of some rows, in their order. */
export type RowWork = (rows: readonly Fields[]) => Promise<readonly Fields[]>

/** What is done to a table. */
export interface Transform {
  /** Names of the columns that are added; a column of that name which was there before is renamed. */
  readonly added: readonly string[]
  /** How to work on rows below this header, or the rule that the header breaks, beginning with "must". */
  begin(columns: readonly string[]): Result<RowWork, string>
}

/** What was written: how many rows, and which columns were carried through by another name. */
export interface WrittenTable {
  readonly rows: number
  /** New names by those in the file. */
  readonly renamed: Readonly<Record<string, string>>
}

/** Rows that are worked on at once; this many and their texts are in memory, whatever the file holds. */
export const ROWS_AT_ONCE = 16_384

/** A file that breaks a rule, in one line. */
class BadTable extends Error {}

/**
 * Reads a CSV file row by row, plain or gzip, and writes it again with columns added. Every column is carried through as it
 * was, in its order; one that has the name of an added one becomes `input_` and its name. A quote inside a field that is
 * not quoted is a letter like others. A failure is one line that names file, line and rule; then nothing was written.
 */
export async function transformCsv(
  file: string,
  out: string,
  transform: Transform,
): Promise<Result<WrittenTable, string>> {
  if (!existsSync(file)) return failure(`in: there is no file ${file}`)
  if (!statSync(file).isFile()) return failure(`in: ${file} must be a file`)
  if (isSameFile(file, out)) return failure(`out: ${out} must be another file than is read`)
  const unfinished = `${out}.unfinished`
  try {
    const written = { rows: 0, renamed: {} }
    const lines = (records: AsyncIterable<string[]>) => writtenLines(records, transform, written)
    const bytes = createReadStream(file)
    const unpacked = file.endsWith('.gz') ? createGunzip() : new PassThrough()
    const packed = out.endsWith('.gz') ? createGzip() : new PassThrough()
    await pipeline(bytes, unpacked, parse(LENIENT), lines, packed, createWriteStream(unfinished))
    await rename(unfinished, out)
    return success(written)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    return failure(problemOf(cause, file, out))
  }
}

/** Whether two names stand for one file that exists. */
export function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false
  return realpathSync(one) === realpathSync(other)
}

const LENIENT: Options = {
  bom: true,
  skip_empty_lines: true,
  relax_column_count: true,
  relax_quotes: true,
  on_record: refuseRunaway,
}

/** A field that began with a quote by mistake takes in the lines below it: better no table than rows that vanish. */
function refuseRunaway(record: string[], { lines }: InfoRecord): string[] {
  for (const field of record)
    if (field.startsWith('"') && field.includes('\n'))
      throw new BadTable(
        `must close every quote that begins a field, has one open in the lines up to ${lines}`,
      )
  return record
}

/** The text of the new table, some rows at a time. */
async function* writtenLines(
  records: AsyncIterable<string[]>,
  transform: Transform,
  written: { rows: number; renamed: Readonly<Record<string, string>> },
): AsyncGenerator<string> {
  let layout: Layout | undefined
  let rows: string[][] = []
  for await (const record of records) {
    if (!layout) {
      layout = layoutOf(record, transform)
      written.renamed = layout.renamed
      yield line([...layout.carried, ...transform.added])
      continue
    }
    rows.push(record)
    written.rows += 1
    if (rows.length < ROWS_AT_ONCE) continue
    yield await writtenRows(rows, layout)
    rows = []
  }
  if (!layout) throw new BadTable('must have a header row, is empty')
  if (rows.length > 0) yield await writtenRows(rows, layout)
}

/** By which names columns are carried through, and how rows are worked on. */
interface Layout {
  readonly carried: readonly string[]
  readonly renamed: Readonly<Record<string, string>>
  readonly work: RowWork
}

function layoutOf(columns: readonly string[], transform: Transform): Layout {
  const twice = columns.find((name, place) => columns.indexOf(name) !== place)
  if (twice !== undefined) throw new BadTable(`must have every column once, has ${twice} twice`)
  const work = transform.begin(columns)
  if (!work.ok) throw new BadTable(work.failure)
  const taken = new Set([...columns, ...transform.added])
  const renamed = new Map<string, string>()
  for (const name of columns) if (transform.added.includes(name)) renamed.set(name, freeName(name, taken))
  const carried = columns.map(name => renamed.get(name) ?? name)
  return { carried, renamed: Object.fromEntries(renamed), work: work.value }
}

function freeName(name: string, taken: Set<string>): string {
  let free = `input_${name}`
  while (taken.has(free)) free = `input_${free}`
  taken.add(free)
  return free
}

async function writtenRows(rows: readonly Fields[], { carried, work }: Layout): Promise<string> {
  const added = await work(rows)
  let text = ''
  for (const [index, row] of rows.entries())
    text += line([...carried.map((_, place) => row[place] ?? ''), ...(added[index] ?? [])])
  return text
}

/** Fields as a line of a CSV file, without its end. */
export function csvLine(fields: Fields): string {
  return fields.map(field => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}

function line(fields: Fields): string {
  return `${csvLine(fields)}\n`
}

function problemOf(cause: unknown, file: string, out: string): string {
  const message = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
  if (cause instanceof BadTable) return `in: ${file} ${message}`
  if (/unexpected end of file/.test(message)) return `in: ${file} must be a whole gzip file, is cut off`
  if (/incorrect header check|invalid (block|distance|stored|code|literal)/.test(message))
    return `in: ${file} must be a gzip file (${message})`
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code.startsWith('CSV_')) return `in: ${file} must be CSV (${message})`
  if (cause instanceof Error && 'path' in cause && cause.path !== file)
    return `out: ${out} must be a file that can be written (${code})`
  if (code !== '') return `in: ${file} must be a file that can be read (${code})`
  throw cause
}
