/** Thrown when an invariant of ours is broken: trading stops, data keeps flowing. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** Stops at a broken invariant; the sentence states the rule that should have held. */
export function invariant(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new BrokenInvariant(`Invariant: ${rule}`)
}

/** The value, which the caller knows to exist; throws with the rule otherwise. */
export function present<Value>(value: Value | undefined | null, rule: string): Value {
  if (value === undefined || value === null) throw new BrokenInvariant(`Invariant: ${rule}`)
  return value
}

/** The number at a position of a column; throws outside of it, so that no NaN starts from a wrong index. */
export function at(column: ArrayLike<number>, position: number): number {
  // Most columns are of this kind; a read that sees all kinds is slow for each of them
  const value = column instanceof Float64Array ? column[position] : column[position]
  if (value === undefined) throw new RangeError(`position must be below ${column.length}, was ${position}`)
  return value
}

/** What `at` does, for columns of one kind: so that inner loops are as fast as bare reads. */
export function numberAt(column: Float64Array, position: number): number {
  const value = column[position]
  if (value === undefined) throw new RangeError(`position must be below ${column.length}, was ${position}`)
  return value
}
