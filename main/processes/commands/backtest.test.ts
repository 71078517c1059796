import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../adapters/settings/settings.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import {
  FILLS_HEADER,
  LOST_FILL,
  MIDS_HEADER,
  closesLines,
  midsLines,
  writeLines,
} from '../../fixtures/midsFiles.ts'
import { strategyNames } from '../backtestRun.ts'
import { backtest, type BacktestWish } from './backtest.ts'
import { importHistory } from './importYear.ts'

const ASSETS = join(import.meta.dirname, '../../../assets')
const DATA = join(import.meta.dirname, '../../../../shared/data/options_0dte')

const NOTHING: BacktestWish = {
  fills: '',
  mids: '',
  strategy: '',
  policy: '',
  closes: '',
  entry: '',
  isLate: false,
  report: '',
  isWhole: true,
}

function settingsIn(folder: string): Settings {
  return { ...defaultSettings(ASSETS, Date.UTC(2026, 10, 20)), data: { folder } }
}

/** What runs beside every strategy over mids, the strategy itself among it where it is one of them. */
const FIXED = strategyNames().length

async function run(folder: string, wish: Partial<BacktestWish>): Promise<unknown> {
  const ran = await backtest({ ...NOTHING, ...wish }, settingsIn(folder))
  return ran.ok ? ran.value : ran.failure
}

test('recorded fills are settled, their fees taken, other rows counted', async () => {
  const folder = temporaryFolder()
  const fills = writeLines(folder, 'fills.csv', [
    FILLS_HEADER,
    LOST_FILL,
    'N18,missing_spx,2024-08-22,,,,,,,,,,,,,,,,,,,,,',
  ])
  expect(await run(folder, { fills, strategy: 'recorded' })).toMatchObject({
    rows: 2,
    others: { missing_spx: 1 },
    trades: [{ date: '2024-07-02', time: '11:00', pnlPerSpread: -318, pnlAfterCosts: -320.8 }],
    afterCosts: { count: 1 },
    trials: 1,
  })
})

test('mids give every figure before and after costs, and each run is a trial that counts once', async () => {
  const folder = temporaryFolder()
  const mids = writeLines(folder, 'mids.csv.gz', midsLines(25, 3, { implied: 0.2, realised: 0.15 }))
  const figures = {
    count: 25,
    mean: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
    volatility: expect.any(Number),
    quantiles: { p1: expect.any(Number), p99: expect.any(Number) },
    sharpe: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
    deflatedSharpe: expect.any(Number),
    drawdown: expect.any(Number),
  }
  const whole = { unit: 'percentOfUnderlying', count: 25, beforeCosts: figures, afterCosts: figures }
  expect(await run(folder, { mids, strategy: 'shortStraddle' })).toMatchObject({ ...whole, trials: FIXED })
  expect(await run(folder, { mids, strategy: 'shortStraddle' })).toMatchObject({ trials: FIXED })
  const report = join(folder, 'report.html')
  expect(await run(folder, { mids, strategy: 'ironCondor', isLate: true, report })).toMatchObject({
    trials: 2 * FIXED,
    lag: 1,
  })
  expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
})

test('imported days give what their file gives, and are other data than it', async () => {
  const folder = temporaryFolder()
  const mids = writeLines(folder, 'mids.csv', midsLines(3, 4, { implied: 0.2, realised: 0.15 }))
  const days = join(folder, 'days')
  await importHistory({ mids, quotes: '', underlying: '', out: days })
  const [whole, stored] = [
    await run(folder, { mids, strategy: 'fixed-time condor' }),
    await run(folder, { mids: days, strategy: 'fixedTimeCondor' }),
  ]
  expect(stored).toMatchObject({ strategy: 'fixedTimeCondor', count: 3, trials: FIXED })
  expect(tradesOf(stored)).toEqual(tradesOf(whole))
})

function tradesOf(report: unknown): unknown {
  return typeof report === 'object' && report !== null && 'trades' in report ? report.trades : undefined
}

test('a policy decides over mids, named by its folder or its file', async () => {
  const folder = temporaryFolder()
  const mids = writeLines(folder, 'mids.csv', midsLines(6, 5, { implied: 0.2, realised: 0.15 }))
  const policy = join(ASSETS, 'policies/first')
  const first = await run(folder, { mids, policy })
  expect(first).toMatchObject({
    count: 6,
    notes: expect.arrayContaining([expect.stringContaining('Not known from mids')]),
  })
  expect(await run(folder, { mids, policy: join(policy, 'policy.onnx') })).toMatchObject({
    trials: FIXED + 1,
  })
})

test('weights that are others are another trial, and so are other rules', async () => {
  const folder = temporaryFolder()
  const mids = writeLines(folder, 'mids.csv', midsLines(3, 5, { implied: 0.2, realised: 0.15 }))
  const champion = join(ASSETS, 'policies/champion')
  expect(await run(folder, { mids, policy: champion })).toMatchObject({ trials: FIXED + 1 })
  expect(await run(folder, { mids, policy: join(champion, 'card.json') })).toMatchObject({
    trials: FIXED + 1,
  })
  const coarse = join(champion, 'policy-int4.onnx')
  expect(await run(folder, { mids, policy: coarse })).toMatchObject({ trials: FIXED + 2 })
  const absent = join(champion, 'policy-int2.onnx')
  expect(await run(folder, { mids, policy: absent })).toMatch(/^policy: .*policy-int2.onnx must be a folder/)
  const settings = settingsIn(folder)
  const dear = { ...settings, fees: { ...settings.fees, commission: 3 } }
  const wish = { ...NOTHING, mids, strategy: 'straddle' }
  expect(await backtest(wish, settings)).toMatchObject({ value: { trials: FIXED + 2 } })
  expect(await backtest(wish, dear)).toMatchObject({ value: { trials: 2 * FIXED + 2 } })
})

