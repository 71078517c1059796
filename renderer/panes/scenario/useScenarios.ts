import type { CallReply, CallRequest } from '../../../main/contract/wire.ts'
import { FACTORS, type LaterMarket } from '../../charts/laterMarket.ts'
import { useRepeatedly } from '../../state/repeatedly.ts'
import { useView } from '../../state/viewStore.ts'

/** Prices of a grid, and how far they reach in expected moves: as far as those of the payoff. */
const SPOT_STEPS = 61
const SPOT_REACH = 3.2

/** How long after an answer the grid is asked for again. */
const ASKED_AGAIN = 1000

/** The factors on volatility that a grid has, rising. */
const VOLATILITY_FACTORS = Array.from(
  { length: Math.round((FACTORS.high - FACTORS.low) / FACTORS.step) + 1 },
  (_, index) => Math.round((FACTORS.low + index * FACTORS.step) * 100) / 100,
)

/** The newest grid of what was chosen, or why there is none; undefined before the first answer. */
export function useScenarios(
  later: LaterMarket | undefined,
  isShown: boolean,
): CallReply<'scenario/get'> | undefined {
  const subject = useView(view => view.scenarioOf)
  const request = isShown && later ? gridRequest(subject, later) : undefined
  return useRepeatedly('scenario/get', { request, key: subject, pause: ASKED_AGAIN })
}

function gridRequest(subject: 'book' | 'suggestion', later: LaterMarket): CallRequest<'scenario/get'> {
  const [now = 0] = later.times
  return {
    subject,
    spotSteps: SPOT_STEPS,
    spotReach: SPOT_REACH,
    volatilityFactors: VOLATILITY_FACTORS,
    minutes: later.times.map(time => (time - now) / 60_000),
  }
}
