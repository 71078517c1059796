import type { EpochMilliseconds } from '../core/base/units.ts'
import type { AgreementReport, Measured } from '../contract/learning.ts'
import { at } from '../core/base/assert.ts'
import { featureIndex } from '../core/features/observation.ts'
import { opensRisk, sideOf, targetDelta, type Action } from '../core/policy/action.ts'
import { isTaken, type Decision } from '../core/policy/decision.ts'
import { bootstrap } from './bootstrap.ts'

/** Seed of the intervals, so that the same journal always gives the same report. */
const INTERVAL_SEED = 20_261_121

/** The 97.5 % point of the standard normal distribution. */
const NORMAL_975 = 1.959964

/** Fewest sessions with scored decisions of which an interval is told; over fewer the bootstrap's is far too short. */
const FEWEST_SESSIONS = 10

/** Parts of the day by minutes since the open, up to and without the last. */
const PARTS_OF_DAY = [
  { until: 90, words: 'before 11:00' },
  { until: 210, words: 'from 11:00 to 13:00' },
  { until: Number.POSITIVE_INFINITY, words: 'after 13:00' },
] as const

const WAYS = ['team', 'AI alone', 'trader alone', 'do nothing'] as const
type Way = (typeof WAYS)[number]

/**
 * Where trader and policy part and what it costs, from the decisions of the journal in any order. Acceptance (what he
 * declined) and quality (what it made, net of costs under the exit rule frozen with the decision, taken or not) are
 * counted apart. A decision without a scored outcome counts as an answer and adds nothing to any profit. Before ten
 * sessions hold scored decisions there are no ways.
 */
export function agreementReport(decisions: readonly Decision[]): AgreementReport {
  const answered = decisions.filter(decision => isAnswered(decision) && decision.action !== 'noTrade')
  const scored = bySession(decisions.filter(isScored))
  return {
    answers: answered.length,
    disagreement: declinedShare(answered),
    groups: groupsOf(answered),
    sessions: { scored: scored.length, needed: FEWEST_SESSIONS },
    ways: waysOf(scored),
  }
}

/** Whether the trader said yes or no to a decision. */
export function isAnswered(decision: Decision): boolean {
  return isTaken(decision) || decision.status === 'rejected'
}

/**
 * The share of answers that are a no, with a 95 % interval: the wider of Wilson's (1927), which knows small numbers,
 * and the bootstrap over sessions, which knows that answers of one session are alike. 0 within 0 to 1 of nothing.
 */
export function declinedShare(answered: readonly Decision[]): Measured {
  if (answered.length === 0) return { value: 0, low: 0, high: 1 }
  const declined = answered.filter(({ status }) => status === 'rejected').length
  const wilson = wilsonInterval(declined, answered.length)
  const sessions = bySession(answered)
  if (sessions.length < 2) return wilson
  const overSessions = bootstrap(
    sessions.map(session => ({
      answers: session.length,
      declined: session.filter(({ status }) => status === 'rejected').length,
    })),
    drawn => sumOf(drawn, unit => unit.declined) / sumOf(drawn, unit => unit.answers),
    INTERVAL_SEED,
  )
  return {
    value: wilson.value,
    low: Math.min(wilson.low, overSessions.low),
    high: Math.max(wilson.high, overSessions.high),
  }
}

/** A share of a number of trials with Wilson's score interval (1927) at 95 %. */
export function wilsonInterval(hits: number, trials: number): Measured {
  const share = hits / trials
  const squared = NORMAL_975 ** 2
  const centre = (share + squared / (2 * trials)) / (1 + squared / trials)
  const reach =
    (NORMAL_975 * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials ** 2))) /
    (1 + squared / trials)
  return {
    value: share,
    low: Math.max(0, Math.min(share, centre - reach)),
    high: Math.min(1, Math.max(share, centre + reach)),
  }
}

/** Answers by side, part of the day and delta, the largest group first. */
function groupsOf(answered: readonly Decision[]): AgreementReport['groups'] {
  const groups = new Map<string, Decision[]>()
  for (const decision of answered) {
    const name = groupName(decision)
    groups.set(name, [...(groups.get(name) ?? []), decision])
  }
  return [...groups]
    .map(([name, members]) => ({
      name,
      answers: members.length,
      declined: members.filter(({ status }) => status === 'rejected').length,
      declinedNet: netOf(members.filter(({ status }) => status === 'rejected')),
      takenNet: netOf(members.filter(isTaken)),
    }))
    .sort((one, other) => other.answers - one.answers || one.name.localeCompare(other.name))
}

