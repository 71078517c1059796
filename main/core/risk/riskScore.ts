import type { Price, Probability } from '../base/units.ts'
import { clamp } from '../base/statistics.ts'
import type { Position } from '../portfolio/position.ts'
import type { Limits } from './limits.ts'
import type { RiskState } from './riskState.ts'

/**
 * How much risk stands already, from 0 to 1: the largest of the share of the day limit lost at stops, the share of
 * exposure used, and how near the nearest short strike is, where one expected move away counts as none.
 */
export function riskScore(
  state: RiskState,
  limits: Limits,
  positions: readonly Position[],
  spot: Price,
  move: Price | undefined,
): Probability {
  const lost = -Math.min(0, state.profitAtStops) / limits.dayLossLimit
  const exposed = state.exposure / limits.exposure
  const near = move === undefined || !(move > 0) ? 0 : 1 - nearestShortDistance(positions, spot) / move
  return clamp(Math.max(lost, exposed, near), 0, 1)
}

/** Dollars from the underlying to the nearest short strike on the side that hurts; negative where it is passed. */
export function nearestShortDistance(positions: readonly Position[], spot: Price): Price {
  let nearest = Number.POSITIVE_INFINITY
  for (const position of positions) {
    if (position.quantity === 0) continue
    for (const leg of position.structure.legs) {
      if (leg.ratio > 0) continue
      nearest = Math.min(nearest, leg.right === 'put' ? spot - leg.strike : leg.strike - spot)
    }
  }
  return nearest
}
