import { decimalOf } from '../../core/base/decimal.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { csvLine, type Fields } from './transformCsv.ts'

/** A column of numbers to be read: its name in the file, the rule for its values, and where they go. */
export interface NumberField {
  readonly name: string
  /** Least value allowed; undefined where any number will do. */
  readonly minimum: number | undefined
  readonly into: Float64Array
  /** Whether an empty field says 0. */
  readonly isOptional?: boolean
}

/** Why a row cannot be computed: the rule by its column, and what was found instead. */
export interface BadRow {
  readonly rule: string
  readonly found: string
}

/** Reads the numbers and the side of one row into a place of the columns, or says which rule it breaks. */
export type OptionReader = (row: Fields, place: number) => BadRow | undefined

const SIGNS: ReadonlyMap<string, number> = new Map([
  ['call', 1],
  ['c', 1],
  ['put', -1],
  ['p', -1],
])

/** Where named columns stand in a header; the first that is missing is a rule broken. */
export function findColumns(columns: Fields, names: readonly string[]): Result<readonly number[], string> {
  const missing = names.find(name => !columns.includes(name))
  if (missing !== undefined)
    return failure(`must have a column ${missing}, has ${columns.join(', ') || 'none'} in line 1`)
  return success(names.map(name => columns.indexOf(name)))
}

/** A reader of options below a header: the side from `type`, and numbers. */
export function optionReader(
  columns: Fields,
  fields: readonly NumberField[],
  sign: Float64Array,
): Result<OptionReader, string> {
  const places = findColumns(columns, ['type', ...fields.map(({ name }) => name)])
  if (!places.ok) return places
  const [typePlace = 0, ...numberPlaces] = places.value
  return success((row, place) => {
    const type = (row[typePlace] ?? '').trim()
    const side = SIGNS.get(type.toLowerCase())
    if (side === undefined) return { rule: 'type must be call or put', found: quoted(type) }
    sign[place] = side
    for (const [index, field] of fields.entries()) {
      const text = (row[numberPlaces[index] ?? 0] ?? '').trim()
      const value = decimalOf(text === '' && field.isOptional ? '0' : text)
      if (Number.isNaN(value)) return { rule: `${field.name} must be a number`, found: quoted(text) }
      if (field.minimum !== undefined && value < field.minimum)
        return { rule: `${field.name} must be at least ${field.minimum}`, found: text }
      field.into[place] = value
    }
    return undefined
  })
}

/** The rule that a row breaks which has not one field for every column; what is beyond the columns is told, not lost. */
export function misfit(row: Fields, columns: Fields): BadRow | undefined {
  if (row.length === columns.length) return undefined
  const beyond = row.slice(columns.length)
  const told = beyond.length > 0 ? `; beyond them: ${csvLine(beyond)}` : ''
  return { rule: `row must have ${columns.length} fields`, found: `${row.length}${told}` }
}

/** A text as it is told to people, not too long. */
export function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
}
