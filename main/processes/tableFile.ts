import { createHash } from 'node:crypto'
import * as z from 'zod'
import { failure, success, type Result } from '../core/base/result.ts'
import type { TradePlan } from '../core/policy/proposal.ts'
import { sessionTimes } from '../core/session/calendar.ts'
import { parseJson } from '../registry/championFile.ts'
import { localDisk, replaceFile, tryRead } from '../registry/disk.ts'
import type { Quotes } from '../training/quoteTape.ts'
import {
  KINDS,
  MOST_LEGS,
  OPENINGS,
  REASONS,
  type DecisionColumns,
  type OpeningColumns,
  type SessionTable,
} from '../training/sessionTable.ts'

/** Which session a file holds, and what made it. */
export interface TableOrigin {
  /** What tells code that makes other tables apart, in hexadecimal. */
  readonly madeBy: string
  readonly seed: number
}

const MAGIC = new TextEncoder().encode('ZDTETABL')
const VERSION = 1
const DIGEST = 32
/** Where the header begins: magic, digest of all that follows, length of the header. */
const HEADER = MAGIC.length + DIGEST + 4

const count = z.int().min(0).max(10_000_000)
const headerShape = z.strictObject({
  version: z.int(),
  madeBy: z.string(),
  seed: z.int(),
  id: z.string().max(100),
  date: z.iso.date(),
  underlying: z.string().max(20),
  strikes: count,
  beats: count,
  stale: count,
  decisions: count,
  scale: z.union([z.literal(1), z.literal(100)]),
})
type Header = z.infer<typeof headerShape>

type Column = Float64Array | Int32Array | Int16Array | Uint16Array | Uint8Array

/**
 * A compiled session as one file: magic, the SHA-256 of all that follows, the length of a header, the header as JSON, then the
 * columns one after the other. Little-endian. How long every column is follows from the counts in the header. The plan of its
 * trades is not in it: who reads it knows by what rules it was made.
 */
export function encodeTable(table: SessionTable, { madeBy, seed }: TableOrigin): Uint8Array {
  const { id, date, underlying, strikes, quotes, decisions } = table
  const header: Header = {
    version: VERSION,
    madeBy,
    seed,
    id,
    date,
    underlying,
    strikes: strikes.length,
    beats: quotes.beats,
    stale: quotes.stale.length,
    decisions: decisions.count,
    scale: quotes.scale,
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const columns = columnsOf(table).map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  )
  const sealed = Buffer.concat([length, text, ...columns])
  return new Uint8Array(Buffer.concat([MAGIC, sha256(sealed), sealed]))
}

/** The session in a file, made by `plan`; the failure is the rule that the file breaks. Whoever wrote it, nothing in it is run. */
export function decodeTable(
  bytes: Uint8Array,
  origin: TableOrigin,
  plan: TradePlan,
): Result<SessionTable, string> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < HEADER || !file.subarray(0, MAGIC.length).equals(MAGIC))
    return failure('it must begin with ZDTETABL')
  const sealed = file.subarray(MAGIC.length + DIGEST)
  if (!sha256(sealed).equals(file.subarray(MAGIC.length, MAGIC.length + DIGEST)))
    return failure('its SHA-256 digest is not that of its content')
  const end = HEADER + sealed.readUInt32LE(0)
  const parsed = parseJson(headerShape, file.subarray(HEADER, end))
  if (!parsed.ok) return failure(`header: ${parsed.failure}`)
  const header = parsed.value
  if (header.version !== VERSION) return failure(`version must be ${VERSION}, is ${header.version}`)
  if (header.seed !== origin.seed) return failure(`seed must be ${origin.seed}, is ${header.seed}`)
  if (header.madeBy !== origin.madeBy) return failure('other code or other rules made it')
  const table = readTable(file.subarray(end), header, plan)
  if (!table) return failure('the columns must be as long as the header says')
  const wrong = brokenColumn(table)
  return wrong === undefined ? success(table) : failure(`${wrong} must lie within the table`)
}

/** The session that lies in a file, undefined where there is none; the failure names the file and the rule it breaks. */
export async function readTableFile(
  file: string,
  origin: TableOrigin,
  plan: TradePlan,
): Promise<Result<SessionTable, string> | undefined> {
  const bytes = await tryRead(localDisk, file)
  if (!bytes.ok) return bytes
  if (!bytes.value) return undefined
  const table = decodeTable(bytes.value, origin, plan)
  return table.ok ? table : failure(`${file} was refused: ${table.failure}.`)
}

/** Keeps a table so that one who reads at the same time, or writes the same one, sees all of it or nothing. */
export async function keepTableFile(file: string, table: SessionTable, origin: TableOrigin): Promise<void> {
  const beside = `${file}.${process.pid}-${Math.floor(performance.now() * 1000)}`
  await replaceFile(localDisk, file, encodeTable(table, origin), beside)
}

