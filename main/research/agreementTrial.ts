import type { Dollars } from '../core/base/units.ts'
import type { Measured } from '../contract/learning.ts'
import { at, present } from '../core/base/assert.ts'
import { mean } from '../core/base/statistics.ts'
import { ACTIONS, actionIndex, opensRisk, type Action } from '../core/policy/action.ts'
import { bootstrap } from './bootstrap.ts'
import type { TasteTrader } from './scriptedTrader.ts'

/** An instant at which something may be suggested, with what every action would have made. */
export interface DecisionPoint {
  readonly id: string
  readonly session: string
  readonly minute: number
  readonly observation: Float32Array
  /** Whether each action is on offer, in the order of `ACTIONS`. */
  readonly allowed: readonly boolean[]
  /** Net of one lot of each action after costs under its frozen exit; NaN where unavailable, 0 for a wait. */
  readonly nets: Float64Array
  /** Chance of a profit at which each action is worth nothing under its exit rule. */
  readonly implied: Float64Array
  /** The minute at which each action's outcome is known. */
  readonly until: Float64Array
}

/** What is suggested at a point. */
export type Suggest = (point: DecisionPoint) => Action

/** A question that was asked and what the trader said. */
export interface GivenAnswer {
  readonly point: DecisionPoint
  readonly action: Action
  readonly accepted: boolean
}

/** Least minutes between two questions about the same action in one session: he is not asked the same thing every minute. */
const PAUSE = 20

/**
 * A trader at his desk who answers what is suggested until he has given a number of answers: give every point and what is
 * suggested there, in their order; undefined where he is not asked.
 */
export function askingDesk(
  trader: TasteTrader,
  answers: number,
): (point: DecisionPoint, action: Action) => GivenAnswer | undefined {
  const askedAt = new Map<string, number>()
  let given = 0
  return (point, action) => {
    if (given >= answers || !opensRisk(action)) return undefined
    const key = `${point.session} ${action}`
    if (point.minute < (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) + PAUSE) return undefined
    askedAt.set(key, point.minute)
    given += 1
    return { point, action, accepted: accepts(trader, point, action) }
  }
}

/** What a session of suggestions was like for a trader, and what it made when all of it was taken. */
export interface SessionAgreement {
  readonly session: string
  readonly suggestions: number
  readonly declined: number
  /** Net after costs of one lot a suggestion; of trades of one action that overlap, the first. */
  readonly net: Dollars
}

/** Every session of the points under a way to suggest, in their order. */
export function judgeSuggestions(
  points: readonly DecisionPoint[],
  suggest: Suggest,
  trader: TasteTrader,
): SessionAgreement[] {
  const sessions = Map.groupBy(points, point => point.session)
  return Array.from(sessions, ([session, members]) => {
    const heldUntil = new Map<Action, number>()
    let [suggestions, declined, net] = [0, 0, 0]
    for (const point of members) {
      const action = suggest(point)
      if (!opensRisk(action)) continue
      suggestions += 1
      declined += accepts(trader, point, action) ? 0 : 1
      const made = at(point.nets, actionIndex(action))
      if (Number.isNaN(made) || point.minute < (heldUntil.get(action) ?? Number.NEGATIVE_INFINITY)) continue
      heldUntil.set(action, at(point.until, actionIndex(action)))
      net += made
    }
    return { session, suggestions, declined, net }
  })
}

/** How a trader and what is suggested to him came closer, and what that did to the quality. */
export interface AgreementChange {
  /** Share of the suggestions that he would decline; NaN where nothing is suggested, for silence is no agreement. */
  readonly before: Measured
  readonly after: Measured
  /** Fall of that share, as a share of what it was; NaN where there is none to fall, or none left to have fallen. */
  readonly fall: Measured
  /** Dollars a session of what is suggested, everything taken. */
  readonly qualityBefore: Measured
  readonly qualityAfter: Measured
  /** After less before, session by session. */
  readonly qualityChange: Measured
  readonly suggestionsBefore: number
  readonly suggestionsAfter: number
}

/** Compares sessions before and after, which must be the same ones in the same order; sessions are the units. */
export function agreementChange(
  before: readonly SessionAgreement[],
  after: readonly SessionAgreement[],
  seed: number,
): AgreementChange {
  const pairs = before.map((session, index) => {
    const other = present(after[index], 'sessions are compared in pairs')
    if (other.session !== session.session) throw new RangeError('sessions must come in the same order')
    return { before: session, after: other }
  })
  type Pair = (typeof pairs)[number]
  const share = (sample: readonly Pair[], of: 'before' | 'after') =>
    total(sample, pair => pair[of].declined) / total(sample, pair => pair[of].suggestions)
  const over = (figure: (sample: readonly Pair[]) => number) => bootstrap(pairs, figure, seed)
  return {
    before: over(sample => share(sample, 'before')),
    after: over(sample => share(sample, 'after')),
    fall: over(sample => 1 - share(sample, 'after') / share(sample, 'before')),
    qualityBefore: over(sample => mean(sample.map(pair => pair.before.net))),
    qualityAfter: over(sample => mean(sample.map(pair => pair.after.net))),
    qualityChange: over(sample => mean(sample.map(pair => pair.after.net - pair.before.net))),
    suggestionsBefore: total(pairs, pair => pair.before.suggestions),
    suggestionsAfter: total(pairs, pair => pair.after.suggestions),
  }
}

/** The likeliest action of logits under the mask of a point, waiting first among equals. */
export function likeliestAction(point: DecisionPoint, scores: ArrayLike<number>): Action {
  let best = 0
  for (let index = 1; index < ACTIONS.length; index += 1) {
    if (point.allowed[index] && at(scores, index) > at(scores, best)) best = index
  }
  return present(ACTIONS[best], 'a position of an action')
}

function accepts(trader: TasteTrader, { id, observation }: DecisionPoint, action: Action): boolean {
  return trader.accepts({ id: `${id} ${action}`, action, observation: [...observation] })
}

function total<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0)
}
