/** A step of a waterfall: it starts where the one before it ended. */
export interface WaterfallStep {
  readonly name: string
  readonly value: number
  readonly from: number
  readonly to: number
}

/** Parts as steps from a start; the last one ends at the start and all parts together. */
export function waterfallSteps(
  parts: readonly { readonly name: string; readonly value: number }[],
  start = 0,
): readonly WaterfallStep[] {
  let running = start
  return parts.map(({ name, value }) => {
    const from = running
    running += value
    return { name, value, from, to: running }
  })
}

/**
 * Parts rounded to so many decimals so that, as written, they add up to their rounded sum: each is rounded down, and
 * those that lost most get the steps that are missing (the largest remainder method). None is off by a whole step.
 */
export function roundedToSum(parts: readonly number[], decimals: number): number[] {
  const step = 10 ** decimals
  const scaled = parts.map(part => part * step)
  const rounded = scaled.map(Math.floor)
  const missing = Math.round(total(scaled)) - total(rounded)
  const byLoss = scaled
    .map((part, index) => ({ index, lost: part - Math.floor(part) }))
    .toSorted((one, other) => other.lost - one.lost || one.index - other.index)
  for (const { index } of byLoss.slice(0, missing)) rounded[index] = (rounded[index] ?? 0) + 1
  return rounded.map(part => part / step)
}

function total(parts: readonly number[]): number {
  return parts.reduce((sum, part) => sum + part, 0)
}
