import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, Milliseconds, Price } from '../core/base/units.ts'
import type { OptionChain } from '../core/market/optionChain.ts'

/** The largest price that a cent fits in sixteen bits of. */
const LARGEST_SMALL = 655.35

/** Bids and asks of a chain at every beat, `beat * rows + row`. */
export interface Quotes {
  readonly beats: number
  readonly rows: number
  /** When each beat was. */
  readonly time: Float64Array
  /** Prices times `scale`: cents in sixteen bits where every price is one, else dollars. */
  readonly bid: Uint16Array | Float64Array
  readonly ask: Uint16Array | Float64Array
  readonly scale: 1 | 100
  /** Where a quote was older than an order may be based on: `beat * rows + row`, rising. */
  readonly stale: Float64Array
  /** 1 at beats with a stale quote. */
  readonly hasStale: Uint8Array
}

/** Writes down a chain beat by beat. */
export class QuoteTape {
  readonly #staleAfter: Milliseconds
  readonly #times: EpochMilliseconds[] = []
  readonly #bids: Float64Array[] = []
  readonly #asks: Float64Array[] = []
  readonly #stale: number[][] = []

  constructor(staleAfter: Milliseconds) {
    this.#staleAfter = staleAfter
  }

  /** Beats written so far. */
  get length(): number {
    return this.#times.length
  }

  /** Writes the chain as it stands. A chain that grew has no tape: rows must stay where they are. */
  add(chain: OptionChain, time: EpochMilliseconds): void {
    const rows = chain.bid.length
    if ((this.#bids[0]?.length ?? rows) !== rows)
      throw new RangeError('a session that is compiled must list its contracts before the first beat')
    const [bids, asks] = [new Float64Array(rows), new Float64Array(rows)]
    const stale: number[] = []
    for (let row = 0; row < rows; row += 1) {
      const quoted = at(chain.quoteTime, row)
      if (quoted === 0) continue
      bids[row] = at(chain.bid, row)
      asks[row] = at(chain.ask, row)
      if (time - quoted > this.#staleAfter) stale.push(row)
    }
    this.#times.push(time)
    this.#bids.push(bids)
    this.#asks.push(asks)
    this.#stale.push(stale)
  }

  /** Everything that was written, packed as small as it goes without a loss. */
  finish(rows: number): Quotes {
    const isSmall = [...this.#bids, ...this.#asks].every(isInCents)
    const scale = isSmall ? 100 : 1
    const packed = (columns: readonly Float64Array[]) => {
      const size = columns.length * rows
      const all = isSmall ? new Uint16Array(size) : new Float64Array(size)
      columns.forEach((column, beat) => {
        for (let row = 0; row < rows; row += 1)
          all[beat * rows + row] = isSmall ? Math.round(at(column, row) * 100) : at(column, row)
      })
      return all
    }
    const stale = this.#stale.flatMap((entries, beat) => entries.map(row => beat * rows + row))
    return {
      beats: this.#times.length,
      rows,
      time: Float64Array.from(this.#times),
      bid: packed(this.#bids),
      ask: packed(this.#asks),
      scale,
      stale: Float64Array.from(stale),
      hasStale: Uint8Array.from(this.#stale, entries => (entries.length > 0 ? 1 : 0)),
    }
  }
}

/** Whether every price comes back from its cents as it was. */
function isInCents(prices: Float64Array): boolean {
  return prices.every(price => price <= LARGEST_SMALL && Math.round(price * 100) / 100 === price)
}

/** What closing legs would bring at a beat, net a share: `comboQuote` of the reversed legs, read from columns. */
export interface ClosingQuote {
  natural: Price
  mid: Price
  /** Whether a leg is older than an order may be based on. */
  isStale: boolean
}

/**
 * Reads what closing a structure would bring at a beat into `into`; false where a leg is not offered. Legs are short
 * and long in turn. The same sums in the same order as `comboQuote`, so that the same bits come out.
 */
export function readClosing(
  quotes: Quotes,
  beat: number,
  legRows: Int16Array,
  first: number,
  most: number,
  into: ClosingQuote,
): boolean {
  const { bid, ask, rows, scale } = quotes
  let natural = 0
  let best = 0
  into.isStale = false
  for (let place = 0; place < most; place += 1) {
    const row = at(legRows, first + place)
    if (row < 0) break
    const index = beat * rows + row
    const [bidPrice, askPrice] = [at(bid, index) / scale, at(ask, index) / scale]
    if (!(askPrice > 0)) return false
    // What is held short is bought back, what is held long is sold
    const isBought = place % 2 === 0
    natural += isBought ? -askPrice : bidPrice
    best += isBought ? -bidPrice : askPrice
    if (quotes.hasStale[beat] === 1 && isStaleAt(quotes.stale, index)) into.isStale = true
  }
  into.mid = exact((natural + best) / 2)
  into.natural = exact(natural)
  return true
}

/** As `comboQuote` rounds: to millionths, without a negative zero. */
function exact(net: Price): Price {
  return Math.round(net * 1e6) / 1e6 + 0
}

function isStaleAt(stale: Float64Array, index: number): boolean {
  let low = 0
  let high = stale.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = at(stale, middle)
    if (value === index) return true
    if (value < index) low = middle + 1
    else high = middle - 1
  }
  return false
}
