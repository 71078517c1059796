import { at } from '../../core/base/assert.ts'
import { MILLISECONDS_PER_MINUTE, type EpochMilliseconds } from '../../core/base/units.ts'
import type { Bar } from '../../core/market/bar.ts'
import { createChain, rowCount, rowOf, type OptionChain } from '../../core/market/optionChain.ts'
import { tradingSession } from '../../core/session/calendar.ts'
import type { MarketEvent, QuoteBatch } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import {
  RECORD_KINDS,
  type RecordKind,
  type RecordedRows,
  type Recording,
} from '../../core/market/recording.ts'

/**
 * A recorded session as a source: rows of the same instant come as one step. Rows from before `from` are still told,
 * all at once, so that a session can be joined in its middle.
 */
export async function replayFeed(
  recording: Recording,
  name: string,
  from?: EpochMilliseconds,
): Promise<MarketSource> {
  const { header, callStrikes, putStrikes } = recording
  const times = tradingSession(header.date)
  const listing = {
    underlying: header.underlying,
    expiry: header.date,
    style: header.style,
    callStrikes,
    putStrikes,
  }
  const cursor = new RowCursor(recording)
  const chain = createChain(listing)
  const led = await leadingBars(cursor)
  const start = Math.max((await cursor.peekTime()) ?? times.open, from ?? 0)
  const bars = led.filter(entry => entry.time < start && entry.bar.time >= times.open).map(entry => entry.bar)
  let pending: MarketEvent[] = led.filter(entry => entry.time >= start)
  const session = {
    id: `${header.date}-replay-${name}`,
    date: header.date,
    underlying: header.underlying,
    style: header.style,
    source: `replay of ${name}`,
    quoteInterval: header.quoteInterval,
    previousClose: header.previousClose,
  }
  let afterEnd: EpochMilliseconds | undefined
  return {
    start,
    opening: [
      { kind: 'sessionOpened', time: start, session, listing },
      { kind: 'barsBackfilled', time: start, bars },
    ],
    async next() {
      const step = await nextStep(cursor, chain)
      if (step) {
        afterEnd = step.time
        const events = [...pending, ...step.events]
        pending = []
        return { time: step.time, events }
      }
      // The recording is over, the day is not: time passes to its end, a minute at a time
      if (afterEnd === undefined || afterEnd >= times.watchEnd) return undefined
      afterEnd = Math.min(
        times.watchEnd,
        (Math.floor(afterEnd / MILLISECONDS_PER_MINUTE) + 1) * MILLISECONDS_PER_MINUTE,
      )
      const isLast = afterEnd >= times.watchEnd
      return { time: afterEnd, events: isLast ? [{ kind: 'sessionEnded', time: afterEnd }] : [] }
    },
    close: () => recording.close(),
  }
}

/** Reads rows one after the other across the chunks of a recording. */
class RowCursor {
  readonly #recording: Recording
  #rows: RecordedRows | undefined
  #position = 0

  constructor(recording: Recording) {
    this.#recording = recording
  }

