import type { WeighedProposal } from './gate.ts'
import type { Limits } from './limits.ts'
import { CLOSING_ONLY_FROM, ROUNDING } from './limits.ts'
import type { RiskState } from './riskState.ts'

/**
 * Lots for a proposal of one lot: as many as the tightest limit allows, at least one, so that the gate and not the
 * size says no. No view on odds is taken here, and what the day has won makes no trade larger.
 */
export function lotsFor(oneLot: WeighedProposal, state: RiskState, limits: Limits): number {
  const room = (left: number, each: number) =>
    each > 0 ? Math.floor((left + ROUNDING) / each) : limits.lotsPerOrder
  const dayRoom = limits.dayLossLimit * CLOSING_ONLY_FROM + Math.min(0, state.profitAtStops, state.dayProfit)
  return Math.max(
    1,
    Math.min(
      limits.lotsPerOrder,
      room(limits.maximumLossPerTrade, -oneLot.atWorst),
      room(dayRoom, -oneLot.atStop),
      room(limits.exposure - state.exposure, oneLot.margin),
      room(limits.openContracts - state.openContracts, oneLot.legs.length),
    ),
  )
}
