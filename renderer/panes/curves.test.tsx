import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PayoffCurve } from '../../main/contract/frames.ts'
import { newWindow, openWindow, showDesk, showFrames } from '../../main/fixtures/page.ts'
import { NOW, curvesOf, decisionOf, pulseOf } from '../../main/fixtures/screen.ts'
import { setView } from '../state/viewStore.ts'
import { PayoffControls, PayoffMeta, PayoffPane } from './payoff/PayoffPane.tsx'
import { SmileControls, SmileMeta, SmilePane } from './smile/SmilePane.tsx'

const TRADE: PayoffCurve = {
  label: 'no. 7',
  now: Float64Array.of(-300, 20, 60),
  atClose: Float64Array.of(-517.6, 82.4, 82.4),
  strikes: [
    { strike: 686, ratio: -1 },
    { strike: 683, ratio: 1 },
  ],
  breakEvens: [685.59],
  best: 82.4,
  worst: -517.6,
  probabilityOfProfit: 0.83,
}
const BOOK: PayoffCurve = { ...TRADE, label: 'the book', probabilityOfProfit: 0.6 }

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300)
  openWindow()
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  newWindow()
})

function showPayoff(): string {
  render(
    <>
      <PayoffMeta />
      <PayoffPane />
    </>,
  )
  return document.body.textContent ?? ''
}

test('a payoff tells its best, its worst, its break-even and the odds of profit', () => {
  showFrames({ curves: curvesOf({ suggestion: TRADE }) })
  const text = showPayoff()
  for (const words of ['P(profit) 0.83, no. 7', '+$82.40 at best', '−$517.60 at worst', '685.59'])
    expect(text).toContain(words)
  expect(document.querySelectorAll('path.curve')).toHaveLength(2)
})

test('under the pointer both curves are read, at the nearest price there is', () => {
  showFrames({ curves: curvesOf({ suggestion: TRADE }) })
  setView({ pointedPrice: 684 })
  expect(showPayoff()).toContain('680.00: −$517.60 at close, −$300.00 now')
})

test.each([
  ['suggestion', 'no. 7', 2],
  ['book', 'the book', 2],
  ['both', 'no. 7', 4],
] as const)('asked for %s, it shows %s', (payoffOf, label, curves) => {
  showFrames({ curves: curvesOf({ suggestion: TRADE, book: BOOK }) })
  setView({ payoffOf })
  expect(showPayoff()).toMatch(new RegExp(`P\\(profit\\) [\\d.]+, ${label}`))
  expect(document.querySelectorAll('path.curve')).toHaveLength(curves)
})

test('without a suggestion what is held stands in under its own name; without either it says so', () => {
  showFrames({ curves: curvesOf({ book: BOOK }) })
  expect(showPayoff()).toContain('P(profit) 0.60, the book')
  cleanup()
  showFrames({ curves: curvesOf() })
  expect(showPayoff()).toBe(
    'No trade is suggested and nothing is held. Payoffs stand here, now and at the close.',
  )
  cleanup()
  setView({ payoffOf: 'book' })
  expect(showPayoff()).toBe('Nothing is held.')
})

test.each([
  ['payoff', PayoffControls],
  ['smile', SmileControls],
])('the %s says how old it is, later in a session that is played faster', (_, Controls) => {
  const playback = { pace: 1, isPaused: false, isLive: false }
  showFrames({ curves: curvesOf({ time: NOW - 9000 }), pulse: pulseOf({ playback }) })
  render(<Controls />)
  expect(screen.getByText('9.0 s').className).toContain('late')
  showFrames({ pulse: pulseOf({ playback: { ...playback, pace: 20 } }) })
  expect(screen.getByText('9.0 s').className).toBe('age')
})

test('before the first curves their age is a dash, not zero', () => {
  render(<PayoffControls />)
  expect(screen.getByText('–').className).toContain('late')
})

