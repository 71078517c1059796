import type { CurvesFrame, PayoffCurve } from '../../contract/frames.ts'
import { at } from '../../core/base/assert.ts'
import {
  CONTRACT_MULTIPLIER,
  MINUTES_PER_YEAR,
  type EpochMilliseconds,
  type Price,
  type Volatility,
} from '../../core/base/units.ts'
import { rightOf, rowCount, strikeOf } from '../../core/market/optionChain.ts'
import { europeanPrice } from '../../core/pricing/blackScholes.ts'
import type { Proposal } from '../../core/policy/proposal.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { breakEvens, expiryValue, structureName, type Leg } from '../../core/portfolio/structure.ts'
import { impliedVolatility } from '../../core/pricing/impliedVolatility.ts'
import {
  probabilityAbove,
  shiftSmile,
  smileBand,
  smilePrice,
  smileVolatility,
  type Smile,
} from '../../core/volatility/smile.ts'
import { heldPositions, openDecision } from '../book/book.ts'
import type { Engine } from '../engine.ts'
import type { Market } from '../market.ts'

/** Points along the price axis. */
const POINTS = 121

/** How many expected moves the axis reaches on each side. */
const REACH = 3.2

/** Lots of legs with what was received for them, a share, and what their fees were. */
export interface Holding {
  readonly legs: readonly Leg[]
  readonly quantity: number
  readonly net: Price
  readonly fees: number
}

/** The smile and the payoffs at an instant; undefined before there is a smile. */
export function curvesFrame(engine: Engine, time: EpochMilliseconds): CurvesFrame | undefined {
  const { market, book } = engine
  if (!market?.smile) return undefined
  const { smile } = market
  const prices = priceAxis(smile, market.move?.move)
  const proposal = openDecision(book)?.proposal
  const held = heldPositions(book)
  const earlier = market.firstSmile
  return {
    time,
    spot: market.spot?.last ?? smile.forward,
    prices,
    smile: prices.map(price => smileVolatility(smile, price)),
    ...bandColumns(smile, prices),
    earlierSmile: prices.map(price => (earlier ? smileVolatility(earlier.smile, price) : Number.NaN)),
    earlierTime: earlier?.time,
    ...contractPoints(market, smile, prices),
    density: closingDensity(smile, prices),
    suggestion:
      proposal?.purpose === 'open'
        ? payoffCurve(structureName(proposal.structure), [holdingOf(proposal)], smile, prices)
        : undefined,
    book: held.length > 0 ? payoffCurve('Book', held.map(heldHolding), smile, prices) : undefined,
  }
}

/** Another moment before the close: so many minutes from now, with every volatility so many times as large. */
export interface LaterMarket {
  readonly minutes: number
  readonly volatilityFactor: number
}

const NOW: LaterMarket = { minutes: 0, volatilityFactor: 1 }

/**
 * Profit by the price of the underlying, now (or later) and at the close, of holdings together; best and worst at any
 * price.
 */
export function payoffCurve(
  label: string,
  holdings: readonly Holding[],
  smile: Smile,
  prices: Float64Array,
  later: LaterMarket = NOW,
): PayoffCurve {
  const years = Math.max(0, smile.years - later.minutes / MINUTES_PER_YEAR)
  const then = shiftSmile(smile, { years })
  const profit = (value: (legs: readonly Leg[], price: Price) => Price, points: Float64Array) =>
    points.map(price =>
      holdings.reduce(
        (sum, held) =>
          sum + (held.net + value(held.legs, price)) * CONTRACT_MULTIPLIER * held.quantity - held.fees,
        0,
      ),
    )
  const atClose = profit(expiryValue, prices)
  // Straight between strikes and level beyond them, so its ends are at strikes, on the axis or not
  const atStrikes = profit(expiryValue, strikesOf(holdings))
  const single = holdings.length === 1 ? holdings[0] : undefined
  return {
    label,
    now: profit((legs, price) => valueAt(legs, price, then, later.volatilityFactor), prices),
    atClose,
    strikes: holdings.flatMap(held => held.legs.map(leg => ({ strike: leg.strike, ratio: leg.ratio }))),
    breakEvens: single
      ? breakEvens(single.legs, single.net - single.fees / (CONTRACT_MULTIPLIER * single.quantity))
      : crossings(prices, atClose),
    best: Math.max(...atStrikes),
    worst: Math.min(...atStrikes),
    probabilityOfProfit: profitMass(smile, prices, atClose),
  }
}

/** What a proposal would hold once it is filled at its first limit. */
export function holdingOf(proposal: Proposal): Holding {
  return {
    legs: proposal.structure.legs,
    quantity: proposal.quantity,
    net: proposal.walk.start,
    fees: proposal.fees / 2,
  }
}

