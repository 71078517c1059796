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
  type AttributionMark,
} from '../../core/portfolio/attribution.ts'
import {
  NO_FACTORS,
  addFactors,
  balancedFactors,
  beginFactors,
  factorStep,
  type FactorState,
} from '../../core/portfolio/factorAttribution.ts'
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
  const { total, factors } = explainedUpTo(known, now, mark)
  const profit = profitAt(position, now.value)
  return {
    decision: position.decision,
    total: balanced(total, profit),
    mark: now,
    ...(factors ? { factors: { ...factors, total: balancedFactors(factors.total, profit) } } : {}),
  }
}

/** What is explained up to a mark, by Greek and by factor; as it was where it was not marked before. */
function explainedUpTo(
  known: RunningAttribution,
  now: AttributionMark,
  { atTheMoney }: BookMark,
): Pick<RunningAttribution, 'total' | 'factors'> {
  if (!known.mark) return known
  const step = attributeStep(known.mark, now)
  const total = addAttribution(known.total, step)
  if (!known.factors) return { total }
  return { total, factors: factorStep(known.factors, known.mark, now, step, atTheMoney) }
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
  const explained = before ? explainedUpTo(start, before, mark) : start
  const after =
    position.quantity > 0 ? attributionMark(position.structure.legs, position.quantity, mark) : undefined
  const total = addAttribution(explained.total, { ...NO_ATTRIBUTION, ...cost })
  const factors = withCosts(explained.factors ?? firstFactors(known, after, mark), cost)
  const worth = position.quantity === 0 ? 0 : after?.value
  const profit = worth === undefined ? undefined : profitAt(position, worth)
  step.record({
    kind: 'attributed',
    time: mark.time,
    attributions: [
      {
        decision: position.decision,
        total: profit === undefined ? total : balanced(total, profit),
        mark: after,
        ...(factors ? { factors: settled(factors, profit) } : {}),
      },
    ],
    dayProfit: dayProfit(book, mark).total,
  })
}

/** Ends the attributions of positions that were settled: what their last marks did not see is residual. */
export function attributeSettlement(step: Step, held: readonly Position[], mark: BookMark): void {
  const { book } = step
  const attributions = held.map(({ decision }): RunningAttribution => {
    const known = book.attributions.get(decision)
    const position = present(book.positions.get(decision), 'what was settled is in the book')
    const profit = profitAt(position, 0)
    return {
      decision,
      total: balanced(known?.total ?? NO_ATTRIBUTION, profit),
      mark: undefined,
      ...(known?.factors ? { factors: settled(known.factors, profit) } : {}),
    }
  })
  step.record({ kind: 'attributed', time: mark.time, attributions, dayProfit: dayProfit(book, mark).total })
}

/** Factors begin with the first fill, where the volatility at the money is known by then. */
function firstFactors(
  known: RunningAttribution | undefined,
  after: AttributionMark | undefined,
  { atTheMoney }: BookMark,
): FactorState | undefined {
  return known || !after || atTheMoney === undefined ? undefined : beginFactors(after, atTheMoney)
}

function withCosts(
  factors: FactorState | undefined,
  { spread, fees }: Pick<Attribution, 'spread' | 'fees'>,
): FactorState | undefined {
  return factors && { ...factors, total: addFactors(factors.total, { ...NO_FACTORS, costs: spread + fees }) }
}

function settled(factors: FactorState, profit: Dollars | undefined): FactorState {
  return profit === undefined ? factors : { ...factors, total: balancedFactors(factors.total, profit) }
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
