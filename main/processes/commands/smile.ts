import { resolve } from 'node:path'
import { isDate, minuteEnd } from '../../adapters/history/minuteFields.ts'
import { findColumns, misfit, quoted, type BadRow } from '../../adapters/tables/optionFields.ts'
import { isSameFile, transformCsv, type Fields, type Transform } from '../../adapters/tables/transformCsv.ts'
import { decimalOf } from '../../core/base/decimal.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { EpochMilliseconds, IsoDate, Price } from '../../core/base/units.ts'
import { MILLISECONDS_PER_MINUTE } from '../../core/base/units.ts'
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
  /** Rows to predict, how many were, and how many break which rule. */
  readonly rows: number
  readonly ok: number
  readonly others: Readonly<Record<string, number>>
  /** Columns that were carried through by another name, for theirs is that of an output. */
  readonly renamed: Readonly<Record<string, string>>
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
 * the quotes up to the end of its minute, if the last are at most 15 minutes old and known since the close, where it is after that. Expiries of one date make a surface without calendar arbitrage, on which one
 * that is not quoted can lie between others. One line says what is wrong with a file; then nothing is written.
 */
export async function predictQuotes(files: SmileFiles): Promise<Result<SmileReport, string>> {
  const began = performance.now()
  const out = resolve(files.out)
  const overwritten = [files.quotes, files.underlying].find(file => isSameFile(resolve(file), out))
  if (overwritten !== undefined) return failure(`out: ${out} must be another file than is read`)
  const read = await readQuotedDays(resolve(files.quotes), resolve(files.underlying))
  if (!read.ok) return read
  const smiles = smilesByDate(read.value.days)
  const counts = new Map<string, number>()
  const written = await transformCsv(resolve(files.predict), out, predictionTable(smiles, counts))
  if (!written.ok) return failure(written.failure.replace(/^in: /, 'predict: '))
  const { ok = 0, ...others } = Object.fromEntries(counts)
  const fitted = [...smiles.values()].flat().flatMap(({ minutes }) => minutes)
  return success({
    out,
    quotes: read.value.quotes.quotes,
    refused: Object.fromEntries(read.value.quotes.refused),
    minutes: fitted.length,
    fits: fitted.filter(({ isFitted }) => isFitted).length,
    ...written.value,
    ok,
    others,
    milliseconds: Math.round(performance.now() - began),
  })
}

/** The minutes of one expiry, without a gap. */
interface ExpirySmiles {
  readonly expiry: IsoDate
  readonly close: EpochMilliseconds
  readonly minutes: readonly MinuteSmile[]
  /** The ends of the minutes that had quotes of their own, in order. */
  readonly quotedAt: readonly EpochMilliseconds[]
  /** When the session of the date closes. */
  readonly sessionClose: EpochMilliseconds
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
    const quotedAt = [...new Set(day.quotes.map(({ time }) => time))]
    const sessionClose = tradingSession(day.date).close
    if (minutes.length > 0)
      expiries.push({ expiry: day.expiry, close: day.close, minutes, quotedAt, sessionClose })
  }
  return byDate
}

const KEYS = ['date', 'time_et', 'expiry', 'right', 'strike'] as const

function predictionTable(smiles: SmilesByDate, counts: Map<string, number>): Transform {
  const note = (rule: string) => counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return {
    added: ['mid', 'low', 'high', 'status'],
    begin(columns) {
      const places = findColumns(columns, KEYS)
      if (!places.ok) return places
      return success(async rows =>
        rows.map(row => {
          const keys = places.value.map(place => row[place] ?? '')
          const answer = misfit(row, columns) ?? predictedRow(keys, smiles)
          note('rule' in answer ? answer.rule : 'ok')
          return 'rule' in answer
            ? ['', '', '', `${answer.rule}, is ${answer.found}`]
            : [String(answer.mid), String(answer.low), String(answer.high), 'ok']
        }),
      )
    },
  }
}

/** The quote expected of a row by its keys, or the rule that it breaks. */
function predictedRow(keys: Fields, smiles: SmilesByDate): PredictedQuote | BadRow {
  const [date = '', clock = '', expiry = '', right = '', strikeText = ''] = keys.map(key => key.trim())
  const refuse = (rule: string, text: string) => ({ rule, found: quoted(text) })
  if (!isDate(date) || !isTradingDay(date)) return refuse('date must be a trading day', date)
  const time = minuteEnd(date, clock)
  if (time === undefined) return refuse('time_et must be HH:MM:SS', clock)
  if (right !== 'call' && right !== 'put') return refuse('right must be call or put', right)
  const strike = decimalOf(strikeText)
  if (!(strike > 0)) return refuse('strike must be a number above 0', strikeText)
  if (!isDate(expiry)) return refuse('expiry must be a date', expiry)
  const expiries = smiles.get(date)
  if (!expiries) return refuse('date must be one of the quotes', date)
  if (expiries.length === 0) return refuse('date must have prices of the underlying and a smile', date)
  const predicted = predictedQuote(expiries, expiry, time, right, strike)
  if (typeof predicted === 'string') return refuse(predicted, predicted === NO_EXPIRY ? expiry : clock)
  const isFinite = [predicted.mid, predicted.low, predicted.high].every(Number.isFinite)
  return isFinite ? predicted : refuse('strike must be within the range of the smile', strikeText)
}

/** Minutes for which a smile is carried on without a quote. */
const LONGEST_CARRIED = 15

const NO_SMILE = `time_et must be in a minute with a smile, at most ${LONGEST_CARRIED} minutes after a quote`
const CLOSED = 'time_et must not be after the close, or options be quoted after it'
const NO_EXPIRY = 'expiry must be quoted on the date, or lie between two that are'

/** The quote expected of an expiry that is quoted, or that lies between two that are; else the rule that is broken. */
function predictedQuote(
  expiries: readonly ExpirySmiles[],
  expiry: IsoDate,
  time: EpochMilliseconds,
  right: OptionRight,
  strike: Price,
): PredictedQuote | typeof NO_EXPIRY | NoSmile {
  const own = expiries.find(each => each.expiry === expiry)
  if (own) {
    const known = smileOf(own, time)
    return typeof known === 'string' ? known : predictQuote(known, right, strike)
  }
  const close = tradingSession(tradingDayOnOrBefore(expiry)).close
  const [before, after] = [
    expiries.findLast(each => each.close <= close),
    expiries.find(each => each.close >= close),
  ]
  if (!before || !after) return NO_EXPIRY
  const [sooner, later] = [smileOf(before, time), smileOf(after, time)]
  if (typeof sooner === 'string') return sooner
  if (typeof later === 'string') return later
  return predictBetween(sooner, later, yearsUntil(close, later.time), right, strike) ?? NO_SMILE
}

type NoSmile = typeof NO_SMILE | typeof CLOSED

/** What is known of an expiry at an instant, unless that is too old. */
function smileOf(known: ExpirySmiles, time: EpochMilliseconds): MinuteSmile | NoSmile {
  const { minutes, quotedAt, close, sessionClose } = known
  const last = quotedAt.findLast(each => each <= time) ?? -Infinity
  // The minute that begins with the close still has its last quotes
  const isAfter = (instant: EpochMilliseconds) => instant > sessionClose + MILLISECONDS_PER_MINUTE
  const isExpired = close === sessionClose
  if (isAfter(time) && (isExpired || !isAfter(last) || time > (minutes.at(-1)?.time ?? 0))) return CLOSED
  if (time - last > LONGEST_CARRIED * MILLISECONDS_PER_MINUTE) return NO_SMILE
  return minuteAt(minutes, time) ?? NO_SMILE
}
