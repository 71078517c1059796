import type { IsoDate, MinuteOfDay } from '../../core/base/units.ts'
import type { CsvRow } from './csvFile.ts'
import { isDate, numberOf } from './minuteFields.ts'

/** Reads the fields of one row and keeps the first rule that one of them breaks, with its column and line. */
export class RowReader {
  readonly #row: CsvRow
  readonly #line: number
  /** What is wrong with the row, in words; undefined while nothing is. */
  problem: string | undefined

  constructor(row: CsvRow, line: number) {
    this.#row = row
    this.#line = line
  }

  /** The text of a column; empty where there is none. */
  text(column: string): string {
    return (this.#row[column] ?? '').trim()
  }

  /** A date written YYYY-MM-DD. */
  date(column: string): IsoDate {
    const text = this.text(column)
    return isDate(text) ? text : this.#refuse(column, 'must be a date written YYYY-MM-DD', '')
  }

  /** A wall clock, 09:35 or 09:35:00, in minutes after midnight. */
  minute(column: string): MinuteOfDay {
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(this.text(column)) ?? []
    if (hour === undefined || minute === undefined)
      return this.#refuse(column, 'must be a time written HH:MM', 0)
    return Number(hour) * 60 + Number(minute)
  }

  /** A number above 0. */
  positive(column: string): number {
    const value = numberOf(this.text(column))
    return value !== undefined && value > 0 ? value : this.#refuse(column, 'must be a number above 0', 1)
  }

  /** A number not below 0. */
  notNegative(column: string): number {
    const value = numberOf(this.text(column))
    return value !== undefined && value >= 0 ? value : this.#refuse(column, 'must be a number not below 0', 0)
  }

  /** A number not below 0, or NaN where the field is empty. */
  optional(column: string): number {
    return this.text(column) === '' ? Number.NaN : this.notNegative(column)
  }

  /** Any number. */
  number(column: string): number {
    return numberOf(this.text(column)) ?? this.#refuse(column, 'must be a number', 0)
  }

  /** Notes a rule that a column breaks beside what it should be. */
  expect(column: string, holds: boolean, rule: string): void {
    if (!holds) this.#refuse(column, rule, undefined)
  }

  #refuse<Value>(column: string, rule: string, instead: Value): Value {
    this.problem ??= `column ${column} in line ${this.#line} ${rule}, is "${this.text(column)}"`
    return instead
  }
}

/** The rule that a row with more or fewer fields than the header breaks. */
export function fieldCountProblem(line: number): string {
  return `line ${line} must have as many fields as the header`
}

/** The first of the columns that a header lacks, quoted. */
export function missingOf(needed: readonly string[]): (columns: readonly string[]) => string | undefined {
  return columns => {
    const missing = needed.find(name => !columns.includes(name))
    return missing && `"${missing}"`
  }
}
