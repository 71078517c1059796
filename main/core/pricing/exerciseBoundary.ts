import { at } from '../base/assert.ts'
import { normalDistribution } from './normal.ts'
import { chebyshevCoefficients, chebyshevValue, gaussLegendre } from './quadrature.ts'

/** A put of strike 1 that lives for one unit of time: all that its exercise boundary depends on. */
export interface UnitPut {
  /** Interest over the life, not below 0. */
  readonly interest: number
  /** Dividends over the life. */
  readonly dividends: number
  /** Volatility times the root of the life, above 0. */
  readonly deviation: number
}

/** The logarithm of the level at or below which the put is exercised, by the root of the time that is left. */
export type LogBoundary = (rootOfRemaining: number) => number

const COLLOCATION_DEGREE = 24
const INTEGRATION_POINTS = 32
const MAXIMUM_SWEEPS = 100
const SETTLED = 1e-9

/**
 * The exercise boundary of an American put by spectral collocation: L. Andersen, M. Lake and D. Offengenden,
 * "High-performance American option pricing", Journal of Computational Finance 20 (2016), fixed point system B. What is
 * expanded in Chebyshev polynomials of the root of time is ln^2(B/X), X being the boundary just before expiry.
 */
export function exerciseBoundary(put: UnitPut): LogBoundary {
  const start = Math.log(boundaryBeforeExpiry(put))
  const roots = Float64Array.from(
    { length: COLLOCATION_DEGREE + 1 },
    (_, index) => (1 + Math.cos((index * Math.PI) / COLLOCATION_DEGREE)) / 2,
  )
  let levels: Float64Array = roots.map(root => Math.min(start, Math.log(firstBoundary(root * root, put))))
  let boundary = expandBoundary(levels, start)
  for (let sweep = 0; sweep < MAXIMUM_SWEEPS; sweep += 1) {
    const before = levels
    levels = roots.map((root, index) =>
      root > 0 ? Math.min(start, nextLevel(root, at(before, index), put, boundary)) : start,
    )
    boundary = expandBoundary(levels, start)
    if (levels.every((level, index) => Math.abs(level - at(before, index)) < SETTLED)) break
  }
  return boundary
}

/** Just before expiry exercise is right at any level below the strike, unless dividends outweigh interest there. */
export function boundaryBeforeExpiry({ interest, dividends }: UnitPut): number {
  return dividends > 0 ? Math.min(1, interest / dividends) : 1
}

function expandBoundary(levels: Float64Array, start: number): LogBoundary {
  const coefficients = chebyshevCoefficients(levels.map(level => (level - start) ** 2))
  return root => start - Math.sqrt(Math.max(0, chebyshevValue(coefficients, 2 * root - 1)))
}

/**
 * One step of fixed point system B, equations 36 to 38 of the paper, in logarithms. Time runs over the quarter circle,
 * gap = remaining sin^2 and left = remaining cos^2, so that the integrand is smooth in the roots of both.
 */
function nextLevel(root: number, level: number, put: UnitPut, boundary: LogBoundary): number {
  const { interest, dividends, deviation } = put
  const carry = interest - dividends
  const remaining = root * root
  const d = (rootOfGap: number, distance: number, sign: 1 | -1) =>
    (distance / rootOfGap + carry * rootOfGap) / deviation + (sign * deviation * rootOfGap) / 2
  let above = normalDistribution(d(root, level, -1))
  let below = normalDistribution(d(root, level, 1))
  const { nodes, weights } = gaussLegendre(INTEGRATION_POINTS)
  for (let index = 0; index < nodes.length; index += 1) {
    const angle = (Math.PI / 4) * (1 + at(nodes, index))
    const rootOfGap = root * Math.sin(angle)
    const rootOfLeft = root * Math.cos(angle)
    const left = rootOfLeft * rootOfLeft
    const weight = at(weights, index) * (Math.PI / 2) * rootOfGap * rootOfLeft
    const distance = level - boundary(rootOfLeft)
    above += weight * interest * Math.exp(interest * left) * normalDistribution(d(rootOfGap, distance, -1))
    below += weight * dividends * Math.exp(dividends * left) * normalDistribution(d(rootOfGap, distance, 1))
  }
  // Where carry outruns chance both vanish, and the first boundary is the limit already
  return below > 0 && above > 0 ? Math.log(above / below) - carry * remaining : level
}

/** A first boundary between its limits at expiry and for ever, after Bjerksund and Stensland (1993). */
function firstBoundary(remaining: number, put: UnitPut): number {
  const { interest, dividends, deviation } = put
  const start = boundaryBeforeExpiry(put)
  const variance = deviation * deviation
  const carry = interest - dividends
  const slope = carry / variance - 0.5
  // The negative root of a quadratic, so written that it is no difference of near equals
  const spread = Math.sqrt(slope * slope + (2 * interest) / variance)
  const root = slope > 0 ? -slope - spread : (2 * interest) / variance / (slope - spread)
  const forever = root / (root - 1)
  const fall =
    ((carry * remaining - 2 * deviation * Math.sqrt(remaining)) * start) / Math.max(1e-12, start - forever)
  return forever + (start - forever) * Math.exp(Math.min(0, fall))
}
