import type { DeskState } from '../../state/deskStore.ts'

type Decision = DeskState['decisions'][number]

/** What came of the suggestions by what was answered, all at the same price, costs and exit. */
export interface JournalSums {
  readonly scored: number
  readonly taken: number
  readonly rejected: number
  /** Every suggested trade, as if all had been taken. */
  readonly model: number
  readonly rejectedWinners: number
  readonly acceptedLosers: number
}

/** The sums over decisions whose outcome is scored. */
export function journalSums(decisions: readonly Decision[]): JournalSums {
  const sums = { scored: 0, taken: 0, rejected: 0, model: 0, rejectedWinners: 0, acceptedLosers: 0 }
  for (const decision of decisions) {
    const { outcome } = decision
    if (!outcome || outcome.status !== 'scored' || decision.proposal?.purpose !== 'open') continue
    sums.scored += 1
    sums.model += outcome.net
    if (decision.status === 'accepted' || decision.status === 'modified') {
      sums.taken += outcome.net
      if (!outcome.wasGood) sums.acceptedLosers += 1
    }
    if (decision.status === 'rejected') {
      sums.rejected += outcome.net
      if (outcome.wasGood) sums.rejectedWinners += 1
    }
  }
  return sums
}
