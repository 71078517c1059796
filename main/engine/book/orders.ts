import type { EpochMilliseconds } from '../../core/base/units.ts'
import { CONTRACT_MULTIPLIER } from '../../core/base/units.ts'
import { exitSignal } from '../../core/learning/outcome.ts'
import type { Decision } from '../../core/policy/decision.ts'
import type { Proposal } from '../../core/policy/proposal.ts'
import { comboQuote, onGrid } from '../../core/portfolio/comboQuote.ts'
import { isOpenOrder, stepsDue, type Fill, type LimitWalk, type Order } from '../../core/portfolio/order.ts'
import { applyFill, type Position } from '../../core/portfolio/position.ts'
import { reversed, type Leg } from '../../core/portfolio/structure.ts'
import {
  checkClosingOrder,
  checkOpeningOrder,
  checkWalkedOrder,
  type Approved,
} from '../../core/risk/checkOrder.ts'
import type { Refusal } from '../../core/risk/gate.ts'
import type { Result } from '../../core/base/result.ts'
import { quoteAge, riskStateAt, staleAfter } from './accounts.ts'
import { rebaseAttribution } from './attributions.ts'
import { heldPositions, isFlat, openOrders, type Book } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import type { Step } from './step.ts'

/** How long an opening order rests at the end of its walk before it is given up. */
const OPENING_REST = 120_000

/** Steps and pace of an order that must get out. */
const URGENT = { steps: 2, stepEvery: 2_000 }

/** Sends the order of an accepted trade, if the gate lets it through at this very moment. */
export function placeOpening(
  step: Step,
  decision: Decision,
  proposal: Proposal,
  mark: BookMark,
): Refusal | undefined {
  const { book } = step
  const { structure, legs, quantity, walk } = proposal
  const order = newOrder(
    book,
    { decision: decision.id, purpose: 'open', structure, legs, quantity, walk },
    mark.time,
  )
  const age = quoteAge(proposal.legs, mark)
  const limits = { ...book.limits, maximumQuoteAge: staleAfter(book) }
  return send(step, order, checkOpeningOrder(order, proposal, age, riskStateAt(book, mark), limits))
}

/** Sends an order that closes lots of a position, unless others on their way already close them. */
export function placeClosing(
  step: Step,
  position: Position,
  walk: LimitWalk,
  purpose: 'close' | 'flatten',
  mark: BookMark,
): Refusal | undefined {
  const { book } = step
  const onTheWay = closingLots(book, position.decision)
  const lots = position.quantity - onTheWay
  if (lots <= 0) return undefined
  const { decision, structure } = position
  const legs = reversed(structure.legs)
  const order = newOrder(book, { decision, purpose, structure, legs, quantity: lots, walk }, mark.time)
  return send(step, order, checkClosingOrder(order, position, onTheWay, riskStateAt(book, mark)))
}

/** The walk from mid to wherever the market is, in a hurry; used to get out. */
export function urgentWalk(legs: readonly Leg[], mark: BookMark): LimitWalk | undefined {
  const quote = comboQuote(legs, mark.legs)
  if (!quote) return undefined
  // A few cents past the natural price, so that a market that runs away is still caught
  const end = onGrid(quote.natural - 0.05)
  return { start: onGrid(quote.natural), end, ...URGENT }
}

/** Moves the limits of working orders along their walks, gives up openings that nobody takes or that risk forbids. */
export function walkOrders(step: Step, mark: BookMark): void {
  const { book } = step
  for (const order of openOrders(book)) {
    const since = mark.time - order.time
    if (order.status !== 'working') continue
    const isTooLate = isRiskShut(book) || since > order.walk.steps * order.walk.stepEvery + OPENING_REST
    if (order.purpose === 'open' && isTooLate) {
      step.cause({ kind: 'cancel', order: order.id })
      continue
    }
    const due = stepsDue(order.walk, since)
    if (due <= order.stepsTaken) continue
    const checked = checkWalkedOrder(order, due, riskStateAt(book, mark))
    if (!checked.ok) continue
    step.record({ kind: 'orderChanged', order: checked.value })
    step.cause({ kind: 'replace', order: checked.value })
  }
}

