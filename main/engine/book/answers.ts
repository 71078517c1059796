import type { CommandRequest } from '../../contract/commands.ts'
import type { Answer, Decision, Edits } from '../../core/policy/decision.ts'
import type { Proposal } from '../../core/policy/proposal.ts'
import { reviseProposal, type EditRefusal } from '../../core/policy/revision.ts'
import type { Result } from '../../core/base/result.ts'
import type { Smile } from '../../core/volatility/smile.ts'
import { firstRefusal, openingChecks, tradableChecks } from '../../core/risk/gate.ts'
import { quoteAge, riskStateAt, staleAfter } from './accounts.ts'
import { openDecision, rulesOf, type Book } from './book.ts'
import type { BookMark } from './bookEvent.ts'
import { placeClosing, placeOpening } from './orders.ts'
import { done, refused, type CommandReply, type Step } from './step.ts'

/** He says yes: the gate is asked once more, the answer is noted, the order goes out. */
export function acceptSuggestion(
  step: Step,
  request: CommandRequest<'suggestion/accept'>,
  mark: BookMark,
): CommandReply {
  const found = answerable(step.book, request, mark)
  if ('code' in found) return { ok: false, ...found }
  const { decision } = found
  return settleYes(step, decision, decision.proposal, { kind: 'accepted', time: mark.time }, mark)
}

/** He says yes to something a little different, within bounds. */
export function modifySuggestion(
  step: Step,
  request: CommandRequest<'suggestion/modify'>,
  mark: BookMark,
  smile: Smile | undefined,
): CommandReply {
  const found = answerable(step.book, request, mark)
  if ('code' in found) return { ok: false, ...found }
  const { decision } = found
  if (!decision.proposal) return refused('badRequest', 'a wait has nothing to modify')
  const edits = editsOf(request.edits)
  const revised = revise(step.book, decision.proposal, edits, mark, smile)
  if (!revised.ok) return refused('badRequest', `${revised.failure.field}: ${revised.failure.rule}`)
  return settleYes(step, decision, revised.value, { kind: 'modified', time: mark.time, edits }, mark)
}

/** What a change would mean, without making it. */
export function previewSuggestion(
  book: Book,
  request: CommandRequest<'suggestion/preview'>,
  mark: BookMark,
  smile: Smile | undefined,
): CommandReply {
  const decision = book.decisions.get(request.id)
  if (!decision?.proposal) return refused('notFound', `no suggested trade is called "${request.id}"`)
  const revised = revise(book, decision.proposal, editsOf(request.edits), mark, smile)
  if (!revised.ok) return refused('badRequest', `${revised.failure.field}: ${revised.failure.rule}`)
  const proposal = revised.value
  const limits = { ...book.limits, maximumQuoteAge: staleAfter(book) }
  const age = quoteAge(proposal.legs, mark)
  const checks =
    proposal.purpose === 'open' ? openingChecks(proposal, age, riskStateAt(book, mark), limits) : []
  return done({ proposal, refusal: firstRefusal(checks)?.sentence ?? null })
}

/** He says no. It costs nothing, needs no reason, and teaches at once. */
export function rejectSuggestion(
  step: Step,
  request: CommandRequest<'suggestion/reject'>,
  mark: BookMark,
): CommandReply {
  const decision = step.book.decisions.get(request.id)
  if (!decision) return refused('notFound', `no suggestion is called "${request.id}"`)
  if (decision.status !== 'open')
    return refused('notOpen', `suggestion ${decision.number} is ${decision.status} already`)
  const answer: Answer = {
    kind: 'rejected',
    time: mark.time,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...(request.comment === undefined || request.comment === '' ? {} : { comment: request.comment }),
  }
  step.record({ kind: 'answered', decision: { ...decision, status: 'rejected', answer } })
  step.cause({ kind: 'evaluate' })
  return done()
}

/** He lets it go without an answer: no lesson, but it is scored like any other. */
export function lapseSuggestion(step: Step, request: CommandRequest<'suggestion/lapse'>): CommandReply {
  const decision = step.book.decisions.get(request.id)
  if (!decision) return refused('notFound', `no suggestion is called "${request.id}"`)
  if (decision.status !== 'open')
    return refused('notOpen', `suggestion ${decision.number} is ${decision.status} already`)
  step.record({ kind: 'lapsed', decision: { ...decision, status: 'lapsed' } })
  return done()
}

