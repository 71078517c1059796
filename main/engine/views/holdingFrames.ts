import type { PositionFrame, RiskFrame } from '../../contract/frames.ts'
import {
  NO_ATTRIBUTION,
  addAttribution,
  attributionTotal,
  type Attribution,
  type PositionGreeks,
} from '../../core/portfolio/attribution.ts'
import { NO_FACTORS, addFactors, type FactorAttribution } from '../../core/portfolio/factorAttribution.ts'
import { comboQuote } from '../../core/portfolio/comboQuote.ts'
import { NO_GREEKS, addGreeks, legMid, lotGreeks } from '../../core/portfolio/mark.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { legKey, reversed } from '../../core/portfolio/structure.ts'
import { tailRisk } from '../../core/risk/valueAtRisk.ts'
import { dayProfit, openProfitAt, riskStateAt } from '../book/accounts.ts'
import { attributionAt } from '../book/attributions.ts'
import { heldPositions, type Book } from '../book/book.ts'
import type { BookMark } from '../book/bookEvent.ts'
import type { Market } from '../market.ts'

/** One position at a mark. */
export function positionFrame(book: Book, position: Position, mark: BookMark): PositionFrame {
  const { legs } = position.structure
  const quote = comboQuote(reversed(legs), mark.legs)
  const running = attributionAt(book, position, mark) ?? book.attributions.get(position.decision)
  return {
    decision: position.decision,
    mark: quote && -quote.mid,
    openProfit: openProfitAt(book, position, mark),
    greeks: lotGreeks(legs, position.quantity, mark),
    attribution: running?.total,
    legMarks: legs.map(leg => legMid(mark.legs[legKey(leg)])),
    legGreeks: legs.map(leg => lotGreeks([leg], position.quantity, mark)),
    age: quote?.age ?? Number.POSITIVE_INFINITY,
  }
}

/** The Greeks of all positions; unknown where one of them is. */
export function sumGreeks(positions: readonly PositionFrame[]): PositionGreeks | undefined {
  let sum = NO_GREEKS
  for (const position of positions) {
    if (!position.greeks) return undefined
    sum = addGreeks(sum, position.greeks)
  }
  return sum
}

/** The profit of the whole day by Greek: what was closed and what is held. */
export function dayAttribution(book: Book, mark: BookMark): Attribution {
  let sum = NO_ATTRIBUTION
  for (const position of book.positions.values()) {
    const held = position.quantity > 0 ? attributionAt(book, position, mark) : undefined
    sum = addAttribution(sum, (held ?? book.attributions.get(position.decision))?.total ?? NO_ATTRIBUTION)
  }
  return sum
}

/** The profit of the whole day by factor; a position whose factors are not known adds its profit as residual. */
export function dayFactors(book: Book, mark: BookMark): FactorAttribution {
  let sum = NO_FACTORS
  for (const position of book.positions.values()) {
    const held = position.quantity > 0 ? attributionAt(book, position, mark) : undefined
    const known = held ?? book.attributions.get(position.decision)
    if (!known) continue
    const unknown = { ...NO_FACTORS, residual: attributionTotal(known.total) }
    sum = addFactors(sum, known.factors?.total ?? unknown)
  }
  return sum
}

/** Where the day stands against its limits. */
export function riskFrame(book: Book, market: Market | undefined, mark: BookMark): RiskFrame {
  const state = riskStateAt(book, mark)
  const profit = dayProfit(book, mark)
  const tail = market?.smile && tailRisk(heldPositions(book), market.smile)
  return {
    dayProfit: profit.total,
    realised: profit.realised,
    open: profit.open,
    atStops: state.profitAtStops,
    exposure: state.exposure,
    openContracts: state.openContracts,
    tradesOpened: state.tradesOpened,
    valueAtRisk: tail?.valueAtRisk,
    expectedShortfall: tail?.expectedShortfall,
  }
}
