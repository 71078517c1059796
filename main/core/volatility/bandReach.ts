import type { Price } from '../base/units.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { normalDensity } from '../pricing/normal.ts'
import { halfSpreadAt, quotedGap, type QuotedStrikes } from './strikeEvidence.ts'

/**
 * How far mids of contracts that were not fitted lie from the fit, in nineteen of twenty cases, as
 * `npm run bench -- smile` measures it on real quotes: a part of the half spread of their neighbours...
 */
const IN_HALF_SPREADS = 0.6

/** ...and half the grid of mids, dollars: bids and asks are whole cents, so mids are known to half a cent... */
const MID_ROUNDING = 0.0025

/**
 * ...and this share of the density of the market, in dollars, times the squared gap between neighbours in standard
 * deviations: what a smile does between strikes that are far apart, nobody has said.
 */
const BY_GAP = 0.015

/** The market around a strike: the forward, and the deviation at the money. */
export interface BandMarket {
  readonly forward: Price
  readonly deviation: number
}

/** How far the band reaches on each side of the price of a right at a strike, in dollars; NaN where neither right is quoted. */
export function bandReach(
  chain: QuotedStrikes,
  right: OptionRight,
  strike: Price,
  { forward, deviation }: BandMarket,
): Price {
  const own = halfSpreadAt(chain, right, strike)
  const quoted = Number.isNaN(own) ? (right === 'call' ? 'put' : 'call') : right
  const halfSpread = quoted === right ? own : halfSpreadAt(chain, quoted, strike)
  const unit = forward * deviation
  if (!(unit > 0)) return IN_HALF_SPREADS * halfSpread + MID_ROUNDING
  const gap = quotedGap(chain, quoted, strike) / unit
  const density = normalDensity(Math.log(strike / forward) / deviation)
  // Far out the density is 0, however wide the gap
  const unseen = density > 0 ? BY_GAP * unit * density * gap * gap : 0
  return IN_HALF_SPREADS * halfSpread + MID_ROUNDING + unseen
}
