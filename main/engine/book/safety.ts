import type { CommandRequest } from '../../contract/commands.ts'
import { reversed } from '../../core/portfolio/structure.ts'
import type { EpochMilliseconds } from '../../core/base/units.ts'
import { heldPositions, isFlat, openOrders } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import { closingLots, placeClosing, urgentWalk } from './orders.ts'
import { raise } from './watch.ts'
import { done, refused, type CommandReply, type Step } from './step.ts'

/** How long Esc can still keep the positions after a flatten from the window. */
const KEEP_WINDOW = 1000

/** After how long an unfilled flatten order is replaced by one at the market of the moment. */
const FLATTEN_RETRY = 8_000

/** Cancels every order at once and starts to close everything, after a second or immediately. */
export function flattenAll(
  step: Step,
  request: CommandRequest<'killSwitch/flatten'>,
  mark: BookMark,
): CommandReply {
  const { book } = step
  step.cause({ kind: 'cancelAll' })
  if (!book.flattening) {
    const closesAt = mark.time + (request.immediately ? 0 : KEEP_WINDOW)
    step.record({ kind: 'flattenStarted', flattening: { since: mark.time, closesAt } })
    announceFlatten(step, mark)
  } else if (request.immediately && mark.time < book.flattening.closesAt) {
    step.record({ kind: 'flattenStarted', flattening: { ...book.flattening, closesAt: mark.time } })
  }
  continueFlatten(step, mark)
  return done({ orders: openOrders(book).length, positions: heldPositions(book).length })
}

function announceFlatten(step: Step, { time }: BookMark): void {
  const [orders, positions] = [openOrders(step.book).length, heldPositions(step.book).length]
  raise(
    step,
    'flatten',
    String(time),
    time,
    'Flatten all',
    `Cancelled: ${orders} open. Being closed: ${positions} held.`,
  )
}

/** Keeps the positions, while they have not been touched yet; cancelled orders stay cancelled. */
export function keepPositions(step: Step, time: EpochMilliseconds): CommandReply {
  const { flattening } = step.book
  if (!flattening) return refused('notOpen', 'nothing is being flattened')
  if (time >= flattening.closesAt) return refused('notOpen', 'closing has started already')
  step.record({ kind: 'flattenKept' })
  return done()
}

/** Closes what is still held once the time to keep it is over; ends when nothing is left. */
export function continueFlatten(step: Step, mark: BookMark): void {
  const { book } = step
  if (!book.flattening || mark.time < book.flattening.closesAt) return
  for (const order of openOrders(book)) {
    // A closing order of before the flatten was cancelled with the others; one of the flatten may have missed the market
    const isStuck =
      order.purpose === 'flatten' && order.status === 'working' && mark.time - order.time > FLATTEN_RETRY
    if (isStuck) step.cause({ kind: 'cancel', order: order.id })
  }
  for (const position of heldPositions(book)) {
    if (closingLots(book, position.decision) >= position.quantity) continue
    const walk = urgentWalk(reversed(position.structure.legs), mark)
    if (walk) placeClosing(step, position, walk, 'flatten', mark)
  }
  if (isFlat(book)) step.record({ kind: 'flattenEnded' })
}

/** Arms the order keys for some minutes. */
export function armKeys(step: Step, minutes: number, time: EpochMilliseconds): CommandReply {
  if (step.book.lockout)
    return refused('refused', 'order keys stay blocked: locked out until the next session')
  step.record({ kind: 'keysArmed', until: time + minutes * 60_000 })
  return done()
}

/** Makes order keys safe again. */
export function disarmKeys(step: Step): CommandReply {
  if (step.book.keysArmedUntil !== undefined) step.record({ kind: 'keysDisarmed' })
  return done()
}
