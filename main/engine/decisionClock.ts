import type { EpochMilliseconds, Price } from '../core/base/units.ts'
import { heldPositions, openDecision, type Book } from './book/book.ts'
import type { SuggestionRules } from './book/bookEvent.ts'
import { staleAfter } from './book/accounts.ts'
import type { Market } from './market.ts'

/** A move since the last decision of this share of the expected move asks for a new one before its time. */
export const LARGE_MOVE_SHARE = 0.35

/** When and where was decided last. */
export interface LastDecision {
  readonly time: EpochMilliseconds
  readonly spot: Price
}

export const NEVER_DECIDED: LastDecision = { time: Number.NEGATIVE_INFINITY, spot: Number.NaN }

/** Whether a decision is due: the cadence has passed or the market has moved, and somebody could act on it. */
export function isDecisionDue(
  market: Market,
  book: Book,
  rules: SuggestionRules,
  last: LastDecision,
  now: EpochMilliseconds,
): boolean {
  const spot = market.spot?.last
  if (spot === undefined || book.phase !== 'session' || isShut(book)) return false
  if (now - market.heardAt > staleAfter(book)) return false
  const open = openDecision(book)
  // A suggested trade stays in front of the trader until it is answered; a wait makes room for the next look
  if (open && open.action !== 'noTrade') return false
  const reach = LARGE_MOVE_SHARE * (market.move?.move ?? Number.POSITIVE_INFINITY)
  return now - last.time >= rules.cadence || Math.abs(spot - last.spot) > reach
}

function isShut(book: Book): boolean {
  if (book.lost.has('memory') || book.flattening || book.halted !== undefined) return true
  return book.lockout !== undefined && heldPositions(book).length === 0
}
