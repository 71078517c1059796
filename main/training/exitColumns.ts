import { at } from '../core/base/assert.ts'
import type { Milliseconds } from '../core/base/units.ts'
import { readClosing, type ClosingQuote, type Quotes } from './quoteTape.ts'
import { MOST_LEGS, OPENINGS, type OpeningColumns } from './sessionTable.ts'

/** How long past its end an outcome waits for quotes, as the outcomes of the core have it. */
const GRACE: Milliseconds = 10 * 60_000

/**
 * Finds for every opening on offer when its frozen exit fires, from the beat after its decision on. Two answers: the
 * book does not act on a stale quote before the last call, the score does. The rule is that of `exitSignal` of the core.
 */
export function findExits(quotes: Quotes, decisionBeats: Int32Array, openings: OpeningColumns): void {
  const quote: ClosingQuote = { natural: 0, mid: 0, isStale: false }
  for (let index = 0; index < openings.reason.length; index += 1) {
    if (openings.reason[index] !== 0) continue
    const decided = at(decisionBeats, Math.floor(index / OPENINGS.length))
    findExit(quotes, decided + 1, openings, index, quote)
  }
}

function findExit(
  quotes: Quotes,
  from: number,
  openings: OpeningColumns,
  index: number,
  quote: ClosingQuote,
): void {
  const exitTime = at(openings.exitTime, index)
  let isScored = false
  for (let beat = from; beat < quotes.beats; beat += 1) {
    const time = at(quotes.time, beat)
    const isQuoted = readClosing(quotes, beat, openings.rows, index * MOST_LEGS, MOST_LEGS, quote)
    const debit = -quote.natural
    const isFired =
      isQuoted &&
      (debit <= at(openings.takeProfit, index) || -quote.mid >= at(openings.stop, index) || time >= exitTime)
    if (!isScored && isFired) {
      openings.scoreBeat[index] = beat
      openings.scoreDebit[index] = debit
    }
    isScored ||= isFired || time >= exitTime + GRACE
    if (!isFired || (quote.isStale && time < exitTime)) continue
    openings.exitBeat[index] = beat
    openings.exitDebit[index] = debit
    return
  }
}