function showSmile(): string {
  render(
    <>
      <SmileMeta />
      <SmilePane />
    </>,
  )
  return document.body.textContent ?? ''
}

test('a smile is read at the price, with its band, what is quoted there, and the same of earlier', () => {
  showFrames({ curves: curvesOf() })
  const text = showSmile()
  expect(text).toContain('now against 09:45, points a calendar year')
  expect(text).toContain('now 14.0 (13.8–14.2)')
  expect(text).toContain('685 quoted 14.6 × 15.4')
  expect(text).toContain('09:45 15.0, −1.0 since')
  expect(document.querySelectorAll('.dot-mark')).toHaveLength(2)
})

test('under the pointer the smile is read between its points, and beyond them not at all', () => {
  showFrames({ curves: curvesOf() })
  setView({ pointedPrice: 685 })
  expect(showSmile()).toContain('685.00: 15.0 (14.7–15.3)')
  cleanup()
  setView({ pointedPrice: 701 })
  expect(showSmile()).toContain('701.00: –')
})

test('a contract without a bid says so, and its whisker is open below', () => {
  showFrames({ curves: curvesOf() })
  setView({ pointedPrice: 694 })
  expect(showSmile()).toContain('695 quoted no bid × 13.9')
  const caps = [...document.querySelectorAll('.whisker')].map(
    whisker => whisker.getAttribute('d')?.match(/h4/g)?.length,
  )
  expect(caps).toEqual([2, 1])
})

test('a contract whose quote says no volatility has its dot alone, and is not said to be quoted', () => {
  const unknown = Float64Array.of(Number.NaN, Number.NaN)
  showFrames({ curves: curvesOf({ contractBids: unknown }) })
  expect(showSmile()).toContain('not quoted')
  expect(document.querySelectorAll('.whisker')).toHaveLength(0)
  expect(document.querySelectorAll('.dot-mark')).toHaveLength(2)
})

test('the band is drawn where it is known, and every line is named', () => {
  showFrames({ curves: curvesOf() })
  showSmile()
  expect(document.querySelectorAll('.band')).toHaveLength(1)
  const names = [...document.querySelectorAll('svg g[aria-hidden] text')].map(name => name.textContent)
  expect(names).toEqual(['fit', '09:45'])
  cleanup()
  const { smileLow: _low, smileHigh: _high, ...unbanded } = curvesOf({ earlierTime: undefined })
  showFrames({ curves: unbanded })
  expect(showSmile()).toContain('now 14.0')
  expect(document.querySelectorAll('.band')).toHaveLength(0)
})

test('the legs of the open suggestion are ringed on the smile', () => {
  showDesk({ decisions: [decisionOf()] })
  showFrames({ curves: curvesOf() })
  showSmile()
  expect(document.querySelectorAll('.leg-ring')).toHaveLength(2)
})

test('pointing in one chart points everywhere', () => {
  showFrames({ curves: curvesOf({ suggestion: TRADE }) })
  setView({ pointedPrice: 690 })
  render(<PayoffPane />)
  render(<SmilePane />)
  expect(document.querySelectorAll('.pointer-line')).toHaveLength(2)
  fireEvent.pointerLeave(screen.getByRole('img', { name: /^Profit by the price/ }))
  expect(document.querySelectorAll('.pointer-line')).toHaveLength(0)
})

test('the figures of both charts can be read aloud, row by row', () => {
  showFrames({ curves: curvesOf({ suggestion: TRADE }) })
  render(<PayoffPane />)
  render(<SmilePane />)
  const rows = screen
    .getAllByRole('row')
    .map(row => [...row.children].map(cell => cell.textContent).join(' | '))
  expect(rows).toContain('690.00 | +$82.40 | +$20.00')
  expect(rows).toContain('685 | 15.0 | 14.7 | 15.3 | 14.6 | 15.4 | 16.0')
})

test('without curves it says why there is no smile', () => {
  expect(showSmile()).toBe('Too little of the chain is quoted to draw a smile.')
})
