/** A figure over its steps. */
export interface NamedLine {
  readonly name: string
  readonly steps: Float64Array
  readonly values: Float64Array
}

/** Every step that any of the lines has, in order, each once. */
export function commonSteps(lines: readonly Pick<NamedLine, 'steps'>[]): number[] {
  const steps = new Set(lines.flatMap(line => [...line.steps]))
  return [...steps].filter(Number.isFinite).toSorted((one, other) => one - other)
}

/** The lowest and the highest value of lines, apart from each other in any case. */
export function extent(lines: readonly Pick<NamedLine, 'values'>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const { values } of lines) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (low > high) return [0, 1]
  return low === high ? [low - 1, high + 1] : [low, high]
}

/** The last value of a line at or before a step; not a number before it begins and after it ends. */
export function valueAt({ steps, values }: Pick<NamedLine, 'steps' | 'values'>, step: number): number {
  if (step > (steps.at(-1) ?? -Infinity)) return Number.NaN
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle] ?? Infinity) <= step) low = middle + 1
    else high = middle
  }
  return values[low - 1] ?? Number.NaN
}
