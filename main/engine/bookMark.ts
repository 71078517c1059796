import { at } from '../core/base/assert.ts'
import type { EpochMilliseconds } from '../core/base/units.ts'
import { rowOf } from '../core/market/optionChain.ts'
import type { Command } from '../contract/commands.ts'
import type { LegMark } from '../core/portfolio/mark.ts'
import { legKey, type Leg } from '../core/portfolio/structure.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import { yearsToClose } from '../core/session/phase.ts'
import { heldPositions, openOrders, type Book } from './book/book.ts'
import type { BookMark } from './book/bookEvent.ts'
import type { Evaluation } from './evaluation.ts'
import { marketPhase, type Market } from './market.ts'

/** A leg by what names it. */
export type WatchedLeg = Pick<Leg, 'right' | 'strike'>

/** The market at an instant, cut down to the legs that the book watches and those asked for besides. */
export function bookMark(
  market: Market,
  book: Book,
  time: EpochMilliseconds,
  extra: readonly WatchedLeg[] = [],
): BookMark {
  const legs: Record<string, LegMark> = {}
  for (const leg of [...watchedLegs(book), ...extra]) {
    const key = legKey(leg)
    if (key in legs) continue
    const mark = legMark(market, leg, time)
    if (mark) legs[key] = mark
  }
  return {
    time,
    spot: market.spot?.last ?? Number.NaN,
    years: yearsToClose(market.times, time),
    legs,
    phase: marketPhase(market, time),
    expectedMove: market.move?.move,
    ...(market.smile ? { atTheMoney: market.smile.atTheMoney } : {}),
    silence: Math.max(0, time - market.heardAt),
    closingPrice: market.closingPrice,
  }
}

/** A mark before any market is known: nothing is quoted, nothing is open. */
export function emptyMark(time: EpochMilliseconds): BookMark {
  return {
    time,
    spot: Number.NaN,
    years: 0,
    legs: {},
    phase: 'closed',
    expectedMove: undefined,
    silence: 0,
    closingPrice: undefined,
  }
}

/** The legs a command is about besides those watched anyway: strikes that he wants to move to. */
export function legsOfCommand(command: Command, book: Book): WatchedLeg[] {
  if (command.name !== 'suggestion/modify' && command.name !== 'suggestion/preview') return []
  const proposal = book.decisions.get(command.request.id)?.proposal
  if (!proposal) return []
  const strikes = command.request.edits.strikes ?? []
  return proposal.structure.legs.map((leg, index) => ({
    right: leg.right,
    strike: strikes[index] ?? leg.strike,
  }))
}

/** The legs of what an evaluation proposes. */
export function legsOfEvaluation(evaluation: Evaluation): readonly WatchedLeg[] {
  const { proposal, passedOver } = evaluation.draft
  return [...(proposal?.legs ?? []), ...(passedOver?.proposal.legs ?? [])]
}

function watchedLegs(book: Book): WatchedLeg[] {
  const proposals: (Proposal | undefined)[] = []
  for (const decision of book.decisions.values()) {
    if (decision.outcome) continue
    proposals.push(decision.proposal, decision.passedOver?.proposal)
  }
  return [
    ...proposals.flatMap(proposal => proposal?.legs ?? []),
    ...heldPositions(book).flatMap(position => position.structure.legs),
    ...openOrders(book).flatMap(order => order.legs),
  ]
}

function legMark(market: Market, leg: WatchedLeg, time: EpochMilliseconds): LegMark | undefined {
  const { chain } = market
  const row = rowOf(chain, leg.right, leg.strike)
  if (row < 0 || at(chain.quoteTime, row) === 0) return undefined
  return {
    right: leg.right,
    strike: leg.strike,
    bid: at(chain.bid, row),
    ask: at(chain.ask, row),
    bidSize: at(chain.bidSize, row),
    askSize: at(chain.askSize, row),
    age: Math.max(0, time - at(chain.quoteTime, row)),
    impliedVolatility: at(chain.impliedVolatility, row),
    delta: at(chain.delta, row),
    gamma: at(chain.gamma, row),
    theta: at(chain.theta, row),
    vega: at(chain.vega, row),
    vanna: at(chain.vanna, row),
    charm: at(chain.charm, row),
  }
}
