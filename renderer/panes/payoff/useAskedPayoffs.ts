import { useEffect } from 'react'
import type { LaterMarket } from '../../charts/laterMarket.ts'
import { openDecision, useDesk } from '../../state/deskStore.ts'
import { useDraft } from '../../state/draft.ts'
import { useRepeatedly } from '../../state/repeatedly.ts'
import { bookRequest, suggestionRequest, whatIfStore, type PreviewRequest } from './shownPayoffs.ts'

/** How long after an answer the same is asked again: the market goes on under what is thought of. */
const ASKED_AGAIN = 700

/** Keeps asking for the payoffs that are only thought of, and puts the answers where pane and head find them. */
export function useAskedPayoffs(later: LaterMarket | undefined, isShown: boolean): void {
  const decision = useDesk(openDecision)
  const draft = useDraft(decision?.id)
  const positions = useDesk(state => state.positions)
  const trade = isShown ? suggestionRequest(decision, draft, later) : undefined
  const book = isShown ? bookRequest(positions, later) : undefined
  const suggestion = useRepeatedly('payoff/preview', asking(trade, later))
  const held = useRepeatedly('payoff/preview', asking(book, later))
  useEffect(() => whatIfStore.setState({ suggestion, book: held }), [suggestion, held])
}

/** Minutes pass without being another question: the time that is looked at stays. */
function asking(request: PreviewRequest | undefined, later: LaterMarket | undefined) {
  const key = JSON.stringify([request?.holdings, later?.place === 0 ? 0 : later?.time, later?.factor])
  return { request, key, pause: ASKED_AGAIN }
}
