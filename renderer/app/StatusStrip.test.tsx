import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Heartbeat, PulseFrame } from '../../main/contract/frames.ts'
import { TIMES, clock } from '../../main/fixtures/market.ts'
import {
  newWindow,
  openWindow,
  settled,
  showDesk,
  showFrames,
  type TestPipe,
} from '../../main/fixtures/page.ts'
import { NOW, alertOf, deskSnapshot, pulseOf } from '../../main/fixtures/screen.ts'
import { useView } from '../state/viewStore.ts'
import { PhaseTimeline } from './PhaseTimeline.tsx'
import { StatusStrip } from './StatusStrip.tsx'
import { TitleRow } from './TitleRow.tsx'

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow()
})

afterEach(() => {
  cleanup()
  newWindow()
})

const strip = () => screen.getByRole('region', { name: 'Market and connections' }).textContent
const beat = (name: string) => screen.getByTestId(`beat-${name}`)

test('the price stands with its change in points and percent', () => {
  render(<StatusStrip />)
  expect(strip()).toContain('SPY690.00▲ +1.50+0.22 %')
  expect(strip()).toContain('Bid × ask689.99 × 690.01')
  showFrames({ pulse: pulseOf({ previousClose: 692 }) })
  expect(strip()).toContain('690.00▼ −2.00−0.29 %')
})

test('volatility, the move left and the trend stand with their units', () => {
  render(<StatusStrip />)
  expect(strip()).toContain('VIX16.40▼ 0.50')
  expect(strip()).toContain('Move left to close±3.200.46 %')
  expect(strip()).toContain('IV / realised, same clock14.2/ 11.8')
  expect(strip()).toContain('Trend, half an hourChoppy0.10')
})

test.each<readonly [number, string]>([
  [0.3, 'Rising0.30'],
  [-0.3, 'Falling0.30'],
  [0.29, 'Choppy0.29'],
])('a trend of %s reads "%s"', (regime, words) => {
  showFrames({ pulse: pulseOf({ regime }) })
  render(<StatusStrip />)
  expect(strip()).toContain(words)
})

const UNKNOWN: Partial<PulseFrame> = {
  spot: undefined,
  previousClose: undefined,
  volatilityIndex: undefined,
  expectedMove: undefined,
  openingMove: undefined,
  impliedVolatility: undefined,
  realisedVolatility: undefined,
  volumeWeightedAveragePrice: undefined,
}

test('what is not known is a dash: no figure, no arrow, no zero', () => {
  showFrames({ pulse: pulseOf(UNKNOWN) })
  render(<StatusStrip />)
  for (const cell of [
    'Bid × ask– × –',
    'VIX–',
    'Move left to close–',
    'same clock–/ –',
    'at the start–',
    'VWAP–',
  ])
    expect(strip()).toContain(cell)
  expect(strip()).not.toMatch(/[▲▼]/)
})

test('before the first pulse nothing is claimed, not even a trend', () => {
  newWindow()
  showDesk({ ...deskSnapshot(), isConnected: true })
  render(<StatusStrip />)
  expect(strip()).toContain('Trend, half an hour–')
  expect(beat('feed').dataset['state']).toBe('off')
})

test.each<readonly [Heartbeat['state'], number, string]>([
  ['alive', 210, 'Feed210 ms'],
  ['late', 2600, 'Feedlate 2.6 s'],
  ['gone', 75_000, 'Feedgone 1 min'],
  ['off', 0, 'Feedoff'],
])('a feed that is %s says so with its age', (state, age, words) => {
  const heartbeats = { ...pulseOf().heartbeats, feed: { state, age, note: 'simulated calm day' } }
  showFrames({ pulse: pulseOf({ heartbeats }) })
  render(<StatusStrip />)
  expect(beat('feed').textContent).toBe(words)
  expect(beat('feed').dataset['state']).toBe(state)
  expect(beat('feed').title).toBe('simulated calm day')
})

test('what computes the chain says how long it takes; the slow way is said in words, and both lead to its page', () => {
  showFrames({ pulse: pulseOf({ pricer: { state: 'alive', age: 0.0213, note: 'AVX-512' } }) })
  render(<StatusStrip />)
  expect(beat('pricing').textContent).toBe('Pricing21.3 µs')
  const note = 'TypeScript: the addon is not built'
  showFrames({ pulse: pulseOf({ pricer: { state: 'late', age: 1.2, note } }) })
  expect(beat('pricing').textContent).toBe(`Pricingsee page${note}`)
  expect(beat('pricing').title).toBe(note)
  fireEvent.click(beat('pricing'))
  expect(useView.getState().page).toBe('machine')
})

test('when the window loses the engine nothing looks alive, whatever was heard last', () => {
  render(<StatusStrip />)
  showDesk({ isConnected: false })
  for (const name of ['feed', 'broker', 'database', 'ai']) {
    expect(beat(name).dataset['state']).toBe('gone')
    expect(beat(name).title).toContain('the window lost the engine')
  }
})

