import { resolve } from 'node:path'
import { isDate, minuteEnd } from '../../adapters/history/minuteFields.ts'
import { transformCsv, type Fields, type Transform } from '../../adapters/tables/transformCsv.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { MILLISECONDS_PER_MINUTE } from '../../core/base/units.ts'
import { isTradingDay } from '../../core/session/calendar.ts'
import { minuteSmiles, predictQuote, type MinuteSmile } from '../../core/volatility/minuteSmiles.ts'
import { readQuotedDays } from './quotedDays.ts'

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
 * the quotes up to the end of its minute. One line says what is wrong with a file; then nothing is written.
 */
export async function predictQuotes(files: SmileFiles): Promise<Result<SmileReport, string>> {
  const began = performance.now()
  const read = await readQuotedDays(resolve(files.quotes), resolve(files.underlying))
  if (!read.ok) return read
  const smiles = new Map(read.value.days.map(day => [`${day.date} ${day.expiry}`, [...minuteSmiles(day)]]))
  const status = new Map<string, number>()
  const out = resolve(files.out)
  const written = await transformCsv(resolve(files.predict), out, predictionTable(smiles, status))
  if (!written.ok) return failure(written.failure.replace(/^in: /, 'predict: '))
  const fitted = [...smiles.values()].flat()
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

/** Smiles by date and expiry, one a minute without a gap. */
type SmilesByDay = ReadonlyMap<string, readonly MinuteSmile[]>

const KEYS = ['date', 'time_et', 'expiry', 'right', 'strike'] as const
const BLANK = ['', '', '']

function predictionTable(smiles: SmilesByDay, counts: Map<string, number>): Transform {
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
function predictedFields(row: Fields, columns: readonly string[], smiles: SmilesByDay): string[] {
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
  const day = smiles.get(`${date} ${expiry}`)
  if (!day) return refuse('expiry must be one of the quotes of the date', expiry)
  const known = smileAt(day, time)
  if (!known) return refuse('time_et must be in a minute with a smile', clock)
  const { mid, low, high } = predictQuote(known, right, strike)
  return [String(mid), String(low), String(high), 'ok']
}

/** The smile of a minute, or the last one before it. */
function smileAt(minutes: readonly MinuteSmile[], time: number): MinuteSmile | undefined {
  const first = minutes[0]?.time ?? Infinity
  const position = Math.floor((time - first) / MILLISECONDS_PER_MINUTE)
  return position < 0 ? undefined : minutes[Math.min(position, minutes.length - 1)]
}
