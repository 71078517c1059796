import type { Price } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { DividendStage } from './dividendStage.ts'
import { normalDistribution } from './normal.ts'
import { chebyshevCoefficients, chebyshevValue, tanhSinh } from './quadrature.ts'

/** The logarithm of the spot at which a share of the stage before the dividend remains. */
export type StageBoundary = (remaining: number) => number

const DEGREE = 14
const TIME_POINTS = 24
const MOST_SWEEPS = 60
const SETTLED = 1e-9
/** The last e^-12 of the time in which a put may be exercised brings nothing, nor does a boundary ten deviations away. */
const LATEST = 12
const FAR = 10

/** A put's level pulls those before it along about as far as it moves itself: half a step keeps the sweeps from swinging. */
const DAMPING = 0.5

/** Interest and dividends over the time from now on, weighted with the chance that the spot lies across the boundary then. */
interface Carried {
  readonly interest: number
  readonly dividends: number
}

/**
 * Sums over the time between now and the idle end of the stage, seen from a logarithmic level. `sign` 1 counts the chance to lie
 * above the boundary then, -1 below. Kim (1990), with the boundary of this stage.
 */
function carriedOver(
  stage: DividendStage,
  level: number,
  remaining: number,
  idle: number,
  boundary: StageBoundary,
  sign: 1 | -1,
): Carried {
  const { interest, dividends, deviation } = stage
  const { fromStart, fromEnd, weights } = tanhSinh(TIME_POINTS)
  const active = remaining - idle
  const sum = { interest: 0, dividends: 0 }
  for (let index = 0; index < weights.length; index += 1) {
    const gap = active * at(fromStart, index)
    const spread = deviation * Math.sqrt(gap)
    const distance = level - boundary(idle + active * at(fromEnd, index))
    const d2 = (distance + (interest - dividends) * gap) / spread - spread / 2
    const weight = active * at(weights, index)
    sum.interest += weight * interest * Math.exp(-interest * gap) * normalDistribution(sign * d2)
    sum.dividends +=
      weight * dividends * Math.exp(-dividends * gap) * normalDistribution(sign * (d2 + spread))
  }
  return sum
}

/**
 * The boundary above which a call is exercised before its last moment, where the share also has a yield. The fixed point is that
 * of Andersen, Lake and Offengenden, with what waiting for the dividend pays in the place of the European put.
 */
export function callBoundary(stage: DividendStage): StageBoundary {
  const { strike, interest, dividends, lastExercise, deviation } = stage
  const start = Math.log(
    Math.max(Math.min(lastExercise, 1e4 * strike), strike * Math.max(1, interest / dividends)),
  )
  const roots = Float64Array.from(
    { length: DEGREE + 1 },
    (_, index) => (1 + Math.cos((index * Math.PI) / DEGREE)) / 2,
  )
  const next = (root: number, level: number, boundary: StageBoundary) => {
    const remaining = root * root
    const waiting = stage.waiting(Math.exp(level), remaining)
    const sums = carriedOver(stage, level, remaining, 0, boundary, -1)
    const spot = Math.exp(level)
    const above = waiting.value - waiting.slope + strike * sums.interest
    const below = -waiting.slope / spot + sums.dividends
    return above > 0 && below > 0 ? Math.max(start, Math.log(above / below)) : level
  }
  const expand = (levels: Float64Array): StageBoundary => {
    const coefficients = chebyshevCoefficients(levels.map(level => (level - start) ** 2))
    return remaining =>
      start + Math.sqrt(Math.max(0, chebyshevValue(coefficients, 2 * Math.sqrt(Math.max(0, remaining)) - 1)))
  }
  const first = roots.map(root => start + 0.5 * deviation * root)
  return settled(first, expand, (levels, boundary) =>
    levels.map((level, index) => (at(roots, index) > 0 ? next(at(roots, index), level, boundary) : start)),
  )
}

/** What exercise before the last moment adds to a call. */
export function callPremium(stage: DividendStage, spot: Price, boundary: StageBoundary): Price {
  const sums = carriedOver(stage, Math.log(spot), 1, 0, boundary, 1)
  return Math.max(0, spot * sums.dividends - stage.strike * sums.interest)
}