test.each([
  ['paper', 'PAPERSIM-1'],
  ['live', 'LIVESIM-1'],
  ['unsure', '▲ account not confirmed'],
] as const)('which account orders go to cannot be mistaken: %s', (mode, words) => {
  showDesk({ account: { id: 'SIM-1', mode } })
  render(<TitleRow />)
  expect(screen.getByRole('status').textContent).toBe(words)
})

test('before the account is known the window says that it is starting', () => {
  newWindow()
  render(<TitleRow />)
  expect(screen.getByRole('status').textContent).toBe('starting')
})

test('pages are found by name, and the one that is shown is said', () => {
  render(<TitleRow />)
  fireEvent.click(screen.getByRole('button', { name: /^Health/ }))
  expect(useView.getState().page).toBe('health')
  expect(screen.getByRole('button', { name: /^Health/ }).getAttribute('aria-current')).toBe('page')
  expect(screen.getByRole('button', { name: /^Cockpit/ }).getAttribute('aria-current')).toBeNull()
})

test('the clock is that of the session, in New York', () => {
  render(<TitleRow />)
  expect(screen.getByRole('banner').textContent).toMatch(/Fri 20 Nov11:00:00 ET$/)
})

test('alerts that were not seen are counted, and count as seen once the list is closed', async () => {
  showDesk({ alerts: [alertOf({ id: 'a' }), alertOf({ id: 'b', isSeen: true })] })
  render(<TitleRow />)
  const bell = screen.getByRole('button', { name: 'Alerts, 1 not seen' })
  fireEvent.click(bell)
  expect(pipe.requests('alerts/see')).toEqual([])
  fireEvent.click(bell)
  await settled()
  expect(pipe.requests('alerts/see')).toEqual([{ ids: ['a'] }])
})

test('a session that is played says what it is, pauses, and changes its speed', async () => {
  render(<TitleRow />)
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }))
  fireEvent.change(screen.getByRole('combobox', { name: 'Speed of the session' }), {
    target: { value: '20' },
  })
  await settled()
  expect(screen.getByText('simulated calm day').title).toBe('simulated calm day')
  expect(pipe.requests('playback/set')).toEqual([{ isPaused: true }, { speed: 20 }])
})

test('a live session has no such control', () => {
  showFrames({ pulse: pulseOf({ playback: { pace: 1, isPaused: false, isLive: true } }) })
  render(<TitleRow />)
  expect(screen.queryByRole('combobox')).toBeNull()
})

/** The stages that are marked as now, and the countdowns to what comes. */
function timeline(time: number, phase: PulseFrame['phase']) {
  showFrames({ pulse: pulseOf({ time, phase }) })
  render(<PhaseTimeline />)
  const timer = screen.getByRole('timer', { name: 'Session phases' })
  const now = [...timer.querySelectorAll('.now')].map(stage => stage.textContent)
  const left = [...timer.querySelectorAll(':scope > b')].map(mark => mark.textContent)
  return { now, left, words: timer.querySelector('.ell')?.textContent }
}

test.each<readonly [string, number, PulseFrame['phase'], string[], string, string[]]>([
  ['before the day', clock(8, 0), 'closed', [], 'closed', ['7:30:00', '8:00:00', '8:15:00', '9:30:00']],
  [
    'in the session',
    NOW,
    'session',
    ['Session'],
    'new risk allowed',
    ['4:30:00', '5:00:00', '5:15:00', '6:30:00'],
  ],
  [
    'in the guard',
    clock(15, 45),
    'guard',
    ['Guard 15:30'],
    'closing only',
    ['past', '0:15:00', '0:30:00', '1:45:00'],
  ],
  [
    'after the close',
    clock(16, 1),
    'lastTrades',
    ['Close 16:00'],
    'closing price is set',
    ['past', 'past', '0:14:00', '1:29:00'],
  ],
  [
    'in the watch',
    clock(17, 0),
    'watch',
    ['Last trade 16:15'],
    'no more trades',
    ['past', 'past', 'past', '0:30:00'],
  ],
  [
    'when all is over',
    clock(17, 30),
    'closed',
    ['Watch to 17:30'],
    'closed',
    ['past', 'past', 'past', 'past'],
  ],
])('the day %s: where it stands and how long to each mark', (_, time, phase, now, words, left) => {
  expect(timeline(time, phase)).toEqual({ now, words, left })
})

test('an early close is said, and without a calendar no time is made up', () => {
  showDesk({ times: { ...TIMES, isEarlyClose: true } })
  expect(timeline(NOW, 'session').words).toBe('▲ early close')
  cleanup()
  showDesk({ times: undefined })
  render(<PhaseTimeline />)
  expect(document.body.textContent).toBe('')
})
