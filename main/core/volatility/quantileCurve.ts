import { numberAt } from '../base/assert.ts'
import { millsRatio, normalDensity, normalDistribution } from '../pricing/normal.ts'

/**
 * The underlying at expiry as a rising function of a standard normal z: ln(S/F) is a broken line whose slope, the local
 * deviation, is one positive number a segment. Because it rises the density of S is nowhere negative, and the outer
 * segments run on as lognormal tails; so whatever the slopes are, the prices are free of butterfly arbitrage, beyond the
 * wings too. With equal slopes it is the model of Black (1976).
 */
export interface QuantileCurve {
  /** Local deviation, by segment. */
  readonly deviations: Float64Array
  /** ln(S/F), by knot; shifted so that the mean of S is F. */
  readonly logs: Float64Array
  /** Value of the part of S that lies above, as a share of F, by knot. */
  readonly above: Float64Array
  /** Value over F of a call with its strike at the knot, and of a put. */
  readonly calls: Float64Array
  readonly puts: Float64Array
}

/** The distance of two knots, in standard deviations. */
export const KNOT_STEP = 0.25

const OUTERMOST_KNOT = 4

/** Where segments meet, in standard deviations from the middle. */
export const KNOTS: Float64Array = Float64Array.from(
  { length: (2 * OUTERMOST_KNOT) / KNOT_STEP + 1 },
  (_, knot) => knot * KNOT_STEP - OUTERMOST_KNOT,
)

/** Segments of a curve: one between every two knots, and two that never end. */
export const SEGMENTS = KNOTS.length + 1

const LAST_KNOT = KNOTS.length - 1

/** The curve with these local deviations, each above 0. */
export function quantileCurve(deviations: Float64Array): QuantileCurve {
  const logs = brokenLine(deviations)
  const above = new Float64Array(KNOTS.length)
  let share = upperShare(deviations, logs, LAST_KNOT, SEGMENTS - 1)
  above[LAST_KNOT] = share
  for (let knot = LAST_KNOT - 1; knot >= 0; knot -= 1) {
    share += upperShare(deviations, logs, knot, knot + 1) - upperShare(deviations, logs, knot + 1, knot + 1)
    above[knot] = share
  }
  const mean =
    share +
    lineScale(deviations, logs, 0, 0) * normalDistribution(numberAt(KNOTS, 0) - numberAt(deviations, 0))
  const shift = Math.log(mean)
  for (let knot = 0; knot <= LAST_KNOT; knot += 1) {
    logs[knot] = numberAt(logs, knot) - shift
    above[knot] = numberAt(above, knot) / mean
  }
  return { deviations, logs, above, calls: callValues(deviations, logs), puts: putValues(deviations, logs) }
}

/** The segment in which ln(S/F) takes a value: 0 below the first knot, one more at every knot. */
export function segmentOf(curve: QuantileCurve, log: number): number {
  let low = 0
  let high = KNOTS.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (numberAt(curve.logs, middle) <= log) low = middle + 1
    else high = middle
  }
  return low
}

/** The z at which ln(S/F) takes a value, which lies in a segment. */
export function quantileOf(curve: QuantileCurve, log: number, segment = segmentOf(curve, log)): number {
  const knot = Math.max(0, segment - 1)
  return numberAt(KNOTS, knot) + (log - numberAt(curve.logs, knot)) / numberAt(curve.deviations, segment)
}

/** ln(S/F) at a z. */
export function logAt(curve: QuantileCurve, z: number): number {
  const segment = Math.min(SEGMENTS - 1, Math.max(0, Math.floor((z - numberAt(KNOTS, 0)) / KNOT_STEP) + 1))
  const knot = Math.max(0, segment - 1)
  return numberAt(curve.logs, knot) + (z - numberAt(KNOTS, knot)) * numberAt(curve.deviations, segment)
}

/**
 * The undiscounted value over F of the out-of-the-money side at a strike of ln(K/F): the call from 0 on, the put below.
 * A sum of positive parts in Mills ratios, so it keeps its digits where values fall below 1e-100.
 */
