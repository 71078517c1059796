import { expect, test } from 'vitest'
import { createRandom } from '../core/base/random.ts'
import { reportOn, type BacktestSeries } from './backtestReport.ts'

/** Two strategies beside doing nothing over eighty sessions that all drift alike. */
function seriesOf(drift: number): BacktestSeries {
  const random = createRandom(5)
  const drawn = () => Array.from({ length: 80 }, () => drift + random.normal())
  const [net, other] = [drawn(), drawn()]
  return {
    unit: 'dollars',
    dates: net.map((_, session) => `session ${session}`),
    gross: net,
    net,
    tradesBefore: net,
    tradesAfter: net,
    lag: { onTime: net, late: net },
    peers: [net, other, net.map(() => 0)],
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

test('every rule says on which side of its limit it is kept', () => {
  for (const { value, limit, bound, isKept } of report(3).gates) {
    const isBeyond = value !== undefined && (bound === 'atLeast' ? value >= limit : value <= limit)
    expect(isKept).toBe(isBeyond)
  }
})
