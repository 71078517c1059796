import type { IsoDate, Milliseconds, Price } from '../base/units.ts'
import type { ExerciseStyle } from './optionContract.ts'

/** What a row of a recorded session says. */
export const RECORD_KINDS = [
  'quote',
  'underlying',
  'bar',
  'volatilityIndex',
  'confirmed',
  'statistics',
] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

/** Number columns of a recorded session; a row fills those that its kind has, the others are NaN. */
export const RECORD_NUMBERS = [
  'strike',
  'bid',
  'ask',
  'bidSize',
  'askSize',
  'last',
  'volume',
  'openInterest',
  'open',
  'high',
  'low',
  'close',
] as const
export type RecordNumber = (typeof RECORD_NUMBERS)[number]

/** Some rows of a recorded session as columns, in the order in which they became known. */
export interface RecordedRows {
  readonly count: number
  /** Epoch milliseconds. */
  readonly time: Float64Array
  /** Positions in `RECORD_KINDS`. */
  readonly kind: Uint8Array
  /** 1 for a put; meaningless where the row is about no option. */
  readonly isPut: Uint8Array
  readonly numbers: Readonly<Record<RecordNumber, Float64Array>>
}

/** What a recorded session is, as written into its file. */
export interface RecordingHeader {
  readonly date: IsoDate
  readonly underlying: string
  readonly style: ExerciseStyle
  readonly source: string
  readonly quoteInterval: Milliseconds
  readonly previousClose: Price | undefined
  /** Rows that were refused when the file was made, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** A recorded session that is open for reading. */
export interface Recording {
  readonly header: RecordingHeader
  readonly callStrikes: readonly Price[]
  readonly putStrikes: readonly Price[]
  /** The next rows, undefined after the last. */
  next(): Promise<RecordedRows | undefined>
  close(): Promise<void>
}

/** A session being recorded. */
export interface Recorder {
  write(rows: RecordedRows): Promise<void>
  /** Finishes the file; gives its number of rows. */
  finish(header: RecordingHeader): Promise<number>
}

/** Empty columns for a number of rows. */
export function emptyRows(size: number): RecordedRows & { count: number } {
  const column = () => new Float64Array(size).fill(Number.NaN)
  return {
    count: 0,
    time: new Float64Array(size),
    kind: new Uint8Array(size),
    isPut: new Uint8Array(size),
    numbers: {
      strike: column(),
      bid: column(),
      ask: column(),
      bidSize: column(),
      askSize: column(),
      last: column(),
      volume: column(),
      openInterest: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
    },
  }
}

/** The code of a kind in `RecordedRows.kind`. */
export function kindCode(kind: RecordKind): number {
  return RECORD_KINDS.indexOf(kind)
}