/** He rates how it went, once it is known. */
export function rateOutcome(step: Step, request: CommandRequest<'outcome/rate'>): CommandReply {
  const decision = step.book.decisions.get(request.id)
  if (!decision) return refused('notFound', `no suggestion is called "${request.id}"`)
  if (!decision.outcome) return refused('notOpen', `suggestion ${decision.number} has no outcome yet`)
  step.record({ kind: 'rated', decision: { ...decision, rating: request.rating } })
  return done()
}

function settleYes(
  step: Step,
  decision: Decision,
  proposal: Proposal | undefined,
  answer: Answer,
  mark: BookMark,
): CommandReply {
  const taken: Decision = {
    ...decision,
    status: answer.kind === 'modified' ? 'modified' : 'accepted',
    answer,
    ...(proposal ? { proposal } : {}),
  }
  if (!proposal) {
    step.record({ kind: 'answered', decision: taken })
    return done()
  }
  // The gate speaks before anything is written: a refused yes leaves the suggestion as it was
  const refusal = gateRefusal(step.book, proposal, mark)
  if (refusal) return refused('refused', `Risk: ${refusal}.`)
  step.record({ kind: 'answered', decision: taken })
  const position = proposal.position === undefined ? undefined : step.book.positions.get(proposal.position)
  const late =
    proposal.purpose === 'open'
      ? placeOpening(step, taken, proposal, mark)
      : position && placeClosing(step, position, proposal.walk, 'close', mark)
  return late ? refused('refused', `Risk: ${late.sentence}.`) : done()
}

function gateRefusal(book: Book, proposal: Proposal, mark: BookMark): string | undefined {
  if (proposal.purpose === 'close') {
    const position = book.positions.get(proposal.position ?? '')
    if (!position || position.quantity === 0) return 'nothing is held that could be closed'
    return firstRefusal(tradableChecks(riskStateAt(book, mark)))?.sentence
  }
  const limits = { ...book.limits, maximumQuoteAge: staleAfter(book) }
  return firstRefusal(openingChecks(proposal, quoteAge(proposal.legs, mark), riskStateAt(book, mark), limits))
    ?.sentence
}

function answerable(
  book: Book,
  request: { readonly id: string; readonly via: string },
  mark: BookMark,
):
  | { readonly decision: Decision }
  | { readonly code: 'notFound' | 'notOpen' | 'keysNotArmed'; readonly message: string } {
  const decision = book.decisions.get(request.id)
  if (!decision) return { code: 'notFound', message: `no suggestion is called "${request.id}"` }
  if (decision !== openDecision(book))
    return { code: 'notOpen', message: `suggestion ${decision.number} is ${decision.status} already` }
  if (mark.time >= decision.expiresAt)
    return { code: 'notOpen', message: `suggestion ${decision.number} has run out` }
  const isOrder = decision.proposal !== undefined
  const isArmed = book.keysArmedUntil !== undefined && mark.time < book.keysArmedUntil
  if (isOrder && request.via === 'key' && !isArmed)
    return { code: 'keysNotArmed', message: 'order keys must be armed first' }
  return { decision }
}

function revise(
  book: Book,
  proposal: Proposal,
  edits: Edits,
  mark: BookMark,
  smile: Smile | undefined,
): Result<Proposal, EditRefusal> {
  if (!smile)
    return {
      ok: false,
      failure: { field: 'strikes', rule: 'the chain must be quoted before a trade is changed' },
    }
  return reviseProposal(proposal, edits, mark.legs, smile, rulesOf(book).plan, book.limits.lotsPerOrder)
}

function editsOf(edits: CommandRequest<'suggestion/modify'>['edits']): Edits {
  return {
    ...(edits.strikes ? { strikes: edits.strikes } : {}),
    ...(edits.quantity === undefined ? {} : { quantity: edits.quantity }),
    ...(edits.limit === undefined ? {} : { limit: edits.limit }),
  }
}
