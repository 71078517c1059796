import { opensRisk, sideOf, targetDelta } from '../../core/policy/action.ts'
import { isTaken, type Decision } from '../../core/policy/decision.ts'
import { learnPreference } from '../../core/policy/preference.ts'
import { breakEvenChance, learnQuality } from '../../core/policy/quality.ts'
import { rememberAnswer, rememberTrade } from '../../core/memory/recollection.ts'
import type { Book } from './book.ts'

/** Reasons for a no that ask for less risk. */
const WANTS_LESS_RISK: ReadonlySet<string> = new Set(['Too close', 'Size'])

type Learned = Pick<Book, 'preference' | 'quality' | 'recollection'>
type Lived = Learned & Pick<Book, 'decisions' | 'rules'>

/** What an answer teaches: what he would accept, at once. Waits and closes teach nothing about what to open. */
export function learnFromAnswer(book: Learned, decision: Decision): Partial<Learned> {
  const answer = decision.answer
  if (!answer || !opensRisk(decision.action)) return {}
  const observation = Float32Array.from(decision.observation)
  const accepted = answer.kind !== 'rejected'
  return {
    preference: learnPreference(book.preference, decision.action, observation, answer.kind),
    recollection: rememberAnswer(book.recollection, accepted, riskWish(decision)),
  }
}

/** What an outcome teaches: what was good, whoever said yes or no; and, where it was traded, how trades go. */
export function learnFromOutcome(book: Lived, decision: Decision): Partial<Learned> {
  const outcome = decision.outcome
  if (
    !outcome ||
    outcome.status === 'unavailable' ||
    !decision.proposal ||
    decision.proposal.purpose === 'close'
  )
    return {}
  const quality = learnQuality(
    book.quality,
    decision.action,
    Float32Array.from(decision.observation),
    breakEvenChance(decision.proposal),
    outcome.wasGood,
    1 / alikeAround(book, decision),
  )
  if (!isTaken(decision)) return { quality }
  return { quality, recollection: rememberTrade(book.recollection, decision.time, outcome.net) }
}

function riskWish(decision: Decision): number {
  const answer = decision.answer
  if (!answer) return 0
  if (answer.kind === 'rejected')
    return answer.reason !== undefined && WANTS_LESS_RISK.has(answer.reason) ? -1 : 0
  const smaller =
    answer.edits?.quantity !== undefined &&
    decision.proposal &&
    answer.edits.quantity < decision.proposal.quantity
  if (smaller) return -1
  return targetDelta(decision.action) > 0.1 ? 0.5 : 0
}

/**
 * Suggestions of the same side within one horizon of a decision, itself included: they live through the same market, so
 * together they are one lesson (average uniqueness, M. Lopez de Prado, "Advances in Financial Machine Learning", 2018).
 */
function alikeAround({ decisions, rules }: Lived, decision: Decision): number {
  const horizon = rules?.plan.horizon ?? 0
  const alike = [...decisions.values()].filter(
    other =>
      other.id !== decision.id &&
      sideOf(other.action) === sideOf(decision.action) &&
      Math.abs(other.time - decision.time) < horizon,
  )
  return 1 + alike.length
}
