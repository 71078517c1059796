import { CONTRACT_MULTIPLIER, type Dollars, type Milliseconds } from '../../core/base/units.ts'
import { comboQuote } from '../../core/portfolio/comboQuote.ts'
import { marginRequirement } from '../../core/portfolio/margin.ts'
import type { Order } from '../../core/portfolio/order.ts'
import { openProfit, type Position } from '../../core/portfolio/position.ts'
import { reversed, type Leg } from '../../core/portfolio/structure.ts'
import type { RiskState } from '../../core/risk/riskState.ts'
import { heldPositions, openOrders, type Book } from './book.ts'
import type { BookMark } from './bookEvent.ts'

/** What the day has made so far. */
export interface DayProfit {
  /** Profit of what was closed, after all fees paid. */
  readonly realised: Dollars
  /** Profit of what is held, at mid. */
  readonly open: Dollars
  readonly total: Dollars
}

/** The profit of the day at a mark. Where a leg is not quoted, the position counts at its last known worth. */
export function dayProfit(book: Book, mark: BookMark): DayProfit {
  let realised = 0
  let open = 0
  for (const position of book.positions.values()) {
    realised += position.realised - position.fees
    open += openProfitAt(book, position, mark)
  }
  return { realised, open, total: realised + open }
}

/** The open profit of a position at mid, or at its last known worth where a leg is not quoted or is stale. */
export function openProfitAt(book: Book, position: Position, mark: BookMark): Dollars {
  if (position.quantity === 0) return 0
  const quote = comboQuote(reversed(position.structure.legs), mark.legs)
  if (quote && quote.age <= staleAfter(book)) return openProfit(position, quote.mid)
  const known = book.attributions.get(position.decision)?.mark
  return known ? position.entryNet * CONTRACT_MULTIPLIER * position.quantity + known.value : 0
}

/** Everything the gate weighs, at a mark. */
export function riskStateAt(book: Book, mark: BookMark): RiskState {
  const held = heldPositions(book)
  const opening = openOrders(book).filter(order => order.purpose === 'open')
  const profit = dayProfit(book, mark)
  const marginOf = (legs: Position['structure']['legs'], quantity: number) =>
    marginRequirement(legs, quantity)
  return {
    phase: book.phase,
    account: book.account.mode,
    lockout: book.lockout,
    isFlattening: book.flattening !== undefined,
    isHalted: book.halted !== undefined,
    isMemoryDown: book.lost.has('memory'),
    dayProfit: profit.total,
    profitAtStops:
      profit.realised +
      held.reduce((sum, position) => sum + profitAtStop(position), 0) +
      opening.reduce((sum, order) => sum + lossOnTheWay(book, order), 0),
    openContracts:
      held.reduce((sum, position) => sum + position.structure.legs.length * position.quantity, 0) +
      opening.reduce((sum, order) => sum + order.legs.length * (order.quantity - order.filled), 0),
    openStructures: new Set([...held, ...opening].map(entry => entry.decision)).size,
    exposure:
      held.reduce((sum, position) => sum + marginOf(position.structure.legs, position.quantity), 0) +
      opening.reduce((sum, order) => sum + marginOf(order.legs, order.quantity - order.filled), 0),
    tradesOpened: new Set(
      [...book.fills.map(fill => book.orders.get(fill.order)), ...opening]
        .filter(order => order?.purpose === 'open')
        .map(order => order?.decision),
    ).size,
  }
}

/** The age of the oldest quote of some legs; where a leg has no price it is older than any limit. */
export function quoteAge(legs: readonly Leg[], mark: BookMark): Milliseconds {
  return comboQuote(legs, mark.legs)?.age ?? Number.POSITIVE_INFINITY
}

/** Age from which a quote is stale for orders and marks, wider where the source speaks rarely. */
export function staleAfter(book: Pick<Book, 'limits' | 'quoteInterval'>): number {
  return Math.max(book.limits.maximumQuoteAge, book.quoteInterval * 1.5)
}

/** What the lots of an opening order that may still fill would lose at their stop; not above zero. */
function lossOnTheWay(book: Book, order: Order): Dollars {
  const atStop = book.decisions.get(order.decision)?.proposal?.atStop ?? 0
  return (atStop * (order.quantity - order.filled)) / order.quantity
}

function profitAtStop(position: Position): Dollars {
  return (position.entryNet - position.exit.stop) * CONTRACT_MULTIPLIER * position.quantity
}
