import { failure, success, type Result } from '../../core/base/result.ts'
import type { IsoDate, MinuteOfDay, Price } from '../../core/base/units.ts'
import { readCsvFile, type CsvRow } from './csvFile.ts'
import { RowReader, fieldCountProblem, missingOf } from './dailyFields.ts'

/** The middle prices of one instant, strikes rising; NaN where an option has none. */
export interface MidsOfInstant {
  readonly minute: MinuteOfDay
  readonly underlying: Price
  readonly strikes: Float64Array
  readonly calls: Float64Array
  readonly puts: Float64Array
}

/** The instants of one day, in order of time. */
export interface MidsOfDay {
  readonly date: IsoDate
  readonly instants: readonly MidsOfInstant[]
}

/** A whole file of mids, days in order. */
export interface MidsFile {
  readonly days: readonly MidsOfDay[]
  readonly rows: number
}

/** The columns of a file of mids. */
export const MIDS_COLUMNS = ['date', 'time_et', 'spx', 'strike', 'call_mid', 'put_mid']

/** One row of a file of mids; NaN where an option has none. */
export interface MidsRow {
  readonly date: IsoDate
  readonly minute: MinuteOfDay
  readonly underlying: Price
  readonly strike: Price
  readonly call: Price
  readonly put: Price
}

interface Instant {
  readonly underlying: Price
  readonly options: Map<Price, { readonly call: number; readonly put: number }>
}

/**
 * Reads mids in the layout of `options_0dte`: `date,time_et,spx,strike,call_mid,put_mid`, plain or gzip, an empty mid where
 * there was none. A row that breaks a rule is an error in one line that names file, line, column and rule.
 */
export async function readMids(file: string): Promise<Result<MidsFile, string>> {
  const days = new Map<IsoDate, Map<MinuteOfDay, Instant>>()
  const read = await readCsvFile('mids', file, missingOf(MIDS_COLUMNS), (record, line) => {
    if (!record) return fieldCountProblem(line)
    const mids = midsRow(record, line)
    if (typeof mids === 'string') return mids
    const { date, minute, underlying, strike, call, put } = mids
    const row = new RowReader(record, line)
    const day = days.get(date) ?? new Map<MinuteOfDay, Instant>()
    days.set(date, day)
    const instant = day.get(minute) ?? { underlying, options: new Map() }
    day.set(minute, instant)
    row.expect(
      'spx',
      instant.underlying === underlying,
      `must be ${instant.underlying} as before at that time`,
    )
    row.expect('strike', !instant.options.has(strike), 'must stand once at a time')
    instant.options.set(strike, { call, put })
    return row.problem
  })
  if (!read.ok) return read
  if (days.size === 0) return failure(`mids: ${file} must have rows`)
  const inOrder = [...days].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return success({ days: inOrder.map(([date, instants]) => dayOf(date, instants)), rows: read.value })
}

/** The two mids of a strike at an instant, or the rule that its row breaks, with column and line. */
export function midsRow(record: CsvRow, line: number): MidsRow | string {
  const row = new RowReader(record, line)
  const mids = {
    date: row.date('date'),
    minute: row.minute('time_et'),
    underlying: row.positive('spx'),
    strike: row.positive('strike'),
    call: row.optional('call_mid'),
    put: row.optional('put_mid'),
  }
  return row.problem ?? mids
}

/** Reads official closes by date: `date,close`, of the rows whose `symbol` is SPX where there is such a column. */
export async function readCloses(file: string): Promise<Result<ReadonlyMap<IsoDate, Price>, string>> {
  const closes = new Map<IsoDate, Price>()
  const read = await readCsvFile('closes', file, missingOf(['date', 'close']), (record, line) => {
    if (!record) return fieldCountProblem(line)
    if ((record['symbol'] ?? 'SPX') !== 'SPX') return undefined
    const row = new RowReader(record, line)
    const [date, close] = [row.date('date'), row.positive('close')]
    row.expect('date', !closes.has(date), 'must stand once')
    if (row.problem === undefined) closes.set(date, close)
    return row.problem
  })
  if (!read.ok) return read
  return closes.size > 0 ? success(closes) : failure(`closes: ${file} must have rows of SPX`)
}

function dayOf(date: IsoDate, instants: ReadonlyMap<MinuteOfDay, Instant>): MidsOfDay {
  const inOrder = [...instants].toSorted(([one], [other]) => one - other)
  return { date, instants: inOrder.map(([minute, instant]) => instantOf(minute, instant)) }
}

function instantOf(minute: MinuteOfDay, { underlying, options }: Instant): MidsOfInstant {
  const inOrder = [...options].toSorted(([one], [other]) => one - other)
  const column = (read: (entry: (typeof inOrder)[number]) => number) => Float64Array.from(inOrder, read)
  return {
    minute,
    underlying,
    strikes: column(([strike]) => strike),
    calls: column(([, { call }]) => call),
    puts: column(([, { put }]) => put),
  }
}
