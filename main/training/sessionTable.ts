import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds, IsoDate, Milliseconds, Price } from '../core/base/units.ts'
import { ACTIONS, opensRisk, type Action } from '../core/policy/action.ts'
import type { MaskReason } from '../core/policy/actionMask.ts'
import type { TradePlan } from '../core/policy/proposal.ts'
import type { StructureKind } from '../core/portfolio/structure.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { SessionTimes } from '../core/session/calendar.ts'
import type { SuggestionRules } from '../engine/book/bookEvent.ts'
import type { Quotes } from './quoteTape.ts'

/** The actions that take risk, in the order of the columns of a table. */
export const OPENINGS: readonly Action[] = ACTIONS.filter(opensRisk)

/** The most legs of a structure. */
export const MOST_LEGS = 4

/** The rules under which a session is compiled. */
export interface TableRules {
  readonly suggestion: Pick<SuggestionRules, 'plan' | 'cadence'>
  readonly limits: Limits
  /** Time between two beats: a second where the session must be the live one beat by beat, more where it must be fast. */
  readonly beatEvery: Milliseconds
}

/**
 * A session compiled for training. The market does not react to us, so everything that the engine would work out in it
 * is worked out once, by the engine's own code: what is seen at every decision, what each action would mean, and when
 * and at what price its frozen exit fires. Only numbers, so that tables travel between threads and lie in files.
 */
export interface SessionTable {
  readonly id: string
  readonly date: IsoDate
  readonly underlying: string
  readonly times: SessionTimes
  readonly plan: TradePlan
  readonly strikes: Float64Array
  /** The whole chain at every beat. */
  readonly quotes: Quotes
  /** What the underlying closed at; NaN where the source did not say. */
  readonly closingPrice: Price
  readonly decisions: DecisionColumns
  readonly openings: OpeningColumns
}

/** What is seen at every decision, whatever was decided before: one number a decision. */
export interface DecisionColumns {
  readonly count: number
  /** The beat it is made at. */
  readonly beat: Int32Array
  readonly spot: Float64Array
  /** At the money; NaN where there is no smile. */
  readonly impliedVolatility: Float64Array
  readonly regime: Float64Array
  /** NaN where the chain does not say. */
  readonly expectedMove: Float64Array
}

/** What each opening would mean for one lot, by decision times `OPENINGS.length` plus opening. */
export interface OpeningColumns {
  /** 0 where it is on offer, else a code of `REASONS` plus one. */
  readonly reason: Uint8Array
  /** Rows of its legs, `MOST_LEGS` each, -1 beyond the last; legs are short and long in turn. */
  readonly rows: Int16Array
  readonly kind: Uint8Array
  /** First and last limit of its walk. */
  readonly start: Float64Array
  readonly end: Float64Array
  readonly takeProfit: Float64Array
  readonly stop: Float64Array
  readonly exitTime: Float64Array
  /** Loss of one lot at the worst price at expiry, before fees. */
  readonly worst: Float64Array
  readonly margin: Float64Array
  readonly probabilityOfProfit: Float64Array
  /** The beat at which the book closes a position by its rule and the debit it pays; -1 where it never does. */
  readonly exitBeat: Int32Array
  readonly exitDebit: Float64Array
  /** The beat at which its outcome is known and the debit it is scored by; -1 where it is unavailable. */
  readonly scoreBeat: Int32Array
  readonly scoreDebit: Float64Array
}

/** Structures by their code. */
export const KINDS: readonly StructureKind[] = ['putVertical', 'callVertical', 'ironCondor']

/** Reasons for which an action is off, by their code. */
export const REASONS: readonly MaskReason[] = [
  'noChain',
  'noStrike',
  'noWing',
  'notQuoted',
  'creditTooSmall',
  'noPosition',
  'tooManyPositions',
  'outsideSession',
  'notAllowedNow',
]

/** The instant of a beat. */
export function beatTime(table: SessionTable, beat: number): EpochMilliseconds {
  return at(table.quotes.time, beat)
}
