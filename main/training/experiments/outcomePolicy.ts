import { mean, multiply, square, subtract } from '../../autodiff/elementwise.ts'
import { slice } from '../../autodiff/shaping.ts'
import { at } from '../../core/base/assert.ts'
import type { Random } from '../../core/base/random.ts'
import { OBSERVATION_SIZE } from '../../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, opensRisk } from '../../core/policy/action.ts'
import type { DecisionPoint } from '../../research/agreementTrial.ts'
import { createOptimiser, freshAdam } from '../adam.ts'
import {
  initialParameters,
  networkLayout,
  normalise,
  policyNetwork,
  type NetworkShape,
  type Normalisation,
} from '../network.ts'
import type { NetworkPolicy } from '../preferenceTuning.ts'

/** Dollars of expected profit that count as one of log-probability. */
const DOLLARS_A_LOGIT = 10

const SHAPE: NetworkShape = { observationSize: OBSERVATION_SIZE, hidden: [32, 32], actionCount: ACTION_COUNT }
const ROWS = 256

/**
 * A policy that learned from what every action made at decision points: its logits are expected dollars less those of a
 * wait, so that its likeliest action is the one it expects most of. A frozen reference for preference learning that is
 * good where the points have something to find, made in seconds.
 */
export async function fitOutcomePolicy(
  points: readonly DecisionPoint[],
  steps: number,
  random: Random,
): Promise<NetworkPolicy> {
  const normalisation = normalisationOf(points)
  const optimiser = await createOptimiser(
    {
      layout: networkLayout(SHAPE),
      inputs: { seen: [ROWS, OBSERVATION_SIZE], made: [ROWS, ACTION_COUNT], counts: [ROWS, ACTION_COUNT] },
      loss: (weights, fed) => {
        const { logits } = policyNetwork(weights, fed('seen'), SHAPE.hidden)
        const aboveWait = subtract(logits, slice(logits, 1, 0, 1))
        return { loss: mean(multiply(square(subtract(aboveWait, fed('made'))), fed('counts'))) }
      },
    },
    freshAdam(initialParameters(SHAPE, random)),
  )
  for (let step = 0; step < steps; step += 1) {
    const batch = Array.from({ length: ROWS }, () => points[random.below(points.length)]).filter(
      point => point !== undefined,
    )
    const made = Float32Array.from(batch.flatMap(point => [...point.nets].map(net => net / DOLLARS_A_LOGIT)))
    const counts = made.map((value, index) =>
      Number.isNaN(value) || !opensRisk(ACTIONS[index % ACTION_COUNT] ?? 'noTrade') ? 0 : 1,
    )
    const seen = new Float32Array(ROWS * OBSERVATION_SIZE)
    normalise(rawRows(batch), normalisation, seen)
    const known = made.map(value => (Number.isNaN(value) ? 0 : value))
    await optimiser.step({ seen, made: known, counts }, 2e-3 * (1 - step / steps))
  }
  const { parameters } = optimiser
  await optimiser.release()
  return { shape: SHAPE, parameters, normalisation }
}

/** The observations of points as rows of raw features. */
export function rawRows(points: readonly DecisionPoint[]): Float32Array {
  return Float32Array.from(points.flatMap(point => [...point.observation]))
}

/** Mean and scale of every feature over points; one that hardly moves is left at its scale. */
function normalisationOf(points: readonly DecisionPoint[]): Normalisation {
  const features = Array.from({ length: OBSERVATION_SIZE }, (_, feature) => {
    const values = points.map(point => at(point.observation, feature))
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length
    return { centre, scale: 1 / Math.max(0.05, Math.sqrt(variance)) }
  })
  return {
    mean: Float32Array.from(features, ({ centre }) => centre),
    scale: Float32Array.from(features, ({ scale }) => scale),
    limit: 5,
  }
}
