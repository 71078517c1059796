import { failure, success, type Result } from '../../core/base/result.ts'
import type { IsoDate, MinuteOfDay, Price } from '../../core/base/units.ts'
import { readCsvFile } from './csvFile.ts'
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

const COLUMNS = ['date', 'time_et', 'spx', 'strike', 'call_mid', 'put_mid']

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
  const read = await readCsvFile('mids', file, missingOf(COLUMNS), (record, line) => {
    if (!record) return fieldCountProblem(line)
    const row = new RowReader(record, line)
    const [date, minute] = [row.date('date'), row.minute('time_et')]
    const [underlying, strike] = [row.positive('spx'), row.positive('strike')]
    const [call, put] = [row.optional('call_mid'), row.optional('put_mid')]
    if (row.problem !== undefined) return row.problem
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
