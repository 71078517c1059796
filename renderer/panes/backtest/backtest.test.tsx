import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { backtestOf } from '../../../main/fixtures/learningScreen.ts'
import {
  noticeTitles,
  settled,
  showDesk,
  type TestPipe,
  windowEachTest,
  rowsOf,
} from '../../../main/fixtures/page.ts'
import { BacktestPage } from './BacktestPage.tsx'
import { dayTicks } from './EquityPlot.tsx'
import {
  dataRequest,
  dataWords,
  deflatedWords,
  statisticRows,
  strategyWords,
  usualStrategy,
  writerOf,
} from './backtestWords.ts'

let pipe: TestPipe

windowEachTest({ width: 700, height: 380 }, opened => {
  pipe = opened
  pipe.answer('backtest/strategies', [
    { name: 'putVertical10', data: ['simulated', 'mids'] },
    { name: 'condorAtTen', data: ['simulated', 'mids'] },
    { name: 'straddle', data: ['mids'] },
    { name: 'quiet', data: ['simulated'] },
  ])
  pipe.answer('backtest/get', backtestOf())
})

async function show(): Promise<void> {
  render(<BacktestPage />)
  await settled()
}

const card = (name: string) => screen.getByRole('region', { name })
const run = () => within(card('Backtest')).getByRole('button', { name: /^Run/ })

test('equity and the fall below the best are drawn over the same days and read day by day', async () => {
  await show()
  expect(screen.getByTestId('equity').getAttribute('d')).toMatch(/^M.*L.*L/)
  expect(screen.getByTestId('drawdown').getAttribute('d')).not.toBe('')
  const plot = screen.getByRole('group', { name: 'Equity and fall below the best, by day' })
  expect(document.querySelector('.readout')?.textContent).toContain(
    '20 Nov 2026: +$36.30, below its best −$18.70',
  )
  fireEvent.keyDown(plot, { key: 'ArrowLeft' })
  expect(document.querySelector('.readout')?.textContent).toContain(
    '19 Nov 2026: −$6.50, below its best −$61.50',
  )
})

test('statistics stand before and after costs, with intervals, and as whiskers on one scale', async () => {
  await show()
  const rows = rowsOf('Statistics')
  expect(rows).toContain('Mean | +$17.70−$2.65 to +$38.05 | +$12.10−$8.25 to +$32.45')
  expect(rows).toContain('Sharpe a year | 0.85−0.31 to 1.62 | 0.85−0.31 to 1.62')
  expect(rows).toContain('Deepest fall | −$61.50 | −$61.50')
  expect(rows).toContain('After costs | +$12.10 | −$8.25 to +$32.45 | ')
  expect(rows).toContain('One bar late | +$9.80 | – | ')
  expect(rows).toContain('Walk-forward | +$4.20 | −$11.00 to +$19.40 | ')
})

test('what speaks against it stands there too: rules, deflation, luck, what was left out', async () => {
  await show()
  const rows = rowsOf('Against luck')
  expect(rows).toContain('✓ kept: share of windows of 20 sessions with a profit | 0.67 | ≥ 0.60')
  expect(rows).toContain('✕ not kept: lower bound of the mean a session | −8.25 | ≥ 0.00')
  expect(rows).toContain('Deflated Sharpe | 0.71 over 214 trials, needs 0.95')
  expect(rows).toContain('Chance that the best is luck | 38 %')
  expect(rows).toContain('Left out: no quotes | 1')
  expect(rows).toContain('No trade: no signal | 2')
  expect(screen.getByTestId('sentence').textContent).toContain('No edge shown')
})

test('a rule that cannot be told is a dash beside its limit, on the side that is kept', async () => {
  const rule = 'share of the profit made by the best trade, no profit'
  const gate = { rule, value: undefined, limit: 0.3, bound: 'atMost', isKept: false } as const
  pipe.answer('backtest/get', backtestOf({ gates: [gate], overfitting: undefined }))
  await show()
  expect(rowsOf('Against luck')).toContain(`✕ not kept: ${rule} | – | ≤ 0.30`)
  expect(rowsOf('Against luck').join()).not.toContain('Chance that the best is luck')
})

test('nothing is said of luck where it loses', async () => {
  const { afterCosts } = backtestOf()
  if (!afterCosts) throw new Error('the fixture has figures')
  const mean = { value: -21.1, low: -29.8, high: -13.5 }
  pipe.answer('backtest/get', backtestOf({ afterCosts: { ...afterCosts, mean } }))
  await show()
  expect(rowsOf('Against luck')).toContain('Luck | it loses: nothing to be lucky about')
  expect(rowsOf('Against luck').join()).not.toContain('Chance')
})

