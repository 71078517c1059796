import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { failure, success, type Result } from '../../core/base/result.ts'

/** The fields of one row, as many as it has. */
export type Fields = readonly string[]

/** Works out the fields that are added to each of some rows, in their order. */
export type RowWork = (rows: readonly Fields[]) => Promise<readonly Fields[]>

/** What is done to a table. */
export interface Transform {
  /** Names of the columns that are added; a column of that name which was there before gives way. */
  readonly added: readonly string[]
  /** How to work on rows below this header, or the rule that the header breaks, beginning with "must". */
  begin(columns: readonly string[]): Result<RowWork, string>
}

/** Rows that are worked on at once; this many and their texts are in memory, whatever the file holds. */
export const ROWS_AT_ONCE = 16_384

/** A file that breaks a rule, in one line. */
class BadTable extends Error {}

/**
 * Reads a CSV file row by row, plain or gzip, and writes it again with columns added. What is not read by name is carried
 * through as it was, in its order. Gives the number of rows, or one line that names file, line and rule; then nothing
 * was written.
 */
export async function transformCsv(
  file: string,
  out: string,
  transform: Transform,
): Promise<Result<number, string>> {
  if (!existsSync(file)) return failure(`in: there is no file ${file}`)
  if (!statSync(file).isFile()) return failure(`in: ${file} must be a file`)
  const unfinished = `${out}.unfinished`
  try {
    const counted = { rows: 0 }
    const lines = (records: AsyncIterable<string[]>) => writtenLines(records, transform, counted)
    const bytes = createReadStream(file)
    const unpacked = file.endsWith('.gz') ? createGunzip() : new PassThrough()
    const parser = parse({ bom: true, skip_empty_lines: true, relax_column_count: true })
    const packed = out.endsWith('.gz') ? createGzip() : new PassThrough()
    await pipeline(bytes, unpacked, parser, lines, packed, createWriteStream(unfinished))
    await rename(unfinished, out)
    return success(counted.rows)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    return failure(problemOf(cause, file, out))
  }
}

/** The text of the new table, some rows at a time. */
async function* writtenLines(
  records: AsyncIterable<string[]>,
  transform: Transform,
  counted: { rows: number },
): AsyncGenerator<string> {
  let layout: Layout | undefined
  let rows: string[][] = []
  for await (const record of records) {
    if (!layout) {
      layout = layoutOf(record, transform)
      yield line([...layout.kept.map(place => record[place] ?? ''), ...transform.added])
      continue
    }
    rows.push(record)
    counted.rows += 1
    if (rows.length < ROWS_AT_ONCE) continue
    yield await writtenRows(rows, layout)
    rows = []
  }
  if (!layout) throw new BadTable('must have a header row, is empty')
  if (rows.length > 0) yield await writtenRows(rows, layout)
}

/** Which columns are carried through, and how rows are worked on. */
interface Layout {
  readonly kept: readonly number[]
  readonly work: RowWork
}

function layoutOf(columns: readonly string[], transform: Transform): Layout {
  const twice = columns.find((name, place) => columns.indexOf(name) !== place)
  if (twice !== undefined) throw new BadTable(`must have every column once, has ${twice} twice`)
  const work = transform.begin(columns)
  if (!work.ok) throw new BadTable(work.failure)
  const kept = columns.flatMap((name, place) => (transform.added.includes(name) ? [] : [place]))
  return { kept, work: work.value }
}

async function writtenRows(rows: readonly Fields[], { kept, work }: Layout): Promise<string> {
  const added = await work(rows)
  let text = ''
  for (const [index, row] of rows.entries())
    text += line([...kept.map(place => row[place] ?? ''), ...(added[index] ?? [])])
  return text
}

function line(fields: Fields): string {
  return `${fields.map(field => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`
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
