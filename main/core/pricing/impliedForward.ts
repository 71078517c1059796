import type { Price } from '../base/units.ts'
import { at } from '../base/assert.ts'
import { counterpartOf, type OptionChain } from '../market/optionChain.ts'
import { isTwoSided } from '../market/quote.ts'

/** Strikes around the underlying that are asked for the forward. */
const STRIKES_ASKED = 8

/** The forward price at expiry and how it was found. */
export interface ImpliedForward {
  readonly forward: Price
  /** `parity` from calls against puts, `underlying` where too few strikes are quoted on both sides. */
  readonly source: 'parity' | 'underlying'
}

/**
 * The forward at which calls and puts agree (put-call parity): the middle of the tightest bounds that buying one
 * and selling the other gives, over the strikes nearest the underlying. It removes the lag between the quotes of
 * the options and those of the underlying. `discount` is the value of one dollar at expiry.
 */
export function impliedForward(chain: OptionChain, underlying: Price, discount: number): ImpliedForward {
  const bounds = nearestStrikes(chain, underlying)
    .map(position => forwardBounds(chain, position, discount))
    .filter(bound => bound !== undefined)
  if (bounds.length < 3) return { forward: underlying, source: 'underlying' }
  const low = Math.max(...bounds.map(bound => bound.low))
  const high = Math.min(...bounds.map(bound => bound.high))
  if (low <= high) return { forward: (low + high) / 2, source: 'parity' }
  // One strike is out of line: the median of the middles ignores it
  const middles = bounds.map(bound => (bound.low + bound.high) / 2).sort((a, b) => a - b)
  return { forward: at(middles, middles.length >> 1), source: 'parity' }
}

function nearestStrikes(chain: OptionChain, underlying: Price): number[] {
  const count = chain.strikes.length
  let above = 0
  while (above < count && at(chain.strikes, above) < underlying) above += 1
  const first = Math.max(0, Math.min(count - STRIKES_ASKED, above - STRIKES_ASKED / 2))
  return Array.from({ length: Math.min(STRIKES_ASKED, count) }, (_, index) => first + index)
}

function forwardBounds(
  chain: OptionChain,
  call: number,
  discount: number,
): { readonly low: Price; readonly high: Price } | undefined {
  const put = counterpartOf(chain, call)
  const quoted = (row: number) => isTwoSided(at(chain.bid, row), at(chain.ask, row))
  if (!quoted(call) || !quoted(put)) return undefined
  const strike = at(chain.strikes, call)
  return {
    low: strike + (at(chain.bid, call) - at(chain.ask, put)) / discount,
    high: strike + (at(chain.ask, call) - at(chain.bid, put)) / discount,
  }
}
