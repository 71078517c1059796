import { createReadStream, existsSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { failure, success, type Result } from '../../core/base/result.ts'

/** A row of a CSV file by column name. */
export type CsvRow = Readonly<Record<string, string>>

interface CsvRecord {
  readonly info: { readonly lines: number; readonly error: unknown }
  readonly record: CsvRow
}

/**
 * Reads a CSV file, plain or gzip, row by row; a row that has not as many fields as the header comes as undefined.
 * Gives the number of rows, or one line that names the file and the rule: absent, empty, cut off, broken, or without a
 * column that is needed.
 */
export async function readCsvFile(
  field: string,
  file: string,
  missingColumn: (columns: readonly string[]) => string | undefined,
  onRow: (row: CsvRow | undefined, line: number) => string | undefined,
): Promise<Result<number, string>> {
  if (!existsSync(file)) return failure(`${field}: there is no file ${file}`)
  let header: string[] | undefined
  let problem: string | undefined
  let count = 0
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    info: true,
    columns: (names: string[]) => {
      header = names
      return names
    },
  })
  parser.on('readable', () => {
    for (let read: CsvRecord | null = parser.read(); read !== null; read = parser.read()) {
      count += 1
      problem ??= onRow(read.info.error ? undefined : read.record, read.info.lines)
    }
  })
  try {
    const bytes = createReadStream(file)
    await (file.endsWith('.gz') ? pipeline(bytes, createGunzip(), parser) : pipeline(bytes, parser))
  } catch (cause) {
    return failure(`${field}: ${file} ${readingProblem(cause)}`)
  }
  if (!header || header.length === 0) return failure(`${field}: ${file} must have a header row, is empty`)
  const missing = missingColumn(header)
  if (missing !== undefined)
    return failure(`${field}: ${file} must have a column ${missing}, has ${header.join(', ')}`)
  if (problem !== undefined) return failure(`${field}: ${file} ${problem}`)
  if (count === 0) return failure(`${field}: ${file} must have rows below its header, has none`)
  return success(count)
}

function readingProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/unexpected end of file/.test(message)) return 'must be a whole gzip file, is cut off'
  if (/incorrect header check|invalid/.test(message) && !/CSV|record|quote/i.test(message))
    return `must be a gzip file (${message})`
  return `must be CSV (${message.split('\n')[0]})`
}
