import type { Decision } from '../core/policy/decision.ts'
import { isTaken } from '../core/policy/decision.ts'
import { createRandom } from '../core/base/random.ts'
import { ACTIONS, ACTION_COUNT, ACTION_VERSION, actionIndex, opensRisk } from '../core/policy/action.ts'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { imitate } from '../training/imitation.ts'
import { normalisationFrom } from '../training/ppo.ts'
import {
  tunePreference,
  type NetworkPolicy,
  type PreferencePair,
  type TuningSettings,
} from '../training/preferenceTuning.ts'
import { FOLLOW_FROM, predictabilityOf, type Opinion } from '../training/rewardModel.ts'
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
  /** The trade he declined; absent where he declined none. */
  readonly declined?: number | undefined
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
      ...(decision.status === 'rejected' && opensRisk(decision.action)
        ? { declined: actionIndex(decision.action) }
        : {}),
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

/** Held firmly to the champion, as the drill of agreement tries it. */
const TUNING: TuningSettings = { steps: 200, learningRate: 1e-3, firmness: 0.5, anchorWeight: 3 }

/** Whether a training takes in what its trader did: where it goes on from a network, and there is enough of it. */
export function learnsFromTrader(plan: TrainingPlan, rows: readonly ExperienceRow[]): boolean {
  return plan.start !== undefined && rows.length >= FEWEST_ROWS
}

/**
 * The plan with a beginning that follows its trader: what he declined by direct preference optimisation against the champion,
 * where his answers tell each other, and all of his answers by light imitation; as it was where there is too little, or no
 * network to go on from. What comes of it is then trained and judged like any other.
 */
export async function learnFromTrader(
  plan: TrainingPlan,
  rows: readonly ExperienceRow[],
): Promise<TrainingPlan> {
  const { start } = plan
  if (!start || !learnsFromTrader(plan, rows)) return plan
  const champion: NetworkPolicy = {
    shape: { observationSize: OBSERVATION_SIZE, hidden: plan.learning.hidden, actionCount: ACTION_COUNT },
    parameters: Float32Array.from(start.parameters),
    normalisation: normalisationFrom(start.moments),
  }
  const { parameters } = await imitate({
    ...(await withoutDeclined(champion, rows, plan.seed)),
    demonstrations: rows,
    seed: plan.seed,
    ...IMITATION,
  })
  return { ...plan, start: { ...start, parameters: [...parameters] } }
}

/** The champion tuned away from what was declined, as long as the answers are no coin's. */
async function withoutDeclined(
  champion: NetworkPolicy,
  rows: readonly ExperienceRow[],
  seed: number,
): Promise<NetworkPolicy> {
  const situations = rows.map(({ observation, mask }) => ({
    observation,
    allowed: mask.map(value => value === 1),
  }))
  const pairs = rows.flatMap(({ declined, weight }, row): PreferencePair[] => {
    const [situation, worse] = [situations[row], ACTIONS[declined ?? -1]]
    return situation && worse ? [{ ...situation, better: 'noTrade', worse, weight }] : []
  })
  if (pairs.length === 0) return champion
  const random = createRandom(seed)
  const predictability = await predictabilityOf(rows.flatMap(opinionOf), champion.normalisation, random)
  if (predictability !== undefined && predictability < FOLLOW_FROM) return champion
  return (await tunePreference(champion, pairs, situations, random, TUNING)).policy
}

function opinionOf({ observation, action, declined }: ExperienceRow): Opinion[] {
  const trade = ACTIONS[declined ?? action]
  if (!trade || !opensRisk(trade)) return []
  const answer = declined === undefined ? 'accepted' : 'rejected'
  return [{ observation, action: trade, answer, rating: undefined }]
}
