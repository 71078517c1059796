import type { EpochMilliseconds, Price } from '../base/units.ts'

/** The best bid and ask of one contract. A side without an order has price 0 and size 0. */
export interface Quote {
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: number
  readonly askSize: number
  /** When the venue sent it. */
  readonly time: EpochMilliseconds
}

/** Why a quote is not written into the chain. */
export type QuoteRefusal = 'notFinite' | 'negative' | 'crossed' | 'outOfOrder' | 'unknownContract'

/** The rule that a bid and an ask break, or undefined where they may be shown. Locked markets are allowed. */
export function refuseQuote(bid: Price, ask: Price): QuoteRefusal | undefined {
  if (!Number.isFinite(bid) || !Number.isFinite(ask)) return 'notFinite'
  if (bid < 0 || ask < 0) return 'negative'
  if (ask > 0 && bid > ask) return 'crossed'
  return undefined
}

/** Whether both sides are quoted. */
export function isTwoSided(bid: Price, ask: Price): boolean {
  return bid > 0 && ask > 0
}
