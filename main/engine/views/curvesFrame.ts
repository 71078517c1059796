import type { CurvesFrame, PayoffCurve } from '../../contract/frames.ts'
import { at } from '../../core/base/assert.ts'
import { CONTRACT_MULTIPLIER, type EpochMilliseconds, type Price } from '../../core/base/units.ts'
import { rightOf, rowCount, strikeOf } from '../../core/market/optionChain.ts'
import { europeanPrice } from '../../core/pricing/blackScholes.ts'
import type { Proposal } from '../../core/policy/proposal.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { breakEvens, expiryValue, structureName, type Leg } from '../../core/portfolio/structure.ts'
import { probabilityAbove, shiftSmile, smileVolatility, type Smile } from '../../core/volatility/smile.ts'
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
    earlierSmile: prices.map(price => (earlier ? smileVolatility(earlier.smile, price) : Number.NaN)),
    earlierTime: earlier?.time,
    ...contractPoints(market, prices),
    density: closingDensity(smile, prices),
    suggestion:
      proposal?.purpose === 'open'
        ? payoffCurve(structureName(proposal.structure), [holdingOf(proposal)], smile, prices)
        : undefined,
    book: held.length > 0 ? payoffCurve('Book', held.map(heldHolding), smile, prices) : undefined,
  }
}

/** Profit by the price of the underlying, now and at the close, of holdings together; best and worst at any price. */
export function payoffCurve(
  label: string,
  holdings: readonly Holding[],
  smile: Smile,
  prices: Float64Array,
): PayoffCurve {
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
    now: profit((legs, price) => valueNow(legs, price, smile), prices),
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

function heldHolding(position: Position): Holding {
  return {
    legs: position.structure.legs,
    quantity: position.quantity,
    net: position.entryNet,
    fees: position.fees,
  }
}

function valueNow(legs: readonly Leg[], price: Price, smile: Smile): Price {
  const moved = shiftSmile(smile, { forward: price })
  const carry = { years: smile.years, discountYears: 0, rate: 0, dividendYield: 0 }
  return legs.reduce((sum, leg) => {
    return (
      sum + leg.ratio * europeanPrice(leg.right, price, leg.strike, smileVolatility(moved, leg.strike), carry)
    )
  }, 0)
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

function contractPoints(
  market: Market,
  prices: Float64Array,
): Pick<CurvesFrame, 'contractStrikes' | 'contractVolatilities'> {
  const { chain, forward } = market
  const [low, high] = [prices[0] ?? 0, prices.at(-1) ?? 0]
  const strikes: number[] = []
  const volatilities: number[] = []
  for (let row = 0; row < rowCount(chain); row += 1) {
    const strike = strikeOf(chain, row)
    const isOutside = rightOf(chain, row) === 'call' ? strike >= forward : strike < forward
    if (!isOutside || strike < low || strike > high || !(at(chain.impliedVolatility, row) > 0)) continue
    strikes.push(strike)
    volatilities.push(at(chain.impliedVolatility, row))
  }
  return {
    contractStrikes: Float64Array.from(strikes),
    contractVolatilities: Float64Array.from(volatilities),
  }
}
