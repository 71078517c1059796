import type { Expression } from '../../syntax/python/tree.ts'
import type { LaneArray, LaneValue } from './value.ts'

/** Names that are known where an expression stands. */
export interface Frame {
  readonly values: Map<string, LaneValue>
  /** Names that are assigned somewhere in what is compiled; unknown ones of these cannot be read. */
  readonly assigned: ReadonlySet<string>
  /** Names that an inner loop adds to, which is done once for the whole row. */
  readonly gathered: ReadonlySet<string>
  /** Functions being written in place, outermost first. */
  readonly calls: readonly string[]
}

/** What a lane does beside computing: told to the names outside of the loop once all lanes are through. */
export type Effect =
  | {
      readonly kind: 'append'
      readonly list: string
      readonly value: LaneValue
      readonly mask: LaneArray | undefined
    }
  | {
      readonly kind: 'add'
      readonly name: string
      readonly operator: '+' | '-'
      readonly value: LaneArray
      readonly mask: LaneArray | undefined
    }
  /** `if value < least: least = value; best = other`. */
  | {
      readonly kind: 'extreme'
      readonly name: string
      readonly operator: '<' | '>'
      readonly value: LaneArray
      readonly others: readonly (readonly [string, LaneArray])[]
    }
  | StoreEffect
  /** `totals[key] = totals.get(key, 0.0) + value`, and the same by asking `key in totals` first. */
  | {
      readonly kind: 'group'
      readonly dictionary: string
      readonly key: LaneArray
      readonly value: LaneArray
      readonly mask: LaneArray | undefined
    }

/** `result[i] = value` into an array that the function has made itself. */
export interface StoreEffect {
  readonly kind: 'store'
  /** The part of the array that the lanes are. */
  readonly place: Expression
  readonly value: LaneArray
  readonly mask: LaneArray | undefined
}

/** What became of a block. */
export interface Outcome {
  readonly effects: readonly Effect[]
  readonly returned: LaneValue | undefined
  /** Whether it ends in an exception, which the array form leaves to the loop. */
  readonly isRaised: boolean
}

/** Where a block stands: the loop itself, an inlined function, a branch, an inner loop of either sort. */
export type Role = 'loop' | 'function' | 'branch' | 'rows' | 'prefix' | 'sequence'
