import { at } from '../../core/base/assert.ts'
import { success } from '../../core/base/result.ts'
import type { ExerciseStyle } from '../../core/market/optionContract.ts'
import { priceDividends, solveDividends, type DividendColumns } from '../../core/pricing/dividendBatch.ts'
import { VOLATILITY_STATUSES, type VolatilityStatus } from '../../core/pricing/impliedVolatility.ts'
import { BATCH_OUTPUTS, type OptionBatch } from '../../core/pricing/optionBatch.ts'
import {
  findColumns,
  misfit,
  optionReader,
  quoted,
  type BadRow,
  type NumberField,
  type OptionReader,
} from './optionFields.ts'
import type { Fields, RowWork, Transform } from './transformCsv.ts'

/** Computes the first `count` options of the batch that a table is read into. */
export type BatchWork = (style: ExerciseStyle, count: number) => void | Promise<void>

/** How many rows came to what. */
export type StatusCounts = Map<string, number>

/** What a person reads for the status of a volatility. */
const STATUS_WORDS: Readonly<Record<VolatilityStatus, string>> = {
  ok: 'ok',
  belowIntrinsic: 'below intrinsic',
  aboveMaximum: 'above maximum',
  lostInRounding: 'lost in rounding',
  expired: 'expired',
  notANumber: 'not a number',
}

const STYLES: readonly ExerciseStyle[] = ['european', 'american']

/**
 * A table of options as `id,type,spot,strike,rate,div_yield,t_years,vol` that gets price and Greeks, and a status: `ok`
 * or the rule that the row breaks. A row that breaks one leaves the other columns empty; a figure beyond the range of numbers
 * only its own. Where there are columns
 * `dividend,dividend_years`, rows whose share goes ex in their life are priced by the readable formulas for that.
 */
export function priceTable(
  batch: OptionBatch,
  style: ExerciseStyle,
  work: BatchWork,
  counts: StatusCounts,
): Transform {
  return {
    added: [...BATCH_OUTPUTS, 'status'],
    begin(columns) {
      const volatility = { name: 'vol', minimum: 0, into: batch.volatility }
      const dividends = dividendsOf(columns, batch)
      const fields = [...spotFields(batch), volatility, ...dividendFields(dividends)]
      const reader = optionReader(columns, fields, batch.sign)
      if (!reader.ok) return reader
      return success(
        rowWork(counts, {
          columns,
          read: reader.value,
          styleOf: () => style,
          async compute(style, count) {
            await work(style, count)
            if (dividends) priceDividends(batch, dividends, style, count)
          },
          answer: place => priced(batch, place),
          blanks: BATCH_OUTPUTS.length,
        }),
      )
    },
  }
}

/**
 * A table of option prices that gets their implied volatility and a status. Either
 * `id,type,forward,strike,t_years,price`, European and undiscounted, or
 * `id,type,spot,strike,rate,div_yield,t_years,price,style`, which may have `dividend,dividend_years` too.
 */
export function volatilityTable(batch: OptionBatch, work: BatchWork, counts: StatusCounts): Transform {
  return {
    added: ['implied_volatility', 'status'],
    begin(columns) {
      const isForward = columns.includes('forward')
      const price = { name: 'price', minimum: undefined, into: batch.price }
      const dividends = isForward ? undefined : dividendsOf(columns, batch)
      const own = isForward ? forwardFields(batch) : spotFields(batch)
      const reader = optionReader(columns, [...own, price, ...dividendFields(dividends)], batch.sign)
      if (!reader.ok) return reader
      const styles = findColumns(columns, isForward ? [] : ['style'])
      if (!styles.ok) return styles
      const [stylePlace] = styles.value
      // A forward bears no interest and pays nothing
      for (const column of isForward ? [batch.rate, batch.dividendYield] : []) column.fill(0)
      return success(
        rowWork(counts, {
          columns,
          read: reader.value,
          styleOf: row => (stylePlace === undefined ? 'european' : styleOf(row[stylePlace] ?? '')),
          async compute(style, count) {
            await work(style, count)
            if (dividends) solveDividends(batch, dividends, style, count)
          },
          answer: place => solved(batch, place),
          blanks: 1,
        }),
      )
    },
  }
}

