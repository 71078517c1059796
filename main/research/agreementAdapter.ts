import { at } from '../core/base/assert.ts'
import { ACTIONS, actionIndex, opensRisk, sideOf, type Action } from '../core/policy/action.ts'
import { adapterShifts } from '../core/policy/choice.ts'
import { firstPreference, learnPreference, type Preference } from '../core/policy/preference.ts'
import { firstQuality, learnQuality, type Quality } from '../core/policy/quality.ts'
import { likeliestAction, type DecisionPoint, type GivenAnswer } from './agreementTrial.ts'

/** The policy's own logits at a point, in the order of `ACTIONS`. */
export type LogitsAt = (point: DecisionPoint) => ArrayLike<number>

/** Minutes within which suggestions of one side live through the same market, and are together one lesson. */
const HORIZON = 60

/**
 * The cockpit's adapter on decision points, without an engine around it: answers teach what he would accept, at once;
 * outcomes teach what was good, whoever said what, at the end of their session.
 */
export class AdaptedSuggestions {
  readonly #logitsAt: LogitsAt
  #preference: Preference = firstPreference()
  #quality: Quality = firstQuality()

  constructor(logitsAt: LogitsAt) {
    this.#logitsAt = logitsAt
  }

  /** What is suggested at a point now. */
  suggest(point: DecisionPoint): Action {
    const { observation } = point
    const shifts = adapterShifts({ preference: this.#preference, quality: this.#quality }, observation)
    const logits = this.#logitsAt(point)
    return likeliestAction(
      point,
      ACTIONS.map((_, index) => at(logits, index) + at(shifts, index)),
    )
  }

  hearAnswer({ point, action, accepted }: GivenAnswer): void {
    const answer = accepted ? 'accepted' : 'rejected'
    this.#preference = learnPreference(this.#preference, action, point.observation, answer)
  }

  /** Learns from what a session's suggestions made; those without an outcome teach nothing. */
  hearOutcomes(suggested: readonly { readonly point: DecisionPoint; readonly action: Action }[]): void {
    const trades = suggested.filter(({ action }) => opensRisk(action))
    for (const { point, action } of trades) {
      const net = at(point.nets, actionIndex(action))
      if (Number.isNaN(net)) continue
      const alike = trades.filter(
        other =>
          sideOf(other.action) === sideOf(action) && Math.abs(other.point.minute - point.minute) < HORIZON,
      )
      const implied = at(point.implied, actionIndex(action))
      this.#quality = learnQuality(
        this.#quality,
        action,
        point.observation,
        implied,
        net > 0,
        1 / alike.length,
      )
    }
  }
}

/** Lives through sessions, learning from their outcomes and from the answers of whoever sits there. */
export function liveThrough(
  desk: AdaptedSuggestions,
  points: readonly DecisionPoint[],
  answer: (point: DecisionPoint, action: Action) => GivenAnswer | undefined,
): void {
  for (const session of Map.groupBy(points, point => point.session).values()) {
    const suggested = session.map(point => {
      const action = desk.suggest(point)
      const given = answer(point, action)
      if (given) desk.hearAnswer(given)
      return { point, action }
    })
    desk.hearOutcomes(suggested)
  }
}
