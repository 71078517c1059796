import { failure, success, type Result } from '../core/base/result.ts'
import { quantile } from '../core/base/statistics.ts'

/** One two-sided quote of an option that expires the same day. */
export interface SpreadSample {
  /** Minutes since the open. */
  readonly minute: number
  /** Whether exercising it now would pay. */
  readonly isInTheMoney: boolean
  /** The mid in hundredths of a percent of the underlying, so that underlyings of all prices compare. */
  readonly price: number
  /** Ask less bid over the mid. */
  readonly relative: number
}

/** A quote as it was told. */
export interface ToldQuote {
  readonly minute: number
  readonly isCall: boolean
  readonly strike: number
  readonly bid: number
  readonly ask: number
  readonly spot: number
}

/** The sample of a quote; undefined where a side is missing, or bid and ask do not stand apart. */
export function spreadSample({
  minute,
  isCall,
  strike,
  bid,
  ask,
  spot,
}: ToldQuote): SpreadSample | undefined {
  if (!(bid > 0 && ask > bid)) return undefined
  const mid = (bid + ask) / 2
  return {
    minute,
    isInTheMoney: isCall ? spot > strike : spot < strike,
    price: (10_000 * mid) / spot,
    relative: (ask - bid) / mid,
  }
}

const COLUMNS = ['date', 'time_et', 'expiry', 'right', 'strike', 'bid_close', 'ask_close'] as const
const OPEN_MINUTE = 9 * 60 + 30

/**
 * Samples of a file of minute quotes in the layout of `options_minute`: what expires on its own day, at the end of
 * each minute. The underlying is taken from the pair of call and put that lie closest (call less put plus strike), and
 * minutes without a pair are left out. An error names the line it cannot read.
 */
export function readMinuteSpreads(text: string): Result<readonly SpreadSample[], string> {
  const [header = '', ...lines] = text.split(/\r?\n/).filter(line => line !== '')
  const names = header.split(',')
  const places = COLUMNS.map(name => names.indexOf(name))
  if (places.includes(-1)) return failure(`a header must name ${COLUMNS.join(', ')}`)
  const minutes = new Map<number, ToldQuote[]>()
  for (const [index, line] of lines.entries()) {
    const cells = line.split(',')
    const [date, time = '', expiry, right, strike = '', bid, ask] = places.map(place => cells[place])
    if (expiry !== date || !bid || !ask) continue
    const [hour = Number.NaN, past = Number.NaN] = time.split(':').map(Number)
    const quote = {
      // Closing values of a minute stand at its end
      minute: hour * 60 + past - OPEN_MINUTE + 1,
      isCall: right === 'call',
      strike: Number(strike),
      bid: Number(bid),
      ask: Number(ask),
      spot: Number.NaN,
    }
    const numbers = [quote.minute, quote.strike, quote.bid, quote.ask]
    if (!numbers.every(Number.isFinite) || !(quote.strike > 0))
      return failure(`line ${index + 2} must be a quote, was ${line}`)
    const told = minutes.get(quote.minute)
    if (told) told.push(quote)
    else minutes.set(quote.minute, [quote])
  }
  return success(
    [...minutes.values()].flatMap(quotes => {
      const spot = spotOf(quotes)
      return spot === undefined ? [] : quotes.flatMap(quote => spreadSample({ ...quote, spot }) ?? [])
    }),
  )
}

/** The underlying by parity of the pair that lies closest. */
function spotOf(quotes: readonly ToldQuote[]): number | undefined {
  let [closest, spot]: [number, number | undefined] = [Number.POSITIVE_INFINITY, undefined]
  for (const call of quotes) {
    const put = call.isCall && quotes.find(other => !other.isCall && other.strike === call.strike)
    if (!put) continue
    const apart = (call.bid + call.ask - put.bid - put.ask) / 2
    if (Math.abs(apart) >= closest) continue
    closest = Math.abs(apart)
    spot = call.strike + apart
  }
  return spot
}

