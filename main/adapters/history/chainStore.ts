import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import * as z from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { IsoDate, MinuteOfDay, Price } from '../../core/base/units.ts'
import { connectDuckdb, literal } from './duckdb.ts'
import { DAY_COLUMNS, YEAR_VERSION } from './yearTable.ts'

const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.parquet$/

/** The columns of a chain that have one number a strike. */
type SideColumn = Exclude<(typeof DAY_COLUMNS)[number], 'minute' | 'underlying' | 'strike'>

/** The chain of one minute, one number a strike, strikes rising; NaN where nothing is known. */
export type MinuteChain = Readonly<Record<SideColumn, Float64Array>> & {
  readonly date: IsoDate
  readonly minute: MinuteOfDay
  /** NaN where the source had no price of the underlying. */
  readonly underlying: Price
  readonly strikes: Float64Array
}

const headerSchema = z.object({
  yearVersion: z.literal(YEAR_VERSION),
  date: z.iso.date(),
  kind: z.enum(['quotes', 'mids']),
  underlying: z.string(),
})

/**
 * Chains of many days, a Parquet file a day in one folder, each sorted by minute and strike. A day is one file, so that a
 * chain costs the same however many years there are, and DuckDB can read any of them together.
 */
export class ChainStore {
  readonly dates: readonly IsoDate[]
  readonly #connection: DuckDBConnection
  readonly #folder: string

  private constructor(connection: DuckDBConnection, folder: string, dates: readonly IsoDate[]) {
    this.#connection = connection
    this.#folder = folder
    this.dates = dates
  }

  /** Opens a folder of days, or says in one line why it is none. */
  static async open(folder: string): Promise<Result<ChainStore, string>> {
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      return failure(`history: ${folder} must be a folder of days`)
    const dates = readdirSync(folder).flatMap(name => DAY_FILE.exec(name)?.[1] ?? [])
    if (dates.length === 0) return failure(`history: ${folder} must hold days, has none`)
    const connection = await connectDuckdb()
    // A chain is a hundred rows: more threads would cost more than they give
    await connection.run('SET threads = 1')
    const store = new ChainStore(connection, folder, dates.toSorted())
    const [first = ''] = store.dates
    const header = await store.header(first)
    if (!header.ok) {
      store.close()
      return header
    }
    return success(store)
  }

  /** What a day's file says of itself. */
  async header(date: IsoDate): Promise<Result<z.infer<typeof headerSchema>, string>> {
    try {
      const read = await this.#connection.runAndReadAll(
        `SELECT decode(value) FROM parquet_kv_metadata(${literal(this.#file(date))}) WHERE decode(key) = 'zerodte'`,
      )
      const parsed = headerSchema.safeParse(JSON.parse(String(read.getRows()[0]?.[0] ?? 'null')))
      if (parsed.success) return success(parsed.data)
    } catch {
      // Said below
    }
    return failure(`history: ${this.#file(date)} must be a day of chains of this version`)
  }

  /** The chain of a minute, undefined where the day or the minute has none; or why its file cannot be read. */
  async chainAt(date: IsoDate, minute: MinuteOfDay): Promise<Result<MinuteChain | undefined, string>> {
    if (!this.dates.includes(date) || !Number.isInteger(minute)) return success(undefined)
    try {
      const read = await this.#connection.runAndReadAll(
        `SELECT ${DAY_COLUMNS.join(', ')} FROM read_parquet(${literal(this.#file(date))}) WHERE minute = ${minute}`,
      )
      return success(read.currentRowCount === 0 ? undefined : chainOf(date, minute, read.getColumns()))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
      return failure(`history: ${this.#file(date)} must be a day of chains (${why})`)
    }
  }

  /** The minutes of a day that have a chain, rising. */
  async minutesOf(date: IsoDate): Promise<MinuteOfDay[]> {
    if (!this.dates.includes(date)) return []
    const read = await this.#connection.runAndReadAll(
      `SELECT DISTINCT minute FROM read_parquet(${literal(this.#file(date))}) ORDER BY minute`,
    )
    return read.getRows().map(row => Number(row[0]))
  }

  close(): void {
    this.#connection.closeSync()
  }

  #file(date: IsoDate): string {
    return dayFile(this.#folder, date)
  }
}

/** The file of a day in a folder of chains. */
export function dayFile(folder: string, date: IsoDate): string {
  return join(folder, `${date}.parquet`)
}

function chainOf(
  date: IsoDate,
  minute: MinuteOfDay,
  columns: readonly (readonly DuckDBValue[])[],
): MinuteChain {
  const column = (name: (typeof DAY_COLUMNS)[number]) =>
    Float64Array.from(columns[DAY_COLUMNS.indexOf(name)] ?? [], value =>
      value === null ? Number.NaN : Number(value),
    )
  return {
    date,
    minute,
    underlying: column('underlying')[0] ?? Number.NaN,
    strikes: column('strike'),
    callBid: column('callBid'),
    callAsk: column('callAsk'),
    callBidSize: column('callBidSize'),
    callAskSize: column('callAskSize'),
    putBid: column('putBid'),
    putAsk: column('putAsk'),
    putBidSize: column('putBidSize'),
    putAskSize: column('putAskSize'),
  }
}