/** What is done to rows, apart from how they came and where they go. */
interface Steps {
  readonly columns: Fields
  readonly read: OptionReader
  readonly styleOf: (row: Fields) => ExerciseStyle | BadRow
  readonly compute: BatchWork
  /** The fields of the option at a place, its status last. */
  readonly answer: (place: number) => string[]
  /** Fields before the status of a row that was not computed. */
  readonly blanks: number
}

function rowWork(counts: StatusCounts, steps: Steps): RowWork {
  const note = (status: string) => counts.set(status, (counts.get(status) ?? 0) + 1)
  return async rows => {
    const answers: string[][] = []
    const refuse = (index: number, { rule, found }: BadRow) => {
      note(rule)
      answers[index] = [...Array.from({ length: steps.blanks }, () => ''), `${rule}, is ${found}`]
    }
    const styles = rows.map(row => misfit(row, steps.columns) ?? steps.styleOf(row))
    for (const [index, style] of styles.entries()) if (typeof style !== 'string') refuse(index, style)
    for (const style of STYLES) {
      const read: number[] = []
      for (const [index, row] of rows.entries()) {
        if (styles[index] !== style) continue
        const bad = steps.read(row, read.length)
        if (bad) refuse(index, bad)
        else read.push(index)
      }
      if (read.length > 0) await steps.compute(style, read.length)
      for (const [place, index] of read.entries()) {
        const answer = steps.answer(place)
        note(answer.at(-1) ?? '')
        answers[index] = answer
      }
    }
    return answers
  }
}

function priced(batch: OptionBatch, place: number): string[] {
  const values = BATCH_OUTPUTS.map(name => at(batch[name], place))
  const beyond = BATCH_OUTPUTS.filter((_, index) => !Number.isFinite(values[index]))
  const verb = beyond.length > 1 ? 'are' : 'is'
  const status = beyond.length > 0 ? `${beyond.join(' and ')} ${verb} beyond the range of numbers` : 'ok'
  return [...values.map(value => (Number.isFinite(value) ? String(value) : '')), status]
}

function solved(batch: OptionBatch, place: number): string[] {
  const status = VOLATILITY_STATUSES[at(batch.status, place)] ?? 'notANumber'
  return [status === 'ok' ? String(at(batch.volatility, place)) : '', STATUS_WORDS[status]]
}

function styleOf(text: string): ExerciseStyle | BadRow {
  const style = STYLES.find(name => name === text.trim().toLowerCase())
  return style ?? { rule: 'style must be european or american', found: quoted(text) }
}

function spotFields(batch: OptionBatch) {
  return [
    { name: 'spot', minimum: 0, into: batch.spot },
    { name: 'strike', minimum: 0, into: batch.strike },
    { name: 'rate', minimum: undefined, into: batch.rate },
    { name: 'div_yield', minimum: undefined, into: batch.dividendYield },
    { name: 't_years', minimum: 0, into: batch.years },
  ]
}

/** Columns for cash dividends where the table speaks of them; that both must be there is the reader's rule. */
function dividendsOf(columns: readonly string[], { capacity }: OptionBatch): DividendColumns | undefined {
  const isNamed = columns.includes('dividend') || columns.includes('dividend_years')
  return isNamed ? { amount: new Float64Array(capacity), years: new Float64Array(capacity) } : undefined
}

function dividendFields(dividends: DividendColumns | undefined): readonly NumberField[] {
  if (!dividends) return []
  return [
    { name: 'dividend', minimum: 0, into: dividends.amount, isOptional: true },
    { name: 'dividend_years', minimum: 0, into: dividends.years, isOptional: true },
  ]
}

function forwardFields(batch: OptionBatch) {
  return [
    { name: 'forward', minimum: 0, into: batch.spot },
    { name: 'strike', minimum: 0, into: batch.strike },
    { name: 't_years', minimum: 0, into: batch.years },
  ]
}
