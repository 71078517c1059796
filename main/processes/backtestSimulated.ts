import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BacktestTrade } from '../contract/backtest.ts'
import { at } from '../core/base/assert.ts'
import { roundTo } from '../core/base/statistics.ts'
import type { Dollars, IsoDate } from '../core/base/units.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { NOTHING_REMEMBERED } from '../core/memory/recollection.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { nextTradingDay } from '../core/session/calendar.ts'
import { newYorkMinute, newYorkTime } from '../core/session/newYork.ts'
import type { Limits } from '../core/risk/limits.ts'
import type { BacktestSeries, Peer } from '../research/backtestReport.ts'
import { sharpeRatio } from '../research/sharpe.ts'
import type { Strategy } from '../training/baselines.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import { TrainingBook } from '../training/trainingBook.ts'
import { tradesOf, type SimulatedTrade } from './backtestTrades.ts'

/** What a strategy did in one simulated session. */
export interface SimulatedDay {
  readonly trades: readonly SimulatedTrade[]
  /** Dollars after costs, as the book of the session has it. */
  readonly profit: Dollars
}

/** The day before the made-up first date of simulated sessions, which have none of their own. */
const BEFORE_FIRST: IsoDate = '2026-01-01'

/**
 * A strategy over compiled sessions with the trades it made: what it decides is done at once, or `lag` decisions later
 * where it is still on offer. The rules, prices and costs are those of training.
 */
export async function playDays(
  tables: readonly SessionTable[],
  strategy: Strategy,
  limits: Limits,
  lag: number,
): Promise<SimulatedDay[]> {
  const days: SimulatedDay[] = []
  for (const table of tables) {
    days.push(await playDay(table, strategy, limits, lag))
    await nextTurn()
  }
  return days
}

/** The series of a strategy beside its peers, in dollars a session. */
export async function testOnSimulated(
  tables: readonly SessionTable[],
  strategy: Strategy,
  peers: readonly Strategy[],
  limits: Limits,
): Promise<BacktestSeries> {
  const days = await playDays(tables, strategy, limits, 0)
  const late = await playDays(tables, strategy, limits, 1)
  const all = [peerOf(strategy, days)]
  for (const peer of peers)
    if (peer.name !== strategy.name) all.push(peerOf(peer, await playDays(tables, peer, limits, 0)))
  const dates = datesOf(tables.length)
  const trades = days.flatMap(day => day.trades)
  return {
    unit: 'dollars',
    dates,
    gross: days.map(day => day.trades.reduce((sum, { gross }) => sum + gross, 0)),
    net: days.map(({ profit }) => profit),
    trades: days.flatMap((day, index) => day.trades.map(trade => dated(trade, dates[index] ?? BEFORE_FIRST))),
    tradesBefore: trades.map(({ gross }) => gross),
    tradesAfter: trades.map(({ net }) => net),
    leftOut: {},
    untraded: {},
    lag: { onTime: days.map(({ profit }) => profit), late: late.map(({ profit }) => profit) },
    peers: all,
    notes: [
      'Simulated sessions calibrated to published facts, their parameters drawn anew for every session, with no edge planted: what is won here is won against a fair market.',
      'Enters at the worst limit of its walk, leaves by the exit frozen at entry or at the natural price, fees both ways; before costs everything is at mid.',
      'Dates are made up: one trading day after the other. Sizes are those that the limits allow.',
    ],
  }
}

function peerOf({ name }: Strategy, days: readonly SimulatedDay[]): Peer {
  const returns = days.map(({ profit }) => profit)
  return { name, returns, sharpe: sharpeRatio(returns) }
}

async function playDay(
  table: SessionTable,
  strategy: Strategy,
  limits: Limits,
  lag: number,
): Promise<SimulatedDay> {
  const book = new TrainingBook(table, limits, NOTHING_REMEMBERED, undefined)
  const observation = new Float32Array(OBSERVATION_SIZE)
  const mask = new Uint8Array(ACTION_COUNT)
  const closedByHand = new Set<number>()
  const waiting: number[] = []
  for (let decision = 0; decision < table.decisions.count && !book.isOver; decision += 1) {
    book.advanceTo(at(table.decisions.beat, decision))
    book.see(decision, observation, mask)
    // Where a decision waits to be done nothing more is decided; nor where nothing is on offer
    const isIdle =
      waiting.some(action => action > 0) || !mask.some((isOn, action) => action > 0 && isOn === 1)
    waiting.push(isIdle ? 0 : at(await strategy.choose(observation.slice(), mask, 1), 0))
    if (waiting.length <= lag) continue
    const action = waiting.shift() ?? 0
    if (mask[action] !== 1) continue
    const before = book.trades
    book.act(decision, action)
    noteClosed(before, book, closedByHand)
  }
  book.finish()
  return { trades: tradesOf(table, book.trades, closedByHand), profit: book.profit() }
}

/** Which trades an action of the strategy itself has ended, by their place. */
function noteClosed(before: TrainingBook['trades'], book: TrainingBook, closedByHand: Set<number>): void {
  const { exitBeat } = book.table.openings
  book.trades.forEach(({ closedAt, opening }, place) => {
    const wasHeld = before[place]?.closedAt === -1
    if (wasHeld && closedAt >= 0 && exitBeat[opening] !== closedAt) closedByHand.add(place)
  })
}

function datesOf(count: number): IsoDate[] {
  let date = BEFORE_FIRST
  return Array.from({ length: count }, () => {
    date = nextTradingDay(date)
    return date
  })
}

function dated({ time, structure, credit, exit, gross, net }: SimulatedTrade, date: IsoDate): BacktestTrade {
  const shown = newYorkTime(date, newYorkMinute(time))
  return { date, time: shown, structure, credit, exit, gross: roundTo(gross, 2), net: roundTo(net, 2) }
}
