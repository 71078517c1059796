import type { Dollars, EpochMilliseconds, IsoDate, Probability } from '../base/units.ts'
import { clamp } from '../base/statistics.ts'
import { newYorkMinute } from '../session/newYork.ts'

/** What the cockpit remembers of its trader and its trades; carried from session to session. */
export interface Recollection {
  /** The last five trades taken, newest first: 1 won, -1 lost, 0 neither. */
  readonly lastOutcomes: readonly number[]
  /** The last twenty answers, newest first: 1 accepted or modified, 0 rejected. */
  readonly lastAnswers: readonly number[]
  /** Trades won and ended by hour of the New York day. */
  readonly byHour: Readonly<Record<string, { readonly won: number; readonly ended: number }>>
  /** Net of the last ten trades taken, newest first. */
  readonly lastNets: readonly Dollars[]
  /** How much risk his answers allow, from 0 to 1. */
  readonly riskTolerance: Probability
  readonly suggestionsThisSession: number
}

/** The recollection of somebody new. */
export const NOTHING_REMEMBERED: Recollection = {
  lastOutcomes: [],
  lastAnswers: [],
  byHour: {},
  lastNets: [],
  riskTolerance: 0.5,
  suggestionsThisSession: 0,
}

/** A past moment that resembles now, with what came of it. */
export interface Neighbour {
  readonly decision: string
  readonly date: IsoDate
  readonly time: EpochMilliseconds
  readonly likeness: Probability
  /** What was suggested, in words. */
  readonly action: string
  /** What the trader answered. */
  readonly answer: string
  /** What it brought or would have brought, net of costs. */
  readonly net: Dollars
}

/** How strongly one answer moves the risk tolerance. */
const TOLERANCE_STEP = 0.1

/** The recollection after an answer; `riskier` from -1 (he wants less risk) to 1 (he took the riskier choice). */
export function rememberAnswer(before: Recollection, accepted: boolean, riskier: number): Recollection {
  const target = riskier === 0 ? before.riskTolerance : riskier > 0 ? 1 : 0
  return {
    ...before,
    lastAnswers: [accepted ? 1 : 0, ...before.lastAnswers].slice(0, 20),
    riskTolerance:
      before.riskTolerance + TOLERANCE_STEP * Math.abs(riskier) * (target - before.riskTolerance),
  }
}

/** The recollection after a trade taken has ended. */
export function rememberTrade(before: Recollection, time: EpochMilliseconds, net: Dollars): Recollection {
  const hour = hourKey(time)
  const known = before.byHour[hour] ?? { won: 0, ended: 0 }
  return {
    ...before,
    lastOutcomes: [Math.sign(net), ...before.lastOutcomes].slice(0, 5),
    lastNets: [net, ...before.lastNets].slice(0, 10),
    byHour: { ...before.byHour, [hour]: { won: known.won + (net > 0 ? 1 : 0), ended: known.ended + 1 } },
  }
}

/** The share of recent answers that were a yes; one half before the first. */
export function acceptanceRate(recollection: Recollection): Probability {
  const yes = recollection.lastAnswers.reduce((sum, answer) => sum + answer, 0)
  return (yes + 1) / (recollection.lastAnswers.length + 2)
}

/** The share of trades won that were opened in this hour of the day; one half before the first. */
export function winRateThisHour(recollection: Recollection, time: EpochMilliseconds): Probability {
  const known = recollection.byHour[hourKey(time)] ?? { won: 0, ended: 0 }
  return (known.won + 1) / (known.ended + 2)
}

/** Whether recent trades made or lost money, from -1 to 1. */
export function profitTrend(recollection: Recollection): number {
  const sum = recollection.lastNets.reduce((total, net) => total + net, 0)
  return clamp(Math.tanh(sum / 500), -1, 1)
}

function hourKey(time: EpochMilliseconds): string {
  return String(Math.floor(newYorkMinute(time) / 60))
}