test('every trade has its line, with costs as what lies between gross and net', async () => {
  await show()
  expect(rowsOf('Trades').slice(0, 3)).toEqual([
    'Day | Time | Trade | Credit | Exit | Gross | Costs | Net',
    '18 Nov 2026 | 11:00 | 686/683 put vertical | 0.44 | take profit | +$60.60 | −$5.60 | +$55.00',
    '19 Nov 2026 | 11:00 | 686/683 put vertical | 0.44 | stop | −$55.90 | −$5.60 | −$61.50',
  ])
})

test('trades are told in dollars, also where the figures are percent of the underlying', async () => {
  pipe.answer('backtest/get', backtestOf({ unit: 'percentOfUnderlying' }))
  await show()
  expect(rowsOf('Trades')[1]).toContain('+$60.60 | −$5.60 | +$55.00')
  expect(rowsOf('Statistics')).toContain('Deepest fall | −61.500 % | −61.500 %')
})

test('of a thousand trades only those in sight are on the page, and their number is known', async () => {
  const [trade] = backtestOf().trades
  if (!trade) throw new Error('the fixture has trades')
  pipe.answer('backtest/get', backtestOf({ trades: Array.from({ length: 1000 }, () => trade) }))
  await show()
  expect(screen.getAllByTestId('trade').length).toBeLessThan(100)
  expect(within(card('Trades')).getByRole('table').getAttribute('aria-rowcount')).toBe('1001')
})

test('a backtest is run over simulated sessions or a file, and the new one is shown', async () => {
  pipe.answer('backtest/run', { id: 'backtest-8' })
  await show()
  fireEvent.change(screen.getByLabelText('Strategy'), { target: { value: 'condorAtTen' } })
  fireEvent.change(screen.getByLabelText('First seed'), { target: { value: '5' } })
  fireEvent.change(screen.getByLabelText('Sessions'), { target: { value: '20' } })
  fireEvent.click(run())
  await settled()
  fireEvent.click(screen.getByRole('button', { name: 'File of mids' }))
  expect(run().hasAttribute('disabled')).toBe(true)
  fireEvent.change(screen.getByLabelText('File'), { target: { value: ' mids.csv ' } })
  fireEvent.click(run())
  await settled()
  fireEvent.change(screen.getByLabelText('Closes'), { target: { value: 'closes.csv' } })
  fireEvent.change(screen.getByLabelText('Entry, ET'), { target: { value: '9:45' } })
  fireEvent.click(run())
  await settled()
  expect(pipe.requests('backtest/run')).toEqual([
    { strategy: 'condorAtTen', data: { kind: 'simulated', seed: 5, sessions: 20 } },
    { strategy: 'condorAtTen', data: { kind: 'mids', file: 'mids.csv', entry: 600 } },
    {
      strategy: 'condorAtTen',
      data: { kind: 'mids', file: 'mids.csv', entry: 585, closes: 'closes.csv' },
    },
  ])
  expect(pipe.requests('backtest/get').at(-1)).toEqual({ id: 'backtest-8' })
})

test('only strategies that the data know are offered, and another is run where the chosen one is not', async () => {
  pipe.answer('backtest/run', { id: 'backtest-8' })
  await show()
  const field = screen.getByLabelText('Strategy')
  const offered = () =>
    within(field)
      .getAllByRole('option')
      .map(option => option.textContent)
  expect(offered()).toEqual(['Put vertical 10', 'Condor at ten', 'Quiet'])
  fireEvent.change(field, { target: { value: 'quiet' } })
  fireEvent.click(screen.getByRole('button', { name: 'File of mids' }))
  expect(offered()).toEqual(['Put vertical 10', 'Condor at ten', 'Straddle'])
  fireEvent.change(screen.getByLabelText('File'), { target: { value: 'mids.csv' } })
  fireEvent.click(run())
  await settled()
  expect(pipe.requests('backtest/run')).toEqual([
    { strategy: 'putVertical10', data: { kind: 'mids', file: 'mids.csv', entry: 600 } },
  ])
})

test('one that runs shows how far it is, is looked at more often, and no other can be begun', async () => {
  const running = backtestOf({ status: 'running', done: 1, beforeCosts: undefined, afterCosts: undefined })
  pipe.answer('backtest/get', running)
  await show()
  expect(screen.getByRole('progressbar').getAttribute('value')).toBe('0.25')
  expect(card('Put vertical 10').textContent).toContain('1 of 4 sessions, 25 %')
  expect(run().hasAttribute('disabled')).toBe(true)
  expect(screen.queryByRole('region', { name: 'Statistics' })).toBeNull()
  const before = pipe.requests('backtest/get').length
  vi.advanceTimersByTime(400)
  await settled()
  expect(pipe.requests('backtest/get').length).toBe(before + 1)
})

