import { resolve } from 'node:path'
import { readFills, type RecordedFill } from '../../adapters/history/fills.ts'
import type { Settings } from '../../adapters/settings/settings.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { roundTo } from '../../core/base/statistics.ts'
import { orderFees } from '../../core/portfolio/fees.ts'
import { structureName } from '../../core/portfolio/structure.ts'
import { minuteClock } from '../../core/session/newYork.ts'
import { statisticsOf } from '../../research/backtestFigures.ts'
import { sharpeRatio } from '../../research/sharpe.ts'
import { digestOf, remember } from '../backtestTrials.ts'

/** Which fills are wanted, and how much of them. */
export interface FillsWish {
  readonly fills: string
  readonly strategy: string
  readonly policy: string
  readonly closes: string
  readonly isLate: boolean
  readonly report: string
  readonly isWhole: boolean
}

/** Every interval is drawn with the same seed, so that the same file gives the same figures. */
const SEED = 1

/** Every recorded fill with its profit from legs and settlement, and what the whole of them came to. */
export async function backtestFills(wish: FillsWish, settings: Settings): Promise<Result<unknown, string>> {
  const { fills: file, strategy, isWhole } = wish
  const onlyMids = [
    wish.policy && 'policy',
    wish.closes && 'closes',
    wish.isLate && 'lag',
    wish.report && 'report',
  ]
  const unfit = onlyMids.find(name => name)
  if (unfit) return failure(`${unfit} needs --mids`)
  if (strategy !== 'recorded') return failure(`strategy must be recorded with --fills, is "${strategy}"`)
  const read = await readFills(resolve(file))
  if (!read.ok) return read
  const { fills, others, rows } = read.value
  const trades = fills.map(fill => tradeOf(fill, settings))
  const sessions = [...new Set(fills.map(({ date }) => date))].toSorted()
  const percent = (index: number, profit: number) => profit / (fills[index]?.underlying ?? Number.NaN)
  const [gross, net] = [
    trades.map(({ pnlPerSpread }, index) => percent(index, pnlPerSpread)),
    trades.map(({ pnlAfterCosts }, index) => percent(index, pnlAfterCosts)),
  ]
  const bySession = (values: readonly number[]) =>
    sessions.map(date =>
      fills.reduce((sum, fill, index) => sum + (fill.date === date ? (values[index] ?? 0) : 0), 0),
    )
  const after = bySession(net)
  const where = { time: Date.now(), data: await digestOf('fills', [resolve(file)]) }
  const trials = remember(settings.data.folder, where, [{ key: strategy, sharpe: sharpeRatio(after) }])
  const summary = {
    strategy,
    file: resolve(file),
    unit: 'percentOfUnderlying',
    rows,
    trades: fills.length,
    sessions: sessions.length,
    others,
    total: roundTo(
      trades.reduce((sum, { pnlPerSpread }) => sum + pnlPerSpread, 0),
      2,
    ),
    totalAfterCosts: roundTo(
      trades.reduce((sum, { pnlAfterCosts }) => sum + pnlAfterCosts, 0),
      2,
    ),
    beforeCosts: statisticsOf(bySession(gross), gross, trials, SEED),
    afterCosts: statisticsOf(after, net, trials, SEED),
    trials: trials.count,
    notes: [
      'Shorts at their recorded bid and longs at their recorded ask; settled in cash at the recorded close.',
      `Costs: ${(settings.fees.commission + settings.fees.exchange).toFixed(2)} dollars a contract at entry; settlement costs nothing.`,
      'Statistics are a session (a date), those of all strategies of the file together.',
      'How many rules were tried before these days were chosen is not recorded: the deflated Sharpe ratio knows only trials made here.',
      ...trials.notes,
    ],
  }
  return success(isWhole ? { ...summary, trades } : summary)
}

function tradeOf(fill: RecordedFill, { fees }: Settings) {
  return {
    strategy: fill.strategy,
    date: fill.date,
    time: minuteClock(fill.minute),
    structure: structureName({ kind: 'ironCondor', legs: fill.legs }),
    credit: fill.credit,
    close: fill.close,
    pnlPerSpread: fill.profit,
    pnlAfterCosts: roundTo(fill.profit - orderFees(fill.legs, 1, fees), 2),
  }
}
