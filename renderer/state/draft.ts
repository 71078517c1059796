import { deskStore, openDecision, type DeskState } from './deskStore.ts'
import { setView, useView, type DraftStrikes } from './viewStore.ts'

/** How far a strike may be moved, as a share of itself; the engine refuses what is further. */
const REACH_SHARE = 0.01

/**
 * The listed strikes that a leg may be moved to: within one percent of what was suggested, and between its neighbours,
 * so that the structure stays what it is. Rising; the strike itself is among them where it is listed.
 */
export function possibleStrikes(
  suggested: readonly number[],
  strikes: readonly number[],
  index: number,
  listed: Iterable<number>,
): number[] {
  const [first = Number.NaN, now = Number.NaN] = [suggested[index], strikes[index]]
  const others = strikes.filter((_, place) => place !== index)
  const below = Math.max(Number.NEGATIVE_INFINITY, ...others.filter(strike => strike < now))
  const above = Math.min(Number.POSITIVE_INFINITY, ...others.filter(strike => strike > now))
  return [...listed].filter(
    strike => strike > below && strike < above && Math.abs(strike - first) <= first * REACH_SHARE,
  )
}

/** Tries other strikes out; those that were suggested are no trial. */
export function tryStrikes(decision: string, strikes: readonly number[]): void {
  const suggested = strikesOf(deskStore.getState(), decision)
  const isAsSuggested = strikes.every((strike, index) => strike === suggested?.[index])
  setView({ draft: isAsSuggested ? undefined : { decision, strikes } })
}

/** Goes back to the strikes that were suggested. */
export function forgetStrikes(): void {
  setView({ draft: undefined })
}

/** The strikes that are tried out for a decision; undefined while they are as suggested. */
export function useDraft(decision: string | undefined): readonly number[] | undefined {
  return useView(view => draftOf(view.draft, decision))
}

/** The strikes of a draft where it is about this decision. */
export function draftOf(
  draft: DraftStrikes | undefined,
  decision: string | undefined,
): readonly number[] | undefined {
  return draft?.decision === decision ? draft?.strikes : undefined
}

function strikesOf(desk: DeskState, decision: string): readonly number[] | undefined {
  const open = openDecision(desk)
  return open?.id === decision ? open.proposal?.structure.legs.map(leg => leg.strike) : undefined
}
