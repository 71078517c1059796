import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PayoffCurve } from '../../../main/contract/frames.ts'
import {
  newWindow,
  openWindow,
  settled,
  showDesk,
  showFrames,
  type TestPipe,
} from '../../../main/fixtures/page.ts'
import { NOW, chainOf, curvesOf, decisionOf, heldPosition } from '../../../main/fixtures/screen.ts'
import { FACTORS, laterMarket, laterTimes } from '../../charts/laterMarket.ts'
import { possibleStrikes } from '../../state/draft.ts'
import { useView } from '../../state/viewStore.ts'
import { ModifyForm } from '../suggestion/ModifyForm.tsx'
import { PayoffMeta, PayoffPane } from './PayoffPane.tsx'

const OPEN = decisionOf()
const STRIKES = [675, 680, 681, 682, 683, 684, 685, 686, 687, 688, 700]
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
const TRIED: PayoffCurve = {
  ...TRADE,
  label: 'What if',
  strikes: [
    { strike: 685, ratio: -1 },
    { strike: 683, ratio: 1 },
  ],
  breakEvens: [684.65],
  best: 64.2,
  worst: -335.8,
  probabilityOfProfit: 0.87,
}

let pipe: TestPipe

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300)
  HTMLElement.prototype.setPointerCapture = () => undefined
  pipe = openWindow({ decisions: [OPEN] })
  pipe.answer('payoff/preview', {
    kind: 'payoff',
    time: NOW,
    prices: Float64Array.of(680, 690, 700),
    curve: TRIED,
    nets: [0.349],
  })
  showFrames({ curves: curvesOf({ suggestion: TRADE }), chain: chainOf(STRIKES) })
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  newWindow()
})

async function show(): Promise<void> {
  render(
    <>
      <PayoffMeta />
      <PayoffPane />
    </>,
  )
  await settled()
}

const short = () => screen.getByRole('slider', { name: 'Short put strike' })

async function press(key: string): Promise<void> {
  fireEvent.keyDown(short(), { key })
  await settled()
}

const tried = () => useView.getState().draft?.strikes

test('every strike of the trade is a handle that says where it stands and where it may go', async () => {
  await show()
  const handles = screen.getAllByRole('slider', { name: /strike$/ })
  expect(handles.map(handle => handle.getAttribute('aria-label'))).toEqual([
    'Short put strike',
    'Long put strike',
  ])
  expect(handles.map(handle => handle.getAttribute('aria-valuetext'))).toEqual(['686', '683'])
  expect(short().getAttribute('aria-valuemin')).toBe('684')
  expect(short().getAttribute('aria-valuemax')).toBe('688')
  expect(handles.every(handle => handle.tabIndex === 0)).toBe(true)
  expect(pipe.requests('payoff/preview')).toEqual([])
})

test('arrow keys step over the listed strikes, and Escape goes back to what was suggested', async () => {
  await show()
  await press('ArrowRight')
  expect(tried()).toEqual([687, 683])
  expect(short().getAttribute('aria-valuetext')).toBe('687, suggested 686')
  await press('End')
  await press('ArrowUp')
  expect(tried()).toEqual([688, 683])
  await press('Home')
  expect(tried()).toEqual([684, 683])
  await press('Escape')
  expect(tried()).toBeUndefined()
  expect(short().getAttribute('aria-valuetext')).toBe('686')
})

test('a handle follows the pointer from strike to strike, and lets go', async () => {
  await show()
  // 680 stands at 44 and 700 at 588 of 600 pixels
  const at = (price: number) => 44 + ((price - 680) / 20) * 544
  fireEvent.pointerMove(short(), { clientX: at(684), pointerId: 1 })
  expect(tried()).toBeUndefined()
  fireEvent.pointerDown(short(), { clientX: at(686), pointerId: 1 })
  fireEvent.pointerMove(short(), { clientX: at(685.3), pointerId: 1 })
  expect(tried()).toEqual([685, 683])
  fireEvent.pointerMove(short(), { clientX: at(660), pointerId: 1 })
  expect(tried()).toEqual([684, 683])
  fireEvent.pointerUp(short(), { pointerId: 1 })
  fireEvent.pointerMove(short(), { clientX: at(688), pointerId: 1 })
  expect(tried()).toEqual([684, 683])
})

test('a handle that is brought back to its strike tries nothing any more', async () => {
  await show()
  await press('ArrowLeft')
  await press('ArrowRight')
  expect(tried()).toBeUndefined()
  expect(screen.queryByText('Use these strikes')).toBeNull()
})

test('what other strikes would mean is the engine’s to say: odds, break-evens, best and worst, and the price', async () => {
  await show()
  await press('ArrowLeft')
  expect(pipe.requests('payoff/preview')).toEqual([
    {
      holdings: [
        {
          legs: [
            { right: 'put', strike: 685, ratio: -1 },
            { right: 'put', strike: 683, ratio: 1 },
          ],
          quantity: 2,
        },
      ],
      minutes: 0,
      volatilityFactor: 1,
    },
  ])
  const text = document.body.textContent ?? ''
  for (const words of ['P(profit) 0.87, as tried', '+$64.20 at best', '−$335.80 at worst', '684.65'])
    expect(text).toContain(words)
  expect(text).toContain('685/683Use these strikesBackcredit 0.349 at mid, P(profit) 0.87, was 0.83')
  expect(document.querySelectorAll('path.before')).toHaveLength(1)
})

