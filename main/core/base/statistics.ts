/** The arithmetic mean; 0 of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0
  return values.length === 0 ? 0 : sum / values.length
}

/** The sample standard deviation (n - 1); 0 of fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += ((values[index] ?? 0) - centre) ** 2
  return Math.sqrt(sum / (values.length - 1))
}

/** The value below which a share of the values lies, nearest rank; NaN of nothing. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/**
 * The value below which a share of the values lies, on the line between the two nearest (Hyndman and Fan 1996, definition
 * 7, which most statistics programs use); NaN of nothing.
 */
export function quantileBetween(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (place - Math.floor(place)) * (high - low)
}

/** The value held between two bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Rounded to a number of decimals, without a negative zero. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale + 0
}

/** The logistic function, the probability that belongs to log-odds. */
export function logistic(logOdds: number): number {
  return logOdds >= 0 ? 1 / (1 + Math.exp(-logOdds)) : Math.exp(logOdds) / (1 + Math.exp(logOdds))
}

/** Log-odds of a probability, kept finite at the ends. */
export function logOdds(probability: number): number {
  const held = clamp(probability, 1e-9, 1 - 1e-9)
  return Math.log(held / (1 - held))
}
