import type { Price } from '../base/units.ts'
import { at } from '../base/assert.ts'
import type { OptionRight } from '../market/optionContract.ts'
import { rowOf, rowCount, rightOf, strikeOf, type OptionChain } from '../market/optionChain.ts'
import { isTwoSided } from '../market/quote.ts'
import { callCreditVertical, ironCondor, putCreditVertical, type Structure } from '../portfolio/structure.ts'
import { sideOf, targetDelta, type Action } from './action.ts'

/** Fewest two-sided out-of-the-money contracts a side that make a chain worth deciding on. */
const FEWEST_A_SIDE = 4

/** How far the short leg's delta may lie from its target, as a share of the target. */
const DELTA_TOLERANCE = 0.45

/** Why no structure can be found for an action. */
export type SelectionRefusal = 'noChain' | 'noStrike' | 'noWing'

/** Whether enough of the chain is quoted on both sides to decide anything. */
export function hasChain(chain: OptionChain, forward: Price): boolean {
  let puts = 0
  let calls = 0
  for (let row = 0; row < rowCount(chain); row += 1) {
    if (!isTwoSided(at(chain.bid, row), at(chain.ask, row))) continue
    const strike = strikeOf(chain, row)
    if (rightOf(chain, row) === 'put' && strike < forward) puts += 1
    if (rightOf(chain, row) === 'call' && strike > forward) calls += 1
  }
  return puts >= FEWEST_A_SIDE && calls >= FEWEST_A_SIDE
}

/** The structure that an action means on this chain, or why there is none. */
export function selectStructure(
  chain: OptionChain,
  action: Action,
  underlying: Price,
  wingShare: number,
): Structure | SelectionRefusal {
  const target = targetDelta(action)
  const side = sideOf(action)
  if (side === 'both') {
    const puts = selectVertical(chain, 'put', target, underlying * wingShare)
    const calls = selectVertical(chain, 'call', target, underlying * wingShare)
    if (typeof puts === 'string') return puts
    return typeof calls === 'string' ? calls : ironCondor(puts, calls)
  }
  return selectVertical(chain, side === 'put' ? 'put' : 'call', target, underlying * wingShare)
}

function selectVertical(
  chain: OptionChain,
  right: OptionRight,
  target: number,
  wing: Price,
): Structure | SelectionRefusal {
  const short = strikeByDelta(chain, right, target)
  if (short === undefined) return 'noStrike'
  const long = wingStrike(chain, right, short, wing)
  if (long === undefined) return 'noWing'
  return right === 'put'
    ? putCreditVertical(chain.underlying, chain.expiry, short, long)
    : callCreditVertical(chain.underlying, chain.expiry, short, long)
}

/** The two-sided strike whose delta is nearest a target in size, within tolerance. */
export function strikeByDelta(chain: OptionChain, right: OptionRight, target: number): Price | undefined {
  let best: Price | undefined
  let nearest = target * DELTA_TOLERANCE
  for (const strike of chain.strikes) {
    const row = rowOf(chain, right, strike)
    if (row < 0 || !isTwoSided(at(chain.bid, row), at(chain.ask, row))) continue
    const distance = Math.abs(Math.abs(at(chain.delta, row)) - target)
    if (distance <= nearest) {
      nearest = distance
      best = strike
    }
  }
  return best
}

/** The first strike at least a wing away from the short one that somebody offers. */
function wingStrike(chain: OptionChain, right: OptionRight, short: Price, wing: Price): Price | undefined {
  const isWing = (strike: Price) => {
    const distance = right === 'put' ? short - strike : strike - short
    const row = rowOf(chain, right, strike)
    return distance > 0 && distance >= wing - 1e-9 && row >= 0 && at(chain.ask, row) > 0
  }
  return right === 'put' ? chain.strikes.findLast(isWing) : chain.strikes.find(isWing)
}
