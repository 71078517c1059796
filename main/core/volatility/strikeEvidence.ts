import type { Price } from '../base/units.ts'
import { numberAt } from '../base/assert.ts'
import { counterpartOf, rightOf, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { intrinsicValue, type OptionRight } from '../market/optionContract.ts'
import { isTwoSided } from '../market/quote.ts'
import { logMoneyness } from '../pricing/blackScholes.ts'
import type { StrikeEvidence } from './quantileFit.ts'

/** Half spreads below this are rounding, not knowledge: half a cent, in dollars. */
const LEAST_HALF_SPREAD = 0.005

/**
 * What a chain says about out-of-the-money values. Where the out-of-the-money option is quoted on both sides its mid
 * counts, and that of the other right less exercise value beside it, each as its spread allows. Where nobody bids, the
 * lowest ask is a ceiling: a mid with nothing would be made up.
 */
export function strikeEvidence(chain: OptionChain, forward: Price): StrikeEvidence {
  const count = chain.strikes.length
  const evidence = {
    logs: new Float64Array(count),
    values: new Float64Array(count),
    spreads: new Float64Array(count),
    isTwoSided: new Uint8Array(count),
  }
  let used = 0
  for (let position = 0; position < count; position += 1) {
    const strike = numberAt(chain.strikes, position)
    const heard = evidenceOf(chain, position, forward)
    if (!heard || !(heard.value > 0) || heard.value >= Math.min(forward, strike)) continue
    evidence.logs[used] = -logMoneyness(forward, strike)
    evidence.values[used] = heard.value / forward
    evidence.spreads[used] = heard.halfSpread / forward
    evidence.isTwoSided[used] = heard.isTwoSided ? 1 : 0
    used += 1
  }
  return {
    logs: evidence.logs.subarray(0, used),
    values: evidence.values.subarray(0, used),
    spreads: evidence.spreads.subarray(0, used),
    isTwoSided: evidence.isTwoSided.subarray(0, used),
  }
}

interface Heard {
  readonly value: Price
  readonly halfSpread: Price
  readonly isTwoSided: boolean
}

function evidenceOf(chain: OptionChain, position: number, forward: Price): Heard | undefined {
  const call = timeQuote(chain, position, forward)
  const put = timeQuote(chain, counterpartOf(chain, position), forward)
  const [own, across] = numberAt(chain.strikes, position) >= forward ? [call, put] : [put, call]
  if (!own.isTwoSided) {
    const ceiling = Math.min(own.ask, across.ask)
    return Number.isFinite(ceiling)
      ? { value: ceiling, halfSpread: Math.max(LEAST_HALF_SPREAD, ceiling / 2), isTwoSided: false }
      : undefined
  }
  if (!across.isTwoSided) return { value: own.mid, halfSpread: own.halfSpread, isTwoSided: true }
  const [ownWeight, acrossWeight] = [own.halfSpread ** -2, across.halfSpread ** -2]
  return {
    value: (own.mid * ownWeight + across.mid * acrossWeight) / (ownWeight + acrossWeight),
    halfSpread: (ownWeight + acrossWeight) ** -0.5,
    isTwoSided: true,
  }
}

/** The quote of a row less its exercise value at the forward; an ask of infinity where nobody offers. */
function timeQuote(chain: OptionChain, row: number, forward: Price) {
  const [bid, ask] = [numberAt(chain.bid, row), numberAt(chain.ask, row)]
  const intrinsic = intrinsicValue(rightOf(chain, row), strikeOf(chain, row), forward)
  return {
    ask: ask > 0 ? ask - intrinsic : Number.POSITIVE_INFINITY,
    mid: (bid + ask) / 2 - intrinsic,
    halfSpread: Math.max(LEAST_HALF_SPREAD, (ask - bid) / 2),
    isTwoSided: isTwoSided(bid, ask),
  }
}

/** The strikes and quotes of a chain. */
export type QuotedStrikes = Pick<OptionChain, 'strikes' | 'bid' | 'ask'>

/**
 * Half the spread, in dollars, at which a right is quoted at a strike, straight between the strikes around it that are
 * quoted on both sides and level beyond them; NaN where none is.
 */
export function halfSpreadAt(chain: QuotedStrikes, right: OptionRight, strike: Price): Price {
  const { below, above } = quotedAround(chain, right, strike)
  const first = right === 'call' ? 0 : chain.strikes.length
  const halfSpread = (position: number) =>
    (numberAt(chain.ask, first + position) - numberAt(chain.bid, first + position)) / 2
  if (below < 0) return above < 0 ? Number.NaN : halfSpread(above)
  if (above < 0) return halfSpread(below)
  const [low, high] = [numberAt(chain.strikes, below), numberAt(chain.strikes, above)]
  return halfSpread(below) + ((halfSpread(above) - halfSpread(below)) * (strike - low)) / (high - low)
}

/**
 * How far apart, in dollars, the strikes around one are at which a right is quoted on both sides; beyond them all, twice
 * the way to the last. NaN where none is.
 */
export function quotedGap(chain: QuotedStrikes, right: OptionRight, strike: Price): Price {
  const { below, above } = quotedAround(chain, right, strike)
  if (below < 0) return above < 0 ? Number.NaN : 2 * (numberAt(chain.strikes, above) - strike)
  if (above < 0) return 2 * (strike - numberAt(chain.strikes, below))
  return numberAt(chain.strikes, above) - numberAt(chain.strikes, below)
}

/** The places of the nearest strikes, at or below and above one, at which a right is quoted on both sides; -1 without. */
function quotedAround(
  chain: QuotedStrikes,
  right: OptionRight,
  strike: Price,
): { readonly below: number; readonly above: number } {
  const count = chain.strikes.length
  const first = right === 'call' ? 0 : count
  let [below, above] = [-1, -1]
  for (let position = 0; position < count && above < 0; position += 1) {
    if (!isTwoSided(numberAt(chain.bid, first + position), numberAt(chain.ask, first + position))) continue
    if (numberAt(chain.strikes, position) <= strike) below = position
    else above = position
  }
  return { below, above }
}
