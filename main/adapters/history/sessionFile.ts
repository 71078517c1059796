import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import * as z from 'zod'
import { at } from '../../core/base/assert.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import {
  RECORD_KINDS,
  RECORD_NUMBERS,
  emptyRows,
  type RecordedRows,
  type Recorder,
  type Recording,
  type RecordingHeader,
} from '../../core/market/recording.ts'
import { connectDuckdb, literal } from './duckdb.ts'

/**
 * A session file: one Parquet table in the order in which things became known.
 *
 * time (timestamp, UTC), kind (quote, underlying, bar, volatilityIndex, confirmed, statistics), right (call, put),
 * strike, bid, ask, bidSize, askSize, last, volume, openInterest, open, high, low, close (double). What a kind does not
 * have is null. `confirmed` says that every quote not sent since is unchanged. A bar's time is the end of its minute.
 * The file's key-value metadata holds the header under `zerodte`.
 */
const FORMAT_VERSION = 1

const headerSchema = z.object({
  formatVersion: z.literal(FORMAT_VERSION),
  date: z.iso.date(),
  underlying: z.string().min(1),
  style: z.enum(['american', 'european']),
  source: z.string(),
  quoteInterval: z.number().positive(),
  previousClose: z.number().positive().nullable(),
  refused: z.record(z.string(), z.number()),
})

const CHUNK = 2048
const COLUMNS = ['time', 'kind', 'right', ...RECORD_NUMBERS] as const

/** Opens a session file, or says in one line why it is none. */
export async function openSessionFile(file: string): Promise<Result<Recording, string>> {
  if (!existsSync(file)) return failure(`session: there is no file ${file}`)
  const connection = await connectDuckdb()
  try {
    const header = await readHeader(connection, file)
    if (!header.ok) {
      connection.closeSync()
      return header
    }
    const strikes = (right: string) => readStrikes(connection, file, right)
    const [callStrikes, putStrikes] = [await strikes('call'), await strikes('put')]
    const numbers = RECORD_NUMBERS.map(name => `"${name}"::DOUBLE`).join(', ')
    const rows = await connection.stream(
      `SELECT epoch_ms("time")::DOUBLE, "kind"::VARCHAR, "right" = 'put', ${numbers} FROM read_parquet(${literal(file)})`,
    )
    return success(reading(connection, rows, header.value, callStrikes, putStrikes))
  } catch (cause) {
    connection.closeSync()
    return failure(`session: ${file} must be a session file (${firstLine(cause)})`)
  }
}

/**
 * Starts a session file. Rows are kept beside it, on disk, until it is finished; the file appears whole or not at all.
 * Rows that a crash left behind are gone on with.
 */
export async function createSessionFile(file: string): Promise<Recorder> {
  mkdirSync(dirname(file), { recursive: true })
  const aside = `${file}.rows`
  const connection = await connectDuckdb(aside)
  const { DuckDBDataChunk, DOUBLE, VARCHAR } = await import('@duckdb/node-api')
  const types = [DOUBLE, VARCHAR, VARCHAR, ...RECORD_NUMBERS.map(() => DOUBLE)]
  await connection.run(
    `CREATE TABLE IF NOT EXISTS session ("time" DOUBLE, "kind" VARCHAR, "right" VARCHAR, ${RECORD_NUMBERS.map(name => `"${name}" DOUBLE`).join(', ')})`,
  )
  const appender = await connection.createAppender('session')
  return {
    async write(rows) {
      for (let from = 0; from < rows.count; from += CHUNK) {
        const chunk = DuckDBDataChunk.create(types)
        chunk.setColumns(chunkColumns(rows, from, Math.min(rows.count, from + CHUNK)))
        appender.appendDataChunk(chunk)
      }
      appender.flushSync()
    },
    async finish(header) {
      appender.closeSync()
      const metadata = JSON.stringify({
        formatVersion: FORMAT_VERSION,
        ...header,
        previousClose: header.previousClose ?? null,
      })
      const select = COLUMNS.map(name =>
        name === 'time' ? 'epoch_ms("time"::BIGINT) AS "time"' : `"${name}"`,
      ).join(', ')
      const partial = `${file}.part`
      await connection.run(
        `COPY (SELECT ${select} FROM session) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {zerodte: ${literal(metadata)}})`,
      )
      const total = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM session')
      connection.closeSync()
      renameSync(partial, file)
      for (const left of [aside, `${aside}.wal`]) rmSync(left, { force: true })
      return Number(total.getRows()[0]?.[0])
    },
  }
}

