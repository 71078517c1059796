import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlayedDesk, anyMoves, type Move } from '../../fixtures/deskMoves.ts'
import { fromText, toText } from '../../core/base/plainText.ts'
import { attributionTotal } from '../../core/portfolio/attribution.ts'
import { factorTotal } from '../../core/portfolio/factorAttribution.ts'
import type { Fill } from '../../core/portfolio/order.ts'
import { contractsFromFills, contractsFromPositions, type Position } from '../../core/portfolio/position.ts'
import type { JournalEntry } from '../ports.ts'
import { verifyJournal } from '../verifyJournal.ts'
import { applyFact, createBook, openBook, type Book } from './book.ts'

const RUNS = { numRuns: 100 }

/** Facts that say again what is so already, and closes that the gate refuses again. */
const HARMLESS: ReadonlySet<string> = new Set(['accountConfirmed', 'reconciled', 'orderRefused'])

/** Whole journals go through text here. */
const DEAR = { numRuns: 30 }

function played(moves: readonly Move[]): PlayedDesk {
  const desk = new PlayedDesk()
  for (const move of moves) Array.from(desk.play(move))
  return desk
}

/** A book as text; two books are the same where their texts are. */
function textOf(book: Book): string {
  const plain = Object.entries(book).map(([name, part]: [string, unknown]) => {
    if (part instanceof Map) return [name, [...part]]
    return name === 'preference' || name === 'quality' ? [name, numbersOf(part)] : [name, part]
  })
  return toText(plain)
}

function numbersOf(model: unknown): unknown {
  const isColumn = (part: unknown) => part instanceof Float64Array
  return Object.entries(model ?? {}).map(([name, part]) => [name, isColumn(part) ? [...part] : part])
}

/** Whether lots of a position expired: they left without a fill. */
function isSettled(book: Book, position: Position): boolean {
  const closed = book.fills.filter(fill => {
    const order = book.orders.get(fill.order)
    return order?.decision === position.decision && order.purpose !== 'open'
  })
  return position.quantity === 0 && closed.reduce((sum, fill) => sum + fill.quantity, 0) < position.opened
}

/** What a start does with a journal: facts are put back in their places and nothing is decided again. */
function recovered(entries: readonly JournalEntry[]): Book {
  const book = createBook()
  for (const { event, facts } of entries) {
    const opening = facts.findIndex(fact => fact.kind === 'sessionOpened')
    if (event.kind === 'sessionOpened') openBook(book, event)
    for (const fact of facts.slice(Math.max(0, opening))) applyFact(book, fact)
  }
  return book
}

test('a book rebuilt from written facts is the book that decided them, after every event', () => {
  fc.assert(
    fc.property(anyMoves, fc.nat(), (moves, cut) => {
      const whole = played(moves)
      const journal = fromText<JournalEntry[]>(toText(whole.desk.journal))
      expect(textOf(recovered(journal))).toBe(textOf(whole.desk.book))
      const early = played(moves.slice(0, cut % moves.length))
      expect(textOf(recovered(journal.slice(0, early.desk.journal.length)))).toBe(textOf(early.desk.book))
    }),
    DEAR,
  )
})

test('the journal of a session, lived again alone, gives the same facts entry by entry', () => {
  fc.assert(
    fc.property(anyMoves, moves => {
      const journal = fromText<JournalEntry[]>(toText(played(moves).desk.journal))
      for (const session of new Set(journal.map(entry => entry.session))) {
        const entries = journal.filter(entry => entry.session === session)
        const verdict = verifyJournal(entries)
        expect(verdict).toMatchObject({ differsAt: undefined, entries: entries.length })
        expect(verdict.relived).toBe(verdict.journalled)
      }
    }),
    DEAR,
  )
})

