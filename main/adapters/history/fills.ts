import { success, type Result } from '../../core/base/result.ts'
import { roundTo } from '../../core/base/statistics.ts'
import {
  CONTRACT_MULTIPLIER,
  type Dollars,
  type IsoDate,
  type MinuteOfDay,
  type Price,
} from '../../core/base/units.ts'
import { expiryValue, type Leg } from '../../core/portfolio/structure.ts'
import { readCsvFile } from './csvFile.ts'
import { RowReader, fieldCountProblem, missingOf } from './dailyFields.ts'

/** A condor that was sold at recorded quotes and held to expiry. */
export interface RecordedFill {
  readonly strategy: string
  readonly date: IsoDate
  readonly minute: MinuteOfDay
  readonly underlying: Price
  readonly legs: readonly Leg[]
  /** Received a share: shorts at their bid, longs at their ask. */
  readonly credit: Price
  readonly close: Price
  /** Profit of one spread before fees, from the legs and the close, to the cent. */
  readonly profit: Dollars
}

/** A file of fills: what could be traded, and the rows with another status, counted by it. */
export interface FillsFile {
  readonly fills: readonly RecordedFill[]
  readonly others: Readonly<Record<string, number>>
  readonly rows: number
}

const COLUMNS = [
  'strategy',
  'status',
  'date',
  'spx_at_entry',
  'atm',
  'entry_time',
  'sc_bid',
  'lc_ask',
  'sp_bid',
  'lp_ask',
  'total_credit',
  'spx_close',
  'call_val_at_expiry',
  'put_val_at_expiry',
  'pnl_per_spread',
  'short_offset',
  'long_offset',
]

/** What two figures that are both rounded to the cent may differ by. */
const CENT = 0.011

/**
 * Reads recorded condors in the layout of `options_0dte` fills. Every figure of an `ok` row that follows from others is
 * computed and held against what the row says; a row that breaks a rule is an error in one line that names file, line,
 * column and rule. Rows with another status are counted by it.
 */
export async function readFills(file: string): Promise<Result<FillsFile, string>> {
  const fills: RecordedFill[] = []
  const others: Record<string, number> = {}
  const read = await readCsvFile('fills', file, missingOf(COLUMNS), (record, line) => {
    if (!record) return fieldCountProblem(line)
    const row = new RowReader(record, line)
    const status = row.text('status')
    row.expect('status', status !== '', 'must say what became of the trade')
    if (status !== 'ok') {
      others[status] = (others[status] ?? 0) + 1
      return row.problem
    }
    fills.push(fillOf(row))
    return row.problem
  })
  return read.ok ? success({ fills, others, rows: read.value }) : read
}

function fillOf(row: RowReader): RecordedFill {
  const [atm, short, long] = [row.positive('atm'), row.positive('short_offset'), row.positive('long_offset')]
  row.expect('long_offset', long > short, `must lie beyond the short offset ${short}`)
  const legs: readonly Leg[] = [
    { right: 'put', strike: atm - long, ratio: 1 },
    { right: 'put', strike: atm - short, ratio: -1 },
    { right: 'call', strike: atm + short, ratio: -1 },
    { right: 'call', strike: atm + long, ratio: 1 },
  ]
  const received = row.notNegative('sc_bid') + row.notNegative('sp_bid')
  const credit = roundTo(received - row.notNegative('lc_ask') - row.notNegative('lp_ask'), 6)
  const close = row.positive('spx_close')
  const worthOf = (right: Leg['right']) =>
    -expiryValue(
      legs.filter(leg => leg.right === right),
      close,
    )
  const profit = roundTo((credit - worthOf('call') - worthOf('put')) * CONTRACT_MULTIPLIER, 2)
  same(row, 'total_credit', credit)
  same(row, 'call_val_at_expiry', worthOf('call'))
  same(row, 'put_val_at_expiry', worthOf('put'))
  same(row, 'pnl_per_spread', profit)
  return {
    strategy: row.text('strategy'),
    date: row.date('date'),
    minute: row.minute('entry_time'),
    underlying: row.positive('spx_at_entry'),
    legs,
    credit,
    close,
    profit,
  }
}

function same(row: RowReader, column: string, computed: number): void {
  const holds = Math.abs(row.number(column) - computed) < CENT
  row.expect(column, holds, `must be ${roundTo(computed, 2)}, as its legs and the close say`)
}
