import { createRandom } from '../../core/base/random.ts'
import { OBSERVATION_SIZE } from '../../core/features/observation.ts'
import { ACTION_COUNT } from '../../core/policy/action.ts'
import { digestOf } from '../../registry/modelRegistry.ts'
import { initialParameters } from '../../training/network.ts'
import { USUAL_LEARNING, type TrainingStart } from '../../training/trainingPlan.ts'
import type { ExperienceRow } from '../experience.ts'
import { newJob } from '../newTraining.ts'
import { MOMENTUM_MARKET } from '../sessionTables.ts'
import type { TrainingJob } from '../../adapters/experiments/trainingJob.ts'

const HIDDEN = [16, 16]

/** Where a retraining of the drill begins, and answers that it imitates: made up, but of the right shape. */
export function drillBeginning(seed: number): {
  readonly start: TrainingStart
  readonly rows: readonly ExperienceRow[]
} {
  const random = createRandom(seed)
  const shape = { observationSize: OBSERVATION_SIZE, hidden: HIDDEN, actionCount: ACTION_COUNT }
  const features = (value: number) => Array.from({ length: OBSERVATION_SIZE }, () => value)
  const rows = Array.from({ length: 40 }, () => ({
    observation: features(0).map(() => random.uniform()),
    mask: Array.from({ length: ACTION_COUNT }, () => 1),
    action: random.below(ACTION_COUNT),
    answer: 'accepted' as const,
  }))
  const parameters = [...initialParameters(shape, random)]
  return { start: { parameters, moments: [100, ...features(0.5), ...features(10)] }, rows }
}

/** A training of a few sessions quoted once a minute and small updates: everything of a real one, in seconds. */
export function drillJob(champion: Uint8Array, changes: Partial<TrainingJob['plan']> = {}): TrainingJob {
  const job = newJob({
    kind: 'train',
    seed: 3,
    budget: 'short',
    now: 1_795_000_000_000,
    champion: { version: 'first-1', digest: digestOf(champion) },
    start: undefined,
    trial: 1,
    experience: { rows: [], answers: 0, outcomes: 0 },
    revision: 'unknown',
  })
  return {
    ...job,
    plan: {
      ...job.plan,
      updates: 6,
      learning: { ...USUAL_LEARNING, environments: 2, steps: 32, minibatch: 32, epochs: 2, hidden: HIDDEN },
      market: { ...MOMENTUM_MARKET, quoteEvery: 60_000 },
      sessions: { firstSeed: 1, count: 2 },
      heldBack: { firstSeed: 1_000_000_000, count: 2 },
      checkpointEvery: 1,
      ...changes,
    },
  }
}
