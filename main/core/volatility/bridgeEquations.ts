import { numberAt, present } from '../base/assert.ts'
import { normalDensity, normalDistribution } from '../pricing/normal.ts'
import { KNOTS, SEGMENTS, lineScale, quantileOf, segmentOf, type QuantileCurve } from './quantileCurve.ts'

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
 * What strikes add to the equations. With M(u) the share of the mean above u, the value over F at a strike of z changes,
 * per relative change of the deviation s(u), by s(u) times M(z)(1 - M(u)) where u lies below z and by s(u) times
 * (1 - M(z)) M(u) above it: the covariance of a Brownian bridge. Integrated over a segment only the factor of z is left to
 * the strike, so the sums over all strikes need a few numbers a segment instead of a matrix a strike: products of M, of
 * 1 - M, and of the own part, by the segment in which strikes lie.
 */
export class BridgeSums {
  readonly #curve: QuantileCurve
  readonly #lines: readonly SegmentLine[]
  readonly #above = new Float64Array(SEGMENTS)
  readonly #cross = new Float64Array(SEGMENTS)
  readonly #below = new Float64Array(SEGMENTS)
  readonly #ownAbove = new Float64Array(SEGMENTS)
  readonly #ownBelow = new Float64Array(SEGMENTS)
  readonly #own = new Float64Array(SEGMENTS)
  readonly #pullAbove = new Float64Array(SEGMENTS)
  readonly #pullBelow = new Float64Array(SEGMENTS)
  readonly #pullOwn = new Float64Array(SEGMENTS)

  constructor(curve: QuantileCurve) {
    this.#curve = curve
    this.#lines = Array.from({ length: SEGMENTS }, (_, segment) => lineOf(curve, segment))
  }

  /** Adds a strike at ln(K/F), which weighs so much and is pulled so far. */
  add(log: number, weight: number, pull: number): void {
    const segment = segmentOf(this.#curve, log)
    const z = quantileOf(this.#curve, log, segment)
    const line = lineAt(this.#lines, segment)
    const above = line.base + line.scale * normalDistribution(line.deviation - z)
    const below = 1 - above
    const [from, upTo] = boundsOf(segment)
    const own = line.deviation * (above * belowBetween(line, from, z) + below * aboveBetween(line, z, upTo))
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
  addTo({ matrix, right }: NormalEquations): void {
    const { below, above } = bridgesOf(this.#lines)
    // Sums over the strikes of all segments beyond one, and of all before it
    const beyond = sumsBeyond(this.#above)
    const pullBeyond = sumsBeyond(this.#pullAbove)
    let [before, pullBefore] = [0, 0]
    for (let low = 0; low < SEGMENTS; low += 1) {
      const [lowBelow, lowAbove] = [numberAt(below, low), numberAt(above, low)]
      increase(
        right,
        low,
        -(lowBelow * numberAt(pullBeyond, low) + numberAt(this.#pullOwn, low) + lowAbove * pullBefore),
      )
      increase(
        matrix,
        low * SEGMENTS + low,
        lowBelow * lowBelow * numberAt(beyond, low) + numberAt(this.#own, low) + lowAbove * lowAbove * before,
      )
      let between = 0
      for (let high = low + 1; high < SEGMENTS; high += 1) {
        const fromAbove = numberAt(this.#ownBelow, low) + lowBelow * between + lowAbove * before
        const fromBelow = numberAt(below, high) * numberAt(beyond, high) + numberAt(this.#ownAbove, high)
        increase(matrix, high * SEGMENTS + low, numberAt(above, high) * fromAbove + lowBelow * fromBelow)
        between += numberAt(this.#cross, high)
      }
      before += numberAt(this.#below, low)
      pullBefore += numberAt(this.#pullBelow, low)
    }
  }
}

function increase(column: Float64Array, position: number, by: number): void {
  column[position] = numberAt(column, position) + by
}

function sumsBeyond(column: Float64Array): Float64Array {
  const sums = new Float64Array(SEGMENTS)
  for (let segment = SEGMENTS - 2; segment >= 0; segment -= 1)
    sums[segment] = numberAt(sums, segment + 1) + numberAt(column, segment + 1)
  return sums
}

/** On a segment M(z) = base + scale N(deviation - z), and 1 - M(z) = rest + scale N(z - deviation). */
interface SegmentLine {
  readonly base: number
  readonly rest: number
  readonly scale: number
  readonly deviation: number
}

function lineOf({ deviations, logs, above }: QuantileCurve, segment: number): SegmentLine {
  const deviation = numberAt(deviations, segment)
  const scale = lineScale(deviations, logs, Math.max(0, segment - 1), segment)
  if (segment === SEGMENTS - 1) return { base: 0, rest: 1 - scale, scale, deviation }
  const base = numberAt(above, segment) - scale * normalDistribution(deviation - numberAt(KNOTS, segment))
  return { base, rest: segment === 0 ? 0 : 1 - base - scale, scale, deviation }
}

function lineAt(lines: readonly SegmentLine[], segment: number): SegmentLine {
  return present(lines[segment], 'every segment has a line')
}

/** Where a segment begins and ends; the outer ones never do. */
function boundsOf(segment: number): readonly [from: number, upTo: number] {
  return [
    segment === 0 ? Number.NEGATIVE_INFINITY : numberAt(KNOTS, segment - 1),
    segment === SEGMENTS - 1 ? Number.POSITIVE_INFINITY : numberAt(KNOTS, segment),
  ]
}

/** The deviation times the integral of 1 - M over each segment, and of M; 0 where it would have no end. */
function bridgesOf(lines: readonly SegmentLine[]) {
  const below = new Float64Array(SEGMENTS)
  const above = new Float64Array(SEGMENTS)
  lines.forEach((line, segment) => {
    const [from, upTo] = boundsOf(segment)
    if (segment < SEGMENTS - 1) below[segment] = line.deviation * belowBetween(line, from, upTo)
    if (segment > 0) above[segment] = line.deviation * aboveBetween(line, from, upTo)
  })
  return { below, above }
}

/** The integral of M from a to b within a segment; b may be infinity in the last. */
function aboveBetween({ base, scale, deviation }: SegmentLine, a: number, b: number): number {
  const whole = base === 0 ? 0 : base * (b - a)
  return whole + scale * (firstMoment(a - deviation) - firstMoment(b - deviation))
}

/** The integral of 1 - M from a to b within a segment; a may be minus infinity in the first. */
function belowBetween({ rest, scale, deviation }: SegmentLine, a: number, b: number): number {
  const whole = rest === 0 ? 0 : rest * (b - a)
  return whole + scale * (firstMoment(deviation - b) - firstMoment(deviation - a))
}

/** The integral of N(-u) from x on; 0 at plus infinity. */
function firstMoment(x: number): number {
  return x === Number.POSITIVE_INFINITY ? 0 : normalDensity(x) - x * normalDistribution(-x)
}
