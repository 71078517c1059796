import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultSettings } from '../adapters/settings/settings.ts'
import { UNSEEN_FROM, type BacktestReport } from '../contract/backtest.ts'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { closesLines, midsLines, writeLines } from '../fixtures/midsFiles.ts'
import { newYorkMinute } from '../core/session/newYork.ts'
import { strategyNames } from './backtestRun.ts'
import { backtestHandlers } from './backtests.ts'
import { backtestThread } from './backtestThread.ts'
import { findPlaces } from './resolveSettings.ts'

const places = findPlaces()

function handlersIn(folder: string, testing = backtestThread(places)): ReturnType<typeof backtestHandlers> {
  const settings = { ...defaultSettings(places.assets, Date.UTC(2026, 10, 20)), data: { folder } }
  const card = { name: 'First', version: 'first', observationVersion: 1, actionVersion: 1 }
  const policy = {
    folder: settings.policy.folder,
    policy: { card, logits: () => Promise.reject(new Error('not asked')) },
  }
  // Only the folder and the card of the model in charge are read
  return backtestHandlers({ settings, policy, testing } as unknown as Parameters<typeof backtestHandlers>[0])
}

/** Asks until a backtest is over, and gives every report on the way. */
async function reportsOf(
  handlers: ReturnType<typeof backtestHandlers>,
  id: string,
): Promise<BacktestReport[]> {
  const reports: BacktestReport[] = []
  for (;;) {
    const report = await handlers['backtest/get']({ id })
    if (!report) throw new Error('a backtest that was started is known')
    reports.push(report)
    if (report.status !== 'running') return reports
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

test('simulated sessions are tested on a thread, one test at a time, and kept', async () => {
  const folder = temporaryFolder()
  const handlers = handlersIn(folder)
  expect(await handlers['backtest/get']({})).toBeNull()
  const request = { strategy: 'champion', data: { kind: 'simulated', seed: 3, sessions: 1 } } as const
  const { id } = await handlers['backtest/run'](request)
  await expect(handlers['backtest/run'](request)).rejects.toThrow('one at a time')
  const reports = await reportsOf(handlers, id)
  const report = reports.at(-1)
  expect(report).toMatchObject({ status: 'finished', unit: 'dollars', done: 1, total: 1, failure: undefined })
  expect(report?.afterCosts?.count).toBe(1)
  expect(report?.equity.profit).toHaveLength(2)
  const sum = report?.trades.reduce((all, { net }) => all + net, 0)
  expect(sum).toBeCloseTo(report?.equity.profit[1] ?? Number.NaN, 1)
  // The champion, and the four baselines that ran beside it
  expect(report?.trials).toBe(5)
  // It may have learned from this very day
  expect(report?.notes.join()).toContain(`below seed ${UNSEEN_FROM}`)
  // Another start finds it on its shelf
  const later = await handlersIn(folder)['backtest/get']({})
  expect(later).toEqual(report)
})

test('a backtest that runs when the program is closed is ended first, and its report says so', async () => {
  const folder = temporaryFolder()
  const testing = backtestThread(places)
  const handlers = handlersIn(folder, testing)
  const data = { kind: 'simulated', seed: 3, sessions: 500 } as const
  const { id } = await handlers['backtest/run']({ strategy: 'champion', data })
  await testing.close()
  const report = await handlersIn(folder)['backtest/get']({ id })
  expect(report).toMatchObject({ status: 'failed', failure: 'the program was closed' })
})

test('mids are tested, and what is wrong with them is told with file, line and rule', async () => {
  const folder = temporaryFolder()
  const handlers = handlersIn(folder)
  const lines = midsLines(3, 2, { implied: 0.2, realised: 0.2 })
  const file = writeLines(folder, 'mids.csv', lines)
  const closes = writeLines(folder, 'closes.csv', closesLines(lines, 5000))
  const data = { kind: 'mids', file, closes, entry: 630 } as const
  const fine = await handlers['backtest/run']({ strategy: 'straddle', data })
  const report = (await reportsOf(handlers, fine.id)).at(-1)
  expect(report).toMatchObject({ status: 'finished', done: 3, total: 3, data })
  expect(report?.trades.map(({ exit, time }) => [exit, newYorkMinute(time)])).toEqual(
    [1, 2, 3].map(() => ['settled', 630]),
  )
  const broken = writeLines(folder, 'broken.csv', [...lines, '2024-01-09,10:00,5000,x,1,1'])
  const refused = await handlers['backtest/run']({
    strategy: 'straddle',
    data: { kind: 'mids', file: broken },
  })
  expect((await reportsOf(handlers, refused.id)).at(-1)).toMatchObject({
    status: 'failed',
    failure: `mids: ${broken} column strike in line ${lines.length + 1} must be a number above 0, is "x"`,
  })
})

test('strategies say which data they are known over, and no name is offered twice', async () => {
  const offered = await handlersIn(temporaryFolder())['backtest/strategies']({})
  const over = (kind: 'simulated' | 'mids') =>
    offered.filter(({ data }) => data.includes(kind)).map(({ name }) => name)
  expect(over('simulated')).toEqual([
    'doNothing',
    'fixedTimeCondor',
    'fixedTimePutVertical',
    'fixedTimeCallVertical',
    'champion',
  ])
  expect(over('mids').toSorted()).toEqual([...strategyNames(), 'champion'].toSorted())
  expect(new Set(offered.map(({ name }) => name)).size).toBe(offered.length)
  expect(offered.every(({ data }) => data.length > 0)).toBe(true)
})

test('names that nobody knows are refused, and a damaged report is refused by name', async () => {
  const folder = temporaryFolder()
  const handlers = handlersIn(folder)
  const data = { kind: 'simulated', seed: 1, sessions: 1 } as const
  await expect(handlers['backtest/run']({ strategy: 'martingale', data })).rejects.toThrow('is "martingale"')
  const { id } = await handlers['backtest/run']({ strategy: 'straddle', data })
  expect((await reportsOf(handlers, id)).at(-1)?.failure).toMatch(
    /^strategy over simulated sessions must be one of/,
  )
  const [name = ''] = namesIn(join(folder, 'backtests'))
  writeFileSync(join(folder, 'backtests', name), 'not a report')
  const again = handlersIn(folder)
  await expect(again['backtest/get']({ id })).rejects.toThrow('is damaged')
  expect(await again['backtest/get']({})).toBeNull()
  expect(await again['backtest/get']({ id: '../../etc/passwd' })).toBeNull()
})
