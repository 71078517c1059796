import { numberAt } from '../base/assert.ts'
import { clamp } from '../base/statistics.ts'
import { BridgeSums, emptyEquations, type NormalEquations } from './bridgeEquations.ts'
import { solvePositiveDefinite } from './cholesky.ts'
import { KNOTS, SEGMENTS, outOfTheMoneyValue, quantileCurve, type QuantileCurve } from './quantileCurve.ts'

/** What quotes say about the out-of-the-money value by strike; columns of one length, values as shares of the forward. */
export interface StrikeEvidence {
  /** ln(K/F). */
  readonly logs: Float64Array
  /** The mid, or the lowest ask where nobody bids. */
  readonly values: Float64Array
  /** How far the value is uncertain: half the spread. */
  readonly spreads: Float64Array
  /** 1 where both sides are quoted, 0 where the value is only a ceiling. */
  readonly isTwoSided: Uint8Array
}

/** A shape that is known from before, and how much it weighs. */
export interface EarlierShape {
  /** Local deviations, of any level: only their ratios count. */
  readonly deviations: Float64Array
  readonly weight: number
}

/** What is known besides the evidence. */
export interface Surroundings {
  readonly earlier?: EarlierShape | undefined
  /** Local deviations that may not be undercut: those of an expiry before this one. */
  readonly least?: Float64Array | undefined
}

/** Fair values are taken to lie this near the mid, one standard deviation, in half spreads. */
const DEVIATION_OF_MIDS = 0.5

/** From how many such deviations on a quote is taken for an outlier, stale or wrong. */
const OUTLIER = 2

/** Weight of the squared second differences of the log deviations, beside quotes that are missed by one deviation. */
const SMOOTHNESS = 10

/** Weight of their squared first differences, and from which z on the wings are held flatter, where quotes say little. */
const FLATNESS = 0.01
const WING_FLATNESS = 1
const WING = 3

const MOST_PASSES = 30
/** With floors, which segments stand on changes from pass to pass, and long lives take many. */
const MOST_PASSES_ON_FLOORS = 150
const LONGEST_STEP = 0.7
const CONVERGED = 1e-3

/** Quotes far off are believed until this share is met: only then is the curve near enough to tell who is wrong. */
const NEAR = 0.5
const LOG_DEVIATIONS = [Math.log(1e-7), Math.log(3)] as const

/**
 * The curve that explains the evidence best: least squares in half spreads on the logarithms of the local deviations
 * (Gauss and Newton, with exact derivatives, projected where a least deviation binds), outliers discounted, held smooth,
 * and near an earlier shape. Arbitrage is impossible whatever comes out. `start` is a first guess of the deviations.
 */
export function fitQuantileCurve(
  evidence: StrikeEvidence,
  start: Float64Array,
  { earlier, least }: Surroundings = {},
): QuantileCurve {
  const [lowest, highest] = LOG_DEVIATIONS
  const floor = least?.map(Math.log)
  const held = (log: number, segment: number) =>
    clamp(log, floor ? numberAt(floor, segment) : lowest, highest)
  const logs = start.map((deviation, segment) => held(Math.log(deviation), segment))
  const earlierLogs = earlier?.deviations.map(Math.log)
  const system = emptyEquations(SEGMENTS)
  let isNear = false
  for (let pass = 0; pass < (floor ? MOST_PASSES_ON_FLOORS : MOST_PASSES); pass += 1) {
    system.matrix.fill(0)
    system.right.fill(0)
    const met = addEvidence(system, quantileCurve(logs.map(Math.exp)), evidence, isNear)
    isNear ||= met >= NEAR
    addSmoothness(system, logs)
    if (earlier && earlierLogs) addEarlierShape(system, logs, earlierLogs, earlier.weight)
    if (floor) holdAtFloor(system, logs, floor)
    const step = solvePositiveDefinite(system.matrix, system.right)
    const longest = step.reduce((most, part) => Math.max(most, Math.abs(part)), 0)
    if (!Number.isFinite(longest)) break
    const share = Math.min(1, LONGEST_STEP / longest)
    for (let segment = 0; segment < SEGMENTS; segment += 1)
      logs[segment] = held(numberAt(logs, segment) + share * numberAt(step, segment), segment)
    if (longest < CONVERGED) break
  }
  return quantileCurve(logs.map(Math.exp))
}

