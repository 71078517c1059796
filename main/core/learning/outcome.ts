import type { Dollars, EpochMilliseconds } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import type { Outcome } from '../policy/decision.ts'
import type { Proposal } from '../policy/proposal.ts'
import { comboQuote } from '../portfolio/comboQuote.ts'
import type { MarketMark } from '../portfolio/mark.ts'
import type { ExitRule } from '../portfolio/position.ts'
import { reversed, type Leg } from '../portfolio/structure.ts'

/** How long past its end an outcome waits for quotes before it is given up as unavailable. */
const GRACE = 10 * 60_000

/** Which part of an exit rule a mark triggers, and the debit a share at which the legs can be bought back. */
export interface ExitSignal {
  readonly reason: 'takeProfit' | 'stop' | 'time'
  readonly debit: number
}

/**
 * The exit that a rule asks for at a mark: profit is taken at the natural price, which is there to be had; the stop
 * looks at the mid, so that a wide quote alone does not trigger it, and pays the natural price. Undefined while the
 * rule waits, or where the legs are not quoted.
 */
export function exitSignal(legs: readonly Leg[], rule: ExitRule, mark: MarketMark): ExitSignal | undefined {
  const quote = comboQuote(reversed(legs), mark.legs)
  if (!quote) return undefined
  const debit = -quote.natural
  if (debit <= rule.takeProfit) return { reason: 'takeProfit', debit }
  if (-quote.mid >= rule.stop) return { reason: 'stop', debit }
  return mark.time >= rule.time ? { reason: 'time', debit } : undefined
}

/**
 * The outcome of a proposal, taken or not, once its frozen exit rule has fired: the worst limit of its walk on the
 * way in, the natural price on the way out, fees both ways. The same price, costs and exit whatever was answered.
 */
export function proposalOutcome(proposal: Proposal, mark: MarketMark): Outcome | undefined {
  const signal = exitSignal(proposal.structure.legs, proposal.exit, mark)
  if (signal) {
    const net = (proposal.walk.end - signal.debit) * CONTRACT_MULTIPLIER * proposal.quantity - proposal.fees
    return { status: 'scored', time: mark.time, reason: signal.reason, net, wasGood: net > 0 }
  }
  if (mark.time < proposal.exit.time + GRACE) return undefined
  return { status: 'unavailable', time: mark.time, reason: 'noQuotes', net: 0, wasGood: false }
}

/** The outcome of a wait: it cost nothing, and was good where what it passed over did not make money. */
export function waitOutcome(
  passedOver: Proposal | undefined,
  mark: MarketMark,
  horizon: EpochMilliseconds,
): Outcome | undefined {
  if (!passedOver) {
    return mark.time < horizon
      ? undefined
      : { status: 'scored', time: mark.time, reason: 'time', net: 0, wasGood: true }
  }
  const outcome = proposalOutcome(passedOver, mark)
  if (!outcome || outcome.status === 'unavailable') return outcome
  return { ...outcome, net: 0, forgone: outcome.net, wasGood: outcome.net <= 0 }
}

/** The outcome of a suggested close: what closing at once brought beyond holding on under the frozen exit. */
export function closeOutcome(proposal: Proposal, mark: MarketMark): Outcome | undefined {
  const held = exitSignal(proposal.structure.legs, proposal.exit, mark)
  if (!held) {
    if (mark.time < proposal.exit.time + GRACE) return undefined
    return { status: 'unavailable', time: mark.time, reason: 'noQuotes', net: 0, wasGood: false }
  }
  const net: Dollars = (proposal.walk.end + held.debit) * CONTRACT_MULTIPLIER * proposal.quantity
  return { status: 'scored', time: mark.time, reason: held.reason, net, wasGood: net > 0 }
}
