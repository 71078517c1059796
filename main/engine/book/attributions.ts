import type { RunningAttribution } from '../../contract/audits.ts'
import { present } from '../../core/base/assert.ts'
import type { Dollars } from '../../core/base/units.ts'
import { CONTRACT_MULTIPLIER } from '../../core/base/units.ts'
import {
  NO_ATTRIBUTION,
  addAttribution,
  attributeStep,
  attributionTotal,
  type Attribution,
} from '../../core/portfolio/attribution.ts'
import { attributionMark } from '../../core/portfolio/mark.ts'
import type { Position } from '../../core/portfolio/position.ts'
import { dayProfit } from './accounts.ts'
import type { Book } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import type { Step } from './step.ts'

/** Explains what moved every position since its last mark, once a minute, and notes the profit of the day. */
export function attributeMinute(step: Step, mark: BookMark): void {
  const { book } = step
  const attributions = [...book.positions.values()]
    .filter(position => position.quantity > 0)
    .map(position => attributionAt(book, position, mark))
    .filter(entry => entry !== undefined)
  step.record({ kind: 'attributed', time: mark.time, attributions, dayProfit: dayProfit(book, mark).total })
}

/** The attribution of a position up to a mark; undefined where its legs are not known at that mark. */
export function attributionAt(
  book: Book,
  position: Position,
  mark: BookMark,
): RunningAttribution | undefined {
  const known = book.attributions.get(position.decision)
  const now = attributionMark(position.structure.legs, position.quantity, mark)
  if (!known || !now) return undefined
  const total = known.mark ? addAttribution(known.total, attributeStep(known.mark, now)) : known.total
  return { decision: position.decision, total: balanced(total, profitAt(position, now.value)), mark: now }
}

/** Explains up to a fill with the lots held before it, adds what the fill cost, and starts anew with the lots after it. */
export function rebaseAttribution(
  step: Step,
  position: Position,
  cost: Pick<Attribution, 'spread' | 'fees'>,
  mark: BookMark,
): void {
  const { book } = step
  const known = book.attributions.get(position.decision)
  const start: RunningAttribution = known ?? {
    decision: position.decision,
    total: NO_ATTRIBUTION,
    mark: undefined,
  }
  const lots = start.mark ? lotsAt(book, position) : 0
  const before = lots > 0 ? attributionMark(position.structure.legs, lots, mark) : undefined
  const explained =
    start.mark && before ? addAttribution(start.total, attributeStep(start.mark, before)) : start.total
  const after =
    position.quantity > 0 ? attributionMark(position.structure.legs, position.quantity, mark) : undefined
  const total = addAttribution(explained, { ...NO_ATTRIBUTION, ...cost })
  const worth = position.quantity === 0 ? 0 : after?.value
  const closed = worth === undefined ? total : balanced(total, profitAt(position, worth))
  step.record({
    kind: 'attributed',
    time: mark.time,
    attributions: [{ decision: position.decision, total: closed, mark: after }],
    dayProfit: dayProfit(book, mark).total,
  })
}

/** Ends the attributions of positions that were settled: what their last marks did not see is residual. */
export function attributeSettlement(step: Step, held: readonly Position[], mark: BookMark): void {
  const { book } = step
  const attributions = held.map(({ decision }): RunningAttribution => {
    const known = book.attributions.get(decision)?.total ?? NO_ATTRIBUTION
    const position = present(book.positions.get(decision), 'what was settled is in the book')
    return { decision, total: balanced(known, profitAt(position, 0)), mark: undefined }
  })
  step.record({ kind: 'attributed', time: mark.time, attributions, dayProfit: dayProfit(book, mark).total })
}

/** The same parts with the residual that makes them sum to the profit. */
function balanced(total: Attribution, profit: Dollars): Attribution {
  return { ...total, residual: profit - (attributionTotal(total) - total.residual) }
}

/** Everything a position has made, at a worth of what is held. */
function profitAt(position: Position, worth: Dollars): Dollars {
  return (
    position.realised - position.fees + position.entryNet * CONTRACT_MULTIPLIER * position.quantity + worth
  )
}

/** Lots held before the last fill of a position. */
function lotsAt(book: Book, position: Position): number {
  const last = book.fills.findLast(fill => book.orders.get(fill.order)?.decision === position.decision)
  if (!last) return position.quantity
  const opened = book.orders.get(last.order)?.purpose === 'open'
  return opened ? position.quantity - last.quantity : position.quantity + last.quantity
}