/** Closes positions whose frozen exit rule has fired. */
export function followExits(step: Step, mark: BookMark): void {
  const { book } = step
  for (const position of heldPositions(book)) {
    if (closingLots(book, position.decision) >= position.quantity) continue
    const quote = comboQuote(reversed(position.structure.legs), mark.legs)
    const isLastCall = mark.time >= position.exit.time
    if (!quote || (quote.age > staleAfter(book) && !isLastCall)) continue
    const signal = exitSignal(position.structure.legs, position.exit, mark)
    if (!signal) continue
    const atTarget = onGrid(-position.exit.takeProfit)
    const walk =
      signal.reason === 'takeProfit'
        ? { start: onGrid(quote.natural), end: Math.min(onGrid(quote.natural), atTarget), ...URGENT }
        : urgentWalk(reversed(position.structure.legs), mark)
    if (walk) placeClosing(step, position, walk, 'close', mark)
  }
}

/** Cancels what could still open risk, without touching orders that close. */
export function cancelOpenings(step: Step): void {
  for (const order of openOrders(step.book)) {
    if (order.purpose === 'open') step.cause({ kind: 'cancel', order: order.id })
  }
}

/** Works a fill into order, position and attribution. A fill that was seen before changes nothing. */
export function acceptFill(step: Step, fill: Fill, mark: BookMark): void {
  const { book } = step
  const order = book.orders.get(fill.order)
  if (!order || book.fills.some(known => known.id === fill.id)) return
  const before = book.positions.get(order.decision)
  const exit = before?.exit ?? exitOf(book, order)
  if (!exit) return
  const filled = order.filled + fill.quantity
  const changed: Order = {
    ...order,
    filled,
    status: filled >= order.quantity ? 'filled' : order.status === 'sending' ? 'working' : order.status,
  }
  const position = applyFill(before, order, fill, exit)
  const mid = comboQuote(order.legs, mark.legs)?.mid
  const spread = mid === undefined ? 0 : (fill.net - mid) * CONTRACT_MULTIPLIER * fill.quantity
  step.record({ kind: 'filled', fill, order: changed, position, spread })
  rebaseAttribution(step, position, { spread, fees: -fill.fees }, mark)
  if (order.purpose === 'flatten' && isFlat(book)) step.record({ kind: 'flattenEnded' })
}

/** An order that the broker ended without filling it. */
export function endOrder(step: Step, orderId: string, status: 'cancelled' | 'rejected', note: string): void {
  const order = step.book.orders.get(orderId)
  if (!order || !isOpenOrder(order)) return
  step.record({ kind: 'orderChanged', order: { ...order, status, note } })
}

/** Lots of a position that orders on their way may close. */
export function closingLots(book: Book, decision: string): number {
  return openOrders(book)
    .filter(order => order.decision === decision && order.purpose !== 'open')
    .reduce((sum, order) => sum + order.quantity - order.filled, 0)
}

/** Whether nothing may open any more; an opening that was still on its way when risk was shut must be called back. */
function isRiskShut(book: Book): boolean {
  const isShut = book.lockout !== undefined || book.flattening !== undefined || book.halted !== undefined
  return isShut || book.phase !== 'session'
}

function send(step: Step, order: Order, checked: Result<Approved<Order>, Refusal>): Refusal | undefined {
  if (!checked.ok) {
    step.record({
      kind: 'orderRefused',
      order: { ...order, status: 'rejected', note: checked.failure.sentence },
      sentence: checked.failure.sentence,
    })
    return checked.failure
  }
  step.record({ kind: 'orderPlaced', order: checked.value })
  step.cause({ kind: 'submit', order: checked.value })
  return undefined
}

type OrderWish = Pick<Order, 'decision' | 'purpose' | 'structure' | 'legs' | 'quantity' | 'walk'>

function newOrder(book: Book, wish: OrderWish, time: EpochMilliseconds): Order {
  const count = [...book.orders.values()].filter(order => order.decision === wish.decision).length
  const id = `${wish.decision}.${count + 1}`
  return { ...wish, id, time, status: 'sending', limit: wish.walk.start, stepsTaken: 0, filled: 0 }
}

function exitOf(book: Book, order: Order): Position['exit'] | undefined {
  return book.decisions.get(order.decision)?.proposal?.exit
}
