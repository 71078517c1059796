import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { CurvesFrame, PayoffCurve } from '../../../main/contract/frames.ts'
import type { CallReply, CallRequest } from '../../../main/contract/wire.ts'
import type { LaterMarket } from '../../charts/laterMarket.ts'
import type { DeskState } from '../../state/deskStore.ts'

type Decision = DeskState['decisions'][number]
export type PreviewRequest = CallRequest<'payoff/preview'>
export type Subject = 'suggestion' | 'book'

/** A payoff as it is drawn: of what, over which prices, and the suggested one where other strikes are tried. */
export interface ShownPayoff {
  readonly subject: Subject
  readonly prices: Float64Array
  readonly curve: PayoffCurve
  /** The trade as it was suggested. */
  readonly before: PayoffCurve | undefined
}

/** What the engine says of payoffs that are only thought of; undefined where nothing is thought of. */
export interface WhatIf {
  readonly suggestion: CallReply<'payoff/preview'> | undefined
  readonly book: CallReply<'payoff/preview'> | undefined
}

/** The pane asks, its head tells of the same answers. */
export const whatIfStore = createStore<WhatIf>(() => ({ suggestion: undefined, book: undefined }))

export function useWhatIf(): WhatIf {
  return useStore(whatIfStore)
}

/** The payoffs that were asked for; where no trade is suggested, what is held stands in, under its own name. */
export function shownPayoffs(
  curves: CurvesFrame,
  of: 'suggestion' | 'book' | 'both',
  whatIf: WhatIf,
): ShownPayoff[] {
  const { suggestion, book } = curves
  const wanted: Subject[] =
    of === 'both' ? ['suggestion', 'book'] : of === 'suggestion' && suggestion ? ['suggestion'] : ['book']
  return wanted.flatMap(subject => {
    const known = subject === 'suggestion' ? suggestion : book
    return known ? [shownPayoff(subject, known, curves.prices, whatIf[subject])] : []
  })
}

function shownPayoff(
  subject: Subject,
  known: PayoffCurve,
  prices: Float64Array,
  reply: WhatIf[Subject],
): ShownPayoff {
  if (reply?.kind !== 'payoff') return { subject, prices, curve: known, before: undefined }
  const curve = { ...reply.curve, label: known.label }
  const isMoved = curve.strikes.some(({ strike }, index) => strike !== known.strikes[index]?.strike)
  return { subject, prices: reply.prices, curve, before: isMoved ? known : undefined }
}

/** What to ask of the suggested trade: with other strikes it has another market, so its price is the engine's to say. */
export function suggestionRequest(
  decision: Decision | undefined,
  draft: readonly number[] | undefined,
  later: LaterMarket | undefined,
): PreviewRequest | undefined {
  const proposal = decision?.proposal
  if (proposal?.purpose !== 'open' || !later || (!draft && later.isNow)) return undefined
  const legs = proposal.structure.legs.map((leg, index) => ({
    ...leg,
    strike: draft?.[index] ?? leg.strike,
  }))
  const price = draft ? {} : { net: proposal.walk.start }
  return { holdings: [{ legs, quantity: proposal.quantity, ...price }], ...atMoment(later) }
}

/** What to ask of everything that is held. */
export function bookRequest(
  positions: DeskState['positions'],
  later: LaterMarket | undefined,
): PreviewRequest | undefined {
  const held = positions.filter(position => position.quantity > 0)
  if (!later || later.isNow || held.length === 0) return undefined
  const holdings = held.map(({ structure, quantity, entryNet, fees }) => ({
    legs: [...structure.legs],
    quantity,
    net: entryNet,
    fees,
  }))
  return { holdings, ...atMoment(later) }
}

function atMoment({ minutes, factor }: LaterMarket): Pick<PreviewRequest, 'minutes' | 'volatilityFactor'> {
  return { minutes, volatilityFactor: factor }
}
