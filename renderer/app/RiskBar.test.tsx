import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PulseFrame } from '../../main/contract/frames.ts'
import {
  newWindow,
  openWindow,
  settled,
  showDesk,
  showFrames,
  type TestPipe,
} from '../../main/fixtures/page.ts'
import { LOCKOUT } from '../../main/fixtures/risks.ts'
import { NOTHING_AT_RISK, NOW, decisionOf, deskSnapshot, pulseOf } from '../../main/fixtures/screen.ts'
import { RiskBar } from './RiskBar.tsx'

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow()
})

afterEach(() => {
  cleanup()
  newWindow()
})

function showRisk(risk: Partial<PulseFrame['risk']>): void {
  showFrames({ pulse: pulseOf({ risk: { ...NOTHING_AT_RISK, ...risk } }) })
}

const text = () => screen.getByRole('contentinfo', { name: 'Risk' }).textContent
const meter = (name: RegExp) => screen.getByRole('meter', { name }).getAttribute('aria-valuenow')

test('the day is told after fees, with what is realised and what is open', () => {
  showRisk({ dayProfit: -41.5, realised: 20, open: -61.5 })
  render(<RiskBar />)
  expect(screen.getByTestId('day-profit').textContent).toBe('−$41.50')
  expect(screen.getByTestId('day-profit').className).toBe('down')
  expect(text()).toContain('Realised / open+$20.00 / −$61.50')
})

test('before the first figures every one of them is a dash, and none a zero', () => {
  newWindow()
  showDesk({ ...deskSnapshot(), isReady: true })
  render(<RiskBar />)
  expect(text()).toContain('Day P&L, after fees–')
  expect(text()).toContain('– used, – at stops')
  expect(text()).toContain('Exposure of $5,000–')
  expect(text()).toContain('Trades– of 12')
  expect(text()).toContain('VaR 95 / ES– / –')
  expect(text()).not.toMatch(/\b0 %/)
})

test.each([
  [0, 0, '0 % used, 0 % at stops', '0'],
  [120, -90, '0 % used, 15 % at stops', '15'],
  [-150, -240, '25 % used, 40 % at stops', '40'],
  // Stops that would leave more than the day has lost take nothing back
  [-150, 30, '25 % used, 25 % at stops', '25'],
  [-300, -300, '▲ 50 % used, 50 % at stops', '50'],
  [-420, -420, '▲▲ 70 % used, 70 % at stops', '70'],
  [-900, -900, '▲▲ 150 % used, 150 % at stops', '100'],
])('a day of %s that would be %s at its stops reads "%s"', (dayProfit, atStops, words, now) => {
  showRisk({ dayProfit, atStops })
  render(<RiskBar />)
  expect(text()).toContain(words)
  expect(meter(/^Day loss limit/)).toBe(now)
})

test('what the open suggestion would add is told apart, for the loss and for the margin', () => {
  showDesk({ decisions: [decisionOf()] })
  showRisk({ dayProfit: -60, atStops: -60, exposure: 1000 })
  render(<RiskBar />)
  expect(text()).toContain('10 % used, 10 % at stops, 33 % with no. 7')
  expect(text()).toContain('20 %, 32 % with no. 7, alert at 80 %')
  expect(meter(/^Day loss limit/)).toBe('10')
  showDesk({ decisions: [decisionOf({ status: 'rejected' })] })
  expect(text()).not.toContain('with no.')
})

test('trades and tail risk stand beside their limits', () => {
  showRisk({ tradesOpened: 4, valueAtRisk: 210, expectedShortfall: 380.5 })
  render(<RiskBar />)
  expect(text()).toContain('Trades4 of 12')
  expect(text()).toContain('VaR 95 / ES$210 / $380.50')
  expect(text()).toContain('Off locks at −$600')
})

test('a lockout cannot be overlooked: an alert, the loss, until when, and blocked order keys', () => {
  showDesk({ lockout: LOCKOUT })
  render(<RiskBar />)
  expect(screen.getByRole('alert').textContent).toBe(
    'LOCKED OUTuntil the session after 20 Nov. Day loss −$612.50. Closing still works.',
  )
  expect(screen.queryByRole('meter', { name: /^Day loss limit/ })).toBeNull()
  const keys = screen.getByRole('button', { name: /^Order keys/ })
  expect(keys.textContent).toBe('Order keys: Blocked ')
  expect(keys.hasAttribute('disabled')).toBe(true)
  expect(screen.getByTestId('kill-switch').hasAttribute('disabled')).toBe(false)
})

test('order keys are safe until they are armed, count down, and are safe again when time is up', async () => {
  render(<RiskBar />)
  const keys = screen.getByRole('button', { name: /^Order keys/ })
  expect(keys.textContent).toBe('Order keys: Safe click to arm')
  fireEvent.click(keys)
  await settled()
  expect(pipe.calls).toEqual([{ name: 'keys/arm', request: { minutes: 10 } }])
  expect(keys.textContent).toContain('Safe')
  showDesk({ keysArmedUntil: NOW + 95_000 })
  expect(keys.textContent).toBe('Order keys: Armed 1:35')
  showFrames({ pulse: pulseOf({ time: NOW + 95_000 }) })
  expect(keys.textContent).toContain('Safe')
})

test('the kill switch asks nothing: one click flattens, a second one within its time keeps', async () => {
  render(<RiskBar />)
  fireEvent.click(screen.getByRole('button', { name: /^Flatten all/ }))
  await settled()
  expect(pipe.calls).toEqual([{ name: 'killSwitch/flatten', request: { via: 'click', immediately: false } }])
  showDesk({ flattening: { since: NOW, closesAt: NOW + 800 } })
  fireEvent.click(screen.getByRole('button', { name: 'Closing in 0.8 s, Esc keeps' }))
  await settled()
  expect(pipe.requests('killSwitch/keep')).toEqual([{ via: 'click' }])
})

test('once closing has begun nothing can be kept any more', () => {
  showDesk({ flattening: { since: NOW - 1000, closesAt: NOW } })
  render(<RiskBar />)
  expect(screen.getByTestId('kill-switch').textContent).toMatch(/^Flattening/)
  expect(screen.queryByTestId('keep')).toBeNull()
})
