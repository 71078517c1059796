import { decimalOf } from '../../core/base/decimal.ts'
import type { EpochMilliseconds, IsoDate, Price } from '../../core/base/units.ts'
import type { OptionRight } from '../../core/market/optionContract.ts'
import { isTwoSided, refuseQuote } from '../../core/market/quote.ts'
import { newYorkTime } from '../../core/session/newYork.ts'
import type { CsvRow } from './csvFile.ts'

/** A wall clock as minute files write it, `09:30:00`. */
export const CLOCK = /^([01]\d|2[0-3]):([0-5]\d):[0-5]\d$/

const QUOTE_COLUMNS = [
  'date',
  'time_et',
  'underlying',
  'expiry',
  'right',
  'strike',
  'bid_close',
  'bid_size',
  'ask_close',
  'ask_size',
]
const BAR_PARTS = ['open', 'high', 'low', 'close'] as const

/** The first column that a file of minute quotes lacks. */
export function missingQuoteColumn(columns: readonly string[]): string | undefined {
  const missing = QUOTE_COLUMNS.find(name => !columns.includes(name))
  return missing && `"${missing}"`
}

/** The first column that a file of minute bars lacks; bids and asks stand in for trades. */
export function missingBarColumn(columns: readonly string[]): string | undefined {
  const missing = ['date', 'time_et'].find(name => !columns.includes(name))
  if (missing) return `"${missing}"`
  const isThere = (name: string) =>
    columns.includes(name) || (columns.includes(`bid_${name}`) && columns.includes(`ask_${name}`))
  const part = BAR_PARTS.find(name => !isThere(name))
  return part && `"${part}", or "bid_${part}" and "ask_${part}"`
}

/** Whether a text is a date written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}

/** The instant at which a minute is over: `time_et` is its start, and what it says is known at its end. */
export function minuteEnd(date: IsoDate, time: string | undefined): EpochMilliseconds | undefined {
  const [, hour, minute] = CLOCK.exec(time ?? '') ?? []
  if (hour === undefined || minute === undefined) return undefined
  return newYorkTime(date, Number(hour) * 60 + Number(minute) + 1)
}

/** The last quote of a minute. */
export interface QuotedContract {
  readonly right: OptionRight
  readonly strike: Price
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: number
  readonly askSize: number
}

/** The contract and quote of a row, or the rule that it breaks. */
export function quotedContract(row: CsvRow): QuotedContract | string {
  const right = row['right']
  if (right !== 'call' && right !== 'put') return 'badRight'
  const strike = numberOf(row['strike'])
  if (strike === undefined || !(strike > 0)) return 'badStrike'
  const [bid, ask] = [priceOf(row['bid_close']), priceOf(row['ask_close'])]
  const [bidSize, askSize] = [priceOf(row['bid_size']), priceOf(row['ask_size'])]
  if (bid === undefined || ask === undefined || bidSize === undefined || askSize === undefined)
    return 'notANumber'
  const refusal = refuseQuote(bid, ask) ?? (bidSize < 0 || askSize < 0 ? 'negative' : undefined)
  if (refusal) return refusal
  // A side that was quoted at nothing before may vanish: such rows matter. A row that never had a price says nothing
  if (bid === 0 && ask === 0 && row['bid_close'] !== '' && row['ask_close'] !== '') return 'noPrice'
  return { right, strike, bid, ask, bidSize, askSize }
}

/** Prices and volume of a minute. */
export interface BarNumbers {
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  readonly volume: number
}

/** The bar of a row, trades or else the middle of bid and ask, or the rule that it breaks. */
export function barNumbers(row: CsvRow): BarNumbers | string {
  const part = (name: string) => {
    const traded = numberOf(row[name])
    const [bid = 0, ask = 0] = [numberOf(row[`bid_${name}`]), numberOf(row[`ask_${name}`])]
    return traded ?? (isTwoSided(bid, ask) ? (bid + ask) / 2 : undefined)
  }
  const [open, high, low, close] = [part('open'), part('high'), part('low'), part('close')]
  // A source without volume has no such column, or leaves it empty
  const volume = priceOf(row['volume'] ?? '')
  if (open === undefined || high === undefined || low === undefined || close === undefined)
    return 'notANumber'
  if (volume === undefined) return 'notANumber'
  if (!(Math.min(open, high, low, close) > 0) || volume < 0) return 'negative'
  if (high < Math.max(open, close) || low > Math.min(open, close)) return 'badRange'
  return { open, high, low, close, volume }
}

/** The number that a field says; nothing where it says none. */
export function numberOf(text: string | undefined): number | undefined {
  const value = decimalOf((text ?? '').trim())
  return Number.isNaN(value) ? undefined : value
}

/** A price or size; an empty field is a side without an order. */
function priceOf(text: string | undefined): number | undefined {
  return text === '' ? 0 : numberOf(text)
}
