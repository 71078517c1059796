import { present } from '../core/base/assert.ts'
import { createRandom, type Random } from '../core/base/random.ts'
import type { Action } from '../core/policy/action.ts'
import { AdaptedSuggestions, type LogitsAt } from '../research/agreementAdapter.ts'
import {
  agreementChange,
  askingDesk,
  judgeSuggestions,
  likeliestAction,
  type AgreementChange,
  type DecisionPoint,
  type GivenAnswer,
  type Suggest,
} from '../research/agreementTrial.ts'
import { tasteTraders, type TasteTrader } from '../research/scriptedTrader.ts'
import { distilPolicy } from './distilledPolicy.ts'
import {
  logProbabilitiesOf,
  pairsFromAnswers,
  pairsFromRewards,
  tunePreference,
  type NetworkPolicy,
  type TuningSettings,
} from './preferenceTuning.ts'
import { FOLLOW_FROM, fitRewardModel, predictabilityOf, rewardsOf, type Opinion } from './rewardModel.ts'

/** What a trial of agreement is made of: sessions to answer in, sessions to be judged by, and the policy. */
export interface AgreementGround {
  /** By session, in their order. */
  readonly past: readonly (readonly DecisionPoint[])[]
  readonly fresh: readonly DecisionPoint[]
  readonly logitsAt: LogitsAt
  /** The policy as a network that can be tuned, and its log-probabilities at every point. */
  readonly reference: NetworkPolicy
  readonly referenceLogs: ReadonlyMap<string, Float32Array>
}

/** One trader under one way to learn from him. */
export interface AgreementTrialRow {
  readonly trader: TasteTrader
  readonly way: 'adapter' | 'tuned policy'
  readonly answers: number
  readonly change: AgreementChange
}

/** Answers a trader gives, and the sessions he gives them in. */
const ANSWERS = 40
const SESSIONS = 14

/** Held firmly: forty answers are few, and a policy was trained on many sessions. */
const TUNING: TuningSettings = { steps: 200, learningRate: 2e-3, firmness: 0.5, anchorWeight: 3 }
/** What a comparison by the reward model counts, beside an answer. */
const REWARD_PAIR_WEIGHT = 0.5

/** Makes the network that is tuned: one that says what the policy says at the sessions of the past. */
export async function prepareGround(
  past: readonly (readonly DecisionPoint[])[],
  fresh: readonly DecisionPoint[],
  logitsAt: LogitsAt,
  seed: number,
  steps?: number,
): Promise<AgreementGround> {
  const sayings = past.flat().map(point => ({ observation: point.observation, logits: logitsAt(point) }))
  const reference = await distilPolicy(sayings, createRandom(seed), steps)
  const points = [...past.flat(), ...fresh]
  const logs = await logProbabilitiesOf(reference, points)
  const referenceLogs = new Map(
    points.map(({ id }, row) => [id, present(logs[row], 'a row for every point')]),
  )
  return { past, fresh, logitsAt, reference, referenceLogs }
}

/** Traders answer forty suggestions each, in sessions of the past drawn by the seed, and are shown fresh ones. */
export async function runAgreementTrial(
  ground: AgreementGround,
  seed: number,
  traders: readonly TasteTrader[] = tasteTraders(seed),
): Promise<AgreementTrialRow[]> {
  const random = createRandom(seed)
  const taught = drawSessions(ground.past, random).flat()
  const rows: AgreementTrialRow[] = []
  for (const trader of traders) {
    const adapted = adapt(ground, taught, trader)
    rows.push(judge(ground, trader, 'adapter', adapted.answers, ground.logitsAt, adapted.suggest, seed))
    const tuned = await tune(ground, taught, trader, random)
    const before: LogitsAt = point => logsAt(ground.referenceLogs, point)
    rows.push(judge(ground, trader, 'tuned policy', tuned.answers, before, tuned.suggest, seed))
  }
  return rows
}

/** The adapter: every answer teaches before the next question is asked. */
function adapt({ logitsAt }: AgreementGround, taught: readonly DecisionPoint[], trader: TasteTrader) {
  const desk = new AdaptedSuggestions(logitsAt)
  const ask = askingDesk(trader, ANSWERS)
  let answers = 0
  for (const point of taught) {
    const given = ask(point, desk.suggest(point))
    if (!given) continue
    answers += 1
    desk.hearAnswer(given)
  }
  return { answers, suggest: (point: DecisionPoint) => desk.suggest(point) }
}

/**
 * The policy itself: it is tuned once, from all answers to what it suggested, and from a reward model of them; not at all
 * where the answers do not tell each other, for then there is nothing to learn and only suggestions to lose.
 */
async function tune(
  { reference, referenceLogs, fresh }: AgreementGround,
  taught: readonly DecisionPoint[],
  trader: TasteTrader,
  random: Random,
) {
  const ask = askingDesk(trader, ANSWERS)
  const given = taught.flatMap(
    point => ask(point, likeliestAction(point, logsAt(referenceLogs, point))) ?? [],
  )
  const pairs = pairsFromAnswers(
    given.map(({ point, action, accepted }) => ({ situation: point, action, accepted })),
  )
  const opinions = given.map(opinionOf)
  const predictability = await predictabilityOf(opinions, reference.normalisation, random)
  if (predictability !== undefined && predictability < FOLLOW_FROM) {
    const suggest = (point: DecisionPoint): Action => likeliestAction(point, logsAt(referenceLogs, point))
    return { answers: given.length, suggest }
  }
  const model = await fitRewardModel(opinions, reference.normalisation, random)
  if (model) {
    const rewards = await rewardsOf(
      model,
      taught.map(({ observation }) => observation),
    )
    const logs = taught.map(point => logsAt(referenceLogs, point))
    pairs.push(...pairsFromRewards(taught, logs, rewards, REWARD_PAIR_WEIGHT))
  }
  const { policy } = await tunePreference(reference, pairs, taught, random, TUNING)
  const logs = await logProbabilitiesOf(policy, fresh)
  const byId = new Map(fresh.map(({ id }, row) => [id, present(logs[row], 'a row for every point')]))
  const suggest = (point: DecisionPoint): Action => likeliestAction(point, logsAt(byId, point))
  return { answers: given.length, suggest }
}

function judge(
  { fresh }: AgreementGround,
  trader: TasteTrader,
  way: AgreementTrialRow['way'],
  answers: number,
  before: LogitsAt,
  suggest: Suggest,
  seed: number,
): AgreementTrialRow {
  const untaught = judgeSuggestions(fresh, point => likeliestAction(point, before(point)), trader)
  const change = agreementChange(untaught, judgeSuggestions(fresh, suggest, trader), seed)
  return { trader, way, answers, change }
}

function opinionOf({ point, action, accepted }: GivenAnswer): Opinion {
  const answer = accepted ? 'accepted' : 'rejected'
  return { observation: point.observation, action, answer, rating: undefined }
}

function logsAt(logs: ReadonlyMap<string, Float32Array>, { id }: DecisionPoint): Float32Array {
  return present(logs.get(id), 'log-probabilities at every point')
}

function drawSessions<Session>(sessions: readonly Session[], random: Random): Session[] {
  const waiting = [...sessions]
  return Array.from({ length: Math.min(SESSIONS, waiting.length) }, () =>
    waiting.splice(random.below(waiting.length), 1),
  ).flat()
}
