import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PositionFrame } from '../../../main/contract/frames.ts'
import { NO_ATTRIBUTION } from '../../../main/core/portfolio/attribution.ts'
import { NO_FACTORS } from '../../../main/core/portfolio/factorAttribution.ts'
import {
  newWindow,
  openWindow,
  settled,
  showDesk,
  showFrames,
  type TestPipe,
} from '../../../main/fixtures/page.ts'
import { NOTHING_AT_RISK, heldPosition, pulseOf, sentOrder } from '../../../main/fixtures/screen.ts'
import { PositionsControls, PositionsMeta, PositionsPane } from './PositionsPane.tsx'

const GREEKS = { delta: 12.34, gamma: -3.21, theta: 17_520, vega: -450, vanna: 0, charm: 0 }
const FRAME: PositionFrame = {
  decision: heldPosition().decision,
  mark: 0.385,
  openProfit: 11,
  greeks: GREEKS,
  attribution: NO_ATTRIBUTION,
  legMarks: [1.1, undefined],
  legGreeks: [GREEKS, undefined],
  age: 900,
}

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ positions: [heldPosition()] })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  newWindow()
})

/** The cells of every row of the table, as text. */
function rows(): string[][] {
  return within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent ?? ''))
}

test('a position stands with its entry, mark, profit and Greeks by the hour and by the point', () => {
  showFrames({ pulse: pulseOf({ positions: [FRAME] }) })
  render(<PositionsPane />)
  const [position, short, long] = rows()
  expect(position?.slice(1)).toEqual([
    '−2',
    '0.44',
    '0.385',
    '+$11.00',
    '+12.3',
    '−3.2',
    '+2.0',
    '−4.5',
    'Close',
  ])
  expect(short).toEqual(['−2 686 put', '', '', '1.100', '', '+12.3', '−3.2', '+2.0', '−4.5', ''])
  expect(long).toEqual(['+2 683 put', '', '', '–', '', '–', '–', '–', '–', ''])
})

test('what is not marked is a dash, for the position as for the book', () => {
  render(<PositionsPane />)
  const [position, , , book] = rows()
  expect(position?.slice(3, 9)).toEqual(['–', '–', '–', '–', '–', '–'])
  expect(book).toEqual(['Book', '', '', '', '$0', '–', '–', '–', '–', ''])
})

test('the book sums what is open', () => {
  const risk = { ...NOTHING_AT_RISK, open: -21.5 }
  showFrames({ pulse: pulseOf({ positions: [FRAME], bookGreeks: GREEKS, risk }) })
  render(<PositionsPane />)
  expect(rows().at(-1)).toEqual(['Book', '', '', '', '−$21.50', '+12.3', '−3.2', '+2.0', '−4.5', ''])
})

test('a position is closed with one click, by the name of its structure', async () => {
  render(<PositionsPane />)
  fireEvent.click(screen.getByRole('button', { name: 'Close 686/683 put vertical' }))
  await settled()
  expect(pipe.calls).toEqual([
    { name: 'position/close', request: { id: heldPosition().decision, via: 'click' } },
  ])
  expect(screen.getAllByTestId('position')).toHaveLength(1)
})

test('orders on their way stand below and can be cancelled; ended ones are gone', async () => {
  showDesk({
    orders: [
      sentOrder({ id: 'a', filled: 1 }),
      sentOrder({ id: 'b', purpose: 'close', status: 'sending', limit: -0.3 }),
      sentOrder({ id: 'c', status: 'filled' }),
      sentOrder({ id: 'd', status: 'rejected' }),
    ],
  })
  render(<PositionsPane />)
  expect(screen.getAllByTestId('order').map(row => row.textContent)).toEqual([
    'Opening 686/683 put1/20.44working, limit walks to 0.41Cancel',
    'Closing 686/683 put0/20.30sendingCancel',
  ])
  fireEvent.click(screen.getAllByRole('button', { name: 'Cancel' })[1] ?? document.body)
  await settled()
  expect(pipe.requests('order/cancel')).toEqual([{ id: 'b', via: 'click' }])
})

test('what was closed is not listed, and an empty book says so', () => {
  showDesk({ positions: [heldPosition({ quantity: 0 })] })
  render(
    <>
      <PositionsMeta />
      <PositionsPane />
    </>,
  )
  expect(screen.getByText('Nothing is held. Accepted suggestions and their fills stand here.').tagName).toBe(
    'P',
  )
  expect(document.body.textContent).toContain('0 structures, marked at mid, account SIM-1')
})

test.each([
  [[FRAME, { ...FRAME, decision: 'other', age: 7300 }], '7.3 s', true],
  [[{ ...FRAME, age: 4000 }], '4.0 s', false],
  [[{ ...FRAME, age: Number.POSITIVE_INFINITY }], '–', true],
  [[], '210 ms', false],
])('the oldest mark tells how old the figures are', (positions, words, isLate) => {
  showFrames({ pulse: pulseOf({ positions }) })
  render(<PositionsControls />)
  expect(screen.getByText(words).classList.contains('late')).toBe(isLate)
})

test('profit is explained by Greek, and where there is none it says so', () => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(120)
  render(<PositionsPane />)
  expect(screen.getByText('No profit or loss to explain yet.').tagName).toBe('P')
  const attribution = { ...NO_ATTRIBUTION, delta: 20, theta: 12.5, spread: -4, fees: -2.8, residual: 0.3 }
  showFrames({ pulse: pulseOf({ attribution }) })
  const picture = screen.getByRole('img', { name: 'Day profit by Greek' })
  const parts = [...picture.querySelectorAll<HTMLElement>('[data-part]')].map(
    part => part.querySelector('text')?.textContent,
  )
  expect(parts).toEqual(['+20.0', '0.0', '+12.5', '0.0', '0.0', '0.0', '−4.0', '−2.8', '+0.3', '+26.0'])
})

test('one click tells the same profit by factor', () => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(120)
  showFrames({ pulse: pulseOf({ factors: { ...NO_FACTORS, market: 20, volatilityCarry: 9, costs: -3 } }) })
  render(<PositionsPane />)
  expect(document.body.textContent).toContain('No profit or loss to explain yet.')
  fireEvent.click(screen.getByRole('button', { name: 'Factor' }))
  const picture = screen.getByRole('img', { name: 'Day profit by factor' })
  const parts = [...picture.querySelectorAll<HTMLElement>('[data-part]')].map(
    part => `${part.getAttribute('data-part')} ${part.getAttribute('data-value')}`,
  )
  expect(parts).toEqual([
    'Market 20',
    'Timing 0',
    'Trend 0',
    'Against 0',
    'Carry 9',
    'Strikes 0',
    'Costs -3',
    'Residual 0',
    'Net 26',
  ])
})
