import { digestOf } from '../../registry/modelRegistry.ts'
import { USUAL_LEARNING } from '../../training/trainingPlan.ts'
import { newJob } from '../newTraining.ts'
import { MOMENTUM_MARKET } from '../sessionTables.ts'
import type { TrainingJob } from '../../adapters/experiments/trainingJob.ts'

/** A training of a few sessions quoted once a minute and small updates: everything of a real one, in seconds. */
export function drillJob(champion: Uint8Array, changes: Partial<TrainingJob['plan']> = {}): TrainingJob {
  const job = newJob({
    kind: 'train',
    seed: 3,
    budget: 'short',
    now: 1_795_000_000_000,
    champion: { version: 'first-1', digest: digestOf(champion) },
    start: undefined,
    experience: { rows: [], answers: 0, outcomes: 0 },
    revision: 'unknown',
  })
  return {
    ...job,
    plan: {
      ...job.plan,
      updates: 6,
      learning: { ...USUAL_LEARNING, environments: 2, steps: 32, minibatch: 32, epochs: 2, hidden: [16, 16] },
      market: { ...MOMENTUM_MARKET, quoteEvery: 60_000 },
      sessions: { firstSeed: 1, count: 2 },
      heldBack: { firstSeed: 1_000_000_000, count: 2 },
      checkpointEvery: 1,
      ...changes,
    },
  }
}
