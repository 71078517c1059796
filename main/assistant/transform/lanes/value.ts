import type { Expression } from '../../syntax/python/tree.ts'
import { slice, subscript } from '../build.ts'

// What a loop body computes, for all rounds of the loop at once. A round of the loop is a lane; what every lane has of its own is an
// array with one element a lane.

/**
 * How the elements of an array come out of the scalar code: surely as `float`; as the inputs are, whole or not (`free`); as `int`;
 * as `bool`.
 */
export type LaneType = 'float' | 'free' | 'whole' | 'truth'

/** A number, or an array of them. */
export interface LaneArray {
  readonly kind: 'array'
  readonly code: Expression
  /** 0: one for all lanes; 1: one a lane, shape (n,); 2: a row a lane, shape (n, m), or one row for all, shape (m,). */
  readonly rank: 0 | 1 | 2
  readonly type: LaneType
  /** Whether the scalar code would hold NumPy's scalars instead of Python's. */
  readonly isNumpy: boolean
  /** Whether it is one row for all lanes. */
  readonly isShared?: boolean
}

/** What a loop hands out each round: a number, a record or a row, told by how it is used. */
export interface LaneElement {
  readonly kind: 'element'
  readonly axis: 1 | 2
  /** The sequence, what the loop calls its elements, and the part of them that is meant. */
  readonly list: Expression
  readonly target: Expression
  readonly part: Expression
}

/** A row of a data frame; fields are its columns. */
export interface LaneFrameRow {
  readonly kind: 'frameRow'
  readonly frame: Expression
}

/** The counter of a loop over `range`. */
export interface LaneIndex {
  readonly kind: 'index'
  readonly axis: 1 | 2
  readonly name: string
  readonly start: Expression
  readonly stop: Expression
}

/** Several values together, as `(a, b)` or `[a, b]`. */
export interface LaneGroup {
  readonly kind: 'group'
  readonly form: 'tuple' | 'list'
  readonly elements: readonly LaneArray[]
}

/** A list that every lane fills for itself, `row = []`; `filled` once an inner loop has. */
export interface LaneList {
  readonly kind: 'list'
  readonly filled: LaneArray | undefined
}

export type LaneValue = LaneArray | LaneElement | LaneFrameRow | LaneIndex | LaneGroup | LaneList

/** One value for all lanes. */
export function scalar(code: Expression, type: LaneType = 'free'): LaneArray {
  return { kind: 'array', code, rank: 0, type, isNumpy: false }
}

/** The same numbers under another expression. */
export function renamed(value: LaneArray, code: Expression): LaneArray {
  return { ...value, code }
}

/** The higher of the ranks, which is that of what is computed of them. */
export function rankOf(values: readonly LaneArray[]): 0 | 1 | 2 {
  return values.reduce<0 | 1 | 2>((rank, value) => (value.rank > rank ? value.rank : rank), 0)
}

/** The expression as it is written beside others of a rank: one a lane becomes a column beside rows. */
export function aligned(value: LaneArray, rank: 0 | 1 | 2): Expression {
  return rank === 2 && value.rank === 1
    ? subscript(value.code, {
        kind: 'tuple',
        elements: [slice(), { kind: 'constant', type: 'none', text: 'None' }],
      })
    : value.code
}

/** Type of what arithmetic makes of two numbers. */
export function joinedType(left: LaneType, right: LaneType): LaneType {
  if (left === 'float' || right === 'float') return 'float'
  if (left === 'free' || right === 'free') return 'free'
  return 'whole'
}

/** Type of what may be either of two. */
export function eitherType(left: LaneType, right: LaneType): LaneType | undefined {
  if (left === right) return left
  return left === 'free' || right === 'free' ? 'free' : undefined
}

/** Whether what is computed of these is still one row for all lanes. */
export function isShared(values: readonly LaneArray[]): boolean {
  return (
    values.some(value => value.rank === 2) &&
    values.every(value => value.rank === 0 || value.isShared === true)
  )
}