/**
 * The boundary below which a put is exercised although the dividend is still to come: interest until then must be more than it, so
 * the boundary begins at 0, `idle` before the end, and rises steeply. It is expanded in the logarithm of the time from there.
 * Each level is where waiting for the dividend pays just the interest that is lost on the way.
 */
export function dividendPutBoundary(stage: DividendStage): StageBoundary {
  const { strike, interest, dividends, idle } = stage
  const top = Math.log(strike)
  const remainingAt = (logarithm: number) => idle + (1 - idle) * Math.exp(-logarithm)
  const shareGiven = (remaining: number) =>
    Math.exp(-dividends * (remaining - idle)) - Math.exp(-dividends * remaining)
  const firstAt = (remaining: number) =>
    levelOfWaiting(
      stage,
      remaining,
      top - stage.deviation,
      strike * interest * (remaining - idle),
      shareGiven(remaining),
    )
  let latest = 1
  while (latest < LATEST && firstAt(remainingAt(latest)) > top - FAR * stage.deviation) latest += 0.5
  const times = Float64Array.from({ length: DEGREE + 1 }, (_, index) =>
    remainingAt((latest / 2) * (1 + Math.cos((index * Math.PI) / DEGREE))),
  )
  const next = (remaining: number, level: number, boundary: StageBoundary) => {
    const sums = carriedOver(stage, level, remaining, idle, boundary, 1)
    const share = sums.dividends + shareGiven(remaining)
    const wanted = levelOfWaiting(stage, remaining, level, strike * sums.interest, share)
    return level + DAMPING * (wanted - level)
  }
  const expand = (levels: Float64Array): StageBoundary => {
    const coefficients = chebyshevCoefficients(levels.map(level => (level - top) ** 2))
    return remaining => {
      const logarithm = -Math.log(Math.max(1e-300, (remaining - idle) / (1 - idle)))
      if (logarithm > latest) return Number.NEGATIVE_INFINITY
      return top - Math.sqrt(Math.max(0, chebyshevValue(coefficients, (2 * logarithm) / latest - 1)))
    }
  }
  const first = times.map(firstAt)
  return settled(first, expand, (levels, boundary) =>
    levels.map((level, index) => next(at(times, index), level, boundary)),
  )
}

/** What exercise while the dividend is still to come adds to a put. */
export function dividendPutPremium(stage: DividendStage, spot: Price, boundary: StageBoundary): Price {
  const sums = carriedOver(stage, Math.log(spot), 1, stage.idle, boundary, -1)
  return Math.max(0, stage.strike * sums.interest - spot * sums.dividends)
}

/**
 * The level at which waiting for the dividend and a share of the spot together pay an amount, by Newton's method in logarithms. Far
 * down nothing is paid and nothing says where to go: a bracket does.
 */
function levelOfWaiting(
  stage: DividendStage,
  remaining: number,
  start: number,
  amount: Price,
  share: number,
): number {
  const widest = 4 * stage.deviation
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  let level = start
  for (let step = 0; step < 100; step += 1) {
    const waiting = stage.waiting(Math.exp(level), remaining)
    const paid = waiting.value + share * Math.exp(level)
    const slope = waiting.slope + share * Math.exp(level)
    if (paid < amount) low = level
    else high = level
    const move = paid > 0 && slope > 0 ? (-Math.log(paid / amount) * paid) / slope : widest
    if (Math.abs(move) < 1e-12) return level
    const next = level + Math.max(-widest, Math.min(widest, move))
    level = next > low && next < high ? next : (low + high) / 2
  }
  return level
}

/** Sweeps until the levels stay. */
function settled(
  first: Float64Array,
  expand: (levels: Float64Array) => StageBoundary,
  sweep: (levels: Float64Array, boundary: StageBoundary) => Float64Array,
): StageBoundary {
  let levels = first
  for (let count = 0; count < MOST_SWEEPS; count += 1) {
    const before = levels
    levels = sweep(before, expand(before))
    if (levels.every((level, index) => Math.abs(level - at(before, index)) < SETTLED)) break
  }
  return expand(levels)
}
