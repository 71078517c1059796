import type { Fact } from '../../contract/audits.ts'
import type { Order } from '../../core/portfolio/order.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'
import { applyFact, type Book } from './book.ts'

/** What the engine has to do outside because of an event. */
export type Effect =
  | { readonly kind: 'submit'; readonly order: Approved<Order> }
  | { readonly kind: 'replace'; readonly order: Approved<Order> }
  | { readonly kind: 'cancel'; readonly order: string }
  | { readonly kind: 'cancelAll' }
  | { readonly kind: 'evaluate' }

/** Why a command was not done: a code to branch on and a sentence to show. */
export interface CommandRefusal {
  readonly code: 'refused' | 'notFound' | 'notOpen' | 'keysNotArmed' | 'badRequest' | 'held'
  readonly message: string
}

/** The answer to a command. */
export type CommandReply =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & CommandRefusal)

/** One event being worked into the book: facts are recorded, and hold from the next line on; effects are collected. */
export interface Step {
  readonly book: Book
  readonly facts: readonly Fact[]
  readonly effects: readonly Effect[]
  record(fact: Fact): void
  cause(effect: Effect): void
}

/** A step that has not done anything yet. */
export function createStep(book: Book): Step {
  const facts: Fact[] = []
  const effects: Effect[] = []
  return {
    book,
    facts,
    effects,
    record(fact) {
      applyFact(book, fact)
      facts.push(fact)
    },
    cause(effect) {
      effects.push(effect)
    },
  }
}

/** The command was done. */
export function done(value: unknown = null): CommandReply {
  return { ok: true, value }
}

/** The command was not done. */
export function refused(code: CommandRefusal['code'], message: string): CommandReply {
  return { ok: false, code, message }
}
