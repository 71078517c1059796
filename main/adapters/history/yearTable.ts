import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { renameSync, rmSync } from 'node:fs'
import type { IsoDate, MinuteOfDay, Price } from '../../core/base/units.ts'
import { connectDuckdb, literal } from './duckdb.ts'

/** The version of the files of a year; others are refused. */
export const YEAR_VERSION = 1

/** What a year holds: quotes that stand until they change, or mids of some instants alone. */
export type YearKind = 'quotes' | 'mids'

/** One option at the end of a minute; NaN where a side says nothing. Mids are both bid and ask. */
export interface OptionAtMinute {
  readonly date: IsoDate
  readonly minute: MinuteOfDay
  readonly strike: Price
  readonly isPut: boolean
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: number
  readonly askSize: number
}

/** The columns of a day's file, in their order: one row a minute and strike, rising by both. */
export const DAY_COLUMNS = [
  'minute',
  'strike',
  'underlying',
  'callBid',
  'callAsk',
  'callBidSize',
  'callAskSize',
  'putBid',
  'putAsk',
  'putBidSize',
  'putAskSize',
] as const

/** Rows that are handed over at once, as many as DuckDB takes in a chunk. */
const CHUNK = 2048

/** Rows of a group of the file: a minute lies in one or two, and the others are not read. */
const ROWS_IN_GROUP = 8192

/**
 * Rows of many days on their way into files, kept on disk so that a year needs no memory. Rows may come in any order; of
 * several of one option in one minute the last counts.
 */
export class YearTable {
  readonly #connection: DuckDBConnection
  readonly #aside: string
  readonly #append: (rows: readonly OptionAtMinute[], firstLine: number) => void
  readonly #settle: () => void
  #waiting: OptionAtMinute[] = []
  #line = 0

  private constructor(
    connection: DuckDBConnection,
    aside: string,
    append: (rows: readonly OptionAtMinute[], firstLine: number) => void,
    settle: () => void,
  ) {
    this.#connection = connection
    this.#aside = aside
    this.#append = append
    this.#settle = settle
  }

  /** An empty table in a file of its own, which is gone when the table is closed. */
  static async open(aside: string): Promise<YearTable> {
    removeTable(aside)
    const { DuckDBDataChunk, BOOLEAN, DOUBLE, INTEGER, VARCHAR } = await import('@duckdb/node-api')
    const connection = await connectDuckdb(aside)
    await connection.run(
      'CREATE TABLE options (date VARCHAR, minute INTEGER, strike DOUBLE, isPut BOOLEAN, bid DOUBLE, ask DOUBLE, bidSize DOUBLE, askSize DOUBLE, line DOUBLE)',
    )
    await connection.run('CREATE TABLE prices (date VARCHAR, minute INTEGER, price DOUBLE)')
    const types = [VARCHAR, INTEGER, DOUBLE, BOOLEAN, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE]
    const appender = await connection.createAppender('options')
    const append = (rows: readonly OptionAtMinute[], firstLine: number) => {
      const chunk = DuckDBDataChunk.create(types)
      chunk.setColumns(columnsOf(rows, firstLine))
      appender.appendDataChunk(chunk)
    }
    return new YearTable(connection, aside, append, () => appender.flushSync())
  }

