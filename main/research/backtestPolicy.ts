import type { Price } from '../core/base/units.ts'
import { CONTRACT_MULTIPLIER } from '../core/base/units.ts'
import {
  NOTHING_REMEMBERED,
  rememberAnswer,
  rememberTrade,
  type Recollection,
} from '../core/memory/recollection.ts'
import { exitSignal } from '../core/learning/outcome.ts'
import { ACTIONS, ACTION_COUNT, opensRisk, targetDelta, type Action } from '../core/policy/action.ts'
import { chooseProbabilities, likeliest } from '../core/policy/choice.ts'
import type { Position } from '../core/portfolio/position.ts'
import { reversed, structureName } from '../core/portfolio/structure.ts'
import { offerActions } from '../engine/offer.ts'
import { legPrices, reachesEnd, type DayOutcome, type DayTrade } from './backtestDay.ts'
import { observationAt, riskOf, type Held, type PolicyBook, type PolicyRules } from './backtestMoment.ts'
import { markOf, type MarketOfMids } from './backtestMarket.ts'

/** A policy's logits for one observation; the only thing of a model that a backtest needs. */
export type AskPolicy = (observation: Float32Array) => Promise<ArrayLike<number>>

/** How much more risk a yes to the larger delta asks for. */
const MORE_RISK = 0.5

/** A day as a policy lives it. */
interface PolicyDay extends PolicyBook {
  readonly trades: DayTrade[]
  held: readonly Held[]
  realised: number
  recollection: Recollection
  /** Something held had no price at the end, so that nobody knows what the day came to. */
  isUnpriced: boolean
  /** Decided at the instant before and not done yet, where everything comes late. */
  waiting: Action[]
}

/**
 * A policy over days of mids: it decides greedily at every instant but the last from what can be known there, one lot a
 * trade, and its trades end by their frozen exit rules, looked at from instant to instant. What it remembers goes on from
 * day to day; its trader accepts everything.
 */
export async function tradePolicy(
  days: readonly { readonly markets: readonly MarketOfMids[] | undefined }[],
  ask: AskPolicy,
  rules: PolicyRules,
  onDay?: (done: number) => void,
): Promise<DayOutcome[]> {
  let recollection = NOTHING_REMEMBERED
  const outcomes: DayOutcome[] = []
  for (const { markets } of days) {
    onDay?.(outcomes.length)
    if (!markets) outcomes.push({ kind: 'leftOut', reason: 'shut' })
    else if (!reachesEnd(markets)) outcomes.push({ kind: 'leftOut', reason: 'cutShort' })
    else {
      const state = dayOf(rules, recollection)
      for (const [index, market] of markets.entries())
        await live(state, market, index === markets.length - 1, ask)
      recollection = state.recollection
      outcomes.push(
        state.isUnpriced
          ? { kind: 'leftOut', reason: 'noPrice' }
          : { kind: 'counted', trades: state.trades, refusal: undefined },
      )
    }
  }
  return outcomes
}

/** The beginning of a day: what is remembered goes on, what was suggested counts anew. */
function dayOf(rules: PolicyRules, recollection: Recollection): PolicyDay {
  const fresh = { ...recollection, suggestionsThisSession: 0 }
  return { rules, trades: [], held: [], realised: 0, recollection: fresh, isUnpriced: false, waiting: [] }
}

async function live(state: PolicyDay, market: MarketOfMids, isLast: boolean, ask: AskPolicy): Promise<void> {
  for (const held of state.held) {
    const { legs } = held.position.structure
    const signal = exitSignal(legs, held.proposal.exit, markOf(market, legs))
    if (signal || isLast) close(state, held, market, signal?.reason ?? 'end')
  }
  if (isLast) return
  // Where a decision waits to be done nothing more is decided
  const isBusy = state.waiting.some(action => action !== 'noTrade')
  const decided = isBusy ? 'noTrade' : await decide(state, market, ask)
  state.waiting.push(decided)
  if (state.waiting.length <= state.rules.lag) return
  const action = state.waiting.shift() ?? 'noTrade'
  if (action === 'close') {
    const held = mostAtRisk(state.held)
    if (held && closingOffer(state, market).allowed) close(state, held, market, 'closed')
    state.recollection = suggested(state.recollection)
  } else if (opensRisk(action)) open(state, market, action)
}

