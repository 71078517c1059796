import { resolve } from 'node:path'
import { isDate, minuteEnd } from '../../adapters/history/minuteFields.ts'
import { transformCsv, type Fields, type Transform } from '../../adapters/tables/transformCsv.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { EpochMilliseconds, IsoDate, Price } from '../../core/base/units.ts'
import type { OptionRight } from '../../core/market/optionContract.ts'
import { isTradingDay, tradingDayOnOrBefore, tradingSession } from '../../core/session/calendar.ts'
import {
  minuteAt,
  minuteSmiles,
  predictBetween,
  predictQuote,
  yearsUntil,
  type MinuteSmile,
  type PredictedQuote,
} from '../../core/volatility/minuteSmiles.ts'
import { readQuotedDays, type ReadDay } from './quotedDays.ts'

/** What a run of the command did. */
export interface SmileReport {
  readonly out: string
  /** Quotes read, and rows of their file that were left out, by reason. */
  readonly quotes: number
  readonly refused: Readonly<Record<string, number>>
  /** Minutes with a smile, and those in which the quotes were enough to fit it anew. */
  readonly minutes: number
  readonly fits: number
  /** Rows to predict, and how many came to what. */
  readonly rows: number
  readonly status: Readonly<Record<string, number>>
  readonly milliseconds: number
}

/** The files of the command, as they were typed. */
export interface SmileFiles {
  readonly quotes: string
  readonly underlying: string
  readonly predict: string
  readonly out: string
}

/**
 * Fits the quotes of one file minute by minute and writes `mid,low,high,status` beside every row of another. A row knows
 * the quotes up to the end of its minute. Expiries of one date make a surface without calendar arbitrage, on which one
 * that is not quoted can lie between others. One line says what is wrong with a file; then nothing is written.
 */
export async function predictQuotes(files: SmileFiles): Promise<Result<SmileReport, string>> {
  const began = performance.now()
  const read = await readQuotedDays(resolve(files.quotes), resolve(files.underlying))
  if (!read.ok) return read
  const smiles = smilesByDate(read.value.days)
  const status = new Map<string, number>()
  const out = resolve(files.out)
  const written = await transformCsv(resolve(files.predict), out, predictionTable(smiles, status))
  if (!written.ok) return failure(written.failure.replace(/^in: /, 'predict: '))
  const fitted = [...smiles.values()].flat().flatMap(({ minutes }) => minutes)
  return success({
    out,
    quotes: read.value.quotes.quotes,
    refused: Object.fromEntries(read.value.quotes.refused),
    minutes: fitted.length,
    fits: fitted.filter(({ isFitted }) => isFitted).length,
    rows: written.value,
    status: Object.fromEntries(status),
    milliseconds: Math.round(performance.now() - began),
  })
}

/** The minutes of one expiry, without a gap. */
interface ExpirySmiles {
  readonly expiry: IsoDate
  readonly close: EpochMilliseconds
  readonly minutes: readonly MinuteSmile[]
}

/** Expiries by date, the soonest first. */
type SmilesByDate = ReadonlyMap<IsoDate, readonly ExpirySmiles[]>

/** Fits the expiries of every date from the soonest on, each above the one before. */
function smilesByDate(days: readonly ReadDay[]): SmilesByDate {
  const byDate = new Map<IsoDate, ExpirySmiles[]>()
  for (const day of days.toSorted((one, other) => one.close - other.close)) {
    const expiries = byDate.get(day.date) ?? []
    byDate.set(day.date, expiries)
    const minutes = [...minuteSmiles(day, expiries.at(-1)?.minutes)]
    if (minutes.length > 0) expiries.push({ expiry: day.expiry, close: day.close, minutes })
  }
  return byDate
}

const KEYS = ['date', 'time_et', 'expiry', 'right', 'strike'] as const
const BLANK = ['', '', '']

function predictionTable(smiles: SmilesByDate, counts: Map<string, number>): Transform {
  return {
    added: ['mid', 'low', 'high', 'status'],
    begin(columns) {
      const missing = KEYS.find(name => !columns.includes(name))
      if (missing !== undefined)
        return failure(`must have a column ${missing}, has ${columns.join(', ')} in line 1`)
      return success(async rows =>
        rows.map(row => {
          const fields = predictedFields(row, columns, smiles)
          const status = fields.at(-1) ?? ''
          counts.set(status, (counts.get(status) ?? 0) + 1)
          return fields
        }),
      )
    },
  }
}

/** `mid,low,high,status` of a row; without figures where it breaks a rule. */
function predictedFields(row: Fields, columns: readonly string[], smiles: SmilesByDate): string[] {
  if (row.length !== columns.length)
    return [...BLANK, `row must have ${columns.length} fields, has ${row.length}`]
  const [date, clock, expiry, right, strikeText] = KEYS.map(name => (row[columns.indexOf(name)] ?? '').trim())
  const refuse = (rule: string, found = '') => [...BLANK, `${rule}, is "${found.slice(0, 40)}"`]
  if (date === undefined || !isDate(date) || !isTradingDay(date))
    return refuse('date must be a trading day', date)
  const time = minuteEnd(date, clock)
  if (time === undefined) return refuse('time_et must be HH:MM:SS', clock)
  if (right !== 'call' && right !== 'put') return refuse('right must be call or put', right)
  const strike = Number(strikeText)
  if (!(strike > 0 && strike < Infinity)) return refuse('strike must be a number above 0', strikeText)
  if (expiry === undefined || !isDate(expiry)) return refuse('expiry must be a date', expiry)
  const expiries = smiles.get(date)
  if (!expiries) return refuse('date must be one of the quotes', date)
  const predicted = predictedQuote(expiries, expiry, time, right, strike)
  if (typeof predicted === 'string') return refuse(predicted, predicted === NO_SMILE ? clock : expiry)
  return [String(predicted.mid), String(predicted.low), String(predicted.high), 'ok']
}

const NO_SMILE = 'time_et must be in a minute with a smile'
const NO_EXPIRY = 'expiry must be quoted on the date, or lie between two that are'

/** The quote expected of an expiry that is quoted, or that lies between two that are; else the rule that is broken. */
function predictedQuote(
  expiries: readonly ExpirySmiles[],
  expiry: IsoDate,
  time: EpochMilliseconds,
  right: OptionRight,
  strike: Price,
): PredictedQuote | typeof NO_SMILE | typeof NO_EXPIRY {
  const quoted = expiries.find(each => each.expiry === expiry)
  if (quoted) {
    const known = minuteAt(quoted.minutes, time)
    return known ? predictQuote(known, right, strike) : NO_SMILE
  }
  const close = tradingSession(tradingDayOnOrBefore(expiry)).close
  const [before, after] = [
    expiries.findLast(each => each.close <= close),
    expiries.find(each => each.close >= close),
  ]
  if (!before || !after) return NO_EXPIRY
  const [sooner, later] = [minuteAt(before.minutes, time), minuteAt(after.minutes, time)]
  if (!sooner || !later) return NO_SMILE
  return predictBetween(sooner, later, yearsUntil(close, later.time), right, strike) ?? NO_SMILE
}
