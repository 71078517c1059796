import { beforeAll, expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { ACTIONS, actionIndex, type Action } from '../core/policy/action.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { midsLines } from '../fixtures/midsFiles.ts'
import { PLAN } from '../fixtures/trades.ts'
import type { PolicyRules } from './backtestMoment.ts'
import { priceDays, testOnMids, type PricedDay, type Tested } from './backtestMids.ts'
import type { DayOfMids } from './backtestMarket.ts'
import { reportOn, type BacktestSeries } from './backtestReport.ts'
import { FIXED_STRATEGIES, fixedStrategy } from './backtestStrategies.ts'
import { reportPage } from './reportPage.ts'

const RULES: PolicyRules = {
  plan: { ...PLAN, minimumCredit: 0.2 },
  entry: 600,
  lag: 0,
  closeOf: () => undefined,
  limits: {
    ...DEFAULT_LIMITS,
    lotsPerOrder: 1,
    exposure: 50_000,
    maximumLossPerTrade: 6000,
    dayLossLimit: 6000,
  },
  size: 10,
}

/** Days on which options cost what they are worth, and days on which they cost three times as much volatility. */
let fair: PricedDay[]
let dear: PricedDay[]

beforeAll(async () => {
  const price = (lines: readonly string[]) =>
    priceDays(
      daysOf(lines),
      () => undefined,
      async () => undefined,
    )
  fair = await price(midsLines(30, 11, { implied: 0.15, realised: 0.15 }))
  dear = await price(midsLines(30, 12, { implied: 0.3, realised: 0.1 }))
})

function daysOf(lines: readonly string[]): DayOfMids[] {
  const days = new Map<string, Map<string, string[][]>>()
  for (const line of lines.slice(1)) {
    const fields = line.split(',')
    const [date = '', clock = ''] = fields
    const day = days.get(date) ?? new Map<string, string[][]>()
    days.set(date, day)
    day.set(clock, [...(day.get(clock) ?? []), fields])
  }
  return [...days].map(([date, instants]) => ({
    date,
    instants: [...instants].map(([clock, rows]) => {
      const [hour = 0, minute = 0] = clock.split(':').map(Number)
      const column = (place: number) =>
        Float64Array.from(rows, row => (row[place] === '' ? Number.NaN : Number(row[place])))
      const [strikes, calls, puts] = [column(3), column(4), column(5)]
      return { minute: hour * 60 + minute, underlying: Number(rows[0]?.[2]), strikes, calls, puts }
    }),
  }))
}

function fixed(name: string): Tested {
  const strategy = fixedStrategy(name)
  if (!strategy) throw new Error(`no strategy ${name}`)
  return { kind: 'fixed', strategy }
}

/** A policy that wants some actions, the first that is allowed. */
function wanting(wanted: readonly Action[]): Tested {
  const logits = new Float32Array(ACTIONS.length)
  wanted.forEach((action, index) => (logits[actionIndex(action)] = 50 - index))
  return { kind: 'policy', name: wanted.join(' '), ask: () => Promise.resolve(logits) }
}

function reportOf(result: BacktestSeries, count = 1) {
  const data = { kind: 'mids', file: 'made-up.csv' } as const
  return reportOn(
    result,
    { id: 'one', strategy: '<b>mine</b>', data, startedAt: 0, total: 30 },
    { count, variance: undefined },
  )
}

test('doing nothing earns nothing, and shows no edge', async () => {
  const report = reportOf(await testOnMids(fair, fixed('doNothing'), RULES))
  expect(report.afterCosts).toMatchObject({ count: 30, mean: { value: 0 }, volatility: 0, drawdown: 0 })
  expect(report.sentence).toBe('No edge shown: nothing was traded in 30 sessions.')
})

const TRADING = FIXED_STRATEGIES.map(({ name }) => name).filter(name => name !== 'doNothing')

test.each(TRADING)('%s trades, and never earns more after costs', async name => {
  const { trades, dates, net, gross } = await testOnMids(fair, fixed(name), RULES)
  for (const trade of trades) expect(trade.net).toBeLessThan(trade.gross)
  expect(trades.length).toBeGreaterThan(12)
  expect(net).toHaveLength(dates.length)
  expect(net.every((value, session) => value <= at(gross, session))).toBe(true)
})

test('what the buyer wins before costs, the seller loses', async () => {
  const bought = await testOnMids(fair, fixed('straddle'), RULES)
  const sold = await testOnMids(fair, fixed('shortStraddle'), RULES)
  bought.gross.forEach((value, session) => expect(at(sold.gross, session)).toBeCloseTo(-value, 9))
})

test('where options cost what they are worth no edge is shown, where they are dear the seller has one', async () => {
  const honest = reportOf(await testOnMids(fair, fixed('shortStraddle'), RULES))
  const { mean = { value: Infinity }, volatility = 0 } = honest.beforeCosts ?? {}
  expect(Math.abs(mean.value)).toBeLessThan((4 * volatility) / Math.sqrt(30))
  expect(honest.sentence).toMatch(/^No edge shown/)
  const planted = reportOf(await testOnMids(dear, fixed('shortStraddle'), RULES))
  expect(planted.afterCosts?.mean.low).toBeGreaterThan(0)
  expect(planted.sentence).toMatch(/^Earned on these sessions/)
  expect(planted.oneBarLag).toBeGreaterThan(0)
  expect(reportOf(await testOnMids(dear, fixed('straddle'), RULES)).sentence).toMatch(/it loses/)
})

test('the more was tried, the less a result says', async () => {
  const result = await testOnMids(dear, fixed('ironCondor'), RULES)
  expect(reportOf(result, 200).deflatedSharpe ?? 1).toBeLessThan(reportOf(result, 1).deflatedSharpe ?? 0)
})

test('settled at a known close nothing is paid for the way out', async () => {
  const close = 5010
  const closed = { ...RULES, closeOf: () => close }
  const { trades } = await testOnMids(fair, fixed('straddle'), closed)
  for (const trade of trades) {
    expect(trade.exit).toBe('settled')
    const strike = Number(trade.structure.split('/')[0])
    expect(trade.gross).toBeCloseTo(100 * (trade.credit + Math.abs(close - strike)), 2)
  }
})

test('a day whose prices end too soon is left out by name, unless its close is known', async () => {
  const cut = fair.map(({ day, markets }) => ({ day, markets: markets?.slice(0, 5) }))
  expect((await testOnMids(cut, fixed('straddle'), RULES)).leftOut).toEqual({ cutShort: 30 })
  expect((await testOnMids(cut, wanting(['noTrade']), RULES)).leftOut).toEqual({ cutShort: 30 })
  const late = await testOnMids(fair, fixed('straddle'), { ...RULES, entry: 601 })
  expect(late.leftOut).toEqual({ noEntry: 30 })
})

test('a day that is cut short is left out where a trade would have ended by its own rule, whatever its close', async () => {
  const cut = fair.map(({ day, markets }) => ({ day, markets: markets?.slice(0, 5) }))
  const closed = { ...RULES, closeOf: () => 5000 }
  expect((await testOnMids(cut, fixed('straddle'), closed)).leftOut).toEqual({})
  expect((await testOnMids(cut, fixed('fixedTimePutVertical'), closed)).leftOut).toEqual({ cutShort: 30 })
  expect((await testOnMids(cut, wanting(['sellPutVertical10']), closed)).leftOut).toEqual({ cutShort: 30 })
})

test('a day on which something held has no price at the end is left out by name', async () => {
  const blind = fair.map(({ day, markets }) => ({
    day,
    markets: markets?.map((market, index) => (index < 3 ? market : { ...market, price: () => undefined })),
  }))
  const { leftOut, dates } = await testOnMids(blind, wanting(['close', 'sellPutVertical10']), {
    ...RULES,
    plan: { ...RULES.plan, takeProfitShare: 0.01 },
  })
  expect(leftOut['noPrice']).toBeGreaterThan(0)
  expect(dates.length + (leftOut['noPrice'] ?? 0)).toBe(30)
})

test('a policy that always waits is doing nothing', async () => {
  const { trades, net } = await testOnMids(fair, wanting(['noTrade']), RULES)
  expect(trades).toEqual([])
  expect(net.every(value => value === 0)).toBe(true)
})

test('a policy holds no more at once than its limits, ends everything on the day, and closes when it wants to', async () => {
  const greedy = await testOnMids(fair, wanting(['sellIronCondor', 'sellPutVertical10']), RULES)
  expect(greedy.trades.length).toBeGreaterThan(40)
  for (const trade of greedy.trades) expect(trade.net).toBeLessThan(trade.gross)
  const hasty = await testOnMids(fair, wanting(['close', 'sellPutVertical10']), RULES)
  expect(hasty.trades.filter(({ exit }) => exit === 'closed').length).toBeGreaterThan(20)
  const late = await testOnMids(fair, wanting(['close', 'sellPutVertical10']), { ...RULES, lag: 1 })
  expect(late.trades.every(({ time, date }) => new Date(time).toISOString().startsWith(date))).toBe(true)
  expect(Math.min(...late.trades.map(({ time }) => time))).toBeGreaterThan(
    Math.min(...hasty.trades.map(({ time }) => time)),
  )
})

test('the page shows what the report says, and writes foreign text as text', async () => {
  const page = reportPage(reportOf(await testOnMids(dear, fixed('ironCondor'), RULES)))
  expect(page).toContain('&lt;b&gt;mine&lt;/b&gt;')
  expect(page).not.toMatch(/<script|https?:|<b>/)
  expect(page.match(/<svg/g)).toHaveLength(3)
  expect(page).not.toContain('NaN')
})