  /** The time of the next row. */
  async peekTime(): Promise<EpochMilliseconds | undefined> {
    return (await this.#ready()) ? at(this.rows.time, this.#position) : undefined
  }

  get rows(): RecordedRows {
    if (!this.#rows) throw new RangeError('a row must have been peeked at')
    return this.#rows
  }

  /** Whether the next row, which was peeked at, is of a kind. */
  isAt(kind: RecordKind): boolean {
    return RECORD_KINDS[at(this.rows.kind, this.#position)] === kind
  }

  /** Takes the next row; its place in `rows`. */
  take(): number {
    this.#position += 1
    return this.#position - 1
  }

  async #ready(): Promise<boolean> {
    if (this.#rows && this.#position < this.#rows.count) return true
    this.#rows = await this.#recording.next()
    this.#position = 0
    return this.#rows !== undefined
  }
}

/** The minutes that were over before the recording began. */
async function leadingBars(
  cursor: RowCursor,
): Promise<{ readonly kind: 'bar'; readonly time: EpochMilliseconds; readonly bar: Bar }[]> {
  const bars: { kind: 'bar'; time: EpochMilliseconds; bar: Bar }[] = []
  for (
    let time = await cursor.peekTime();
    time !== undefined && cursor.isAt('bar');
    time = await cursor.peekTime()
  ) {
    const { rows } = cursor
    const bar = barOf(rows, cursor.take(), time)
    bars.push({ kind: 'bar', time, bar })
  }
  return bars
}

async function nextStep(cursor: RowCursor, chain: OptionChain): Promise<MarketStep | undefined> {
  const time = await cursor.peekTime()
  if (time === undefined) return undefined
  const events: MarketEvent[] = []
  const quotes: QuoteRow[] = []
  const statistics = { volume: new Float64Array(0), openInterest: new Float64Array(0) }
  while ((await cursor.peekTime()) === time) {
    const { rows } = cursor
    const row = cursor.take()
    const kind = RECORD_KINDS[at(rows.kind, row)]
    if (kind === 'quote') quotes.push(quoteRow(rows, row, chain))
    else if (kind === 'statistics') noteStatistics(statistics, rows, row, chain)
    else {
      const event = eventOf(kind, rows, row, time)
      if (event) events.push(event)
    }
  }
  // Prices of the underlying come first, so that options are never judged against an older one
  if (quotes.length > 0) events.push(batchOf(quotes, time))
  if (statistics.volume.length > 0) events.push({ kind: 'statistics', time, ...statistics })
  events.sort(
    (one, other) => Number(one.kind === 'quotesConfirmed') - Number(other.kind === 'quotesConfirmed'),
  )
  return { time, events }
}

interface QuoteRow {
  readonly row: number
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
}

function quoteRow(rows: RecordedRows, row: number, chain: OptionChain): QuoteRow {
  const { numbers } = rows
  return {
    row: rowOf(chain, rows.isPut[row] === 1 ? 'put' : 'call', at(numbers.strike, row)),
    bid: orZero(at(numbers.bid, row)),
    ask: orZero(at(numbers.ask, row)),
    bidSize: orZero(at(numbers.bidSize, row)),
    askSize: orZero(at(numbers.askSize, row)),
  }
}

function batchOf(quotes: readonly QuoteRow[], time: EpochMilliseconds): QuoteBatch {
  return {
    kind: 'quotes',
    time,
    count: quotes.length,
    times: new Float64Array(quotes.length).fill(time),
    rows: Int32Array.from(quotes, quote => quote.row),
    bid: Float64Array.from(quotes, quote => quote.bid),
    ask: Float64Array.from(quotes, quote => quote.ask),
    bidSize: Float64Array.from(quotes, quote => quote.bidSize),
    askSize: Float64Array.from(quotes, quote => quote.askSize),
  }
}

function noteStatistics(
  statistics: { volume: Float64Array; openInterest: Float64Array },
  rows: RecordedRows,
  row: number,
  chain: OptionChain,
): void {
  if (statistics.volume.length === 0) {
    statistics.volume = new Float64Array(rowCount(chain))
    statistics.openInterest = new Float64Array(rowCount(chain))
  }
  const target = rowOf(chain, rows.isPut[row] === 1 ? 'put' : 'call', at(rows.numbers.strike, row))
  if (target < 0) return
  statistics.volume[target] = orZero(at(rows.numbers.volume, row))
  statistics.openInterest[target] = orZero(at(rows.numbers.openInterest, row))
}

function eventOf(
  kind: (typeof RECORD_KINDS)[number] | undefined,
  rows: RecordedRows,
  row: number,
  time: EpochMilliseconds,
): MarketEvent | undefined {
  const { numbers } = rows
  switch (kind) {
    case 'underlying':
      return {
        kind: 'underlying',
        time,
        bid: at(numbers.bid, row),
        ask: at(numbers.ask, row),
        last: at(numbers.last, row),
        volume: orZero(at(numbers.volume, row)),
      }
    case 'bar':
      return { kind: 'bar', time, bar: barOf(rows, row, time) }
    case 'volatilityIndex':
      return {
        kind: 'volatilityIndex',
        time,
        value: at(numbers.last, row),
        previousClose: at(numbers.close, row),
      }
    case 'confirmed':
      return { kind: 'quotesConfirmed', time }
    default:
      return undefined
  }
}

function barOf(rows: RecordedRows, row: number, time: EpochMilliseconds): Bar {
  const { numbers } = rows
  return {
    time: time - MILLISECONDS_PER_MINUTE,
    open: at(numbers.open, row),
    high: at(numbers.high, row),
    low: at(numbers.low, row),
    close: at(numbers.close, row),
    volume: orZero(at(numbers.volume, row)),
  }
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value
}
