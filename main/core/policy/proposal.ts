import type { Dollars, EpochMilliseconds, Milliseconds, Price, Probability } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import { clamp, roundTo } from '../base/statistics.ts'
import { failure, success, type Result } from '../base/result.ts'
import { comboQuote, type ComboQuote, type LegQuotes } from '../portfolio/comboQuote.ts'
import { orderFees, type FeeSchedule } from '../portfolio/fees.ts'
import { marginRequirement } from '../portfolio/margin.ts'
import { walkFromMid, type LimitWalk } from '../portfolio/order.ts'
import type { ExitRule, Position } from '../portfolio/position.ts'
import {
  breakEvens,
  expiryValue,
  maximumLoss,
  reversed,
  widestWing,
  type Leg,
  type Structure,
} from '../portfolio/structure.ts'
import { probabilityAbove, type Smile } from '../volatility/smile.ts'

/** How a trade is shaped: distances, exits and patience. Part of the settings, the same for every suggestion. */
export interface TradePlan {
  /** Distance of the long leg from the short one as a share of the underlying; the next listed strike is taken. */
  readonly wingShare: number
  /** Least net credit a share worth selling. */
  readonly minimumCredit: Price
  /** Buy back when this share of the credit closes it. */
  readonly takeProfitShare: number
  /** Buy back when closing costs this multiple of the credit. */
  readonly stopMultiple: number
  /** Buy back after this time at the latest. */
  readonly horizon: Milliseconds
  readonly walkSteps: number
  readonly walkEvery: Milliseconds
  readonly fees: FeeSchedule
}

/** A trade that can be accepted: what, at what price, what it costs at worst, when it ends. */
export interface Proposal {
  readonly purpose: 'open' | 'close'
  /** The decision whose position is closed. */
  readonly position?: string
  readonly structure: Structure
  /** What one lot trades. */
  readonly legs: readonly Leg[]
  readonly quantity: number
  readonly walk: LimitWalk
  /** The market for it when it was made: net a share. */
  readonly quote: Pick<ComboQuote, 'natural' | 'mid' | 'best'>
  /** Net cash of the order at its first limit, after its fees. */
  readonly cash: Dollars
  /** Fees of opening and of closing. */
  readonly fees: Dollars
  /** Loss when the stop is hit, after fees; not above zero. */
  readonly atStop: Dollars
  /** Loss at the worst price at expiry, after fees; not above zero. */
  readonly atWorst: Dollars
  readonly margin: Dollars
  readonly breakEvens: readonly Price[]
  /** The market's probability that it ends above water at expiry, after fees. */
  readonly probabilityOfProfit: Probability
  readonly exit: ExitRule
}

/** Why a structure cannot be proposed. */
export type ProposalRefusal = 'notQuoted' | 'creditTooSmall'

/** What opening a structure would mean, at the limit that pays for patience. */
export function proposeOpening(
  structure: Structure,
  quantity: number,
  quotes: LegQuotes,
  smile: Smile,
  plan: TradePlan,
  time: EpochMilliseconds,
  latestExit: EpochMilliseconds,
): Result<Proposal, ProposalRefusal> {
  const quote = comboQuote(structure.legs, quotes)
  if (!quote) return failure('notQuoted')
  const walk = walkFromMid(quote, plan.minimumCredit, plan.walkSteps, plan.walkEvery)
  if (walk.start < plan.minimumCredit) return failure('creditTooSmall')
  const exit = {
    takeProfit: roundTo(walk.start * plan.takeProfitShare, 2),
    stop: roundTo(Math.min(walk.start * plan.stopMultiple, widestWing(structure.legs) * 0.95), 2),
    time: Math.min(time + plan.horizon, latestExit),
  }
  return success(openingAt(structure, quantity, walk, quote, exit, smile, plan))
}

/** The same trade at a given limit, size and exit; every figure follows from them. */
export function openingAt(
  structure: Structure,
  quantity: number,
  walk: LimitWalk,
  quote: Pick<ComboQuote, 'natural' | 'mid' | 'best'>,
  exit: ExitRule,
  smile: Smile,
  plan: TradePlan,
): Proposal {
  const oneWay = orderFees(structure.legs, quantity, plan.fees)
  const scale = CONTRACT_MULTIPLIER * quantity
  const net = walk.start - oneWay / scale
  const crossings = breakEvens(structure.legs, net)
  return {
    purpose: 'open',
    structure,
    legs: structure.legs,
    quantity,
    walk,
    quote: { natural: quote.natural, mid: quote.mid, best: quote.best },
    cash: walk.start * scale - oneWay,
    fees: 2 * oneWay,
    atStop: Math.min(0, (walk.start - exit.stop) * scale - 2 * oneWay),
    atWorst: -(maximumLoss(structure.legs, walk.end) * quantity + oneWay),
    margin: marginRequirement(structure.legs, quantity),
    breakEvens: crossings,
    probabilityOfProfit: chanceOfProfit(structure.legs, net, crossings, smile),
    exit,
  }
}

/** What closing a position now would mean. */
export function proposeClosing(
  position: Position,
  quotes: LegQuotes,
  plan: TradePlan,
): Result<Proposal, ProposalRefusal> {
  const legs = reversed(position.structure.legs)
  const quote = comboQuote(legs, quotes)
  if (!quote) return failure('notQuoted')
  const fees = orderFees(legs, position.quantity, plan.fees)
  const walk = walkFromMid(quote, Number.NEGATIVE_INFINITY, plan.walkSteps, plan.walkEvery)
  return success({
    purpose: 'close',
    position: position.decision,
    structure: position.structure,
    legs,
    quantity: position.quantity,
    walk,
    quote: { natural: quote.natural, mid: quote.mid, best: quote.best },
    cash: walk.start * CONTRACT_MULTIPLIER * position.quantity - fees,
    fees,
    atStop: 0,
    atWorst: 0,
    margin: 0,
    breakEvens: [],
    probabilityOfProfit: position.entryNet + walk.start > 0 ? 1 : 0,
    exit: position.exit,
  })
}

/** Every crossing turns loss into profit or back, counted from a worthless underlying upward. */
function chanceOfProfit(
  legs: readonly Leg[],
  net: Price,
  crossings: readonly Price[],
  smile: Smile,
): Probability {
  let isProfit = expiryValue(legs, 0) + net > 0
  let chance = isProfit ? 1 : 0
  for (const crossing of crossings) {
    chance += (isProfit ? -1 : 1) * probabilityAbove(smile, crossing)
    isProfit = !isProfit
  }
  return clamp(chance, 0, 1)
}
