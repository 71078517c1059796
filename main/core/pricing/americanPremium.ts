import { at } from '../base/assert.ts'
import type { LogBoundary, UnitPut } from './exerciseBoundary.ts'
import { normalDensity, normalDistribution } from './normal.ts'
import { tanhSinh } from './quadrature.ts'

/** Half the points of the rule over time. */
const PREMIUM_POINTS = 40

/** What early exercise adds to a European put of strike 1, and its derivatives by the logarithm of the spot. */
export interface Premium {
  readonly value: number
  readonly first: number
  readonly second: number
  readonly third: number
}

/**
 * The premium of early exercise at a logarithmic level of the spot: interest on the strike less dividends given up, over all
 * the time that the put is exercised (I. Kim, "The analytic valuation of American options", Review of Financial Studies 3,
 * 1990). A part of the life may be left out at its end, `idle`: there the put is never exercised.
 */
export function exercisePremium(level: number, put: UnitPut, boundary: LogBoundary, idle = 0): Premium {
  const { fromStart, fromEnd, weights } = tanhSinh(PREMIUM_POINTS)
  const { interest, dividends, deviation } = put
  const active = 1 - idle
  const sum = { value: 0, first: 0, second: 0, third: 0 }
  for (let index = 0; index < weights.length; index += 1) {
    const gap = active * at(fromStart, index)
    const weight = active * at(weights, index)
    const spread = deviation * Math.sqrt(gap)
    const distance = level - boundary(Math.sqrt(idle + active * at(fromEnd, index)))
    const d2 = (distance + (interest - dividends) * gap) / spread - spread / 2
    const d1 = d2 + spread
    const earned = weight * interest * Math.exp(-interest * gap)
    const paid = weight * dividends * Math.exp(level - dividends * gap)
    const paidNow = paid * normalDistribution(-d1)
    const earnedDensity = (earned * normalDensity(d2)) / spread
    const paidDensity = (paid * normalDensity(d1)) / spread
    const [slope1, slope2, square] = [d1 / spread, d2 / spread, 1 / (spread * spread)]
    sum.value += earned * normalDistribution(-d2) - paidNow
    // Each derivative of a density brings -d / spread, and of a paid term also the term itself
    sum.first += paidDensity - earnedDensity - paidNow
    sum.second += earnedDensity * slope2 + paidDensity * (2 - slope1) - paidNow
    sum.third +=
      paidDensity * (3 - 3 * slope1 + slope1 * slope1 - square) -
      earnedDensity * (slope2 * slope2 - square) -
      paidNow
  }
  return sum
}
