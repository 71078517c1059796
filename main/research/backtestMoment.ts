import type { EpochMilliseconds } from '../core/base/units.ts'
import { CONTRACT_MULTIPLIER } from '../core/base/units.ts'
import { observe, type FeatureName } from '../core/features/observation.ts'
import type { Recollection } from '../core/memory/recollection.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import type { Position } from '../core/portfolio/position.ts'
import { marginRequirement } from '../core/portfolio/margin.ts'
import { reversed } from '../core/portfolio/structure.ts'
import type { Limits } from '../core/risk/limits.ts'
import { riskScore } from '../core/risk/riskScore.ts'
import type { RiskState } from '../core/risk/riskState.ts'
import { expectedMove } from '../core/volatility/expectedMove.ts'
import { smileVolatility } from '../core/volatility/smile.ts'
import { legPrices, type DayRules } from './backtestDay.ts'
import type { MarketOfMids } from './backtestMarket.ts'

/** Features that mids at nine instants cannot say; they have the value of somebody new, or of a market going nowhere. */
export const UNKNOWN_FEATURES: readonly FeatureName[] = ['regime', 'daysSinceSimilar']

/** How much larger an index is than the fund that policies are trained on: SPX is about ten times SPY. */
export const INDEX_SIZE = 10

/** What a policy may do at once; one lot a trade, and limits of the cockpit made as large as the index. */
export interface PolicyRules extends DayRules {
  readonly limits: Limits
  /** How much larger than the policy's own underlying this one is. */
  readonly size: number
}

/** A trade that is held, and the market it was opened in. */
export interface Held {
  readonly position: Position
  readonly proposal: Proposal
  readonly market: MarketOfMids
}

/** What a policy's day knows of itself. */
export interface PolicyBook {
  readonly rules: PolicyRules
  readonly held: readonly Held[]
  /** Dollars after costs of what has ended today. */
  readonly realised: number
  readonly trades: readonly unknown[]
  readonly recollection: Recollection
}

/** The twenty features, prices and dollars as small as those of the underlying that policies are trained on. */
export function observationAt(book: PolicyBook, market: MarketOfMids): Float32Array {
  const { size, limits } = book.rules
  const positions = book.held.map(({ position }) => position)
  const move = expectedMove(market.chain, market.forward)?.move
  return observe(
    {
      session: market.times,
      time: market.time,
      spot: market.underlying / size,
      impliedVolatility: market.smile ? smileVolatility(market.smile, market.forward) : Number.NaN,
      regime: 0,
    },
    {
      hasPosition: positions.length > 0,
      openProfit: openProfitOf(book, market) / size,
      openedAt: positions.length > 0 ? Math.min(...positions.map(({ openedAt }) => openedAt)) : undefined,
      riskScore: riskScore(riskOf(book, market), limits, positions, market.underlying, move),
    },
    book.recollection,
    undefined,
  )
}

function openProfitOf(book: PolicyBook, market: MarketOfMids): number {
  return book.held.reduce((sum, { position, proposal }) => {
    const closing = legPrices(market, reversed(position.structure.legs))
    return sum + (closing ? proposal.walk.end + closing.mid : 0) * CONTRACT_MULTIPLIER - position.fees
  }, 0)
}

/** What stands at risk at an instant, as the gate and the features see it. */
export function riskOf(book: PolicyBook, market: MarketOfMids): RiskState {
  const atStops = book.held.reduce((sum, { proposal }) => sum + proposal.atStop, 0)
  const marginOf = ({ position }: Held) => marginRequirement(position.structure.legs, 1)
  return {
    phase: phaseOf(market.time, market.times.guard),
    account: 'paper',
    lockout: undefined,
    isFlattening: false,
    isHalted: false,
    isMemoryDown: false,
    dayProfit: book.realised + openProfitOf(book, market),
    profitAtStops: book.realised + atStops,
    openContracts: book.held.reduce((sum, { position }) => sum + position.structure.legs.length, 0),
    openStructures: book.held.length,
    exposure: book.held.reduce((sum, held) => sum + marginOf(held), 0),
    tradesOpened: book.trades.length + book.held.length,
  }
}

function phaseOf(time: EpochMilliseconds, guard: EpochMilliseconds): RiskState['phase'] {
  return time < guard ? 'session' : 'guard'
}
