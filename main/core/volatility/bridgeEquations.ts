import { at } from '../base/assert.ts'
import { normalDensity, normalDistribution } from '../pricing/normal.ts'
import {
  KNOTS,
  KNOT_STEP,
  SEGMENTS,
  lineScale,
  quantileOf,
  segmentOf,
  type QuantileCurve,
} from './quantileCurve.ts'

/** The equations of a least squares step; of the matrix, rows in one array, only the lower half is filled. */
export interface NormalEquations {
  readonly matrix: Float64Array
  readonly right: Float64Array
}

/** Equations of so many unknowns in which nothing stands yet. */
export function emptyEquations(size: number): NormalEquations {
  return { matrix: new Float64Array(size * size), right: new Float64Array(size) }
}

/**
 * How values change with the local deviations. With M(u) the share of the mean above u, the value over F at a strike of z
 * changes, per relative change of the deviation s(u), by s(u) times M(z)(1 - M(u)) where u lies below z and by
 * s(u) times (1 - M(z)) M(u) above it: the covariance of a Brownian bridge. Integrated over a segment only the factor
 * of z is left to the strike, so the sums over all strikes need a few numbers a segment instead of a matrix a strike.
 */
export interface Bridges {
  /** s times the integral of 1 - M over each segment, and of M. */
  readonly below: Float64Array
  readonly above: Float64Array
}

/** The integrals of a curve over its segments. */
export function bridgesOf(curve: QuantileCurve): Bridges {
  const above = new Float64Array(SEGMENTS)
  const below = new Float64Array(SEGMENTS)
  below[0] = belowBetween(curve, 0, Number.NEGATIVE_INFINITY, at(KNOTS, 0))
  for (let segment = 1; segment < SEGMENTS - 1; segment += 1) {
    const share = aboveBetween(curve, segment, at(KNOTS, segment - 1), at(KNOTS, segment))
    above[segment] = share
    below[segment] = KNOT_STEP - share
  }
  above[SEGMENTS - 1] = aboveBetween(curve, SEGMENTS - 1, at(KNOTS, SEGMENTS - 2), Number.POSITIVE_INFINITY)
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    above[segment] = at(above, segment) * at(curve.deviations, segment)
    below[segment] = at(below, segment) * at(curve.deviations, segment)
  }
  return { below, above }
}

/** What strikes add to the equations, by the segment in which they lie: products of M, of 1 - M, and of the own part. */
export class BridgeSums {
  readonly #above = new Float64Array(SEGMENTS)
  readonly #cross = new Float64Array(SEGMENTS)
  readonly #below = new Float64Array(SEGMENTS)
  readonly #ownAbove = new Float64Array(SEGMENTS)
  readonly #ownBelow = new Float64Array(SEGMENTS)
  readonly #own = new Float64Array(SEGMENTS)
  readonly #pullAbove = new Float64Array(SEGMENTS)
  readonly #pullBelow = new Float64Array(SEGMENTS)
  readonly #pullOwn = new Float64Array(SEGMENTS)

