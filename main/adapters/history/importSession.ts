import { failure, success, type Result } from '../../core/base/result.ts'
import { MILLISECONDS_PER_MINUTE, type EpochMilliseconds, type IsoDate } from '../../core/base/units.ts'
import { exerciseStyle } from '../../core/market/optionContract.ts'
import { sessionTimes, type SessionTimes } from '../../core/session/calendar.ts'
import {
  RECORD_NUMBERS,
  emptyRows,
  kindCode,
  type RecordNumber,
  type RecordedRows,
} from '../../core/market/recording.ts'
import { readCsvFile, type CsvRow } from './csvFile.ts'
import {
  CLOCK,
  barNumbers,
  minuteEnd,
  missingBarColumn,
  missingQuoteColumn,
  quotedContract,
} from './minuteFields.ts'
import { writeSessionFile } from './sessionFile.ts'

/** What an import made. */
export interface ImportReport {
  readonly file: string
  readonly date: IsoDate
  readonly underlying: string
  readonly style: string
  readonly quotes: number
  readonly bars: number
  readonly rows: number
  /** Rows that were left out, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

const EXPIRY_DAY_ONLY = 'otherExpiry'

/** One row of a session file before it is a column. */
interface SessionRow {
  readonly time: EpochMilliseconds
  readonly kind: 'quote' | 'bar' | 'confirmed'
  readonly isPut: boolean
  readonly numbers: Partial<Record<RecordNumber, number>>
}

/**
 * Turns minute quotes of one expiry day and minute bars of the underlying into a session file. A row becomes known when
 * its minute is over, not when it begins. A minute without a row is a minute without a change, so every minute ends by
 * confirming what stands. Rows that break a rule are left out and counted; a file that breaks one is an error in one line.
 */
export async function importSession(
  quotesFile: string,
  underlyingFile: string,
  out: string,
): Promise<Result<ImportReport, string>> {
  const quotes = await readQuotes(quotesFile)
  if (!quotes.ok) return quotes
  const bars = await readBars(underlyingFile, quotes.value.times)
  if (!bars.ok) return bars
  const rows = [...bars.value.rows, ...quotes.value.rows, ...confirmations(quotes.value.rows)]
  rows.sort((one, other) => one.time - other.time || ORDER[one.kind] - ORDER[other.kind])
  const { date, underlying } = quotes.value
  const style = exerciseStyle(underlying)
  const refused = Object.fromEntries([...quotes.value.refused, ...bars.value.refused])
  const written = await writeSessionFile(out, toColumns(rows), {
    date,
    underlying,
    style,
    source: 'imported minute quotes',
    quoteInterval: MILLISECONDS_PER_MINUTE,
    previousClose: undefined,
    refused,
  })
  if (!written.ok) return failure(`out: ${out} ${written.failure}`)
  return success({
    file: out,
    date,
    underlying,
    style,
    quotes: quotes.value.rows.length,
    bars: bars.value.rows.length,
    rows: rows.length,
    refused,
  })
}

const ORDER = { bar: 0, quote: 1, confirmed: 2 } as const

interface QuotesRead {
  readonly date: IsoDate
  readonly underlying: string
  readonly times: SessionTimes
  readonly rows: SessionRow[]
  readonly refused: Map<string, number>
}

async function readQuotes(file: string): Promise<Result<QuotesRead, string>> {
  const rows: SessionRow[] = []
  const refused = new Map<string, number>()
  let first: { readonly date: IsoDate; readonly underlying: string; readonly times: SessionTimes } | undefined
  let latest = ''
  const read = await readCsvFile('quotes', file, missingQuoteColumn, (row, line) => {
    if (!row) return count(refused, 'fieldCount')
    const { date = '', time_et: time = '', underlying = '' } = row
    if (!first) {
      const times = /^\d{4}-\d{2}-\d{2}$/.test(date) ? sessionTimes(date) : undefined
      if (!times) return `must begin on a trading day, date in line ${line} is "${date}"`
      first = { date, underlying, times }
    }
    if (CLOCK.test(time) && date === first.date) {
      if (time < latest) return `must be in order of time, time_et in line ${line} is ${time} after ${latest}`
      latest = time
    }
    const quote = quoteOf(row, first)
    if (typeof quote === 'string') return count(refused, quote)
    rows.push(quote)
    return undefined
  })
  if (!read.ok) return read
  if (!first) return failure(`quotes: ${file} must have rows below its header, has none`)
  if (rows.length === 0)
    return failure(
      `quotes: ${file} must have quotes that expire on ${first.date}, all ${read.value} rows were refused (${reasonsText(refused)})`,
    )
  return success({ ...first, rows, refused })
}

function quoteOf(
  row: CsvRow,
  day: { readonly date: IsoDate; readonly underlying: string; readonly times: SessionTimes },
): SessionRow | string {
  if (row['date'] !== day.date) return 'otherDate'
  if (row['underlying'] !== day.underlying) return 'otherUnderlying'
  if (row['expiry'] !== day.date) return EXPIRY_DAY_ONLY
  const time = minuteEnd(day.date, row['time_et'])
  if (time === undefined) return 'badTime'
  if (time < day.times.preflight || time > day.times.watchEnd) return 'outsideSession'
  const quote = quotedContract(row)
  if (typeof quote === 'string') return quote
  const { right, ...numbers } = quote
  return { time, kind: 'quote', isPut: right === 'put', numbers }
}

async function readBars(
  file: string,
  times: SessionTimes,
): Promise<Result<{ readonly rows: SessionRow[]; readonly refused: Map<string, number> }, string>> {
  const rows: SessionRow[] = []
  const refused = new Map<string, number>()
  let latest = ''
  const read = await readCsvFile('underlying', file, missingBarColumn, (row, line) => {
    if (!row) return count(refused, 'bar:fieldCount')
    if (row['date'] !== times.date) return count(refused, 'bar:otherDate')
    const time = row['time_et'] ?? ''
    if (CLOCK.test(time)) {
      if (time < latest) return `must be in order of time, time_et in line ${line} is ${time} after ${latest}`
      latest = time
    }
    const bar = barOf(row, times.date)
    if (typeof bar === 'string') return count(refused, `bar:${bar}`)
    if (bar.time < times.preflight || bar.time > times.watchEnd) return count(refused, 'bar:outsideSession')
    rows.push(bar)
    return undefined
  })
  if (!read.ok) return read
  if (rows.length === 0)
    return failure(
      `underlying: ${file} must have bars of ${times.date}, all ${read.value} rows were refused (${reasonsText(refused)})`,
    )
  return success({ rows, refused })
}

function barOf(row: CsvRow, date: IsoDate): SessionRow | string {
  const time = minuteEnd(date, row['time_et'])
  if (time === undefined) return 'badTime'
  const numbers = barNumbers(row)
  return typeof numbers === 'string' ? numbers : { time, kind: 'bar', isPut: false, numbers }
}

/** At the end of every minute that said anything, what it did not mention is confirmed. */
function confirmations(quotes: readonly SessionRow[]): SessionRow[] {
  const [first, last] = [quotes[0]?.time ?? 0, quotes.at(-1)?.time ?? 0]
  const minutes = Math.round((last - first) / MILLISECONDS_PER_MINUTE)
  return Array.from({ length: minutes + 1 }, (_, index): SessionRow => {
    return { time: first + index * MILLISECONDS_PER_MINUTE, kind: 'confirmed', isPut: false, numbers: {} }
  })
}

function toColumns(rows: readonly SessionRow[]): RecordedRows {
  const columns = emptyRows(rows.length)
  columns.count = rows.length
  rows.forEach((row, position) => {
    columns.time[position] = row.time
    columns.kind[position] = kindCode(row.kind)
    columns.isPut[position] = row.isPut ? 1 : 0
    for (const name of RECORD_NUMBERS) columns.numbers[name][position] = row.numbers[name] ?? Number.NaN
  })
  return columns
}

/** Counts a row that is left out; a row is no problem of its file, so there is nothing to say of it. */
function count(counts: Map<string, number>, reason: string): undefined {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}

function reasonsText(refused: ReadonlyMap<string, number>): string {
  return [...refused].map(([reason, rows]) => `${reason} ${rows}`).join(', ')
}
