import type { EpochMilliseconds, IsoDate, Price } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { ExerciseStyle, OptionRight } from './optionContract.ts'
import { isTwoSided, refuseQuote, type QuoteRefusal } from './quote.ts'

/**
 * The chain of one expiry as columns, one row a contract: rows 0 to n-1 are the calls by rising strike, rows n
 * to 2n-1 the puts. Columns are allocated once and filled in place; the same memory goes to the pricer, the
 * features and the wire. Prices are dollars a share, 0 where a side is not quoted; computed columns are NaN
 * where nothing is known.
 */
export interface OptionChain {
  readonly underlying: string
  readonly expiry: IsoDate
  readonly style: ExerciseStyle
  /** Rising strikes, n of them. */
  readonly strikes: Float64Array
  /** 1 where the contract is listed, by row. */
  readonly listed: Uint8Array
  readonly bid: Float64Array
  readonly ask: Float64Array
  readonly bidSize: Float64Array
  readonly askSize: Float64Array
  readonly volume: Float64Array
  readonly openInterest: Float64Array
  /** When the quote was last sent or confirmed by its source, in epoch milliseconds; 0 before the first. */
  readonly quoteTime: Float64Array
  readonly impliedVolatility: Float64Array
  /** How the implied volatility was found: codes of `VOLATILITY_SOURCES`. */
  readonly volatilitySource: Uint8Array
  /** What the own mid says: codes of `MID_STATUSES`. */
  readonly volatilityStatus: Uint8Array
  readonly delta: Float64Array
  readonly gamma: Float64Array
  /** Dollars a calendar year. */
  readonly theta: Float64Array
  /** Dollars per 1.00 of volatility. */
  readonly vega: Float64Array
  readonly vanna: Float64Array
  /** Change of delta a calendar year. */
  readonly charm: Float64Array
}

/** The columns of a chain that hold one number a row. */
export const CHAIN_COLUMNS = [
  'bid',
  'ask',
  'bidSize',
  'askSize',
  'volume',
  'openInterest',
  'quoteTime',
  'impliedVolatility',
  'delta',
  'gamma',
  'theta',
  'vega',
  'vanna',
  'charm',
] as const satisfies readonly (keyof OptionChain)[]

const UNKNOWN_AT_FIRST = new Set<string>([
  'volume',
  'openInterest',
  'impliedVolatility',
  'delta',
  'gamma',
  'theta',
  'vega',
  'vanna',
  'charm',
])

/** What is listed: the strikes of the calls and those of the puts. */
export interface Listing {
  readonly underlying: string
  readonly expiry: IsoDate
  readonly style: ExerciseStyle
  readonly callStrikes: readonly Price[]
  readonly putStrikes: readonly Price[]
}

/** An empty chain of what is listed. */
export function createChain(listing: Listing): OptionChain {
  const strikes = Float64Array.from(new Set([...listing.callStrikes, ...listing.putStrikes])).sort()
  const wrong = strikes.find(strike => !(strike > 0))
  if (wrong !== undefined) throw new RangeError(`strike must be a number above 0, was ${wrong}`)
  const rows = strikes.length * 2
  const column = (name: string) => new Float64Array(rows).fill(UNKNOWN_AT_FIRST.has(name) ? Number.NaN : 0)
  const chain: OptionChain = {
    underlying: listing.underlying,
    expiry: listing.expiry,
    style: listing.style,
    strikes,
    listed: new Uint8Array(rows),
    bid: column('bid'),
    ask: column('ask'),
    bidSize: column('bidSize'),
    askSize: column('askSize'),
    volume: column('volume'),
    openInterest: column('openInterest'),
    quoteTime: column('quoteTime'),
    impliedVolatility: column('impliedVolatility'),
    volatilitySource: new Uint8Array(rows),
    volatilityStatus: new Uint8Array(rows),
    delta: column('delta'),
    gamma: column('gamma'),
    theta: column('theta'),
    vega: column('vega'),
    vanna: column('vanna'),
    charm: column('charm'),
  }
  for (const strike of listing.callStrikes) chain.listed[requiredRow(chain, 'call', strike)] = 1
  for (const strike of listing.putStrikes) chain.listed[requiredRow(chain, 'put', strike)] = 1
  return chain
}

/** The number of rows, two a strike. */
export function rowCount(chain: OptionChain): number {
  return chain.strikes.length * 2
}