/** Adds what quotes say, and gives the share of the two-sided ones that the curve meets. */
function addEvidence(
  system: NormalEquations,
  curve: QuantileCurve,
  evidence: StrikeEvidence,
  refusesOutliers: boolean,
): number {
  const sums = new BridgeSums(curve)
  let [quoted, met] = [0, 0]
  for (let point = 0; point < evidence.logs.length; point += 1) {
    const log = numberAt(evidence.logs, point)
    const isTwoSided = evidence.isTwoSided[point] === 1
    const scale = numberAt(evidence.spreads, point) * (isTwoSided ? DEVIATION_OF_MIDS : 1)
    const miss = (outOfTheMoneyValue(curve, log) - numberAt(evidence.values, point)) / scale
    if (!isTwoSided && miss <= 0) continue
    const excess = Math.max(1, Math.abs(miss) / (isTwoSided ? OUTLIER : 1))
    const weight = 1 / (refusesOutliers && isTwoSided ? excess * excess : excess)
    sums.add(log, weight / (scale * scale), (weight * miss) / scale)
    if (!isTwoSided) continue
    quoted += 1
    if (excess <= 1) met += 1
  }
  sums.addTo(system)
  return met / Math.max(1, quoted)
}

function addSmoothness(system: NormalEquations, logs: Float64Array): void {
  for (let segment = 1; segment < SEGMENTS; segment += 1) {
    const isWing = Math.abs(numberAt(KNOTS, segment - 1)) > WING
    addDifference(
      system,
      segment,
      numberAt(logs, segment) - numberAt(logs, segment - 1),
      isWing ? WING_FLATNESS : FLATNESS,
    )
  }
  const { matrix, right } = system
  for (let last = 2; last < SEGMENTS; last += 1) {
    const kink = numberAt(logs, last) - 2 * numberAt(logs, last - 1) + numberAt(logs, last - 2)
    for (let i = 0; i < 3; i += 1) {
      const place = last - i
      right[place] = numberAt(right, place) - SMOOTHNESS * numberAt(SECOND, i) * kink
      for (let j = i; j < 3; j += 1) {
        const cell = place * SEGMENTS + last - j
        matrix[cell] = numberAt(matrix, cell) + SMOOTHNESS * numberAt(SECOND, i) * numberAt(SECOND, j)
      }
    }
  }
}

const SECOND = Float64Array.of(1, -2, 1)

function addEarlierShape(
  system: NormalEquations,
  logs: Float64Array,
  earlier: Float64Array,
  weight: number,
): void {
  for (let segment = 1; segment < SEGMENTS; segment += 1) {
    const change = numberAt(logs, segment) - numberAt(logs, segment - 1)
    addDifference(
      system,
      segment,
      change - (numberAt(earlier, segment) - numberAt(earlier, segment - 1)),
      weight,
    )
  }
}

/** Pulls the difference of two neighbours by what is too much of it. */
function addDifference(
  { matrix, right }: NormalEquations,
  segment: number,
  excess: number,
  weight: number,
): void {
  const [own, below] = [segment * SEGMENTS + segment, (segment - 1) * SEGMENTS + segment - 1]
  matrix[own] = numberAt(matrix, own) + weight
  matrix[below] = numberAt(matrix, below) + weight
  matrix[own - 1] = numberAt(matrix, own - 1) - weight
  right[segment] = numberAt(right, segment) - weight * excess
  right[segment - 1] = numberAt(right, segment - 1) + weight * excess
}

/** Takes out of the system what stands at its floor and would go lower (Bertsekas 1982, projected Newton). */
function holdAtFloor({ matrix, right }: NormalEquations, logs: Float64Array, floor: Float64Array): void {
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    if (numberAt(logs, segment) > numberAt(floor, segment) || numberAt(right, segment) >= 0) continue
    for (let other = 0; other < SEGMENTS; other += 1) {
      matrix[segment * SEGMENTS + other] = 0
      matrix[other * SEGMENTS + segment] = 0
    }
    matrix[segment * SEGMENTS + segment] = 1
    right[segment] = 0
  }
}
