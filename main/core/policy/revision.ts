import { CONTRACT_MULTIPLIER, type Price } from '../base/units.ts'
import { failure, success, type Result } from '../base/result.ts'
import { roundTo } from '../base/statistics.ts'
import { comboQuote, onGrid, type ComboQuote, type LegQuotes } from '../portfolio/comboQuote.ts'
import { walkFromMid, type LimitWalk } from '../portfolio/order.ts'
import { widestWing, type Leg, type Structure } from '../portfolio/structure.ts'
import type { Smile } from '../volatility/smile.ts'
import type { Edits } from './decision.ts'
import { openingAt, type Proposal, type TradePlan } from './proposal.ts'

/** Strikes that an edit may move a leg, counted in dollars relative to the underlying. */
const STRIKE_REACH_SHARE = 0.01

/** Why an edit is not possible: the field and the rule it breaks. */
export interface EditRefusal {
  readonly field: 'strikes' | 'quantity' | 'limit'
  readonly rule: string
}

/** The suggestion as the trader changed it, or the rule that a change breaks. Closing trades change limit only. */
export function reviseProposal(
  proposal: Proposal,
  edits: Edits,
  quotes: LegQuotes,
  smile: Smile,
  plan: TradePlan,
  largestQuantity: number,
): Result<Proposal, EditRefusal> {
  const structure = revisedStructure(proposal, edits.strikes)
  if ('rule' in structure) return failure(structure)
  const quantity = edits.quantity ?? proposal.quantity
  const misfit = quantityRefusal(proposal, quantity, largestQuantity)
  if (misfit) return failure(misfit)
  const legs = proposal.purpose === 'open' ? structure.legs : proposal.legs
  const quote = comboQuote(legs, quotes)
  if (!quote) return failure({ field: 'strikes', rule: 'every strike must be offered' })
  const asked = edits.limit ?? (edits.strikes ? onGrid(quote.mid) : proposal.walk.start)
  const floor = proposal.purpose === 'open' ? plan.minimumCredit : Number.NEGATIVE_INFINITY
  const refusal = limitRefusal(asked, quote, floor)
  if (refusal) return failure(refusal)
  const limit = roundTo(asked, 2)
  const patient = walkFromMid({ ...quote, mid: limit }, floor, proposal.walk.steps, proposal.walk.stepEvery)
  const walk = edits.limit === undefined ? patient : { ...proposal.walk, start: limit, end: limit }
  if (proposal.purpose === 'close') return success(closingAt(proposal, walk, quote))
  const exit = {
    ...proposal.exit,
    takeProfit: roundTo(limit * plan.takeProfitShare, 2),
    stop: roundTo(Math.min(limit * plan.stopMultiple, widestWing(structure.legs) * 0.95), 2),
  }
  return success(openingAt(structure, quantity, walk, quote, exit, smile, plan))
}

function closingAt(proposal: Proposal, walk: LimitWalk, quote: ComboQuote): Proposal {
  const { natural, mid, best } = quote
  const cash = walk.start * CONTRACT_MULTIPLIER * proposal.quantity - proposal.fees
  return { ...proposal, walk, quote: { natural, mid, best }, cash }
}

function quantityRefusal(
  proposal: Proposal,
  quantity: number,
  largestQuantity: number,
): EditRefusal | undefined {
  if (proposal.purpose === 'close') {
    if (quantity === proposal.quantity) return undefined
    return { field: 'quantity', rule: `a close keeps its size of ${proposal.quantity}, was ${quantity}` }
  }
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= largestQuantity) return undefined
  return { field: 'quantity', rule: `size must be from 1 to ${largestQuantity}, was ${quantity}` }
}

function limitRefusal(asked: Price, quote: ComboQuote, floor: Price): EditRefusal | undefined {
  const limit = roundTo(asked, 2)
  const [lowest, highest] = [onGrid(quote.natural), roundTo(quote.best, 2)]
  if (Math.abs(asked - limit) > 1e-9)
    return { field: 'limit', rule: `limit must be in whole cents, was ${asked}` }
  if (!(limit >= lowest && limit <= highest)) {
    const bounds = `${lowest.toFixed(2)} to ${highest.toFixed(2)}`
    return { field: 'limit', rule: `limit must be from ${bounds}, was ${limit.toFixed(2)}` }
  }
  if (limit >= floor) return undefined
  return { field: 'limit', rule: `credit must be at least ${floor.toFixed(2)}, was ${limit.toFixed(2)}` }
}

function revisedStructure(
  proposal: Proposal,
  strikes: readonly Price[] | undefined,
): Structure | EditRefusal {
  const { structure } = proposal
  if (!strikes) return structure
  if (proposal.purpose === 'close') return { field: 'strikes', rule: 'a close keeps its strikes' }
  if (strikes.length !== structure.legs.length) {
    return { field: 'strikes', rule: `strikes must be ${structure.legs.length}, were ${strikes.length}` }
  }
  const legs = structure.legs.map((leg, index): Leg => ({ ...leg, strike: strikes[index] ?? leg.strike }))
  const far = legs.find((leg, index) => {
    const before = structure.legs[index]?.strike ?? leg.strike
    return Math.abs(leg.strike - before) > before * STRIKE_REACH_SHARE
  })
  if (far) return { field: 'strikes', rule: `a strike may move by 1 % of itself, ${far.strike} is further` }
  if (!isWellOrdered(legs))
    return { field: 'strikes', rule: 'wings must lie outside the short strikes, puts below calls' }
  return { ...structure, legs }
}

function isWellOrdered(legs: readonly Leg[]): boolean {
  const strike = (right: 'call' | 'put', ratio: number) =>
    legs.find(leg => leg.right === right && leg.ratio === ratio)?.strike
  const [shortPut, longPut] = [strike('put', -1), strike('put', 1)]
  const [shortCall, longCall] = [strike('call', -1), strike('call', 1)]
  const putsHold = shortPut === undefined || longPut === undefined || longPut < shortPut
  const callsHold = shortCall === undefined || longCall === undefined || longCall > shortCall
  return putsHold && callsHold && (shortPut === undefined || shortCall === undefined || shortPut < shortCall)
}
