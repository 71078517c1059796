import type { Snapshot } from '../../main/contract/snapshot.ts'
import type { MarkShape } from './DecisionMark.tsx'

type Decision = Snapshot['decisions'][number]
type Proposal = NonNullable<Decision['proposal']>

const KIND_WORDS = {
  putVertical: 'put vertical',
  callVertical: 'call vertical',
  ironCondor: 'condor',
} as const

/** A structure as a trader writes it: 628/625 put vertical. */
export function structureWords(structure: Proposal['structure']): string {
  return `${structure.legs.map(leg => leg.strike).join('/')} ${KIND_WORDS[structure.kind]}`
}

/** The headline of a decision: Sell 628/625 put vertical ×2. */
export function headline(decision: Decision): string {
  const { proposal } = decision
  if (!proposal) return 'No trade'
  return `${proposal.purpose === 'open' ? 'Sell' : 'Close'} ${structureWords(proposal.structure)} ×${proposal.quantity}`
}

/** A structure where room is short: a condor by its short strikes, a vertical short leg first. */
export function shortStructureWords({ kind, legs }: Proposal['structure']): string {
  const named = kind === 'ironCondor' ? legs.filter(leg => leg.ratio < 0) : legs
  const strikes = named.map(leg => leg.strike).join(kind === 'ironCondor' ? '–' : '/')
  return `${strikes} ${{ putVertical: 'put', callVertical: 'call', ironCondor: 'condor' }[kind]}`
}

/** A decision in a table, where room is short. */
export function shortHeadline({ proposal }: Decision): string {
  if (!proposal) return 'No trade'
  const words = shortStructureWords(proposal.structure)
  return proposal.purpose === 'open' ? words : `Close ${words}`
}

/** What the trader did with it. */
export function answerWords(decision: Decision): string {
  const isWait = !decision.proposal
  switch (decision.status) {
    case 'open':
      return 'Open'
    case 'accepted':
      return isWait ? 'Agreed' : 'Accepted'
    case 'modified':
      return 'Modified'
    case 'rejected':
      return isWait ? 'Overruled' : 'Rejected'
    case 'lapsed':
      return 'Lapsed'
    case 'refused':
      return 'Refused'
  }
}

/** The mark of a decision. */
export function markShape(decision: Decision): MarkShape {
  if (!decision.proposal) return 'noTrade'
  if (decision.status === 'accepted' || decision.status === 'modified' || decision.status === 'rejected')
    return decision.status
  return 'lapsed'
}

/** The colour of a decision's mark: grey while it runs, then gain or loss. */
export function markTone(decision: Decision): string {
  const { outcome } = decision
  if (!outcome || outcome.status === 'unavailable' || !decision.proposal) return ''
  return outcome.net > 0 ? 'up' : outcome.net < 0 ? 'down' : ''
}

/** The verdict on answer and outcome; `isLesson` where it is one of the two that teach. */
export function verdictWords(decision: Decision): { readonly words: string; readonly isLesson: boolean } {
  const { outcome, status } = decision
  if (!outcome) return { words: status === 'open' ? '' : 'running', isLesson: false }
  if (outcome.status === 'unavailable') return { words: 'unavailable', isLesson: false }
  if (!decision.proposal) return { words: waitWords(decision), isLesson: false }
  const taken = status === 'accepted' || status === 'modified'
  if (taken)
    return outcome.wasGood
      ? { words: 'accepted winner', isLesson: false }
      : { words: 'accepted loser', isLesson: true }
  if (status === 'rejected')
    return outcome.wasGood
      ? { words: 'rejected winner', isLesson: true }
      : { words: 'rejected loser', isLesson: false }
  return { words: outcome.wasGood ? 'would have won' : 'would have lost', isLesson: false }
}

function waitWords(decision: Decision): string {
  const forgone = decision.outcome?.forgone
  if (forgone === undefined) return 'nothing missed'
  return forgone > 0 ? 'missed a winner' : 'spared a loser'
}
