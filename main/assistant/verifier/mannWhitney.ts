/** Two-sided Mann-Whitney U test. */
export interface RankTest {
  /** How often a value of the first sample is over one of the second; ties count half. */
  readonly u: number
  /** Probability of a U at least as far from its middle where both come from one distribution. */
  readonly p: number
}

/** Largest product of sample sizes for which every arrangement is counted. */
const MOST_EXACT = 400

/**
 * The test of Mann and Whitney (1947): exact by counting arrangements where there are no ties and samples are small, else the normal
 * approximation with tie and continuity correction. Samples must not be empty; values must be finite.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const [m, n] = [first.length, second.length]
  let u = 0
  for (const one of first) for (const other of second) u += one > other ? 1 : one === other ? 0.5 : 0
  const tied = tieSizes([...first, ...second])
  const far = Math.max(u, m * n - u)
  if (tied.length === 0 && m * n <= MOST_EXACT) return { u, p: Math.min(1, 2 * exactTail(m, n, far)) }
  const variance = varianceOfU(first, second)
  if (variance === 0) return { u, p: 1 }
  const z = (far - (m * n) / 2 - 0.5) / Math.sqrt(variance)
  return { u, p: Math.min(1, 2 * normalTail(z)) }
}

/**
 * Two-sided p over several strata whose levels differ (van Elteren 1960): each stratum's U, weighted by one over its size plus one, added
 * up and held against the normal distribution. Pairs of samples; none may be empty.
 */
export function stratifiedP(strata: readonly (readonly [readonly number[], readonly number[]])[]): number {
  let distance = 0
  let variance = 0
  for (const [first, second] of strata) {
    const [m, n] = [first.length, second.length]
    const weight = 1 / (m + n + 1)
    distance += weight * (mannWhitney(first, second).u - (m * n) / 2)
    variance += weight ** 2 * varianceOfU(first, second)
  }
  return variance === 0 ? 1 : Math.min(1, 2 * normalTail(Math.abs(distance) / Math.sqrt(variance)))
}

/** The variance of U where both samples come from one distribution, with the correction for ties. */
function varianceOfU(first: readonly number[], second: readonly number[]): number {
  const [m, n] = [first.length, second.length]
  const total = m + n
  const ties = tieSizes([...first, ...second]).reduce((sum, size) => sum + size ** 3 - size, 0)
  return ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)))
}

/** Sizes of the groups of equal values that have more than one. */
function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].filter(count => count > 1)
}

/** Share of arrangements of m among m + n whose U is at least `far` (the recurrence of Mann and Whitney). */
function exactTail(m: number, n: number, far: number): number {
  // ways[j][u]: arrangements of i first values and j second ones with that U, for the i of the loop
  let ways: number[][] = Array.from({ length: n + 1 }, () => [1])
  for (let i = 1; i <= m; i += 1) {
    const next: number[][] = [[1]]
    for (let j = 1; j <= n; j += 1) {
      const row: number[] = Array.from({ length: i * j + 1 }, () => 0)
      // The largest is of the first sample and beats all j, or of the second and beats none
      ways[j]?.forEach((count, value) => (row[value + j] = (row[value + j] ?? 0) + count))
      next[j - 1]?.forEach((count, value) => (row[value] = (row[value] ?? 0) + count))
      next.push(row)
    }
    ways = next
  }
  const all = ways[n] ?? [1]
  const total = all.reduce((sum, count) => sum + count, 0)
  return all.slice(far).reduce((sum, count) => sum + count, 0) / total
}

/** Upper tail of the standard normal distribution (Abramowitz and Stegun 7.1.26 scaled; absolute error under 1e-7). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return 0.5 * series * Math.exp(-x * x)
}