export function outOfTheMoneyValue(curve: QuantileCurve, log: number): number {
  const segment = segmentOf(curve, log)
  const z = quantileOf(curve, log, segment)
  const deviation = numberAt(curve.deviations, segment)
  if (log >= 0) {
    const own = upperValue(log, z, deviation)
    if (segment === SEGMENTS - 1) return own
    return (
      own -
      upperValue(numberAt(curve.logs, segment), numberAt(KNOTS, segment), deviation) +
      numberAt(curve.calls, segment)
    )
  }
  const own = lowerValue(log, z, deviation)
  if (segment === 0) return own
  const below = segment - 1
  return (
    own -
    lowerValue(numberAt(curve.logs, below), numberAt(KNOTS, below), deviation) +
    numberAt(curve.puts, below)
  )
}

/** e^(ln(S/F) - s z) e^(s^2/2) on the line of a segment through a knot: what scales its share of the mean. */
export function lineScale(
  deviations: Float64Array,
  logs: Float64Array,
  knot: number,
  segment: number,
): number {
  const deviation = numberAt(deviations, segment)
  return Math.exp(numberAt(logs, knot) - deviation * numberAt(KNOTS, knot) + (deviation * deviation) / 2)
}

/** ln(S/F) at the knots with 0 in the middle. */
function brokenLine(deviations: Float64Array): Float64Array {
  const logs = new Float64Array(KNOTS.length)
  const middle = LAST_KNOT / 2
  for (let knot = middle + 1; knot <= LAST_KNOT; knot += 1)
    logs[knot] = numberAt(logs, knot - 1) + numberAt(deviations, knot) * KNOT_STEP
  for (let knot = middle - 1; knot >= 0; knot -= 1)
    logs[knot] = numberAt(logs, knot + 1) - numberAt(deviations, knot + 1) * KNOT_STEP
  return logs
}

/** The share of the mean above a knot if the line of a segment ran on for ever. */
function upperShare(deviations: Float64Array, logs: Float64Array, knot: number, segment: number): number {
  return (
    lineScale(deviations, logs, knot, segment) *
    normalDistribution(numberAt(deviations, segment) - numberAt(KNOTS, knot))
  )
}

function callValues(deviations: Float64Array, logs: Float64Array): Float64Array {
  const calls = new Float64Array(KNOTS.length)
  const onLine = (knot: number, segment: number) =>
    upperValue(numberAt(logs, knot), numberAt(KNOTS, knot), numberAt(deviations, segment))
  calls[LAST_KNOT] = onLine(LAST_KNOT, SEGMENTS - 1)
  for (let knot = LAST_KNOT - 1; knot >= 0; knot -= 1)
    calls[knot] = numberAt(calls, knot + 1) + onLine(knot, knot + 1) - onLine(knot + 1, knot + 1)
  return calls
}

function putValues(deviations: Float64Array, logs: Float64Array): Float64Array {
  const puts = new Float64Array(KNOTS.length)
  const onLine = (knot: number, segment: number) =>
    lowerValue(numberAt(logs, knot), numberAt(KNOTS, knot), numberAt(deviations, segment))
  puts[0] = onLine(0, 0)
  for (let knot = 1; knot <= LAST_KNOT; knot += 1)
    puts[knot] = numberAt(puts, knot - 1) + onLine(knot, knot) - onLine(knot - 1, knot)
  return puts
}

/** E[(S - K)+]/F with K at z if one line ran on for ever: K/F phi(z) (R(z - s) - R(z)), R the Mills ratio. */
function upperValue(log: number, z: number, deviation: number): number {
  return Math.exp(log) * normalDensity(z) * millsStep(z, -deviation)
}

function lowerValue(log: number, z: number, deviation: number): number {
  return -Math.exp(log) * normalDensity(z) * millsStep(-z, deviation)
}

/** R(x + h) - R(x) of the Mills ratio, by its Taylor terms where h is small. */
function millsStep(x: number, h: number): number {
  if (Math.abs(h) > 0.03) return millsRatio(x + h) - millsRatio(x)
  const ratio = millsRatio(x)
  const first = x * ratio - 1
  const second = ratio + x * first
  const third = 2 * first + x * second
  const fourth = 3 * second + x * third
  const fifth = 4 * third + x * fourth
  const sixth = 5 * fourth + x * fifth
  const high = (h / 4) * (fourth + (h / 5) * (fifth + (h / 6) * sixth))
  return h * (first + (h / 2) * (second + (h / 3) * (third + high)))
}