test('what ran beside counts as it would by itself, so the order of runs changes no figure', async () => {
  const folder = temporaryFolder()
  const mids = writeLines(folder, 'mids.csv', midsLines(20, 6, { implied: 0.2, realised: 0.15 }))
  const first = await run(folder, { mids, strategy: 'shortStraddle' })
  await run(folder, { mids, strategy: 'straddle' })
  const { id: _, startedAt: __, ...again } = Object(await run(folder, { mids, strategy: 'shortStraddle' }))
  expect(first).toMatchObject(again)
})

test('closes that are others make other trials, and a copy of them does not', async () => {
  const folder = temporaryFolder()
  const lines = midsLines(3, 5, { implied: 0.2, realised: 0.15 })
  const mids = writeLines(folder, 'mids.csv', lines)
  const settledAt = (name: string, close: number) =>
    run(folder, { mids, strategy: 'straddle', closes: writeLines(folder, name, closesLines(lines, close)) })
  expect(await settledAt('closes.csv', 5000)).toMatchObject({ trials: FIXED })
  expect(await settledAt('copy.csv', 5000)).toMatchObject({ trials: FIXED })
  expect(await settledAt('closes.csv', 5100)).toMatchObject({ trials: 2 * FIXED })
})

test('where no session can be counted nothing is remembered as a trial', async () => {
  const folder = temporaryFolder()
  const mids = midsIn(folder)
  expect(await run(folder, { mids, strategy: 'straddle', entry: '03:00' })).toMatch(
    /^mids: no session of .* can be counted \(noEntry 1\)$/,
  )
  expect(await run(folder, { mids, strategy: 'strangle' })).toMatchObject({ trials: FIXED })
})

test.each<[string, (folder: string) => Partial<BacktestWish>, RegExp]>([
  ['neither file', () => ({ strategy: 'straddle' }), /^backtest needs either --fills or --mids$/],
  [
    'a strategy that nobody knows',
    folder => ({ mids: midsIn(folder), strategy: 'martingale' }),
    /^strategy must be one of doNothing, .*, is "martingale"$/,
  ],
  ['neither strategy nor policy', folder => ({ mids: midsIn(folder) }), /^backtest of mids needs either/],
  [
    'a folder without a policy',
    folder => ({ mids: midsIn(folder), policy: folder }),
    /^policy: .* must be a folder with a policy/,
  ],
  [
    'an hour that is none',
    folder => ({ mids: midsIn(folder), strategy: 'straddle', entry: '9am' }),
    /^entry must be a time written HH:MM, is "9am"$/,
  ],
  [
    'fills with another strategy',
    folder => ({ fills: midsIn(folder), strategy: 'straddle' }),
    /^strategy must be recorded with --fills/,
  ],
  ...(['policy', 'closes', 'report'] as const).map(
    (name): [string, (folder: string) => Partial<BacktestWish>, RegExp] => [
      `${name} for fills`,
      folder => ({ fills: midsIn(folder), strategy: 'recorded', [name]: 'some' }),
      new RegExp(`^${name} needs --mids$`),
    ],
  ),
  [
    'fills that come late',
    folder => ({ fills: midsIn(folder), strategy: 'recorded', isLate: true }),
    /^lag needs --mids$/,
  ],
  [
    'mids for fills',
    folder => ({ fills: midsIn(folder), strategy: 'recorded' }),
    /^fills: .* must have a column "strategy"/,
  ],
  [
    'a report that cannot be written',
    folder => ({ mids: midsIn(folder), strategy: 'doNothing', report: join(folder, 'no/where.html') }),
    /^report: .* must be a file that can be written/,
  ],
])('%s is refused in one line', async (_, wishIn, line) => {
  const folder = temporaryFolder()
  expect(await run(folder, wishIn(folder))).toMatch(line)
})

test('where trials cannot be kept the report says so', async () => {
  const folder = temporaryFolder()
  const blocked = join(writeLines(folder, 'file', ['']), 'data')
  expect(await run(blocked, { mids: midsIn(folder), strategy: 'doNothing' })).toMatchObject({
    trials: FIXED,
    notes: expect.arrayContaining([expect.stringContaining('could not be kept')]),
  })
})

function midsIn(folder: string): string {
  return writeLines(folder, 'mids.csv', [
    MIDS_HEADER,
    ...midsLines(1, 1, { implied: 0.2, realised: 0.2 }).slice(1),
  ])
}

const REAL = join(DATA, 'spx_0dte_structure_fills_to_2024-12.csv')

test.skipIf(!existsSync(REAL))('all recorded condors of the real file (needs ../shared/data)', async () => {
  expect(await run(temporaryFolder(), { fills: REAL, strategy: 'recorded', isWhole: false })).toMatchObject({
    rows: 138,
    trades: 137,
    total: 9767,
    others: { missing_spx: 1 },
  })
})