/** The columns in the order of the file, which is the order in which `readTable` takes them. */
function columnsOf({ strikes, closingPrice, quotes, decisions, openings }: SessionTable): Column[] {
  return [
    strikes,
    Float64Array.of(closingPrice),
    quotes.time,
    quotes.bid,
    quotes.ask,
    quotes.stale,
    quotes.hasStale,

    decisions.beat,
    decisions.spot,
    decisions.impliedVolatility,
    decisions.regime,
    decisions.expectedMove,
    openings.reason,
    openings.rows,
    openings.kind,
    openings.start,
    openings.end,
    openings.takeProfit,
    openings.stop,
    openings.exitTime,
    openings.worst,
    openings.margin,
    openings.probabilityOfProfit,
    openings.exitBeat,
    openings.exitDebit,
    openings.scoreBeat,
    openings.scoreDebit,
  ]
}

/** The table in the columns of a file; undefined where they are longer or shorter than its header says, or its day is none. */
function readTable(payload: Buffer, header: Header, plan: TradePlan): SessionTable | undefined {
  const { id, date, underlying, strikes: strikeCount } = header
  const times = sessionTimes(date)
  const columns = new ColumnReader(payload)
  const strikes = columns.doubles(strikeCount)
  const [closingPrice = Number.NaN] = columns.doubles(1)
  const quotes = readQuotes(columns, header)
  const decisions = readDecisions(columns, header)
  const openings = readOpenings(columns, header)
  return times && columns.isExactlyRead
    ? { id, date, underlying, times, plan, strikes, quotes, closingPrice, decisions, openings }
    : undefined
}

function readQuotes(columns: ColumnReader, { strikes, beats, stale, scale }: Header): Quotes {
  // Calls, then puts
  const rows = 2 * strikes
  const prices = () => (scale === 100 ? columns.words(beats * rows) : columns.doubles(beats * rows))
  return {
    beats,
    rows,
    scale,
    time: columns.doubles(beats),
    bid: prices(),
    ask: prices(),
    stale: columns.doubles(stale),
    hasStale: columns.bytes(beats),
  }
}

function readDecisions(columns: ColumnReader, { decisions }: Header): DecisionColumns {
  return {
    count: decisions,
    beat: columns.integers(decisions),
    spot: columns.doubles(decisions),
    impliedVolatility: columns.doubles(decisions),
    regime: columns.doubles(decisions),
    expectedMove: columns.doubles(decisions),
  }
}

function readOpenings(columns: ColumnReader, { decisions }: Header): OpeningColumns {
  const offers = decisions * OPENINGS.length
  return {
    reason: columns.bytes(offers),
    rows: columns.shorts(offers * MOST_LEGS),
    kind: columns.bytes(offers),
    start: columns.doubles(offers),
    end: columns.doubles(offers),
    takeProfit: columns.doubles(offers),
    stop: columns.doubles(offers),
    exitTime: columns.doubles(offers),
    worst: columns.doubles(offers),
    margin: columns.doubles(offers),
    probabilityOfProfit: columns.doubles(offers),
    exitBeat: columns.integers(offers),
    exitDebit: columns.doubles(offers),
    scoreBeat: columns.integers(offers),
    scoreDebit: columns.doubles(offers),
  }
}

/** Takes columns off a stretch of bytes; beyond its end they are shorter than asked for. */
class ColumnReader {
  readonly #payload: Buffer
  #offset = 0

  constructor(payload: Buffer) {
    this.#payload = payload
  }

  /** Whether all that was asked for was there, and nothing is left. */
  get isExactlyRead(): boolean {
    return this.#offset === this.#payload.length
  }

  doubles(length: number): Float64Array {
    return new Float64Array(this.#take(length, 8))
  }

  integers(length: number): Int32Array {
    return new Int32Array(this.#take(length, 4))
  }

  shorts(length: number): Int16Array {
    return new Int16Array(this.#take(length, 2))
  }

  words(length: number): Uint16Array {
    return new Uint16Array(this.#take(length, 2))
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#take(length, 1))
  }

  /** A copy, for columns in a file lie at any offset. */
  #take(length: number, size: number): ArrayBuffer {
    const part = this.#payload.subarray(this.#offset, this.#offset + length * size)
    this.#offset += length * size
    return new Uint8Array(part.subarray(0, part.length - (part.length % size))).buffer
  }
}

/** The column in which a number points out of the table, undefined where all of it can be played. */
function brokenColumn({ quotes, decisions, openings }: SessionTable): string | undefined {
  const isWithin = (column: Column, low: number, high: number) =>
    column.every(value => value >= low && value < high)
  const { beats, rows } = quotes
  const limits: readonly (readonly [name: string, column: Column, low: number, high: number])[] = [
    ['quotes.stale', quotes.stale, 0, beats * rows],
    ['decisions.beat', decisions.beat, 0, beats],
    ['openings.reason', openings.reason, 0, REASONS.length + 1],
    ['openings.rows', openings.rows, -1, rows],
    ['openings.kind', openings.kind, 0, KINDS.length],
    ['openings.exitBeat', openings.exitBeat, -1, beats],
    ['openings.scoreBeat', openings.scoreBeat, -1, beats],
  ]
  return limits.find(([, column, low, high]) => !isWithin(column, low, high))?.[0]
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
