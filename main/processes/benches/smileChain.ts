import { readFileSync } from 'node:fs'
import { readCsvFile } from '../../adapters/history/csvFile.ts'
import { at } from '../../core/base/assert.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { MILLISECONDS_PER_MINUTE, MINUTES_PER_YEAR, type IsoDate } from '../../core/base/units.ts'
import {
  createChain,
  rightOf,
  rowCount,
  rowOf,
  strikeOf,
  writeQuote,
  type OptionChain,
} from '../../core/market/optionChain.ts'
import { isTwoSided } from '../../core/market/quote.ts'
import { binomialAmericanPrice } from '../../core/pricing/binomialTree.ts'
import { europeanPrice, type Carry } from '../../core/pricing/blackScholes.ts'
import { impliedForward } from '../../core/pricing/impliedForward.ts'
import { impliedVolatility } from '../../core/pricing/impliedVolatility.ts'
import { tradingSession } from '../../core/session/calendar.ts'
import type { ExpiryQuotes } from '../../core/volatility/surface.ts'

/** Strikes this near the money say what interest is, by calls less puts. */
const NEAR = 0.05

/** Turns in which growth and early exercise are found. */
const PASSES = 2

/** Steps of the tree that values early exercise: to a tenth of a cent, which is less than any spread. */
const TREE_STEPS = 151

/** An expiry whose quotes were made European and undiscounted. */
export interface NamedExpiry extends ExpiryQuotes {
  readonly expiry: IsoDate
}

/**
 * The expiries of a chain as it closed on a day, bids and asks less what early exercise is worth, undiscounted: what a
 * smile is fitted on. The forward is the one of put-call parity,
 * interest that of the expiry a year away.
 */
export async function readClosingChain(
  file: string,
  date: IsoDate,
): Promise<Result<readonly NamedExpiry[], string>> {
  const rows = new Map<IsoDate, { right: 'call' | 'put'; strike: number; bid: number; ask: number }[]>()
  const read = await readCsvFile(
    'chain',
    file,
    columns => (columns.includes('expiration') ? undefined : 'expiration'),
    row => {
      const right = row?.['side']
      if (!row || (right !== 'call' && right !== 'put')) return undefined
      const { expiration = '', strike, bid, ask } = row
      const quotes = rows.get(expiration) ?? []
      rows.set(expiration, quotes)
      quotes.push({ right, strike: Number(strike), bid: Number(bid), ask: Number(ask) })
      return undefined
    },
  )
  if (!read.ok) return read
  const meta: unknown = JSON.parse(readFileSync(file.replace(/\.csv$/, '.meta.json'), 'utf8'))
  const spot =
    typeof meta === 'object' && meta !== null && 'underlyingPrice' in meta
      ? Number(meta.underlyingPrice)
      : Number.NaN
  if (!(spot > 0)) return failure(`chain: the .meta.json of ${file} must have an underlyingPrice above 0`)
  const chains = [...rows].map(([expiry, quotes]) => {
    const strikesOf = (right: 'call' | 'put') =>
      quotes.filter(quote => quote.right === right).map(({ strike }) => strike)
    const chain = createChain({
      underlying: 'SPY',
      expiry,
      style: 'american',
      callStrikes: strikesOf('call'),
      putStrikes: strikesOf('put'),
    })
    for (const { right, strike, bid, ask } of quotes)
      writeQuote(chain, rowOf(chain, right, strike), bid, ask, 0, 0, 1)
    const minutes = (tradingSession(expiry).close - tradingSession(date).close) / MILLISECONDS_PER_MINUTE
    return { expiry, chain, years: minutes / MINUTES_PER_YEAR }
  })
  const expiries: NamedExpiry[] = []
  const yearAway = chains.toSorted((one, other) => Math.abs(one.years - 1) - Math.abs(other.years - 1))[0]
  const rate = yearAway ? impliedRate(yearAway.chain, spot, yearAway.years) : 0
  let growth = 0
  for (const { expiry, chain, years } of chains.toSorted((one, other) => one.years - other.years)) {
    const european = asEuropean(chain, spot, years, { rate, growth })
    growth = european.growth
    expiries.push({ expiry, years, chain: european.chain, forward: european.forward })
  }
  return success(expiries)
}

/** Interest, and how fast the forward grows, a year. */
interface Terms {
  readonly rate: number
  readonly growth: number
}

/** Interest by the slope of calls less puts over strikes near the money; 0 where too few say it. */
function impliedRate(chain: OptionChain, spot: number, years: number): number {
  let [count, sumK, sumD, sumKK, sumKD] = [0, 0, 0, 0, 0]
  const strikes = chain.strikes.length
  for (let row = 0; row < strikes; row += 1) {
    const strike = strikeOf(chain, row)
    const [callBid, callAsk] = [at(chain.bid, row), at(chain.ask, row)]
    const [putBid, putAsk] = [at(chain.bid, row + strikes), at(chain.ask, row + strikes)]
    if (Math.abs(strike / spot - 1) > NEAR || !isTwoSided(callBid, callAsk) || !isTwoSided(putBid, putAsk))
      continue
    const difference = (callBid + callAsk - putBid - putAsk) / 2
    count += 1
    sumK += strike
    sumD += difference
    sumKK += strike * strike
    sumKD += strike * difference
  }
  if (count < 5) return 0
  const slope = (count * sumKD - sumK * sumD) / (count * sumKK - sumK * sumK)
  return -Math.log(-slope) / years
}

/**
 * A chain without the value of early exercise and without discount, and the forward its calls and puts agree on. Growth
 * and the value of early exercise depend on each other, so they are found by turns, from that of the expiry before.
 */
function asEuropean(chain: OptionChain, spot: number, years: number, before: Terms) {
  const { rate } = before
  let { growth } = before
  let forward = spot * Math.exp(growth * years)
  const european = { ...chain, bid: chain.bid.slice(), ask: chain.ask.slice() }
  for (let pass = 0; pass < PASSES; pass += 1) {
    const discount = Math.exp(-rate * years)
    const carry = { years, discountYears: years, rate, dividendYield: rate - growth }
    for (let row = 0; row < rowCount(chain); row += 1) {
      const premium = exerciseValue(chain, row, spot, carry)
      european.bid[row] = Math.max(0, at(chain.bid, row) - premium) / discount
      european.ask[row] = Math.max(0, at(chain.ask, row) - premium) / discount
    }
    forward = impliedForward(european, forward, 1).forward
    growth = Math.log(forward / spot) / years
  }
  return { chain: european, forward, growth }
}

/** What the right to exercise early adds to the mid of a row, at the volatility that the mid says. */
function exerciseValue(chain: OptionChain, row: number, spot: number, carry: Carry): number {
  const mid = (at(chain.bid, row) + at(chain.ask, row)) / 2
  const [right, strike] = [rightOf(chain, row), strikeOf(chain, row)]
  // Deep in the money the mid says no volatility, and nothing is fitted on it
  if (Math.abs(strike / spot - 1) > NEAR && (right === 'call') === strike < spot) return 0
  const found = impliedVolatility(right, spot, strike, mid, carry)
  if (found.status !== 'ok') return 0
  return Math.max(
    0,
    binomialAmericanPrice(right, spot, strike, found.volatility, carry, TREE_STEPS) -
      europeanPrice(right, spot, strike, found.volatility, carry),
  )
}