/** The prices that curves are drawn over: the expected move on both sides of the forward. */
export function priceAxis(smile: Smile, move: Price | undefined): Float64Array {
  const reach = Math.max(
    REACH * (move ?? smile.forward * smile.atTheMoney * Math.sqrt(smile.years)),
    smile.forward * 0.003,
  )
  return Float64Array.from(
    { length: POINTS },
    (_, index) => smile.forward + reach * ((2 * index) / (POINTS - 1) - 1),
  )
}

function strikesOf(holdings: readonly Holding[]): Float64Array {
  return Float64Array.from(holdings.flatMap(held => held.legs.map(leg => leg.strike)))
}

/** What a position holds. */
export function heldHolding(position: Position): Holding {
  return {
    legs: position.structure.legs,
    quantity: position.quantity,
    net: position.entryNet,
    fees: position.fees,
  }
}

function valueAt(legs: readonly Leg[], price: Price, smile: Smile, factor: number): Price {
  const moved = shiftSmile(smile, { forward: price })
  // Where no volatility is changed the smile says the price without the way over one
  if (factor === 1)
    return legs.reduce((sum, { right, strike, ratio }) => sum + ratio * smilePrice(moved, right, strike), 0)
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  return legs.reduce((sum, { right, strike, ratio }) => {
    const volatility = smileVolatility(moved, strike) * factor
    return sum + ratio * europeanPrice(right, price, strike, volatility, carry)
  }, 0)
}

function bandColumns(smile: Smile, prices: Float64Array): Pick<CurvesFrame, 'smileLow' | 'smileHigh'> {
  const bands = Array.from(prices, price => smileBand(smile, price))
  return {
    smileLow: Float64Array.from(bands, band => band.low),
    smileHigh: Float64Array.from(bands, band => band.high),
  }
}

function closingDensity(smile: Smile, prices: Float64Array): Float64Array {
  const above = prices.map(price => probabilityAbove(smile, price))
  const density = above.map((chance, index) => Math.max(0, chance - (above[index + 1] ?? chance)))
  const peak = Math.max(...density)
  return peak > 0 ? density.map(value => value / peak) : density
}

function profitMass(smile: Smile, prices: Float64Array, profit: Float64Array): number {
  let mass = 0
  for (let index = 0; index < prices.length; index += 1) {
    if (!(at(profit, index) > 0)) continue
    const above = index === 0 ? 1 : probabilityAbove(smile, at(prices, index))
    const next = index === prices.length - 1 ? 0 : probabilityAbove(smile, at(prices, index + 1))
    mass += Math.max(0, above - next)
  }
  return Math.min(1, mass)
}

function crossings(prices: Float64Array, profit: Float64Array): Price[] {
  const found: Price[] = []
  for (let index = 1; index < prices.length; index += 1) {
    const [before, after] = [at(profit, index - 1), at(profit, index)]
    if (before * after >= 0) continue
    found.push(
      at(prices, index - 1) + ((at(prices, index) - at(prices, index - 1)) * before) / (before - after),
    )
  }
  return found
}

type ContractPoints = Pick<
  CurvesFrame,
  'contractStrikes' | 'contractVolatilities' | 'contractBids' | 'contractAsks'
>

/** The contracts out of the money on the axis, with the volatilities of their mids, bids and asks. */
function contractPoints(market: Market, smile: Smile, prices: Float64Array): ContractPoints {
  const { chain, forward } = market
  const rows = drawnRows(market, prices)
  const column = (value: (row: number) => number) => Float64Array.from(rows, value)
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  const volatilityAt = (row: number, price: Price): Volatility => {
    const found = impliedVolatility(rightOf(chain, row), forward, strikeOf(chain, row), price, carry)
    return found.status === 'ok' ? found.volatility : Number.NaN
  }
  return {
    contractStrikes: column(row => strikeOf(chain, row)),
    contractVolatilities: column(row => at(chain.impliedVolatility, row)),
    contractBids: column(row => (at(chain.bid, row) > 0 ? volatilityAt(row, at(chain.bid, row)) : 0)),
    contractAsks: column(row =>
      at(chain.ask, row) > 0 ? volatilityAt(row, at(chain.ask, row)) : Number.NaN,
    ),
  }
}

function drawnRows({ chain, forward }: Market, prices: Float64Array): number[] {
  const [low, high] = [prices[0] ?? 0, prices.at(-1) ?? 0]
  return Array.from({ length: rowCount(chain) }, (_, row) => row).filter(row => {
    const strike = strikeOf(chain, row)
    const isOutside = rightOf(chain, row) === 'call' ? strike >= forward : strike < forward
    return isOutside && strike >= low && strike <= high && at(chain.impliedVolatility, row) > 0
  })
}