test('one that failed says why', async () => {
  pipe.answer(
    'backtest/get',
    backtestOf({
      status: 'failed',
      failure: 'the file has no column mid',
      trades: [],
      equity: { dates: [], profit: new Float64Array(), drawdown: new Float64Array() },
    }),
  )
  await show()
  expect(screen.getByRole('alert').textContent).toBe('✕ failed the file has no column mid')
  // It must not look like a strategy that found nothing to trade
  expect(screen.queryByRole('region', { name: 'Statistics' })).toBeNull()
  expect(screen.queryByRole('region', { name: 'Against luck' })).toBeNull()
  expect(card('Equity').textContent).toContain('It failed: there is no curve.')
  expect(card('Trades').textContent).toContain('It failed: there are no trades.')
})

test('before the first one it says what would stand there; a refusal is said; a run that is refused too', async () => {
  pipe.answer('backtest/get', null)
  pipe.refuse('backtest/run', 'the file cannot be read')
  await show()
  expect(card('Equity').textContent).toContain('No backtest yet.')
  fireEvent.click(run())
  await settled()
  expect(noticeTitles()).toEqual(['the file cannot be read'])
  cleanup()
  pipe.refuse('backtest/get', 'the run store cannot be read')
  pipe.refuse('backtest/strategies', 'none is registered')
  await show()
  expect(card('Equity').textContent).toContain('No backtest: the run store cannot be read.')
  expect(card('Backtest').textContent).toContain('No strategies: none is registered.')
  cleanup()
  showDesk({ isConnected: false })
  await show()
  expect(document.body.textContent).toBe('The window lost the engine. Trying again.')
})

test('a backtest without a trade says so and draws nothing', async () => {
  const nothing = { dates: [], profit: new Float64Array(), drawdown: new Float64Array() }
  pipe.answer('backtest/get', backtestOf({ trades: [], equity: nothing }))
  await show()
  expect(card('Equity').textContent).toContain('No trade was made.')
  expect(card('Trades').textContent).toContain('No trade was made.')
  expect(screen.queryByTestId('equity')).toBeNull()
})

test.each([
  [{ seed: '1.5' }, 'A seed is a whole number from 0 to 2147483647.'],
  [{ seed: '2147483648' }, 'A seed is a whole number from 0 to 2147483647.'],
  [{ sessions: '0' }, 'Sessions are 1 to 1000.'],
  [{ sessions: '1001' }, 'Sessions are 1 to 1000.'],
  [{ kind: 'mids', file: '  ' }, 'Name a file of mids.'],
  [{ kind: 'mids', file: 'a', entry: '24:00' }, 'An entry is a time of the day, such as 10:00.'],
] as const)('%j is not run: %s', (typed, wrong) => {
  const all = {
    kind: 'simulated',
    seed: '1',
    sessions: '60',
    file: '',
    closes: '',
    entry: '10:00',
    ...typed,
  } as const
  expect(dataRequest(all)).toEqual({ wrong })
})

test('strategies are told in words, and the first that trades is the usual one', () => {
  expect(['fixedTimeCondor', 'putVertical10', 'champion', ''].map(strategyWords)).toEqual([
    'Fixed time condor',
    'Put vertical 10',
    'Champion',
    '',
  ])
  expect(usualStrategy(['doNothing', 'champion'])).toBe('champion')
  expect(usualStrategy(['doNothing'])).toBe('doNothing')
  expect(usualStrategy([])).toBeUndefined()
})

test('percent of the underlying is written as such, and what is not known is a dash', () => {
  const write = writerOf('percentOfUnderlying')
  expect([0.0123, -0.5, 0, undefined].map(write)).toEqual(['+0.012 %', '−0.500 %', '0.000 %', '–'])
  expect(statisticRows(backtestOf({ beforeCosts: undefined })).every(row => row.before.value === '–')).toBe(
    true,
  )
  expect(deflatedWords(backtestOf({ deflatedSharpe: 0.97, trials: 1 }))).toBe('0.97 over 1 trial, shown')
  expect(deflatedWords(backtestOf({ deflatedSharpe: undefined }))).toBe('not known over 214 trials')
})

test('data of a file are told with when trades enter and where they settle', () => {
  const mids = { kind: 'mids', file: 'mids.csv' } as const
  expect(
    [mids, { ...mids, entry: 575 }, { ...mids, entry: 600, closes: 'closes.csv' }].map(dataWords),
  ).toEqual(['mids.csv', 'mids.csv, entry 09:35', 'mids.csv, entry 10:00, closes of closes.csv'])
})

test('days under a plot are in order, begin with the first, and have the room they need', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 120, max: 3000 }), (days, width) => {
      const ticks = dayTicks(days, width)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeLessThan(days)
      expect(ticks.length * 80).toBeLessThanOrEqual(Math.max(80, width))
      expect(ticks).toEqual(ticks.toSorted((one, other) => one - other))
    }),
  )
})
