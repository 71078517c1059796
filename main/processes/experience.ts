import type { Decision } from '../core/policy/decision.ts'
import { createRandom } from '../core/base/random.ts'
import { ACTIONS, ACTION_VERSION, actionIndex, opensRisk } from '../core/policy/action.ts'
import { OBSERVATION_VERSION } from '../core/features/observation.ts'
import { imitate, type Demonstration } from '../training/imitation.ts'
import { normalisationFrom } from '../training/ppo.ts'
import {
  logProbabilitiesOf,
  pairsFromRewards,
  tunePreference,
  type NetworkPolicy,
  type PreferencePair,
  type Situation,
  type TuningSettings,
} from '../training/preferenceTuning.ts'
import {
  FOLLOW_FROM,
  fitRewardModel,
  leaningOf,
  predictabilityOf,
  rewardsOf,
  type Opinion,
} from '../training/rewardModel.ts'
import { networkOf } from '../training/tradingNetwork.ts'
import type { TrainingPlan } from '../training/trainingPlan.ts'

/** One decision of the journal: what its trader answered and how he rated it, or that he said nothing of it. */
export interface ExperienceRow {
  readonly observation: readonly number[]
  /** 1 where an action was allowed. */
  readonly mask: readonly number[]
  /** What was suggested, by its index in `ACTIONS`; of a wait that was overruled, the trade it passed over, which he wanted. */
  readonly action: number
  readonly answer?: Opinion['answer']
  /** From 1 to 5, of a trade whose end he knew. */
  readonly rating?: number | undefined
}

/** What a stretch of time brought. */
export interface Experience {
  readonly rows: readonly ExperienceRow[]
  readonly answers: number
  readonly outcomes: number
}

/**
 * What the decisions since an instant teach about their trader; those he said nothing of are where the policy is to stay as it is.
 * Decisions of other versions of observation or actions are left out, as are actions that were not allowed.
 */
export function experienceSince(decisions: readonly Decision[], since: number): Experience {
  const known = decisions.filter(
    ({ time, versions }) =>
      time >= since && versions.observation === OBSERVATION_VERSION && versions.actions === ACTION_VERSION,
  )
  return {
    rows: known.flatMap(rowOf).filter(({ mask, action }) => mask[action] === 1),
    answers: known.filter(({ answer }) => answer !== undefined).length,
    outcomes: known.filter(({ outcome }) => outcome?.status === 'scored').length,
  }
}

function rowOf(decision: Decision): ExperienceRow[] {
  const { observation, policyProbabilities, action, answer, rating, passedOver } = decision
  const seen = { observation, mask: policyProbabilities.map(probability => (probability > 0 ? 1 : 0)) }
  if (action === 'noTrade' && answer?.kind === 'rejected')
    return passedOver ? [{ ...seen, action: actionIndex(passedOver.action), answer: 'accepted' }] : []
  const isRated = rating !== undefined && opensRisk(action)
  return [
    {
      ...seen,
      action: actionIndex(action),
      ...(answer && { answer: answer.kind }),
      ...(isRated && { rating }),
    },
  ]
}

/** Fewest rows from which imitation is worth anything. */
const FEWEST_ROWS = 20

/** Light enough that the champion stays what it is but for what its trader did otherwise. */
const IMITATION = { epochs: 4, learningRate: 1e-4 }

/** Held firmly to the champion, as the drill of agreement tries it. */
const TUNING: TuningSettings = { steps: 200, learningRate: 1e-3, firmness: 0.5, anchorWeight: 3 }
/** What a comparison by the reward model counts, beside an answer. */
const REWARD_PAIR_WEIGHT = 0.5

/** Whether a training takes in what its trader said: where it goes on from a network, and there is enough of it. */
export function learnsFromTrader(plan: TrainingPlan, rows: readonly ExperienceRow[]): boolean {
  return plan.start !== undefined && demonstrationsOf(rows).length >= FEWEST_ROWS
}

/**
 * The plan with a beginning that follows its trader: what he leaned against by direct preference optimisation against the
 * champion, where his answers tell each other, and all that he leaned to by light imitation; as it was where there is too
 * little, or no network to go on from. What comes of it is then trained and judged like any other.
 */
export async function learnFromTrader(
  plan: TrainingPlan,
  rows: readonly ExperienceRow[],
): Promise<TrainingPlan> {
  const champion = beginningOf(plan)
  if (!plan.start || !champion || !learnsFromTrader(plan, rows)) return plan
  const { parameters } = await imitate({
    ...(await withoutDisliked(champion, rows, plan.seed)),
    demonstrations: demonstrationsOf(rows),
    seed: plan.seed,
    ...IMITATION,
  })
  return { ...plan, start: { ...plan.start, parameters: [...parameters] } }
}

/** The network that a plan begins with, undefined where it is drawn from the seed. */
export function beginningOf({ start, learning }: TrainingPlan): NetworkPolicy | undefined {
  return (
    start && {
      network: networkOf(learning),
      parameters: Float32Array.from(start.parameters),
      normalisation: normalisationFrom(start.moments),
    }
  )
}

/** What he would have done: what he leaned to, and to wait where he leaned against it. */
function demonstrationsOf(rows: readonly ExperienceRow[]): Demonstration[] {
  return rows.flatMap(row => {
    const leaning = leaningOf(row)
    const action = leaning > 0 ? row.action : 0
    return leaning !== 0 && row.mask[action] === 1 ? [{ ...row, action, weight: Math.abs(leaning) }] : []
  })
}

/**
 * The champion tuned away from the trades that were leaned against, and from what a model of all opinions finds no better, as long
 * as the answers are no coin's. It stays what it is wherever nobody leaned against it.
 */
async function withoutDisliked(
  champion: NetworkPolicy,
  rows: readonly ExperienceRow[],
  seed: number,
): Promise<NetworkPolicy> {
  const trades = rows.flatMap(tradeOf)
  const random = createRandom(seed)
  const predictability = await predictabilityOf(trades, champion.normalisation, random)
  if (predictability !== undefined && predictability < FOLLOW_FROM) return champion
  const pairs = trades.flatMap((trade): PreferencePair[] => {
    const weight = -leaningOf(trade)
    return weight > 0 ? [{ ...trade, better: 'noTrade', worse: trade.action, weight }] : []
  })
  const situations = rows.map(({ observation, mask }): Situation => ({
    observation,
    allowed: allowedBy(mask),
  }))
  const model = await fitRewardModel(trades, champion.normalisation, random)
  if (model) {
    const logs = await logProbabilitiesOf(champion, situations)
    const rewards = await rewardsOf(
      model,
      situations.map(({ observation }) => observation),
    )
    pairs.push(...pairsFromRewards(situations, logs, rewards, REWARD_PAIR_WEIGHT))
  }
  if (pairs.length === 0) return champion
  const disliked = new Set(pairs.map(({ observation }) => observation))
  const liked = situations.filter(({ observation }) => !disliked.has(observation))
  const anchors = liked.length > 0 ? liked : situations
  return (await tunePreference(champion, pairs, anchors, random, TUNING)).policy
}

/** A row as an opinion of a trade, with what else was on offer. */
function tradeOf({ observation, mask, action, answer, rating }: ExperienceRow): (Opinion & Situation)[] {
  const trade = ACTIONS[action]
  return trade && opensRisk(trade)
    ? [{ observation, action: trade, answer, rating, allowed: allowedBy(mask) }]
    : []
}

function allowedBy(mask: readonly number[]): boolean[] {
  return mask.map(value => value === 1)
}
