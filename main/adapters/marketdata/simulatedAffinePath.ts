import type { Random } from '../../core/base/random.ts'
import { MILLISECONDS_PER_MINUTE, type Milliseconds } from '../../core/base/units.ts'
import type { AffineLaw } from './simulatedLaw.ts'
import type { DayModel } from './simulatedModel.ts'
import { activityProfile, type DayCharacter, type Path } from './simulatedPath.ts'

/** The least multiple of variance that is told; the process itself may touch nothing. */
const LEAST_VARIANCE = 0.02

/**
 * A path under the law of the affine market, one step in so many milliseconds: Euler's steps with variance held at
 * nothing from below ("full truncation", Lord, Koekkoek and van Dijk 2010). Moves are multiples of the day's move in
 * dollars, so that the underlying is a martingale in every step where no drift is asked for. What the day realises
 * beside what its options price scales all moves alike.
 */
export function createAffinePath(
  character: DayCharacter,
  length: number,
  random: Random,
  model: Pick<DayModel, 'variance' | 'jumps'>,
  law: Pick<AffineLaw, 'diffusionShare'>,
  pace: Milliseconds,
): Path {
  const chance = random.split('path')
  const { variance, jumps } = model
  const minutes = pace / MILLISECONDS_PER_MINUTE
  const reversion = Math.LN2 / variance.halfLifeMinutes
  const noise = variance.deviation * Math.sqrt(2 * reversion * minutes)
  const across = Math.sqrt(1 - variance.leverage * variance.leverage)
  const move = character.startPrice * character.impliedDayMove * Math.sqrt(character.realisedShare)
  const perStep = minutes / length
  let multiple = 1
  const state = { spot: character.startPrice, variance: 1, skew: 0, wobble: 1 }
  return {
    point: state,
    step(minute, push = 0) {
      const activity = activityProfile(minute, length) * perStep
      const shock = chance.normal()
      const other = chance.normal()
      const held = Math.max(0, multiple)
      const hasJumped = chance.uniform() < jumps.perDay * activity
      const jump = hasJumped ? jumps.deviation * (chance.normal() + jumps.mean) : 0
      const paid = jumps.perDay * activity * jumps.deviation * jumps.mean
      const drift = (character.drift + push) * perStep
      const diffusion = Math.sqrt(law.diffusionShare * activity * held) * shock
      state.spot = Math.max(0.01, state.spot + move * (diffusion + jump - paid + drift))
      multiple +=
        reversion * minutes * (1 - held) +
        noise * Math.sqrt(held) * (variance.leverage * shock + across * other) +
        (hasJumped ? jumps.waking : 0)
      state.variance = Math.max(LEAST_VARIANCE, multiple)
    },
  }
}