  /** Adds a strike at ln(K/F), which weighs so much and is pulled so far. */
  add(curve: QuantileCurve, log: number, weight: number, pull: number): void {
    const segment = segmentOf(curve, log)
    const z = quantileOf(curve, log, segment)
    const above = shareAbove(curve, segment, z)
    const below = 1 - above
    const from = segment === 0 ? Number.NEGATIVE_INFINITY : at(KNOTS, segment - 1)
    const upTo = segment === SEGMENTS - 1 ? Number.POSITIVE_INFINITY : at(KNOTS, segment)
    const own =
      at(curve.deviations, segment) *
      (above * belowBetween(curve, segment, from, z) + below * aboveBetween(curve, segment, z, upTo))
    increase(this.#above, segment, weight * above * above)
    increase(this.#cross, segment, weight * above * below)
    increase(this.#below, segment, weight * below * below)
    increase(this.#ownAbove, segment, weight * own * above)
    increase(this.#ownBelow, segment, weight * own * below)
    increase(this.#own, segment, weight * own * own)
    increase(this.#pullAbove, segment, pull * above)
    increase(this.#pullBelow, segment, pull * below)
    increase(this.#pullOwn, segment, pull * own)
  }

  /** Adds everything that was added here to equations. */
  addTo({ matrix, right }: NormalEquations, { below, above }: Bridges): void {
    // Sums over the strikes of all segments beyond one, and of all before it
    const beyond = sumsBeyond(this.#above)
    const pullBeyond = sumsBeyond(this.#pullAbove)
    let [before, pullBefore] = [0, 0]
    for (let low = 0; low < SEGMENTS; low += 1) {
      const [lowBelow, lowAbove] = [at(below, low), at(above, low)]
      increase(right, low, -(lowBelow * at(pullBeyond, low) + at(this.#pullOwn, low) + lowAbove * pullBefore))
      increase(
        matrix,
        low * SEGMENTS + low,
        lowBelow * lowBelow * at(beyond, low) + at(this.#own, low) + lowAbove * lowAbove * before,
      )
      let between = 0
      for (let high = low + 1; high < SEGMENTS; high += 1) {
        const fromAbove = at(this.#ownBelow, low) + lowBelow * between + lowAbove * before
        const fromBelow = at(below, high) * at(beyond, high) + at(this.#ownAbove, high)
        increase(matrix, high * SEGMENTS + low, at(above, high) * fromAbove + lowBelow * fromBelow)
        between += at(this.#cross, high)
      }
      before += at(this.#below, low)
      pullBefore += at(this.#pullBelow, low)
    }
  }
}

function increase(column: Float64Array, position: number, by: number): void {
  column[position] = at(column, position) + by
}

function sumsBeyond(column: Float64Array): Float64Array {
  const sums = new Float64Array(SEGMENTS)
  for (let segment = SEGMENTS - 2; segment >= 0; segment -= 1)
    sums[segment] = at(sums, segment + 1) + at(column, segment + 1)
  return sums
}

/** M(z): the share of the mean above a z of a segment. */
function shareAbove(curve: QuantileCurve, segment: number, z: number): number {
  const { base, scale, deviation } = lineOf(curve, segment)
  return base + scale * normalDistribution(deviation - z)
}

/** The integral of M from a to b within a segment. */
function aboveBetween(curve: QuantileCurve, segment: number, a: number, b: number): number {
  const { base, scale, deviation } = lineOf(curve, segment)
  const whole = base === 0 ? 0 : base * (b - a)
  return whole + scale * (firstMoment(a - deviation) - firstMoment(b - deviation))
}

/** The integral of 1 - M from a to b within a segment; a may be minus infinity in the first. */
function belowBetween(curve: QuantileCurve, segment: number, a: number, b: number): number {
  const { base, scale, deviation } = lineOf(curve, segment)
  const rest = 1 - base - scale
  const whole = segment === 0 ? 0 : rest * (b - a)
  return whole + scale * (firstMoment(deviation - b) - firstMoment(deviation - a))
}

/** On a segment M(z) = base + scale N(deviation - z). */
function lineOf(curve: QuantileCurve, segment: number) {
  const { deviations, logs, above } = curve
  const deviation = at(deviations, segment)
  const scale = lineScale(deviations, logs, Math.max(0, segment - 1), segment)
  if (segment === SEGMENTS - 1) return { base: 0, scale, deviation }
  return {
    base: at(above, segment) - scale * normalDistribution(deviation - at(KNOTS, segment)),
    scale,
    deviation,
  }
}

/** The integral of N(-u) from x on; 0 at plus infinity. */
function firstMoment(x: number): number {
  return x === Number.POSITIVE_INFINITY ? 0 : normalDensity(x) - x * normalDistribution(-x)
}
