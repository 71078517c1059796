import { failure, success, type Result } from '../../core/base/result.ts'
import type { EpochMilliseconds, IsoDate, Price } from '../../core/base/units.ts'
import type { ContractQuote } from '../../core/volatility/minuteSmiles.ts'
import { readCsvFile, type CsvRow } from './csvFile.ts'
import {
  barNumbers,
  isDate,
  minuteEnd,
  missingBarColumn,
  missingQuoteColumn,
  quotedContract,
} from './minuteFields.ts'

/** The quotes of one expiry on one day, in order of time. */
export interface DayOfQuotes {
  readonly date: IsoDate
  readonly expiry: IsoDate
  readonly quotes: ContractQuote[]
}

/** What a file of minute quotes holds, and how many rows were left out by reason. */
export interface MinuteQuotes {
  readonly days: readonly DayOfQuotes[]
  readonly quotes: number
  readonly refused: ReadonlyMap<string, number>
}

/** A price of the underlying, known from an instant on. */
export interface PricePoint {
  readonly time: EpochMilliseconds
  readonly price: Price
}

/** Reads minute quotes of any days and expiries. Rows that break a rule are left out and counted. */
export async function readMinuteQuotes(file: string): Promise<Result<MinuteQuotes, string>> {
  const days = new Map<string, DayOfQuotes>()
  const refused = new Map<string, number>()
  const read = await readCsvFile('quotes', file, missingQuoteColumn, row => {
    const quote = row ? quoteOf(row) : 'fieldCount'
    if (typeof quote === 'string') {
      refused.set(quote, (refused.get(quote) ?? 0) + 1)
      return undefined
    }
    const { date = '', expiry = '' } = row ?? {}
    const day = days.get(`${date} ${expiry}`) ?? { date, expiry, quotes: [] }
    days.set(`${date} ${expiry}`, day)
    day.quotes.push(quote)
    return undefined
  })
  if (!read.ok) return read
  if (days.size === 0)
    return failure(
      `quotes: ${file} must have quotes, all ${read.value} rows were refused (${reasons(refused)})`,
    )
  for (const day of days.values()) day.quotes.sort((one, other) => one.time - other.time)
  const quotes = [...days.values()].reduce((sum, day) => sum + day.quotes.length, 0)
  return success({ days: [...days.values()], quotes, refused })
}

/** Reads the closes of minute bars, in order of time. */
export async function readMinuteCloses(file: string): Promise<Result<readonly PricePoint[], string>> {
  const closes: PricePoint[] = []
  const refused = new Map<string, number>()
  const read = await readCsvFile('underlying', file, missingBarColumn, row => {
    const close = row ? closeOf(row) : 'fieldCount'
    if (typeof close === 'string') refused.set(close, (refused.get(close) ?? 0) + 1)
    else closes.push(close)
    return undefined
  })
  if (!read.ok) return read
  if (closes.length === 0)
    return failure(
      `underlying: ${file} must have bars, all ${read.value} rows were refused (${reasons(refused)})`,
    )
  return success(closes.sort((one, other) => one.time - other.time))
}

function quoteOf(row: CsvRow): ContractQuote | string {
  const { date = '', expiry = '' } = row
  if (!isDate(date)) return 'badDate'
  if (!isDate(expiry) || expiry < date) return 'badExpiry'
  const time = minuteEnd(date, row['time_et'])
  if (time === undefined) return 'badTime'
  const quote = quotedContract(row)
  return typeof quote === 'string' ? quote : { time, ...quote }
}

function closeOf(row: CsvRow): PricePoint | string {
  const { date = '' } = row
  if (!isDate(date)) return 'badDate'
  const time = minuteEnd(date, row['time_et'])
  if (time === undefined) return 'badTime'
  const bar = barNumbers(row)
  return typeof bar === 'string' ? bar : { time, price: bar.close }
}

function reasons(refused: ReadonlyMap<string, number>): string {
  return [...refused].map(([reason, rows]) => `${reason} ${rows}`).join(', ')
}