/** What decisions made by those of them that are scored; NaN where there are some and none is scored yet. */
function netOf(decisions: readonly Decision[]): number {
  if (decisions.length > 0 && !decisions.some(isScored)) return Number.NaN
  return sumOf(decisions, scoredNet)
}

/** What a decision has in common with others, in words: `15-delta call verticals before 11:00`. */
export function groupName(decision: Decision): string {
  const minutes = at(decision.observation, featureIndex('minutesSinceOpen')) * 390
  // A hair is forgiven: minutes travel as single-precision shares of a day
  const part = PARTS_OF_DAY.find(({ until }) => minutes < until - 1e-3) ?? PARTS_OF_DAY[2]
  return `${tradeName(decision.action)} ${part.words}`
}

function tradeName(action: Action): string {
  const side = sideOf(action)
  if (side === 'none') return action === 'close' ? 'early closes' : 'waits'
  const delta = Math.round(targetDelta(action) * 100)
  return side === 'both' ? `${delta}-delta iron condors` : `${delta}-delta ${side} verticals`
}

/** The profit a session of each way to decide, sessions being the units of the interval. */
function waysOf(scored: readonly (readonly Decision[])[]): AgreementReport['ways'] {
  if (scored.length < FEWEST_SESSIONS) return []
  const sessions = scored.map(session => session.toSorted((one, other) => one.time - other.time))
  return WAYS.map((name, index) => ({
    name,
    perSession: bootstrap(
      sessions.map(session => profitOf(session, name)),
      drawn => sumOf(drawn, profit => profit) / drawn.length,
      INTERVAL_SEED + index,
    ),
  }))
}

/**
 * What one way made of a session. Trades of one action that overlap in time are one opinion said twice, so each way
 * takes the first and waits until its exit.
 */
function profitOf(session: readonly Decision[], way: Way): number {
  const heldUntil = new Map<Action, EpochMilliseconds>()
  let profit = 0
  for (const decision of session) {
    const trade = tradeOf(decision)
    if (!trade || !takes(way, decision)) continue
    if (decision.time < (heldUntil.get(trade.action) ?? Number.NEGATIVE_INFINITY)) continue
    heldUntil.set(trade.action, decision.outcome?.time ?? decision.time)
    profit += trade.net
  }
  return profit
}

/** The trade a decision suggested or passed over, and what it made; undefined where there was none to take. */
function tradeOf(decision: Decision): { readonly action: Action; readonly net: number } | undefined {
  if (opensRisk(decision.action)) return { action: decision.action, net: scoredNet(decision) }
  const forgone = decision.outcome?.forgone
  if (decision.action !== 'noTrade' || !decision.passedOver || forgone === undefined) return undefined
  return { action: decision.passedOver.action, net: forgone }
}

/**
 * Whether a way takes the trade of a decision. Team: what was suggested and he took. AI alone: whatever was suggested.
 * Trader alone: what he took, what he would have done instead of a wait he overruled, and, where he was not asked,
 * what by the estimate of that moment he would clearly have taken.
 */
function takes(way: Way, decision: Decision): boolean {
  const isSuggested = opensRisk(decision.action)
  if (way === 'team') return isSuggested && isTaken(decision)
  if (way === 'AI alone') return isSuggested && decision.status !== 'refused'
  if (way === 'do nothing' || decision.status === 'refused') return false
  if (isAnswered(decision)) return isSuggested === isTaken(decision)
  return decision.wouldAccept.low > 0.5
}

function isScored(decision: Decision): boolean {
  return decision.outcome?.status === 'scored'
}

function scoredNet(decision: Decision): number {
  return decision.outcome?.status === 'scored' ? decision.outcome.net : 0
}

/** In the order of their names, so that the draws of an interval do not depend on that of the journal. */
function bySession(decisions: readonly Decision[]): Decision[][] {
  return [...Map.groupBy(decisions, decision => decision.session)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, session]) => session)
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0)
}
