import type { Decision } from '../core/policy/decision.ts'
import { isTaken } from '../core/policy/decision.ts'
import { ACTION_COUNT, ACTION_VERSION, actionIndex } from '../core/policy/action.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { imitate } from '../training/imitation.ts'
import { normalisationFrom } from '../training/ppo.ts'
import type { TrainingPlan } from '../training/trainingPlan.ts'

/** One decision of the journal as something to learn from. */
export interface ExperienceRow {
  readonly observation: readonly number[]
  /** 1 where an action was allowed. */
  readonly mask: readonly number[]
  /** What the trader would have done: the action he took, or to wait where he declined. */
  readonly action: number
  /** How much it says: a plain yes or no 1, a change half. */
  readonly weight: number
}

/** What a stretch of time brought. */
export interface Experience {
  readonly rows: readonly ExperienceRow[]
  readonly answers: number
  readonly outcomes: number
}

/**
 * What the decisions since an instant teach about their trader: his yes as the action he said it to, his no as waiting. Decisions
 * of other versions of observation or actions are left out, as are actions that were not allowed.
 */
export function experienceSince(decisions: readonly Decision[], since: number): Experience {
  const known = decisions.filter(
    ({ time, versions }) =>
      time >= since && versions.observation === OBSERVATION_VERSION && versions.actions === ACTION_VERSION,
  )
  const answered = known.filter(decision => isTaken(decision) || decision.status === 'rejected')
  const rows = answered.map((decision): ExperienceRow => {
    const action = decision.status === 'rejected' ? 'noTrade' : decision.action
    return {
      observation: decision.observation,
      mask: decision.probabilities.map(probability => (probability > 0 ? 1 : 0)),
      action: actionIndex(action),
      weight: decision.status === 'modified' ? 0.5 : 1,
    }
  })
  return {
    rows: rows.filter(({ mask, action }) => mask[action] === 1),
    answers: answered.length,
    outcomes: known.filter(({ outcome }) => outcome?.status === 'scored').length,
  }
}

/** Fewest rows from which imitation is worth anything. */
const FEWEST_ROWS = 20

/** Light enough that the champion stays what it is but for what its trader did otherwise. */
const IMITATION = { epochs: 4, learningRate: 1e-4 }

/** Whether a training takes in what its trader did: where it goes on from a network, and there is enough of it. */
export function learnsFromTrader(plan: TrainingPlan, rows: readonly ExperienceRow[]): boolean {
  return plan.start !== undefined && rows.length >= FEWEST_ROWS
}

/**
 * The plan with a beginning that has imitated its trader (behaviour cloning on the rows, lightly); as it was where there is too
 * little, or no network to go on from. What comes of it is then trained and judged like any other.
 */
export async function learnFromTrader(
  plan: TrainingPlan,
  rows: readonly ExperienceRow[],
): Promise<TrainingPlan> {
  const { start } = plan
  if (!start || !learnsFromTrader(plan, rows)) return plan
  const { parameters } = await imitate({
    shape: { observationSize: OBSERVATION_SIZE, hidden: plan.learning.hidden, actionCount: ACTION_COUNT },
    parameters: Float32Array.from(start.parameters),
    normalisation: normalisationFrom(start.moments),
    demonstrations: rows,
    seed: plan.seed,
    ...IMITATION,
  })
  return { ...plan, start: { ...start, parameters: [...parameters] } }
}
