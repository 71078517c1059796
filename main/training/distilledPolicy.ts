import { mean, square, subtract } from '../autodiff/elementwise.ts'
import { at } from '../core/base/assert.ts'
import type { Random } from '../core/base/random.ts'
import { mean as average, standardDeviation } from '../core/base/statistics.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { createOptimiser, freshAdam } from './adam.ts'
import { normalise, plainNetwork, type Normalisation } from './network.ts'
import type { NetworkPolicy } from './preferenceTuning.ts'

/** What some policy says of a situation: raw features, and a logit for every action. */
export interface PolicySaying {
  readonly observation: ArrayLike<number>
  readonly logits: ArrayLike<number>
}

const NETWORK = plainNetwork([48, 48])({ observationSize: OBSERVATION_SIZE, actionCount: ACTION_COUNT })
const ROWS = 128
const USUAL_STEPS = 1500
const LEARNING_RATE = 4e-3

/** A feature that hardly moves keeps this deviation, so that it does not blow up when it does. */
const LEAST_DEVIATION = 0.05

/**
 * A network that says what another policy says (Hinton, Vinyals, Dean 2015), whatever that one is made of, so that it can
 * be tuned. Knows only the situations it was shown.
 */
export async function distilPolicy(
  sayings: readonly PolicySaying[],
  random: Random,
  steps = USUAL_STEPS,
): Promise<NetworkPolicy> {
  const normalisation = normalisationOf(sayings)
  const optimiser = await createOptimiser(
    {
      layout: NETWORK.layout,
      inputs: { seen: [ROWS, OBSERVATION_SIZE], said: [ROWS, ACTION_COUNT] },
      loss: (weights, fed) => {
        const { logits } = NETWORK.answer(weights, fed('seen'))
        return { loss: mean(square(subtract(logits, fed('said')))) }
      },
    },
    freshAdam(NETWORK.initial(random)),
  )
  for (let step = 0; step < steps; step += 1) {
    const drawn = Array.from({ length: ROWS }, () => sayings[random.below(sayings.length)])
    const raw = Float32Array.from(drawn.flatMap(saying => Array.from(saying?.observation ?? [])))
    const seen = new Float32Array(raw.length)
    normalise(raw, normalisation, seen)
    const said = Float32Array.from(drawn.flatMap(saying => Array.from(saying?.logits ?? [])))
    await optimiser.step({ seen, said }, LEARNING_RATE * (1 - step / steps))
  }
  const { parameters } = optimiser
  await optimiser.release()
  return { network: NETWORK, parameters, normalisation }
}

function normalisationOf(sayings: readonly PolicySaying[]): Normalisation {
  const features = Array.from({ length: OBSERVATION_SIZE }, (_, feature) => {
    const values = sayings.map(({ observation }) => at(observation, feature))
    return { centre: average(values), scale: 1 / Math.max(LEAST_DEVIATION, standardDeviation(values)) }
  })
  return {
    mean: Float32Array.from(features, ({ centre }) => centre),
    scale: Float32Array.from(features, ({ scale }) => scale),
    limit: 5,
  }
}
