import { at } from '../core/base/assert.ts'
import { CONTRACT_MULTIPLIER, type Dollars, type EpochMilliseconds, type Price } from '../core/base/units.ts'
import type { Position } from '../core/portfolio/position.ts'
import { expiryValue, structureName } from '../core/portfolio/structure.ts'
import { readClosing } from '../training/quoteTape.ts'
import { MOST_LEGS, OPENINGS, beatTime, type SessionTable } from '../training/sessionTable.ts'
import type { TradeRecord } from '../training/trainingBook.ts'
import { closedPosition, openedPosition, settledPosition } from '../training/trainingTrade.ts'

/** A trade of a simulated session. */
export interface SimulatedTrade {
  readonly time: EpochMilliseconds
  readonly structure: string
  /** Received a share at the mid. */
  readonly credit: Price
  readonly exit: string
  /** At mid both ways and without fees. */
  readonly gross: Dollars
  readonly net: Dollars
}

/** The trades of a session that is over, by the figures of its table. */
export function tradesOf(
  table: SessionTable,
  records: readonly TradeRecord[],
  closedByHand: ReadonlySet<number>,
): SimulatedTrade[] {
  return records.map((record, place) => {
    const { opening, quantity, closedAt, closingNet } = record
    const opened = openedPosition(table, opening, quantity)
    const entry = at(table.decisions.beat, Math.floor(opening / OPENINGS.length))
    const credit = -midAt(table, opening, entry)
    const ended =
      closedAt < 0 ? settledPosition(table, opened) : closedPosition(table, opened, closingNet, closedAt)
    const worth =
      closedAt < 0 ? expiryValue(opened.structure.legs, table.closingPrice) : midAt(table, opening, closedAt)
    return {
      time: opened.openedAt,
      structure: `${quantity > 1 ? `${quantity} x ` : ''}${structureName(opened.structure)}`,
      credit,
      exit: closedByHand.has(place) ? 'closed' : exitOf(table, opened, record),
      gross: (credit + worth) * CONTRACT_MULTIPLIER * quantity,
      net: ended.realised - ended.fees,
    }
  })
}

/** What closing the legs of an opening would bring at the mid of a beat, net a share; 0 where a leg is not offered. */
function midAt({ quotes, openings }: SessionTable, opening: number, beat: number): Price {
  const quote = { natural: 0, mid: 0, isStale: false }
  readClosing(quotes, beat, openings.rows, opening * MOST_LEGS, MOST_LEGS, quote)
  return quote.mid
}

function exitOf(table: SessionTable, { exit }: Position, { closedAt, closingNet }: TradeRecord): string {
  if (closedAt < 0) return 'settled'
  if (-closingNet <= exit.takeProfit) return 'takeProfit'
  return beatTime(table, closedAt) >= exit.time ? 'time' : 'stop'
}
