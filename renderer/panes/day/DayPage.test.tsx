import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newWindow, openWindow, showDesk, showFrames } from '../../../main/fixtures/page.ts'
import {
  NOTHING_AT_RISK,
  NOW,
  decisionOf,
  heldPosition,
  outcomeOf,
  pulseOf,
} from '../../../main/fixtures/screen.ts'
import { useView } from '../../state/viewStore.ts'
import { DayPage } from './DayPage.tsx'

beforeEach(() => {
  openWindow()
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  newWindow()
})

/** The figures of a card by their names. */
function figures(card: string): Record<string, string> {
  const pairs = [...screen.getByRole('region', { name: card }).querySelectorAll('dl > div')]
  return Object.fromEntries(
    pairs.map(pair => [pair.querySelector('dt')?.textContent, pair.querySelector('dd')?.textContent ?? '']),
  )
}

function closed(...nets: number[]) {
  return nets.map((net, index) =>
    heldPosition({ decision: String(index), quantity: 0, realised: net + 2, fees: 2, closedAt: NOW + index }),
  )
}

test('a day without a closed trade has dashes where there is nothing to divide by', () => {
  render(<DayPage />)
  expect(figures('Closed trades')).toEqual({
    Net: '$0',
    Trades: '0',
    'Win rate': '–',
    'Profit factor': 'too few',
    'Sharpe a trade': 'too few',
    'Deepest fall': '$0',
    Fees: '$0',
    'VaR 95 to the close': '–',
    'Expected shortfall': '–',
  })
})

test('closed trades are counted net of fees', () => {
  showDesk({ positions: [...closed(50, -30, 20, -10, 40), heldPosition({ decision: 'held' })] })
  showFrames({ pulse: pulseOf({ risk: { ...NOTHING_AT_RISK, valueAtRisk: 210, expectedShortfall: 380 } }) })
  render(<DayPage />)
  expect(figures('Closed trades')).toMatchObject({
    Net: '+$70.00',
    Trades: '5',
    'Win rate': '60 %',
    'Profit factor': '2.75',
    'Sharpe a trade': '0.42',
    'Deepest fall': '−$30',
    Fees: '$10',
    'VaR 95 to the close': '$210',
    'Expected shortfall': '$380',
  })
})

test('without a loss there is no profit factor', () => {
  showDesk({ positions: closed(5, 5, 5, 5, 5) })
  render(<DayPage />)
  expect(figures('Closed trades')).toMatchObject({ 'Profit factor': '–', 'Sharpe a trade': '–' })
})

test('yes and no are scored alike, and no edge is claimed', () => {
  const rejected = decisionOf({ status: 'rejected', outcome: outcomeOf(31.5) })
  showDesk({ decisions: [decisionOf({ id: 'a', status: 'accepted', outcome: outcomeOf(-42) }), rejected] })
  render(<DayPage />)
  expect(figures('Your yes and no, scored alike')).toEqual({
    Taken: '−$42.00',
    'Refused by you': '+$31.50',
    'Model alone': '−$10.50',
    'No trade': '$0',
    'Rejected winners': '1',
    'Accepted losers': '1',
  })
  expect(screen.getByText('2 scored: too few to compare. No edge shown.').tagName).toBe('P')
})

test('what was learned is told in sentences, or that nothing is clear yet', () => {
  render(<DayPage />)
  expect(screen.getByText('Nothing clear yet. Each yes and no moves it.').tagName).toBe('P')
  const tastes = [
    { side: 'call', from: 0, to: 90, shift: -1.25 },
    { side: 'none', from: 0, to: 390, delta: 0.15, shift: -1.1 },
    { side: 'none', from: 0, to: 390, trend: 'against', shift: -0.9 },
    { side: 'both', from: 0, to: 390, trend: 'in', shift: 0.8 },
  ] as const
  showDesk({ preference: { answers: 9, tastes } })
  const card = screen.getByRole('region', { name: 'Learned from your answers' }).textContent
  expect(card).toContain('9 answers, in force at once')
  expect(card).toContain('Fewer call verticals from 09:30 to 11:00−1.25')
  expect(card).toContain('Fewer 15-delta trades−1.10')
  expect(card).toContain('Fewer trades against the trend−0.90')
  expect(card).toContain('More condors in a trend0.80')
})

test('the limits stand there and can be changed from there', () => {
  render(<DayPage />)
  expect(figures('Limits')).toMatchObject({
    'Day loss': '$600',
    'Oldest quote': '5000 ms',
    'Margin held': '$5,000',
  })
  fireEvent.click(screen.getByRole('button', { name: 'Change limits' }))
  expect(useView.getState().dialog).toBe('limits')
})

test('the curve of the day is drawn from its second point on', () => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(500)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(200)
  showDesk({ dayCurve: [{ time: NOW, profit: 0 }] })
  render(<DayPage />)
  expect(screen.getByText('The curve begins with the first trade.').tagName).toBe('P')
  const dayCurve = [0, 12, -30].map((profit, minutes) => ({ time: NOW + minutes * 60_000, profit }))
  showDesk({ dayCurve })
  const picture = screen.getByRole('img', { name: 'Profit of the day by minute' })
  const points = picture.querySelector('.curve')?.getAttribute('d')?.match(/[ML]/g)
  expect(points).toHaveLength(3)
  const times = [...picture.querySelectorAll(':scope > text')].map(text => text.textContent)
  expect(times).toEqual(['11:00', '11:01', '11:02'])
})
