import type { Probability } from '../base/units.ts'
import { clamp } from '../base/statistics.ts'

/** What makes two moments alike, each scaled so that a step of 1 is a clear difference. */
export interface Situation {
  /** Share of the session that has passed, times 4: a quarter of the day is one step. */
  readonly timeOfDay: number
  /** Logarithm of implied volatility at the money, times 4. */
  readonly impliedVolatility: number
  /** Logarithm of realised over implied volatility, times 2. */
  readonly realisedOverImplied: number
  /** From -1 to 1, times 2. */
  readonly regime: number
  /** Move since the open in expected moves of the open. */
  readonly dayMove: number
  /** Slope of the smile at the money, times 5. */
  readonly skew: number
  /** 1 where a position is held. */
  readonly holding: number
  /** From 0 to 1, times 2. */
  readonly risk: number
}

/** The version of the vector below; vectors of other versions are never compared. */
export const SITUATION_VERSION = 1

/** Numbers in a situation vector. */
export const SITUATION_SIZE = 8

/** A situation as the vector that the index searches; unknown parts count as average. */
export function situationVector(situation: Situation): Float32Array {
  return Float32Array.from(
    [
      situation.timeOfDay,
      situation.impliedVolatility,
      situation.realisedOverImplied,
      situation.regime,
      situation.dayMove,
      situation.skew,
      situation.holding,
      situation.risk,
    ],
    value => (Number.isFinite(value) ? clamp(value, -8, 8) : 0),
  )
}

/** How alike two situations are, 1 for the same, from their squared distance. */
export function likeness(squaredDistance: number): Probability {
  return Math.exp(-squaredDistance / 2)
}

/** The squared distance of two vectors of the same version. */
export function squaredDistance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += ((one[index] ?? 0) - (other[index] ?? 0)) ** 2
  return sum
}
