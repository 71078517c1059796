/** Places that one check looks at. */
const LOOKED_AT = 3

/** A prime step comes by every place in time, unless the count is a multiple of it, which then shifts by the next count. */
const STEP = 7919

/** Gives a few places below a count, others every time. */
export function placesInTurn(): (count: number) => number[] {
  let turn = 0
  return count =>
    Array.from({ length: Math.min(LOOKED_AT, count) }, () => {
      turn = (turn + STEP) % Number.MAX_SAFE_INTEGER
      return turn % count
    })
}