  /** Adds an option; it counts once the table was flushed. */
  add(option: OptionAtMinute): void {
    this.#waiting.push(option)
    if (this.#waiting.length === CHUNK) this.#handOver()
  }

  /** Hands over what waits, so that it counts. */
  flush(): void {
    if (this.#waiting.length > 0) this.#handOver()
    this.#settle()
  }

  #handOver(): void {
    this.#append(this.#waiting, this.#line)
    this.#line += this.#waiting.length
    this.#waiting = []
  }

  /** Adds prices of the underlying, each known from the end of its minute on. */
  async addPrices(
    prices: readonly { readonly date: IsoDate; readonly minute: MinuteOfDay; readonly price: Price }[],
  ): Promise<void> {
    const { DuckDBDataChunk, DOUBLE, INTEGER, VARCHAR } = await import('@duckdb/node-api')
    const appender = await this.#connection.createAppender('prices')
    for (let from = 0; from < prices.length; from += CHUNK) {
      const part = prices.slice(from, from + CHUNK)
      const chunk = DuckDBDataChunk.create([VARCHAR, INTEGER, DOUBLE])
      chunk.setColumns([part.map(row => row.date), part.map(row => row.minute), part.map(row => row.price)])
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
  }

  /** The dates that have options, rising. */
  async dates(): Promise<IsoDate[]> {
    const read = await this.#connection.runAndReadAll('SELECT DISTINCT date FROM options ORDER BY date')
    return read.getRows().map(row => String(row[0]))
  }

  /** Writes a day into its file, which appears whole or not at all; gives its rows. */
  async writeDay(date: IsoDate, file: string, kind: YearKind, underlying: string): Promise<number> {
    const metadata = JSON.stringify({ yearVersion: YEAR_VERSION, date, kind, underlying })
    const partial = `${file}.part`
    await this.#connection.run(
      `COPY (${dayQuery(date, kind)}) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_IN_GROUP}, KV_METADATA {zerodte: ${literal(metadata)}})`,
    )
    const count = await this.#connection.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM read_parquet(${literal(partial)})`,
    )
    renameSync(partial, file)
    return Number(count.getRows()[0]?.[0])
  }

  /** Ends the table and removes its file. */
  close(): void {
    this.#connection.closeSync()
    removeTable(this.#aside)
  }
}

/**
 * One row a minute and strike. Quotes are carried on from the minute they were last told, for a source that is silent says
 * that nothing changed; mids are of their instant alone.
 */
function dayQuery(date: IsoDate, kind: YearKind): string {
  const sides = ['bid', 'ask', 'bidSize', 'askSize']
  const last = sides.map(side => `arg_max(${side}, line) AS ${side}`).join(', ')
  const carried = sides
    .map(side => `last_value(latest.${side} IGNORE NULLS) OVER carried AS ${side}`)
    .join(', ')
  const columns = ['call', 'put'].flatMap(right =>
    sides.map(
      side =>
        `max(${side}) FILTER (${right === 'put' ? '' : 'NOT '}isPut) AS ${right}${side.charAt(0).toUpperCase()}${side.slice(1)}`,
    ),
  )
  const filled = `
    contracts AS (SELECT strike, isPut, min(minute) AS since FROM latest GROUP BY strike, isPut),
    minutes AS (SELECT DISTINCT minute FROM latest),
    told AS (
      SELECT minutes.minute, contracts.strike, contracts.isPut, ${carried}
      FROM minutes JOIN contracts ON minutes.minute >= contracts.since
      LEFT JOIN latest ON latest.minute = minutes.minute AND latest.strike = contracts.strike AND latest.isPut = contracts.isPut
      WINDOW carried AS (PARTITION BY contracts.strike, contracts.isPut ORDER BY minutes.minute)
    )`
  return `
    WITH latest AS (
      SELECT minute, strike, isPut, ${last} FROM options WHERE date = ${literal(date)} GROUP BY minute, strike, isPut
    ), ${kind === 'quotes' ? filled : 'told AS (FROM latest)'},
    chains AS (SELECT minute, strike, ${columns.join(', ')} FROM told GROUP BY minute, strike),
    spots AS (
      SELECT minute, any_value(price) AS price FROM prices WHERE date = ${literal(date)} GROUP BY minute
    )
    SELECT chains.minute::SMALLINT AS minute, strike, spots.price AS underlying,
      ${DAY_COLUMNS.slice(3).join(', ')}
    FROM chains ASOF LEFT JOIN spots ON chains.minute >= spots.minute
    ORDER BY chains.minute, strike`
}

function columnsOf(rows: readonly OptionAtMinute[], firstLine: number): DuckDBValue[][] {
  const number = (read: (row: OptionAtMinute) => number) =>
    rows.map(row => (Number.isNaN(read(row)) ? null : read(row)))
  return [
    rows.map(row => row.date),
    rows.map(row => row.minute),
    number(row => row.strike),
    rows.map(row => row.isPut),
    number(row => row.bid),
    number(row => row.ask),
    number(row => row.bidSize),
    number(row => row.askSize),
    rows.map((_, index) => firstLine + index),
  ]
}

function removeTable(aside: string): void {
  for (const left of [aside, `${aside}.wal`]) rmSync(left, { force: true, recursive: true })
}
