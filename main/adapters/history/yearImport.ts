import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { IsoDate } from '../../core/base/units.ts'
import { newYorkDate, newYorkMinute } from '../../core/session/newYork.ts'
import { dayFile } from './chainStore.ts'
import { readCsvFile, type CsvRow } from './csvFile.ts'
import { fieldCountProblem, missingOf } from './dailyFields.ts'
import { CLOCK, isDate, missingQuoteColumn, quotedContract } from './minuteFields.ts'
import { MIDS_COLUMNS, midsRow } from './mids.ts'
import { readMinuteCloses } from './minuteQuotes.ts'
import { YearTable, type YearKind } from './yearTable.ts'

/** What is to be imported: a file or a folder of CSV files, plain or gzip, all of one layout. */
export interface YearSource {
  readonly kind: YearKind
  readonly from: string
  /** Minute bars of the underlying, for quotes; without them a chain knows no price of it. */
  readonly underlying: string | undefined
  /** The folder of days. Days that it has already are written anew. */
  readonly out: string
}

/** What an import made. */
export interface YearReport {
  readonly folder: string
  readonly kind: YearKind
  readonly files: number
  readonly days: number
  readonly first: IsoDate
  readonly last: IsoDate
  /** Rows of the files that were written, a row a minute and strike. */
  readonly rows: number
  /** Rows of quotes that were left out: how many by reason, and where the first was. */
  readonly refused: Readonly<Record<string, { readonly rows: number; readonly first: string }>>
}

/**
 * Turns files of many days into a folder of days. Mids that break a rule are an error in one line with file, line and
 * column; quotes that break one are left out and counted, as single days are imported. Only options that expire on their
 * day are kept. A day appears whole or not at all.
 */
export async function importYear(source: YearSource): Promise<Result<YearReport, string>> {
  const files = filesOf(source)
  if (!files.ok) return files
  mkdirSync(source.out, { recursive: true })
  const table = await YearTable.open(join(source.out, '.import'))
  try {
    const reading = { table, refused: new Map<string, { rows: number; first: string }>(), underlying: '' }
    for (const file of files.value) {
      const read =
        source.kind === 'mids' ? await readMidsInto(reading, file) : await readQuotesInto(reading, file)
      if (!read.ok) return read
      table.flush()
    }
    const priced = await addUnderlying(table, source.underlying)
    if (!priced.ok) return priced
    return await writeDays(source, files.value.length, reading)
  } finally {
    table.close()
  }
}

interface Reading {
  readonly table: YearTable
  readonly refused: Map<string, { rows: number; first: string }>
  underlying: string
}

async function writeDays(
  { kind, out, from }: YearSource,
  files: number,
  { table, refused, underlying }: Reading,
): Promise<Result<YearReport, string>> {
  const dates = await table.dates()
  const [first, last] = [dates[0], dates.at(-1)]
  if (first === undefined || last === undefined)
    return failure(`${kind}: ${from} must have options that expire on their day, has none`)
  let rows = 0
  for (const date of dates) rows += await table.writeDay(date, dayFile(out, date), kind, underlying)
  return success({
    folder: out,
    kind,
    files,
    days: dates.length,
    first,
    last,
    rows,
    refused: Object.fromEntries(refused),
  })
}

function filesOf({ from, kind }: YearSource): Result<readonly string[], string> {
  if (!existsSync(from)) return failure(`${kind}: there is no file or folder ${from}`)
  if (statSync(from).isFile()) return success([from])
  const names = readdirSync(from).filter(name => /\.csv(\.gz)?$/.test(name))
  if (names.length === 0) return failure(`${kind}: ${from} must hold files .csv or .csv.gz, has none`)
  return success(names.toSorted().map(name => join(from, name)))
}

async function readMidsInto({ table }: Reading, file: string): Promise<Result<number, string>> {
  const spots = new Map<string, { date: IsoDate; minute: number; price: number }>()
  const read = await readCsvFile('mids', file, missingOf(MIDS_COLUMNS), (record, line) => {
    if (!record) return fieldCountProblem(line)
    const row = midsRow(record, line)
    if (typeof row === 'string') return row
    const { date, minute, underlying, strike, call, put } = row
    const key = `${date} ${minute}`
    const spot = spots.get(key) ?? { date, minute, price: underlying }
    spots.set(key, spot)
    if (spot.price !== underlying)
      return `column spx in line ${line} must be ${spot.price} as before at that time, is "${underlying}"`
    const sizes = { bidSize: Number.NaN, askSize: Number.NaN }
    table.add({ date, minute, strike, isPut: false, bid: call, ask: call, ...sizes })
    table.add({ date, minute, strike, isPut: true, bid: put, ask: put, ...sizes })
    return undefined
  })
  if (read.ok) await table.addPrices([...spots.values()])
  return read
}

async function readQuotesInto(reading: Reading, file: string): Promise<Result<number, string>> {
  return readCsvFile('quotes', file, missingQuoteColumn, (record, line) => {
    const problem = record ? addQuote(reading, record) : 'fieldCount'
    if (problem === undefined) return undefined
    const known = reading.refused.get(problem) ?? { rows: 0, first: `${file} line ${line}` }
    reading.refused.set(problem, { ...known, rows: known.rows + 1 })
    return undefined
  })
}

/** Adds a quote, or says why it is left out. */
function addQuote(reading: Reading, record: CsvRow): string | undefined {
  const { date = '', time_et: clock = '', expiry = '', underlying = '' } = record
  if (!isDate(date)) return 'badDate'
  if (expiry !== date) return 'otherExpiry'
  if (reading.underlying === '') reading.underlying = underlying
  if (underlying !== reading.underlying) return 'otherUnderlying'
  const [, hour, minute] = CLOCK.exec(clock) ?? []
  if (hour === undefined || minute === undefined) return 'badTime'
  const quote = quotedContract(record)
  if (typeof quote === 'string') return quote
  const { right, strike, bid, ask, bidSize, askSize } = quote
  // What a minute says is known when it is over
  const known = Number(hour) * 60 + Number(minute) + 1
  reading.table.add({ date, minute: known, strike, isPut: right === 'put', bid, ask, bidSize, askSize })
  return undefined
}

async function addUnderlying(table: YearTable, file: string | undefined): Promise<Result<undefined, string>> {
  if (file === undefined) return success(undefined)
  const closes = await readMinuteCloses(file)
  if (!closes.ok) return closes
  await table.addPrices(
    closes.value.map(({ time, price }) => ({
      date: newYorkDate(time),
      minute: Math.round(newYorkMinute(time)),
      price,
    })),
  )
  return success(undefined)
}