test('strikes without a market are said to have none, and the suggested payoff stays', async () => {
  pipe.answer('payoff/preview', { kind: 'nothing', reason: 'a leg is not quoted' })
  await show()
  await press('ArrowLeft')
  const text = document.body.textContent ?? ''
  expect(text).toContain('a leg is not quoted')
  expect(text).toContain('P(profit) 0.83, no. 7')
})

test('one click carries the strikes over into the form, which asks the engine about them', async () => {
  pipe.answer('suggestion/preview', { proposal: OPEN.proposal ?? never(), refusal: null })
  await show()
  await press('ArrowLeft')
  fireEvent.click(screen.getByRole('button', { name: 'Use these strikes' }))
  expect(useView.getState().modifying).toBe(OPEN.id)
  render(<ModifyForm decision={OPEN} proposal={OPEN.proposal ?? never()} />)
  await settled()
  expect(pipe.requests('suggestion/preview').at(-1)).toEqual({ id: OPEN.id, edits: { strikes: [685, 683] } })
  fireEvent.click(screen.getByRole('button', { name: 'Back' }))
  expect(tried()).toBeUndefined()
})

test('a draft is about its own decision: the next suggestion stands as it was made', async () => {
  await show()
  await press('ArrowLeft')
  showDesk({ decisions: [{ ...OPEN, status: 'lapsed' }, decisionOf({ id: 'next', number: 8 })] })
  expect(short().getAttribute('aria-valuetext')).toBe('686')
  expect(screen.queryByText('Use these strikes')).toBeNull()
})

test('what is held has marks, no handles', async () => {
  showDesk({ decisions: [], positions: [heldPosition()] })
  showFrames({ curves: curvesOf({ book: { ...TRADE, label: 'Book' } }) })
  await show()
  expect(screen.queryAllByRole('slider', { name: /strike$/ })).toEqual([])
  expect(document.querySelectorAll('.leg-mark')).toHaveLength(2)
})

test('a later time and another volatility are asked for as what is held stands, and named at the line', async () => {
  showDesk({ decisions: [], positions: [heldPosition()] })
  showFrames({ curves: curvesOf({ book: { ...TRADE, label: 'Book' } }) })
  await show()
  expect(document.body.textContent).toContain('dashed now')
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Time' }), { key: 'ArrowRight' })
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Volatility' }), { key: 'ArrowRight' })
  await settled()
  expect(pipe.requests('payoff/preview').at(-1)).toMatchObject({
    holdings: [{ quantity: 2, net: 0.44, fees: 2.8 }],
    minutes: 30,
    volatilityFactor: 1.05,
  })
  expect(document.body.textContent).toContain('dashed at 11:30, volatility +5 %')
  expect(screen.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext')).toBe('11:30')
})

test('a strike may go where it is listed, within one percent, and never past its neighbours', () => {
  const listed = fc.uniqueArray(fc.integer({ min: 600, max: 760 }), { minLength: 4, maxLength: 80 })
  fc.assert(
    fc.property(listed, fc.nat(), fc.integer({ min: 2, max: 4 }), (strikes, start, legs) => {
      const sorted = strikes.toSorted((one, other) => one - other)
      const from = start % (sorted.length - legs + 1)
      const suggested = sorted.slice(from, from + legs)
      suggested.forEach((strike, index) => {
        const possible = possibleStrikes(suggested, suggested, index, sorted)
        expect(possible).toContain(strike)
        for (const other of possible) {
          expect(sorted).toContain(other)
          expect(Math.abs(other - strike)).toBeLessThanOrEqual(strike * 0.01)
          const moved = suggested.with(index, other)
          expect(moved).toEqual(moved.toSorted((one, next) => one - next))
          expect(new Set(moved).size).toBe(legs)
        }
      })
    }),
  )
})

test('times rise from now to the close, at round minutes of the clock, and a few only', () => {
  const instants = fc.tuple(
    fc.integer({ min: 0, max: 390 * 60_000 }),
    fc.integer({ min: 1, max: 390 * 60_000 }),
  )
  fc.assert(
    fc.property(instants, ([since, left]) => {
      const now = NOW + since
      const times = laterTimes(now, now + left)
      expect(times[0]).toBe(now)
      expect(times.at(-1)).toBe(now + left)
      expect(times.length).toBeLessThanOrEqual(15)
      expect(times).toEqual(times.toSorted((one, other) => one - other))
      for (const time of times.slice(1, -1)) expect(time % 60_000).toBe(0)
    }),
  )
  expect(laterTimes(NOW, NOW)).toEqual([NOW])
})

test('a chosen time that has passed is now; one that lies between two steps is the next', () => {
  const times = [1000, 60_000, 120_000]
  expect(laterMarket(times, 500, 1)).toMatchObject({ place: 0, minutes: 0, isNow: true })
  expect(laterMarket(times, 61_000, 1)).toMatchObject({ place: 2, isNow: false })
  expect(laterMarket(times, 999_000, 1).time).toBe(120_000)
  expect(laterMarket(times, undefined, FACTORS.high).isNow).toBe(false)
})

function never(): never {
  throw new Error('the suggestion has a proposal')
}