/** Writes a whole session file at once, or says in one line why it cannot be written and leaves nothing behind. */
export async function writeSessionFile(
  file: string,
  rows: RecordedRows,
  header: RecordingHeader,
): Promise<Result<number, string>> {
  try {
    // What an earlier attempt left beside it is not part of this one
    removeAside(file)
    if (existsSync(file) && statSync(file).isDirectory()) return failure('must be a file, is a folder')
    const recorder = await createSessionFile(file)
    await recorder.write(rows)
    return success(await recorder.finish(header))
  } catch (cause) {
    removeAside(file)
    return failure(`must be a file that can be written (${firstLine(cause)})`)
  }
}

function removeAside(file: string): void {
  for (const left of [`${file}.rows`, `${file}.rows.wal`, `${file}.part`])
    if (existsSync(left)) rmSync(left, { force: true })
}

function reading(
  connection: DuckDBConnection,
  rows: DuckDBResult,
  header: RecordingHeader,
  callStrikes: readonly number[],
  putStrikes: readonly number[],
): Recording {
  return {
    header,
    callStrikes,
    putStrikes,
    async next() {
      const chunk = await rows.fetchChunk()
      return chunk && chunk.rowCount > 0 ? recordedRows(chunk.getColumns()) : undefined
    },
    async close() {
      connection.closeSync()
    },
  }
}

async function readHeader(
  connection: DuckDBConnection,
  file: string,
): Promise<Result<RecordingHeader, string>> {
  const reader = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${literal(file)}) WHERE decode(key) = 'zerodte'`,
  )
  const text = reader.getRows()[0]?.[0]
  if (typeof text !== 'string')
    return failure(`session: ${file} must carry the header of a session file, has none`)
  const parsed = headerSchema.safeParse(JSON.parse(text))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return failure(`session: ${issue?.path.join('.')} of ${file}: ${issue?.message}`)
  }
  const { formatVersion: _version, previousClose, ...header } = parsed.data
  return success({ ...header, previousClose: previousClose ?? undefined })
}

async function readStrikes(connection: DuckDBConnection, file: string, right: string): Promise<number[]> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT strike FROM read_parquet(${literal(file)}) WHERE kind = 'quote' AND "right" = ${literal(right)} ORDER BY strike`,
  )
  return reader.getRows().map(row => Number(row[0]))
}

function chunkColumns(rows: RecordedRows, from: number, to: number): DuckDBValue[][] {
  const positions = Array.from({ length: to - from }, (_, index) => from + index)
  const number = (column: Float64Array) =>
    positions.map(position => (Number.isNaN(at(column, position)) ? null : at(column, position)))
  return [
    number(rows.time),
    positions.map(position => RECORD_KINDS[at(rows.kind, position)] ?? null),
    positions.map(position =>
      Number.isNaN(at(rows.numbers.strike, position)) ? null : rows.isPut[position] === 1 ? 'put' : 'call',
    ),
    ...RECORD_NUMBERS.map(name => number(rows.numbers[name])),
  ]
}

function recordedRows(columns: readonly (readonly DuckDBValue[])[]): RecordedRows {
  const [time = [], kind = [], isPut = [], ...numbers] = columns
  const rows = emptyRows(time.length)
  rows.count = time.length
  for (let row = 0; row < time.length; row += 1) {
    rows.time[row] = Number(time[row])
    rows.kind[row] = RECORD_KINDS.findIndex(name => name === kind[row])
    rows.isPut[row] = isPut[row] === true ? 1 : 0
  }
  RECORD_NUMBERS.forEach((name, position) => {
    const values = numbers[position] ?? []
    for (let row = 0; row < time.length; row += 1) {
      const value = values[row]
      if (typeof value === 'number') rows.numbers[name][row] = value
    }
  })
  return rows
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
