import { at } from '../core/base/assert.ts'
import { MILLISECONDS_PER_MINUTE } from '../core/base/units.ts'
import { createChain, rightOf, strikeOf, type OptionChain } from '../core/market/optionChain.ts'
import type { MarketEvent, SessionInfo } from '../engine/event.ts'
import {
  RECORD_NUMBERS,
  emptyRows,
  kindCode,
  type RecordKind,
  type RecordNumber,
  type Recorder,
} from '../core/market/recording.ts'

/** Rows gathered before they are handed on. */
const CHUNK = 8192

/** How often volume and open interest are written. */
const STATISTICS_EVERY = MILLISECONDS_PER_MINUTE

/** Writes what a running session hears into a session file. */
export class SessionRecorder {
  readonly #recorder: Recorder
  #info: SessionInfo | undefined
  #chain: OptionChain | undefined
  #rows = emptyRows(CHUNK)
  #statisticsAt = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** Hears one event; what is full goes to disk behind the caller's back, in order. */
  hear(event: MarketEvent): void {
    switch (event.kind) {
      case 'sessionOpened':
        this.#info = event.session
        this.#chain = createChain(event.listing)
        return
      case 'quotes':
        for (let index = 0; index < event.count; index += 1) this.#quote(event, index)
        return
      case 'underlying':
        return this.#add(event.time, 'underlying', {
          bid: event.bid,
          ask: event.ask,
          last: event.last,
          volume: event.volume,
        })
      case 'volatilityIndex':
        return this.#add(event.time, 'volatilityIndex', { last: event.value, close: event.previousClose })
      case 'bar':
        return this.#add(event.time, 'bar', event.bar)
      case 'barsBackfilled':
        for (const bar of event.bars) this.#add(bar.time + MILLISECONDS_PER_MINUTE, 'bar', bar)
        return
      case 'quotesConfirmed':
        return this.#add(event.time, 'confirmed', {})
      case 'statistics':
        return this.#statistics(event)
      case 'contractsListed':
      case 'sessionEnded':
    }
  }

  /** Finishes the file; gives its number of rows. */
  async finish(): Promise<number> {
    const info = this.#info
    if (!info) return 0
    this.#flush()
    await this.#writing
    return this.#recorder.finish({
      date: info.date,
      underlying: info.underlying,
      style: info.style,
      source: info.source,
      quoteInterval: info.quoteInterval,
      previousClose: info.previousClose,
      refused: {},
    })
  }

  #quote(batch: Extract<MarketEvent, { kind: 'quotes' }>, index: number): void {
    const chain = this.#chain
    const row = at(batch.rows, index)
    if (!chain || row < 0 || row >= chain.listed.length) return
    const [bid, ask] = [at(batch.bid, index), at(batch.ask, index)]
    const [bidSize, askSize] = [at(batch.bidSize, index), at(batch.askSize, index)]
    this.#add(
      at(batch.times, index),
      'quote',
      { strike: strikeOf(chain, row), bid, ask, bidSize, askSize },
      rightOf(chain, row) === 'put',
    )
  }

  #statistics(event: Extract<MarketEvent, { kind: 'statistics' }>): void {
    const chain = this.#chain
    if (!chain || event.time - this.#statisticsAt < STATISTICS_EVERY) return
    this.#statisticsAt = event.time
    for (let row = 0; row < event.volume.length; row += 1) {
      const numbers = {
        strike: strikeOf(chain, row),
        volume: at(event.volume, row),
        openInterest: at(event.openInterest, row),
      }
      this.#add(event.time, 'statistics', numbers, rightOf(chain, row) === 'put')
    }
  }

  #add(time: number, kind: RecordKind, numbers: Partial<Record<RecordNumber, number>>, isPut = false): void {
    const position = this.#rows.count
    this.#rows.time[position] = time
    this.#rows.kind[position] = kindCode(kind)
    this.#rows.isPut[position] = isPut ? 1 : 0
    for (const name of RECORD_NUMBERS) {
      const value = numbers[name]
      if (value !== undefined) this.#rows.numbers[name][position] = value
    }
    this.#rows.count += 1
    if (this.#rows.count === CHUNK) this.#flush()
  }

  #flush(): void {
    const rows = this.#rows
    this.#rows = emptyRows(CHUNK)
    if (rows.count > 0) this.#writing = this.#writing.then(() => this.#recorder.write(rows))
  }
}
