import { createReadStream, existsSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { failure, success, type Result } from '../../core/base/result.ts'

/** A row of a CSV file by column name. */
export type CsvRow = Readonly<Record<string, string>>

/**
 * Reads a CSV file, plain or gzip, row by row. Gives the number of rows, or one line that names the file and the rule:
 * absent, empty, cut off, broken, or without a column that is needed.
 */
export async function readCsvFile(
  field: string,
  file: string,
  needed: readonly string[],
  onRow: (row: CsvRow, line: number) => string | undefined,
): Promise<Result<number, string>> {
  if (!existsSync(file)) return failure(`${field}: there is no file ${file}`)
  let header: string[] | undefined
  let problem: string | undefined
  let line = 1
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    columns: (names: string[]) => {
      header = names
      return names
    },
  })
  parser.on('readable', () => {
    for (let row: CsvRow | null = parser.read(); row !== null; row = parser.read()) {
      line += 1
      problem ??= onRow(row, line)
    }
  })
  try {
    const bytes = createReadStream(file)
    await (file.endsWith('.gz') ? pipeline(bytes, createGunzip(), parser) : pipeline(bytes, parser))
  } catch (cause) {
    return failure(`${field}: ${file} ${readingProblem(cause)}`)
  }
  if (!header || header.length === 0) return failure(`${field}: ${file} must have a header row, is empty`)
  const columns = header
  const missing = needed.find(name => !columns.includes(name))
  if (missing !== undefined)
    return failure(`${field}: ${file} must have a column "${missing}", has ${columns.join(', ')}`)
  if (problem !== undefined) return failure(`${field}: ${file} ${problem}`)
  if (line === 1) return failure(`${field}: ${file} must have rows below its header, has none`)
  return success(line - 1)
}

function readingProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/unexpected end of file/.test(message)) return 'must be a whole gzip file, is cut off'
  if (/incorrect header check|invalid/.test(message) && !/CSV|record|quote/i.test(message))
    return `must be a gzip file (${message})`
  return `must be CSV (${message.split('\n')[0]})`
}
