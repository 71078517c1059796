import type { EpochMilliseconds } from '../../core/base/units.ts'
import { closeOutcome, proposalOutcome, waitOutcome } from '../../core/learning/outcome.ts'
import type { Decision, Outcome } from '../../core/policy/decision.ts'
import { comboQuote } from '../../core/portfolio/comboQuote.ts'
import { firstRefusal, openingChecks, type GateCheck } from '../../core/risk/gate.ts'
import type { Evaluation } from '../evaluation.ts'
import { riskStateAt, staleAfter } from './accounts.ts'
import { openDecision, rulesOf, type Book } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import type { Step } from './step.ts'

/** Takes in an evaluation: a suggestion, a wait, or a suggestion that risk refuses. */
export function takeEvaluation(step: Step, evaluation: Evaluation, mark: BookMark): void {
  const { book } = step
  const session = book.session
  if (!session || book.phase !== 'session') return
  // He answered while this was worked out: what he taught must count, so it is worked out again
  if (evaluation.answersKnown !== book.preference.answers) return step.cause({ kind: 'evaluate' })
  const open = openDecision(book)
  if (open && open.action !== 'noTrade') return
  if (open) step.record({ kind: 'lapsed', decision: { ...open, status: 'lapsed' } })
  const number = book.decisions.size + 1
  const checks = gateChecks(book, evaluation, mark)
  const refusal = firstRefusal(checks)
  const rules = rulesOf(book)
  const life = evaluation.draft.proposal ? rules.life : rules.cadence
  const decision: Decision = {
    ...evaluation.draft,
    id: `${session.id}/${number}`,
    number,
    session: session.id,
    date: session.date,
    status: refusal ? 'refused' : 'open',
    checks: { passed: checks.filter(check => check.passed).length, of: checks.length },
    expiresAt: mark.time + life,
    ...(refusal ? { refusal: refusal.sentence } : {}),
  }
  step.record({ kind: 'suggested', decision })
}

/** Lets suggestions go that waited too long or that the market has left behind. */
export function lapseSuggestions(step: Step, mark: BookMark): void {
  const open = openDecision(step.book)
  if (!open) return
  if (mark.time >= open.expiresAt || step.book.phase !== 'session' || isLeftBehind(open, mark)) {
    step.record({ kind: 'lapsed', decision: { ...open, status: 'lapsed' } })
  }
}

/** Scores every decision whose frozen exit rule has fired, whatever was answered. */
export function scoreDecisions(step: Step, mark: BookMark): void {
  for (const decision of step.book.decisions.values()) {
    if (decision.outcome || decision.status === 'open') continue
    const outcome = outcomeOf(decision, mark, horizonOf(step.book, decision))
    if (outcome) step.record({ kind: 'scored', decision: { ...decision, outcome } })
  }
}

/** Gives up, at the end of a session, on outcomes that can no longer be known. */
export function closeScores(step: Step, time: EpochMilliseconds): void {
  for (const decision of step.book.decisions.values()) {
    if (decision.outcome) continue
    const outcome: Outcome = { status: 'unavailable', time, reason: 'noQuotes', net: 0, wasGood: false }
    const status = decision.status === 'open' ? 'lapsed' : decision.status
    step.record({ kind: 'scored', decision: { ...decision, status, outcome } })
  }
}

function gateChecks(book: Book, evaluation: Evaluation, mark: BookMark): GateCheck[] {
  const { proposal, context } = evaluation.draft
  if (!proposal || proposal.purpose === 'close') return []
  const limits = { ...book.limits, maximumQuoteAge: staleAfter(book) }
  return openingChecks(proposal, context.dataAge, riskStateAt(book, mark), limits)
}

/** The credit has fallen below what the walk would accept. */
function isLeftBehind(decision: Decision, mark: BookMark): boolean {
  const { proposal } = decision
  if (!proposal || proposal.purpose === 'close') return false
  const quote = comboQuote(proposal.legs, mark.legs)
  return quote !== undefined && quote.best < proposal.walk.end
}

function outcomeOf(decision: Decision, mark: BookMark, horizon: EpochMilliseconds): Outcome | undefined {
  if (decision.action === 'noTrade') return waitOutcome(decision.passedOver?.proposal, mark, horizon)
  if (!decision.proposal) return undefined
  return decision.proposal.purpose === 'close'
    ? closeOutcome(decision.proposal, mark)
    : proposalOutcome(decision.proposal, mark)
}

function horizonOf(book: Book, decision: Decision): EpochMilliseconds {
  return decision.time + rulesOf(book).plan.horizon
}
