import { createReadStream, existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { failure, success, type Result } from '../../core/base/result.ts'

/** A row of a CSV file by column name. */
export type CsvRow = Readonly<Record<string, string>>

/** Letters of a file that a message repeats. */
const MOST_LETTERS = 400

interface CsvRecord {
  readonly info: { readonly lines: number; readonly error: unknown }
  readonly record: CsvRow
}

/**
 * Reads a CSV file, plain or gzip whatever its name says, row by row; a row that has not as many fields as the header
 * comes as undefined. Gives the number of rows, or one line that names the file and the rule: absent, empty, cut off,
 * broken, or without a column that is needed.
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
    const isPacked = file.endsWith('.gz') || (await isGzip(file))
    const bytes = createReadStream(file)
    await (isPacked ? pipeline(bytes, createGunzip(), parser) : pipeline(bytes, parser))
  } catch (cause) {
    return failure(`${field}: ${file} ${readingProblem(cause)}`)
  }
  if (!header || header.length === 0) return failure(`${field}: ${file} must have a header row, is empty`)
  const missing = missingColumn(header)
  if (missing !== undefined)
    return failure(`${field}: ${file} must have a column ${missing}, has ${printable(header.join(', '))}`)
  if (problem !== undefined) return failure(`${field}: ${file} ${problem}`)
  if (count === 0) return failure(`${field}: ${file} must have rows below its header, has none`)
  return success(count)
}

/** Whether a file begins as gzip does; a name may have lost its ending on the way. */
async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

function readingProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/unexpected end of file/.test(message)) return 'must be a whole gzip file, is cut off'
  if (/incorrect header check|invalid/.test(message) && !/CSV|record|quote/i.test(message))
    return `must be a gzip file (${message})`
  return `must be CSV (${printable(message.split('\n')[0] ?? '')})`
}

/** What is not text must not reach a terminal, nor the whole of a file that is no CSV. */
function printable(words: string): string {
  return words.replaceAll(/\p{C}+/gu, ' ').slice(0, MOST_LETTERS)
}
