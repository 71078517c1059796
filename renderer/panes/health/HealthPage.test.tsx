import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HealthReport } from '../../../main/contract/frames.ts'
import { newWindow, openWindow, settled, showDesk, type TestPipe } from '../../../main/fixtures/page.ts'
import { NOW, alertOf } from '../../../main/fixtures/screen.ts'
import { AlertList } from '../alerts/AlertList.tsx'
import { HealthPage } from './HealthPage.tsx'

const REPORT: HealthReport = {
  stages: [
    { stage: 'quoteToChain', count: 12_345, p50: 0.00123, p95: 0.05, p99: 4.25 },
    { stage: 'someNewStage', count: 3, p50: Number.NaN, p95: 1, p99: 12.34 },
    { stage: 'feedback', count: 0, p50: 0, p95: 0, p99: 0 },
  ],
  counts: { decisions: 9, suggestions: 4, noTrades: 5 },
  quotes: { accepted: 40_000, conflated: 12, refused: { crossed: 3, somethingNew: 1 } },
  memoryBytes: 251_400_000,
  uptime: 125_000,
  pricer: 'native, AVX2',
  policy: { name: 'first', version: 'first-1', provider: 'cpu', restarts: 0 },
  database: {
    file: '/data/zerodte.db',
    entries: 20_500,
    situations: 120,
    index: 'exact',
    setAside: undefined,
  },
  platform: 'linux x64',
  audits: 51_234,
}

let pipe: TestPipe

beforeEach(() => {
  vi.useFakeTimers()
  pipe = openWindow({
    alerts: [alertOf()],
    notices: ['The vector index is missing; cases are searched one by one.'],
  })
  pipe.answer('health/get', REPORT)
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  newWindow()
})

async function show(): Promise<void> {
  render(<HealthPage />)
  await settled()
}

function rowsOf(card: string): string[] {
  return [...screen.getByRole('region', { name: card }).querySelectorAll('tbody tr')].map(row =>
    [...row.children].map(cell => cell.textContent).join(' | '),
  )
}

test('latencies are told by stage, small ones with more decimals, unknown ones as a dash', async () => {
  await show()
  expect(rowsOf('Latency')).toEqual([
    'Quote into chain | 12,345 | 0.00123 | 0.050 | 4.3',
    'someNewStage | 3 | – | 1.0 | 12.3',
    'Answer to the next suggestion | 0 | – | – | –',
  ])
})

test('what serves the desk is told by name and amount', async () => {
  await show()
  expect(rowsOf('Program')).toEqual([
    'Source | simulated calm day',
    'Pricing | native, AVX2',
    'Policy | first-1 on cpu, restarted 0 times',
    'Database | /data/zerodte.db, 20,500 entries',
    'Past cases | 120, exact index',
    'Memory | 251 MB',
    'Running for | 2 min',
    'Machine | linux x64',
    'Decisions | 9: 4 trades, 5 waits',
    'Audits | 51,234',
  ])
})

test('refused quotes are counted by reason, also by one that has no words yet', async () => {
  await show()
  expect(rowsOf('Quotes')).toEqual([
    'Written | 40,000',
    'Replaced by a newer one while waiting | 12',
    'Refused: Crossed | 3',
    'Refused: somethingNew | 1',
  ])
})

test('it measures again every second while it is shown, and not after', async () => {
  await show()
  for (const expected of [2, 3]) {
    vi.advanceTimersByTime(1000)
    await settled()
    expect(pipe.requests('health/get')).toHaveLength(expected)
  }
  cleanup()
  vi.advanceTimersByTime(5000)
  expect(pipe.requests('health/get')).toHaveLength(3)
})

test('before the first report it is measuring; without the engine it says so and asks nothing', async () => {
  const release = pipe.hold('health/get', { ok: true, value: REPORT })
  await show()
  expect(document.body.textContent).toBe('Measuring.')
  release()
  cleanup()
  showDesk({ isConnected: false })
  pipe.calls.length = 0
  await show()
  expect(document.body.textContent).toBe('The window lost the engine. Trying again.')
  expect(pipe.calls).toEqual([])
})

test('alerts and what was said at the start stand there too', async () => {
  await show()
  const card = screen.getByRole('region', { name: 'Alerts of the session' }).textContent
  expect(card).toContain('The vector index is missing')
  expect(card).toContain('▲11:00Half of the day loss limit is used The day stands at −$301.')
})

test('alerts are listed newest first, no more than asked for, and those not seen are marked', () => {
  const alerts = ['a', 'b', 'c'].map((id, index) =>
    alertOf({ id, title: `alert ${id}`, body: '', time: NOW + index * 60_000, isSeen: index === 2 }),
  )
  render(<AlertList alerts={alerts} most={2} />)
  expect(screen.getAllByRole('listitem').map(item => item.textContent)).toEqual([
    '11:02alert c ',
    '▲11:01alert b ',
  ])
})

test('without an alert it says what would stand there', () => {
  render(<AlertList alerts={[]} most={2} />)
  expect(document.body.textContent).toBe('No alert yet. What matters is told here, once.')
})