async function decide(state: PolicyDay, market: MarketOfMids, ask: AskPolicy): Promise<Action> {
  const mask = offersAt(state, market)
  const allowed = ACTIONS.map(action => mask[action].allowed)
  if (allowed.filter(Boolean).length === 1) return 'noTrade'
  const logits = await ask(observationAt(state, market))
  return likeliest(chooseProbabilities(logits, allowed, new Float64Array(ACTION_COUNT))).action
}

/** What is on offer; a close is on where something is held that has a price. */
function offersAt(state: PolicyDay, market: MarketOfMids): ReturnType<typeof offerActions> {
  const { rules } = state
  const held = state.held.map(({ position }) => position)
  const desk = {
    times: market.times,
    plan: rules.plan,
    limits: rules.limits,
    risk: riskOf(state, market),
    held,
  }
  const mask = offerActions(market.chain, market.smile, desk, market.time)
  return { ...mask, close: closingOffer(state, market) }
}

function closingOffer(state: PolicyDay, market: MarketOfMids): ReturnType<typeof offerActions>['close'] {
  const held = mostAtRisk(state.held)
  if (!held) return { allowed: false, reason: 'noPosition' }
  const isPriced = legPrices(market, reversed(held.position.structure.legs)) !== undefined
  return isPriced ? { allowed: true } : { allowed: false, reason: 'notQuoted' }
}

function open(state: PolicyDay, market: MarketOfMids, action: Action): void {
  const offer = offersAt(state, market)[action]
  if (!offer.allowed || !offer.proposal) return
  const { proposal } = offer
  const position: Position = {
    decision: `${market.time}`,
    structure: proposal.structure,
    quantity: 1,
    opened: 1,
    entryNet: proposal.walk.end,
    realised: 0,
    fees: proposal.fees / 2,
    openedAt: market.time,
    exit: proposal.exit,
  }
  state.held = [...state.held, { position, proposal, market }]
  // As training has it: a yes to more delta is a wish for more risk
  state.recollection = rememberAnswer(
    suggested(state.recollection),
    true,
    targetDelta(action) > 0.1 ? MORE_RISK : 0,
  )
}

function close(state: PolicyDay, held: Held, market: MarketOfMids, reason: string): void {
  const { structure } = held.position
  const opening = legPrices(held.market, structure.legs)
  const closing = legPrices(market, reversed(structure.legs))
  state.held = state.held.filter(other => other !== held)
  if (!opening || !closing) {
    state.isUnpriced = true
    return
  }
  const net = held.proposal.walk.end + closing.natural - held.proposal.fees / CONTRACT_MULTIPLIER
  state.realised += net * CONTRACT_MULTIPLIER
  state.recollection = rememberTrade(
    state.recollection,
    held.market.time,
    (net * CONTRACT_MULTIPLIER) / state.rules.size,
  )
  state.trades.push({
    date: structure.expiry,
    time: held.market.time,
    structure: structureName(structure),
    credit: opening.mid,
    exit: reason,
    underlying: held.market.underlying,
    gross: opening.mid + closing.mid,
    net,
    sources: [...opening.sources, ...closing.sources],
  })
}

function suggested(recollection: Recollection): Recollection {
  return { ...recollection, suggestionsThisSession: recollection.suggestionsThisSession + 1 }
}

function mostAtRisk(held: readonly Held[]): Held | undefined {
  const risk = ({ position, proposal }: Held): Price => proposal.exit.stop - position.entryNet
  return held.toSorted((one, other) => risk(other) - risk(one))[0]
}