/** The row of a contract, or -1 where it is not listed. */
export function rowOf(chain: OptionChain, right: OptionRight, strike: Price): number {
  const position = strikePosition(chain.strikes, strike)
  if (position < 0) return -1
  const row = right === 'call' ? position : position + chain.strikes.length
  return chain.listed[row] === 1 ? row : -1
}

/** Call or put, by row. */
export function rightOf(chain: OptionChain, row: number): OptionRight {
  return row < chain.strikes.length ? 'call' : 'put'
}

/** The strike, by row. */
export function strikeOf(chain: OptionChain, row: number): Price {
  return at(chain.strikes, row < chain.strikes.length ? row : row - chain.strikes.length)
}

/** The row of the other right at the same strike. */
export function counterpartOf(chain: OptionChain, row: number): number {
  return row < chain.strikes.length ? row + chain.strikes.length : row - chain.strikes.length
}

/** Writes a quote into its row, or says which rule it breaks and writes nothing. */
export function writeQuote(
  chain: OptionChain,
  row: number,
  bid: Price,
  ask: Price,
  bidSize: number,
  askSize: number,
  time: EpochMilliseconds,
): QuoteRefusal | undefined {
  if (row < 0 || chain.listed[row] !== 1) return 'unknownContract'
  const refusal = refuseQuote(bid, ask)
  if (refusal) return refusal
  // So written that a time which is no number is refused too
  if (!(time >= at(chain.quoteTime, row))) return 'outOfOrder'
  chain.bid[row] = bid
  chain.ask[row] = ask
  chain.bidSize[row] = bidSize
  chain.askSize[row] = askSize
  chain.quoteTime[row] = time
  return undefined
}

/** Confirms every quoted row: the source says that what it did not send again has not changed. */
export function confirmQuotes(chain: OptionChain, time: EpochMilliseconds): void {
  for (let row = 0; row < chain.quoteTime.length; row += 1) {
    if (at(chain.quoteTime, row) > 0) chain.quoteTime[row] = Math.max(time, at(chain.quoteTime, row))
  }
}

/** The mid price of a row, NaN where a side is missing. */
export function midOf(chain: OptionChain, row: number): Price {
  const bid = at(chain.bid, row)
  const ask = at(chain.ask, row)
  return isTwoSided(bid, ask) ? (bid + ask) / 2 : Number.NaN
}

/** A copy that later quotes do not touch. */
export function copyChain(chain: OptionChain): OptionChain {
  const copy: OptionChain = {
    ...chain,
    listed: chain.listed.slice(),
    volatilitySource: chain.volatilitySource.slice(),
    volatilityStatus: chain.volatilityStatus.slice(),
  }
  return Object.assign(copy, Object.fromEntries(CHAIN_COLUMNS.map(name => [name, chain[name].slice()])))
}

/** The same chain with more contracts listed; every column keeps its figures. */
export function listMore(
  chain: OptionChain,
  callStrikes: readonly Price[],
  putStrikes: readonly Price[],
): OptionChain {
  const listedStrikes = (right: OptionRight) =>
    [...chain.strikes].filter(strike => chain.listed[requiredRow(chain, right, strike)] === 1)
  const grown = createChain({
    underlying: chain.underlying,
    expiry: chain.expiry,
    style: chain.style,
    callStrikes: [...listedStrikes('call'), ...callStrikes],
    putStrikes: [...listedStrikes('put'), ...putStrikes],
  })
  for (let row = 0; row < rowCount(chain); row += 1) {
    const target = requiredRow(grown, rightOf(chain, row), strikeOf(chain, row))
    for (const name of CHAIN_COLUMNS) grown[name][target] = at(chain[name], row)
    grown.volatilitySource[target] = at(chain.volatilitySource, row)
    grown.volatilityStatus[target] = at(chain.volatilityStatus, row)
  }
  return grown
}

function requiredRow(chain: OptionChain, right: OptionRight, strike: Price): number {
  const position = strikePosition(chain.strikes, strike)
  if (position < 0) throw new RangeError(`strike ${strike} must be in the chain`)
  return right === 'call' ? position : position + chain.strikes.length
}

function strikePosition(strikes: Float64Array, strike: Price): number {
  let low = 0
  let high = strikes.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = at(strikes, middle)
    if (value === strike) return middle
    if (value < strike) low = middle + 1
    else high = middle - 1
  }
  return -1
}
