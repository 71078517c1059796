/** Room between two names of lines. */
const NAME_HEIGHT = 14

/** Places of names as near to their lines as they may be without meeting, none below the bottom. */
export function spread(places: readonly number[], bottom: number): number[] {
  const order = places
    .map((_, index) => index)
    .toSorted((one, other) => (places[other] ?? 0) - (places[one] ?? 0))
  const found = [...places]
  let lowest = bottom
  for (const index of order) {
    const place = Math.min(places[index] ?? 0, lowest)
    found[index] = place
    lowest = place - NAME_HEIGHT
  }
  return found
}
