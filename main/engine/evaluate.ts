import type { Dollars, EpochMilliseconds } from '../core/base/units.ts'
import { OBSERVATION_VERSION, observe, usualObservation } from '../core/features/observation.ts'
import { ACTIONS, ACTION_VERSION, type Action } from '../core/policy/action.ts'
import type { ActionMask } from '../core/policy/actionMask.ts'
import type { Estimate } from '../core/policy/bayesianLogistic.ts'
import {
  adapterShifts,
  bestTrade,
  chooseProbabilities,
  likeliest,
  type ActionProbabilities,
} from '../core/policy/choice.ts'
import { wouldAccept } from '../core/policy/preference.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import { breakEvenChance, wouldBeGood, type Quality } from '../core/policy/quality.ts'
import { betOf, doubtedOdds, kellySize, oddsOfEstimate, sizingSentence } from '../core/risk/kelly.ts'
import type { DecisionDraft, Evaluation } from './evaluation.ts'
import { explain } from './explain.ts'
import { contextOf, holdingOf, marketOf, situationOf, type Moment } from './moment.ts'
import { offerActions, type OddsOf } from './offer.ts'
import type { Ports, Recall } from './ports.ts'
import { withDeadline } from './withDeadline.ts'

/** How many past situations are shown. */
const NEIGHBOURS = 3

/**
 * From the priced chain to a decision with its reasons: steps 7 to 10 of the life of a tick, read top to bottom.
 * Rejects where the policy does not answer in time; memory that is late only leaves its reasons out.
 */
export async function evaluate(moment: Moment, ports: Ports): Promise<Evaluation> {
  const { desk, adapter, time } = moment
  const situation = situationOf(moment)
  const recall = await recallInTime(situation, time, ports)
  const days = recall?.daysSinceSimilar
  const observation = observe(marketOf(moment), holdingOf(moment), moment.recollection, days)
  const doubt = desk.sizing ? await doubtOf(observation, ports) : 0
  const oddsOf: OddsOf = (sold, oneLot) => {
    const good = wouldBeGood(adapter.quality, sold, observation, breakEvenChance(oneLot))
    return doubtedOdds(oddsOfEstimate(good), betOf(oneLot), doubt)
  }
  const mask = offerActions(moment.chain, moment.smile, desk, time, oddsOf)
  const logits = await withDeadline(ports.policy.logits(observation, 1), ports.deadlines.policy, ports.delay)
  const allowed = ACTIONS.map(action => mask[action].allowed)
  const policyProbabilities = chooseProbabilities(logits, allowed, new Float64Array(ACTIONS.length))
  const probabilities = chooseProbabilities(logits, allowed, adapterShifts(adapter, observation))
  const { action } = likeliest(probabilities)
  const trade = tradeOf(mask, action, probabilities)
  const context = contextOf(moment, trade?.proposal)
  const usual = usualObservation(observation)
  const reasons = await explain({ moment, observation, usual, action, mask, context, recall }, ports)
  return {
    answersKnown: adapter.preference.answers,
    draft: {
      time,
      action,
      ...traded(action, trade),
      probabilities: [...probabilities],
      policyProbabilities: [...policyProbabilities],
      wouldAccept: wouldAccept(adapter.preference, trade?.action ?? action, observation),
      wouldBeGood: goodEstimate(adapter.quality, trade, observation),
      reasons: { ...reasons, ...sizingOf(moment, trade, oddsOf) },
      context,
      observation: [...observation],
      situation: [...situation],
      versions: {
        observation: OBSERVATION_VERSION,
        actions: ACTION_VERSION,
        policy: ports.policy.card.version,
      },
      checks: { passed: 0, of: 0 },
    },
  }
}

/** The trade that is suggested or, for a wait, the one that it passes over. */
interface Trade {
  readonly action: Action
  readonly proposal: Proposal
}

function tradeOf(mask: ActionMask, action: Action, probabilities: ActionProbabilities): Trade | undefined {
  const meant = action === 'noTrade' ? bestTrade(probabilities) : action
  const entry = meant === undefined ? undefined : mask[meant]
  return meant !== undefined && entry?.allowed && entry.proposal
    ? { action: meant, proposal: entry.proposal }
    : undefined
}

function traded(action: Action, trade: Trade | undefined): Pick<DecisionDraft, 'proposal' | 'passedOver'> {
  if (!trade) return {}
  return action === 'noTrade' ? { passedOver: trade } : { proposal: trade.proposal }
}

/** How a size by odds came about, in a sentence; nothing where the limits alone made it. */
function sizingOf(
  { desk, impliedVolatility }: Moment,
  trade: Trade | undefined,
  oddsOf: OddsOf,
): { readonly sizing?: string } {
  const rule = desk.sizing
  if (!rule || !trade || trade.proposal.purpose === 'close') return {}
  const odds = oddsOf(trade.action, trade.proposal)
  const size = kellySize(betOf(trade.proposal), odds, impliedVolatility, rule)
  return { sizing: sizingSentence(size, trade.proposal.quantity, rule) }
}

/** What the policy itself does not know of the moment, nothing for one that cannot tell; late as a decision would be. */
async function doubtOf(observation: Float32Array, { policy, deadlines, delay }: Ports): Promise<Dollars> {
  const told = policy.doubt && withDeadline(policy.doubt(observation), deadlines.policy, delay)
  return (await told) ?? 0
}

/** Nothing is known of a wait that passes nothing over: even odds, as wide as they are. */
function goodEstimate(quality: Quality, trade: Trade | undefined, observation: Float32Array): Estimate {
  const implied = trade ? breakEvenChance(trade.proposal) : 0.5
  return wouldBeGood(quality, trade?.action ?? 'noTrade', observation, implied)
}

async function recallInTime(
  situation: Float32Array,
  time: EpochMilliseconds,
  ports: Ports,
): Promise<Recall | undefined> {
  const recalled = ports.memory.recall(situation, NEIGHBOURS, time)
  return withDeadline(recalled, ports.deadlines.recall, ports.delay).catch(() => undefined)
}
