import { CONTRACT_MULTIPLIER, MILLISECONDS_PER_MINUTE, type EpochMilliseconds } from '../core/base/units.ts'
import { at } from '../core/base/assert.ts'
import { rowOf, type OptionChain } from '../core/market/optionChain.ts'
import { ACTIONS, opensRisk, type Action } from '../core/policy/action.ts'
import { nothingAllowed, type ActionMask, type MaskReason } from '../core/policy/actionMask.ts'
import { proposeClosing, proposeOpening, type Proposal, type TradePlan } from '../core/policy/proposal.ts'
import { hasChain, selectStructure } from '../core/policy/selection.ts'
import type { LegQuotes } from '../core/portfolio/comboQuote.ts'
import type { Position } from '../core/portfolio/position.ts'
import { legKey, type Leg, type LegQuote } from '../core/portfolio/structure.ts'
import { betOf, kellyLots, kellySize, type Odds, type SizingRule } from '../core/risk/kelly.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { RiskState } from '../core/risk/riskState.ts'
import { lotsFor } from '../core/risk/sizing.ts'
import type { SessionTimes } from '../core/session/calendar.ts'
import { smileVolatility, type Smile } from '../core/volatility/smile.ts'

/** Minutes before the guard in which nothing new is opened: too little time is left for the exit rule. */
const LAST_OPENING_MINUTES = 15

/** Everything that decides what is on offer at a moment, besides the market itself. */
export interface Desk {
  readonly times: SessionTimes
  readonly plan: TradePlan
  /** Sizes by Kelly within the limits; without it a size is what the limits allow. */
  readonly sizing?: SizingRule | undefined
  readonly limits: Limits
  readonly risk: RiskState
  readonly held: readonly Position[]
}

/** How likely one lot of an action is to be good; asked only where sizes go by it. */
export type OddsOf = (action: Action, oneLot: Proposal) => Odds

/** The trade that each action would mean in a market, or why it is off: one answer for live, replay, training and "what if". */
export function offerActions(
  chain: OptionChain,
  smile: Smile | undefined,
  desk: Desk,
  time: EpochMilliseconds,
  oddsOf?: OddsOf,
): ActionMask {
  if (!smile || !hasChain(chain, smile.forward))
    return withClosing(nothingAllowed('noChain'), chain, desk, time)
  const mask = nothingAllowed('noStrike')
  const shut = shutReason(desk, time)
  const offers = ACTIONS.map((action): [Action, ActionMask[Action]] => {
    if (!opensRisk(action)) return [action, mask[action]]
    if (shut) return [action, { allowed: false, reason: shut }]
    return [action, openingOffer(action, chain, smile, desk, time, oddsOf)]
  })
  return withClosing(Object.fromEntries(offers) as ActionMask, chain, desk, time)
}

/** The quotes of some legs of a chain, by their keys; legs that were never quoted are left out. */
export function legQuotes(chain: OptionChain, legs: readonly Leg[], time: EpochMilliseconds): LegQuotes {
  const quotes: Record<string, LegQuote> = {}
  for (const { right, strike } of legs) {
    const row = rowOf(chain, right, strike)
    if (row < 0 || at(chain.quoteTime, row) === 0) continue
    quotes[legKey({ right, strike })] = {
      right,
      strike,
      bid: at(chain.bid, row),
      ask: at(chain.ask, row),
      bidSize: at(chain.bidSize, row),
      askSize: at(chain.askSize, row),
      age: Math.max(0, time - at(chain.quoteTime, row)),
    }
  }
  return quotes
}

function openingOffer(
  action: Action,
  chain: OptionChain,
  smile: Smile,
  desk: Desk,
  time: EpochMilliseconds,
  oddsOf: OddsOf | undefined,
): ActionMask[Action] {
  const structure = selectStructure(chain, action, smile.forward, desk.plan.wingShare)
  if (typeof structure === 'string') return { allowed: false, reason: structure }
  const quotes = legQuotes(chain, structure.legs, time)
  const latestExit = desk.times.guard - MILLISECONDS_PER_MINUTE
  const propose = (lots: number) =>
    proposeOpening(structure, lots, quotes, smile, desk.plan, time, latestExit)
  const oneLot = propose(1)
  if (!oneLot.ok) return { allowed: false, reason: oneLot.failure }
  const sized = propose(lotsOf(action, oneLot.value, smile, desk, oddsOf))
  return sized.ok ? { allowed: true, proposal: sized.value } : { allowed: false, reason: sized.failure }
}

/** Lots by the limits, or by Kelly within them where that is wanted and odds are known. */
function lotsOf(
  action: Action,
  oneLot: Proposal,
  smile: Smile,
  { sizing, risk, limits }: Desk,
  oddsOf: OddsOf | undefined,
): number {
  if (!sizing || !oddsOf) return lotsFor(oneLot, risk, limits)
  const size = kellySize(betOf(oneLot), oddsOf(action, oneLot), smileVolatility(smile, smile.forward), sizing)
  return kellyLots(size, oneLot, risk, limits)
}

/** Why nothing new may be opened at an instant, whatever the market offers; undefined where it may. */
export function shutReason(
  desk: Omit<Desk, 'plan' | 'held'>,
  time: EpochMilliseconds,
): MaskReason | undefined {
  if (time < desk.times.open || time > desk.times.guard - LAST_OPENING_MINUTES * MILLISECONDS_PER_MINUTE)
    return 'outsideSession'
  if (desk.risk.openStructures >= desk.limits.openStructures) return 'tooManyPositions'
  return desk.risk.lockout || desk.risk.isFlattening || desk.risk.isHalted ? 'notAllowedNow' : undefined
}

function withClosing(mask: ActionMask, chain: OptionChain, desk: Desk, time: EpochMilliseconds): ActionMask {
  const position = mostAtRisk(desk.held)
  if (!position) return { ...mask, close: { allowed: false, reason: 'noPosition' } }
  const proposal = proposeClosing(position, legQuotes(chain, position.structure.legs, time), desk.plan)
  return { ...mask, close: closingOffer(proposal.ok ? proposal.value : undefined) }
}

function closingOffer(proposal: Proposal | undefined): ActionMask['close'] {
  return proposal ? { allowed: true, proposal } : { allowed: false, reason: 'notQuoted' }
}

/** The position with the most left to lose until its stop. */
export function mostAtRisk(held: readonly Position[]): Position | undefined {
  const risk = (position: Position) =>
    (position.exit.stop - position.entryNet) * CONTRACT_MULTIPLIER * position.quantity
  return [...held].sort((one, other) => risk(other) - risk(one))[0]
}
