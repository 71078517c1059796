import { at, invariant } from '../core/base/assert.ts'
import {
  CONTRACT_MULTIPLIER,
  type Dollars,
  type Milliseconds,
  type Price,
  type Probability,
} from '../core/base/units.ts'
import { breakEvenChance } from '../core/policy/quality.ts'
import { orderFees } from '../core/portfolio/fees.ts'
import { marginRequirement } from '../core/portfolio/margin.ts'
import { settle, type Position } from '../core/portfolio/position.ts'
import { expiryValue, type Leg } from '../core/portfolio/structure.ts'
import { firstRefusal, openingChecks, type WeighedProposal } from '../core/risk/gate.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { RiskState } from '../core/risk/riskState.ts'
import { lotsFor } from '../core/risk/sizing.ts'
import { KINDS, MOST_LEGS, OPENINGS, beatTime, type SessionTable } from './sessionTable.ts'

/** Lots that an opening is proposed in. */
export function lotsOf(table: SessionTable, opening: number, risk: RiskState, limits: Limits): number {
  return lotsFor(weighedOpening(table, opening, 1), risk, limits)
}

/** Whether the gate lets lots of an opening through, on quotes of an age. */
export function passesGate(
  table: SessionTable,
  opening: number,
  lots: number,
  age: Milliseconds,
  risk: RiskState,
  limits: Limits,
): boolean {
  return !firstRefusal(openingChecks(weighedOpening(table, opening, lots), age, risk, limits))
}

/** What the gate weighs of an opening, by the figures of `openingAt` of the core. */
function weighedOpening(table: SessionTable, opening: number, quantity: number): WeighedProposal {
  const { openings, plan } = table
  const legs = legsOf(table, opening)
  const oneWay = orderFees(legs, quantity, plan.fees)
  const scale = CONTRACT_MULTIPLIER * quantity
  const atStop = (at(openings.start, opening) - at(openings.stop, opening)) * scale - 2 * oneWay
  return {
    legs,
    quantity,
    atStop: Math.min(0, atStop),
    atWorst: -(at(openings.worst, opening) * quantity + oneWay),
    margin: marginRequirement(legs, quantity),
  }
}

/** The position that an opening becomes when it fills at the end of its walk. */
export function openedPosition(table: SessionTable, opening: number, quantity: number): Position {
  const { openings, plan, underlying, date } = table
  const kind = KINDS[at(openings.kind, opening)]
  invariant(kind !== undefined, 'an opening has a kind')
  const legs = legsOf(table, opening)
  const beat = at(table.decisions.beat, Math.floor(opening / OPENINGS.length))
  return {
    decision: String(opening),
    structure: { kind, underlying, expiry: date, legs },
    quantity,
    opened: quantity,
    // As an average of one fill, which may end in another bit
    entryNet: (at(openings.end, opening) * quantity) / quantity,
    realised: 0,
    fees: orderFees(legs, quantity, plan.fees),
    openedAt: beatTime(table, beat),
    exit: {
      takeProfit: at(openings.takeProfit, opening),
      stop: at(openings.stop, opening),
      time: at(openings.exitTime, opening),
    },
  }
}

/** A position after a closing at a net price a share. */
export function closedPosition(table: SessionTable, position: Position, net: Price, beat: number): Position {
  const { quantity, structure, entryNet } = position
  return {
    ...position,
    quantity: 0,
    realised: position.realised + (entryNet + net) * CONTRACT_MULTIPLIER * quantity,
    fees: position.fees + orderFees(structure.legs, quantity, table.plan.fees),
    closedAt: beatTime(table, beat),
  }
}

/** A position after expiry: its credit and what its legs are worth at the closing price. */
export function settledPosition(table: SessionTable, position: Position): Position {
  const { structure, entryNet, quantity } = position
  const worth = expiryValue(structure.legs, table.closingPrice) * CONTRACT_MULTIPLIER * quantity
  const credit = entryNet * CONTRACT_MULTIPLIER * quantity
  return settle(position, credit + worth, table.times.close)
}

/** A position after its frozen exit, or after expiry where that never fires. */
export function endedPosition(table: SessionTable, opening: number, position: Position): Position {
  const beat = at(table.openings.exitBeat, opening)
  if (beat < 0) return settledPosition(table, position)
  return closedPosition(table, position, -at(table.openings.exitDebit, opening), beat)
}

/** What an opening is scored by, as `proposalOutcome` of the core has it. */
export function scoredNet(table: SessionTable, opening: number, quantity: number): Dollars {
  const { end, scoreDebit } = table.openings
  const fees = 2 * orderFees(legsOf(table, opening), quantity, table.plan.fees)
  return (at(end, opening) - at(scoreDebit, opening)) * CONTRACT_MULTIPLIER * quantity - fees
}

/** The chance of a profit at which an opening is worth nothing, as the quality model of the core has it. */
export function breakEvenOf(table: SessionTable, opening: number): Probability {
  const { end, takeProfit, stop } = table.openings
  return breakEvenChance({
    walk: { start: at(end, opening), end: at(end, opening), steps: 0, stepEvery: 0 },
    exit: { takeProfit: at(takeProfit, opening), stop: at(stop, opening), time: 0 },
    fees: 2 * orderFees(legsOf(table, opening), 1, table.plan.fees),
    quantity: 1,
  })
}

/** Short and long legs in turn, as structures of the core have them. */
function legsOf({ openings, strikes }: SessionTable, opening: number): readonly Leg[] {
  const legs: Leg[] = []
  for (let place = 0; place < MOST_LEGS; place += 1) {
    const row = at(openings.rows, opening * MOST_LEGS + place)
    if (row < 0) break
    const isCall = row < strikes.length
    const strike = at(strikes, isCall ? row : row - strikes.length)
    legs.push({ right: isCall ? 'call' : 'put', strike, ratio: place % 2 === 0 ? -1 : 1 })
  }
  return legs
}
