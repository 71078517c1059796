import {
  CONTRACT_MULTIPLIER,
  MILLISECONDS_PER_MINUTE,
  type EpochMilliseconds,
} from '../../core/base/units.ts'
import { settle } from '../../core/portfolio/position.ts'
import { expiryValue, maximumLoss } from '../../core/portfolio/structure.ts'
import { attributeMinute, attributeSettlement } from './attributions.ts'
import { heldPositions, openOrders } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import { followExits, walkOrders } from './orders.ts'
import { continueFlatten } from './safety.ts'
import type { Step } from './step.ts'
import { closeScores, lapseSuggestions, scoreDecisions } from './suggestions.ts'
import { announceGuard, watchBook } from './watch.ts'

/** What time alone brings, in the order of its urgency. */
export function liveOneBeat(step: Step, mark: BookMark): void {
  const { book } = step
  if (mark.phase !== book.phase) changePhase(step, mark)
  if (isOver(mark)) settleHeld(step, mark)
  continueFlatten(step, mark)
  walkOrders(step, mark)
  if (isTrading(mark)) followExits(step, mark)
  lapseSuggestions(step, mark)
  scoreDecisions(step, mark)
  watchBook(step, mark)
  if (book.keysArmedUntil !== undefined && mark.time >= book.keysArmedUntil)
    step.record({ kind: 'keysDisarmed' })
  if (isMinuteOver(book.dayCurve.at(-1)?.time, mark.time) && book.positions.size > 0 && isTrading(mark))
    attributeMinute(step, mark)
}

function changePhase(step: Step, mark: BookMark): void {
  step.record({ kind: 'phaseChanged', phase: mark.phase })
  if (mark.phase === 'guard') announceGuard(step, mark)
  if (isOver(mark)) endTrading(step, mark)
}

/** After the last trade orders are dead, and what was not scored by then never will be. */
function endTrading(step: Step, mark: BookMark): void {
  for (const order of openOrders(step.book)) step.cause({ kind: 'cancel', order: order.id })
  closeScores(step, mark.time)
}

/** What is held after the last trade is worth its intrinsic value at the closing price, as soon as a price is known. */
function settleHeld(step: Step, mark: BookMark): void {
  const { book } = step
  const price = mark.closingPrice ?? mark.spot
  const held = heldPositions(book)
  if (held.length === 0 || !Number.isFinite(price)) return
  for (const position of held) {
    const worth = expiryValue(position.structure.legs, price) * CONTRACT_MULTIPLIER * position.quantity
    const credit = position.entryNet * CONTRACT_MULTIPLIER * position.quantity
    step.record({
      kind: 'settled',
      position: settle(position, credit + worth, mark.time),
      estimated: mark.closingPrice === undefined,
    })
  }
  attributeSettlement(step, held, mark)
}

/** Leaves a session that was not lived to its end: orders are dead, nothing more can be scored, what was held is worth its last mark. */
export function leaveSession(step: Step, time: EpochMilliseconds): void {
  const { book } = step
  if (!book.session) return
  if (openOrders(book).length > 0) step.cause({ kind: 'cancelAll' })
  closeScores(step, time)
  for (const position of heldPositions(book)) {
    const credit = position.entryNet * CONTRACT_MULTIPLIER * position.quantity
    const known = book.attributions.get(position.decision)?.mark
    const settlement = known
      ? credit + known.value
      : -maximumLoss(position.structure.legs, position.entryNet) * position.quantity
    step.record({ kind: 'settled', position: settle(position, settlement, time), estimated: true })
  }
}

function isOver(mark: BookMark): boolean {
  return mark.phase === 'watch' || mark.phase === 'closed'
}

function isTrading(mark: BookMark): boolean {
  return mark.phase === 'session' || mark.phase === 'guard' || mark.phase === 'lastTrades'
}

function isMinuteOver(last: number | undefined, now: number): boolean {
  return (
    last === undefined ||
    Math.floor(now / MILLISECONDS_PER_MINUTE) > Math.floor(last / MILLISECONDS_PER_MINUTE)
  )
}