/** A part of the day, a side of the money and a range of prices. */
export interface SpreadCell {
  /** Minutes since the open at which the part begins. */
  readonly from: number
  readonly isInTheMoney: boolean
  /** The prices below this and above half of it, in hundredths of a percent of the underlying. */
  readonly below: number
  readonly count: number
  /** Medians of the relative spread. */
  readonly recorded: number
  readonly simulated: number
}

/** Cells put together: the ratio is the geometric mean of theirs, each with the weight of its recorded quotes. */
export interface SpreadMargin {
  readonly name: string
  readonly count: number
  /** Our relative spreads over the recorded ones. */
  readonly ratio: number
}

/** Spreads of ours beside recorded ones. */
export interface SpreadComparison {
  readonly cells: readonly SpreadCell[]
  readonly byMinute: readonly SpreadMargin[]
  readonly byPrice: readonly SpreadMargin[]
  /** Recorded quotes in cells that our days do not reach. */
  readonly leftOut: number
}

/** Cells with fewer quotes on either side say nothing. */
const LEAST_COUNT = 5
const PART_MINUTES = 30

/** Compares relative spreads where both sides have at least five quotes of the same part of the day, side and price. */
export function compareSpreads(
  recorded: readonly SpreadSample[],
  simulated: readonly SpreadSample[],
): SpreadComparison {
  const [theirs, ours] = [byCell(recorded), byCell(simulated)]
  const cells: SpreadCell[] = []
  let leftOut = 0
  for (const [key, their] of theirs) {
    const our = ours.get(key)
    if (!our || our.spreads.length < LEAST_COUNT || their.spreads.length < LEAST_COUNT) {
      leftOut += their.spreads.length
      continue
    }
    const count = their.spreads.length
    const medians = { recorded: quantile(their.spreads, 0.5), simulated: quantile(our.spreads, 0.5) }
    cells.push({ ...their.cell, count, ...medians })
  }
  const byPlace = cells.toSorted(
    (one, other) =>
      one.from - other.from ||
      Number(one.isInTheMoney) - Number(other.isInTheMoney) ||
      one.below - other.below,
  )
  return {
    cells: byPlace,
    byMinute: margins(byPlace, cell => `minute ${cell.from} to ${cell.from + PART_MINUTES}`),
    byPrice: margins(
      byPlace.toSorted((one, other) => one.below - other.below),
      cell => `${cell.isInTheMoney ? 'in' : 'out of'} the money, price below ${cell.below} bp`,
    ),
    leftOut,
  }
}

type Place = Pick<SpreadCell, 'from' | 'isInTheMoney' | 'below'>

function byCell(
  samples: readonly SpreadSample[],
): Map<string, { readonly cell: Place; readonly spreads: number[] }> {
  const cells = new Map<string, { readonly cell: Place; readonly spreads: number[] }>()
  for (const { minute, isInTheMoney, price, relative } of samples) {
    const from = Math.floor(minute / PART_MINUTES) * PART_MINUTES
    const below = 2 ** (Math.floor(Math.log2(price)) + 1)
    const key = `${from} ${isInTheMoney} ${below}`
    const cell = cells.get(key)
    if (cell) cell.spreads.push(relative)
    else cells.set(key, { cell: { from, isInTheMoney, below }, spreads: [relative] })
  }
  return cells
}

function margins(cells: readonly SpreadCell[], nameOf: (cell: SpreadCell) => string): SpreadMargin[] {
  const sums = new Map<string, { count: number; logarithms: number }>()
  for (const cell of cells) {
    const name = nameOf(cell)
    const sum = sums.get(name) ?? { count: 0, logarithms: 0 }
    sum.count += cell.count
    sum.logarithms += cell.count * Math.log(cell.simulated / cell.recorded)
    sums.set(name, sum)
  }
  return [...sums].map(([name, { count, logarithms }]) => ({
    name,
    count,
    ratio: Math.exp(logarithms / count),
  }))
}
