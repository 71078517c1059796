import { at } from '../core/base/assert.ts'
import type { Objective } from './adam.ts'
import { createAdversary } from './adversarial.ts'
import type { Normalisation } from './network.ts'

/** Steps of an attack: one towards the border of the budget, one along it. */
const STEPS = 2

/** A batch of an objective over normalised observations. */
type Batch = Readonly<Record<string, Float32Array>> & { readonly observations: Float32Array }

/** Moves what is seen for the worst before a policy learns from it. */
export interface ObservationAdversary {
  /**
   * The batch with observations at which the loss is largest, as far as a few steps find it, each raw feature within the
   * budget's share of what it was and within the limit of normalisation; and the loss before and after.
   */
  worsen<Given extends Batch>(
    parameters: Float32Array,
    batch: Given,
    normalisation: Normalisation,
  ): Promise<{ readonly batch: Given; readonly before: number; readonly after: number }>
  release(): Promise<void>
}

/** An adversary of an objective that has the input `observations`; a budget of 0.02 is two percent of each feature. */
export async function createObservationAdversary(
  objective: Objective,
  budget: number,
): Promise<ObservationAdversary> {
  const adversary = await createAdversary({
    ...objective,
    loss: (weights, input) => objective.loss(weights, input).loss,
    moved: 'observations',
  })
  return {
    async worsen(parameters, batch, { mean, scale, limit }) {
      // A normalised feature is (raw - mean) scale, so raw is as large as this in its units
      const reach = batch.observations.map((seen, index) => {
        const feature = index % mean.length
        return budget * Math.abs(seen + at(mean, feature) * at(scale, feature))
      })
      const { moved, before, after } = await adversary.attack(parameters, batch, { reach, steps: STEPS })
      const observations = moved.map(seen => Math.max(-limit, Math.min(limit, seen)))
      return { batch: { ...batch, observations }, before, after }
    },
    release: () => adversary.release(),
  }
}