test('what is held is the sum of the fills, and an order fills no more than it asked for', () => {
  fc.assert(
    fc.property(anyMoves, moves => {
      const { book } = played(moves).desk
      const settled = [...book.positions.values()].filter(position => isSettled(book, position))
      const kept = (fill: Fill) =>
        !settled.some(position => position.decision === book.orders.get(fill.order)?.decision)
      expect(contractsFromPositions(book.positions.values())).toEqual(
        contractsFromFills(book.fills.filter(kept)),
      )
      for (const order of book.orders.values()) {
        const lots = book.fills.filter(fill => fill.order === order.id).map(fill => fill.quantity)
        expect(lots.reduce((sum, lot) => sum + lot, 0)).toBe(order.filled)
        expect(order.filled).toBeLessThanOrEqual(order.quantity)
        expect(order.status === 'filled').toBe(order.filled === order.quantity)
      }
    }),
    RUNS,
  )
})

test('a closed position has made the cash of its fills less their fees', () => {
  let closed = 0
  fc.assert(
    fc.property(anyMoves, moves => {
      const { book } = played(moves).desk
      for (const position of book.positions.values()) {
        if (position.quantity > 0 || isSettled(book, position)) continue
        const fills = book.fills.filter(fill => book.orders.get(fill.order)?.decision === position.decision)
        const fees = fills.reduce((sum, fill) => sum + fill.fees, 0)
        expect(position.fees).toBeCloseTo(fees, 6)
        const cash = fills.reduce((sum, fill) => sum + fill.net * 100 * fill.quantity, 0)
        expect(position.realised).toBeCloseTo(cash, 6)
        closed += 1
      }
    }),
    RUNS,
  )
  expect(closed).toBeGreaterThan(20)
})

test('the parts of every attribution and its residual sum to what the position has made at its mark', () => {
  let [checked, byFactor] = [0, 0]
  fc.assert(
    fc.property(anyMoves, moves => {
      const { book } = played(moves).desk
      for (const position of book.positions.values()) {
        const running = book.attributions.get(position.decision)
        const isUnknown = position.quantity > 0 && running?.mark === undefined
        if (!running || isUnknown) continue
        const held = position.entryNet * 100 * position.quantity + (running.mark?.value ?? 0)
        const made = position.realised - position.fees + (position.quantity > 0 ? held : 0)
        expect(attributionTotal(running.total)).toBeCloseTo(made, 6)
        expect(running.total.fees).toBeCloseTo(-position.fees, 6)
        if (!running.factors) continue
        expect(factorTotal(running.factors.total)).toBeCloseTo(made, 6)
        expect(running.factors.total.costs).toBeCloseTo(running.total.fees + running.total.spread, 6)
        byFactor += 1
        checked += 1
      }
    }),
    RUNS,
  )
  expect(checked).toBeGreaterThan(50)
  expect(byFactor).toBeGreaterThan(40)
})

test('a report of the broker that is heard again at once moves no money and sends no order', () => {
  let heard = 0
  fc.assert(
    fc.property(anyMoves, moves => {
      const whole = new PlayedDesk()
      for (const move of moves) {
        for (const [event] of whole.play(move)) {
          if (event.kind !== 'broker') continue
          const { facts, effects } = whole.desk.tell(event).step
          expect(effects.filter(effect => effect.kind !== 'cancel')).toEqual([])
          expect(facts.filter(fact => !HARMLESS.has(fact.kind))).toEqual([])
          heard += 1
        }
      }
    }),
    RUNS,
  )
  expect(heard).toBeGreaterThan(500)
})

test('a decision is scored at most once, and once scored it stands', () => {
  let scored = 0
  fc.assert(
    fc.property(anyMoves, moves => {
      const { desk } = played(moves)
      const ids = desk.journal
        .flatMap(entry => entry.facts)
        .flatMap(fact => (fact.kind === 'scored' ? [fact.decision] : []))
      expect(new Set(ids.map(decision => decision.id)).size).toBe(ids.length)
      const kept = ids.filter(({ id }) => desk.book.decisions.has(id))
      expect(kept.map(({ id }) => desk.decision(id).outcome)).toEqual(kept.map(({ outcome }) => outcome))
      scored += ids.length
    }),
    RUNS,
  )
  expect(scored).toBeGreaterThan(50)
})
