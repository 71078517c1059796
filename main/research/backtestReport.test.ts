import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { addDays } from '../core/session/newYork.ts'
import { reportOn, type BacktestSeries } from './backtestReport.ts'
import { reportPage } from './reportPage.ts'
import { sharpeRatio } from './sharpe.ts'

/** Two strategies beside doing nothing over eighty sessions that all drift alike. */
function seriesOf(drift: number): BacktestSeries {
  const random = createRandom(5)
  const drawn = () => Array.from({ length: 80 }, () => drift + random.normal())
  const [net, other] = [drawn(), drawn()]
  return {
    unit: 'dollars',
    dates: net.map((_, session) => addDays('2026-01-05', session)),
    gross: net,
    net,
    tradesBefore: net,
    tradesAfter: net,
    lag: { onTime: net, late: net },
    peers: [net, other, net.map(() => 0)].map((returns, place) => ({
      name: `peer ${place}`,
      returns,
      sharpe: sharpeRatio(returns),
    })),
    trades: [],
    leftOut: {},
    untraded: {},
    notes: [],
  }
}

const ABOUT = {
  id: 'backtest-1',
  strategy: 'condor',
  data: { kind: 'simulated', seed: 1, sessions: 80 },
  startedAt: 0,
  total: 80,
} as const

const report = (drift: number) => reportOn(seriesOf(drift), ABOUT, { count: 1, variance: undefined })

test('where every strategy loses no chance is told that the best one was lucky', () => {
  const losing = report(-3)
  expect(losing.overfitting).toBeUndefined()
  expect(losing.notes).toContainEqual(expect.stringMatching(/^No strategy made a profit on these sessions/))
  const earning = report(0.5)
  expect(earning.overfitting).toBeGreaterThanOrEqual(0)
  expect(earning.notes).not.toContainEqual(expect.stringMatching(/^No strategy made/))
})

test('where nothing is known of luck the page has no row of it', () => {
  expect(reportPage(report(-3))).not.toContain('probability of overfitting')
  expect(reportPage(report(0.5))).toContain('probability of overfitting')
})

test('equity begins with nothing on the trading day before the first, and its steps are the sessions', () => {
  const { dates, net } = seriesOf(0.1)
  const { equity } = report(0.1)
  expect(equity.dates).toEqual(['2026-01-02', ...dates])
  expect([equity.profit[0], equity.drawdown[0]]).toEqual([0, 0])
  net.forEach((value, session) => {
    const [before = Number.NaN, after = Number.NaN] = equity.profit.subarray(session, session + 2)
    expect(after - before).toBeCloseTo(value, 9)
    expect(equity.drawdown[session + 1]).toBeCloseTo(
      Math.max(...equity.profit.subarray(0, session + 2)) - after,
      9,
    )
  })
})

test('every rule says on which side of its limit it is kept', () => {
  for (const { value, limit, bound, isKept } of report(3).gates) {
    const isBeyond = value !== undefined && (bound === 'atLeast' ? value >= limit : value <= limit)
    expect(isKept).toBe(isBeyond)
  }
})
