import { at } from '../core/base/assert.ts'
import { refuseQuote } from '../core/market/quote.ts'
import type { EngineEvent, QuoteBatch } from './event.ts'

/** Commands that nothing may stand before. */
const SAFETY = new Set(['killSwitch/flatten', 'killSwitch/keep', 'order/cancel'])

/** Events that quotes may pass while they wait: nothing is worked out of either before the next beat. */
const PASSED_BY_QUOTES = new Set(['underlying', 'bar', 'volatilityIndex'])

/**
 * The line in which events wait for the engine. Safety commands go first. Everything else keeps its order, but quotes
 * that wait are merged up to the next beat or command: of several quotes of one contract only the newest is left, and
 * what was dropped is counted.
 */
export interface Inbox<Item extends { readonly event: EngineEvent }> {
  put(item: Item): void
  take(): Item | undefined
  readonly length: number
  /** Quotes that a newer one of the same contract has replaced while waiting. */
  readonly conflated: number
}

/** An empty inbox; `merge` makes an item of a merged batch. */
export function createInbox<Item extends { readonly event: EngineEvent }>(
  rewrap: (item: Item, event: EngineEvent) => Item,
): Inbox<Item> {
  const urgent: Item[] = []
  let waiting: Item[] = []
  let head = 0
  let conflated = 0

  function mergeIntoWaiting(batch: QuoteBatch): boolean {
    let place = waiting.length - 1
    while (place >= head && PASSED_BY_QUOTES.has(waiting[place]?.event.kind ?? '')) place -= 1
    const known = place >= head ? waiting[place] : undefined
    if (known?.event.kind !== 'quotes') return false
    const merged = mergeQuotes(known.event, batch)
    conflated += known.event.count + batch.count - merged.count
    // It has waited as long as the first of them
    waiting[place] = rewrap(known, merged)
    return true
  }

  return {
    put(item) {
      if (isSafety(item.event)) {
        urgent.push(item)
        return
      }
      if (item.event.kind !== 'quotes' || !mergeIntoWaiting(item.event)) waiting.push(item)
    },
    take() {
      const first = urgent.shift()
      if (first) return first
      const item = waiting[head]
      if (!item) return undefined
      head += 1
      if (head > 1024 && head * 2 > waiting.length) {
        waiting = waiting.slice(head)
        head = 0
      }
      return item
    },
    get length() {
      return urgent.length + waiting.length - head
    },
    get conflated() {
      return conflated
    },
  }
}

/** Two batches as one: of a contract that is in both, the quote that would stand after them is kept. */
export function mergeQuotes(earlier: QuoteBatch, later: QuoteBatch): QuoteBatch {
  const place = new Map<number, number>()
  const size = earlier.count + later.count
  const merged = {
    kind: 'quotes' as const,
    time: Math.max(earlier.time, later.time),
    count: 0,
    times: new Float64Array(size),
    rows: new Int32Array(size),
    bid: new Float64Array(size),
    ask: new Float64Array(size),
    bidSize: new Float64Array(size),
    askSize: new Float64Array(size),
  }
  for (const batch of [earlier, later]) {
    for (let index = 0; index < batch.count; index += 1) {
      const row = at(batch.rows, index)
      const target = place.get(row) ?? merged.count
      if (target === merged.count) {
        place.set(row, target)
        merged.count += 1
      } else if (!replaces(batch, index, merged, target)) continue
      merged.rows[target] = row
      for (const name of ['times', 'bid', 'ask', 'bidSize', 'askSize'] as const)
        merged[name][target] = at(batch[name], index)
    }
  }
  return merged
}

/** A quote that the chain would refuse, or that is older, replaces nothing that the chain would take. */
function replaces(batch: QuoteBatch, index: number, known: QuoteBatch, target: number): boolean {
  if (!isSound(known, target)) return true
  return isSound(batch, index) && at(batch.times, index) >= at(known.times, target)
}

function isSound(batch: QuoteBatch, index: number): boolean {
  return !Number.isNaN(at(batch.times, index)) && !refuseQuote(at(batch.bid, index), at(batch.ask, index))
}

function isSafety(event: EngineEvent): boolean {
  return event.kind === 'command' && SAFETY.has(event.command.name)
}
