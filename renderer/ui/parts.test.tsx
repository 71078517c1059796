import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { scaleLinear } from 'd3-scale'
import * as fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { MARGIN, PriceAxis, PriceLine, ValueAxis } from '../charts/PriceAxis.tsx'
import { Age } from './Age.tsx'
import { Meter } from './Meter.tsx'
import { Segmented } from './Segmented.tsx'

afterEach(cleanup)

test.each([
  [250, undefined, '250 ms', false],
  [1000, undefined, '1.0 s', false],
  [1001, undefined, '1.0 s', true],
  [4000, 5000, '4.0 s', false],
  [undefined, undefined, '–', true],
  // What never was heard of is late, not young
  [Number.NaN, 5000, '–', true],
  [Number.POSITIVE_INFINITY, 5000, '–', true],
])('an age of %s with patience of %s reads %s', (milliseconds, lateAfter, words, isLate) => {
  render(<Age milliseconds={milliseconds} lateAfter={lateAfter} />)
  expect(screen.getByText(words).classList.contains('late')).toBe(isLate)
})

/** The parts of a meter as shares of its width: from, to. */
function bars(): readonly (readonly [number, number])[] {
  return [...screen.getByRole('meter').querySelectorAll<HTMLElement>('.fill, .ghost')].map(bar => {
    const left = Number.parseFloat(bar.style.left || '0')
    return [left, left + Number.parseFloat(bar.style.width)] as const
  })
}

test('a meter is full at most, its parts touch and do not overlap, whatever the shares', () => {
  const shares = fc.integer({ min: 0, max: 3000 }).map(share => share / 1000)
  fc.assert(
    fc.property(shares, shares, shares, (value, ghost, added) => {
      cleanup()
      render(<Meter label="Exposure" value={value} ghost={ghost} added={added} />)
      const meter = screen.getByRole('meter', { name: 'Exposure' })
      const base = Math.max(0, Math.min(1, Math.max(value, ghost))) * 100
      const now = Number(meter.getAttribute('aria-valuenow'))
      expect(now).toBeLessThanOrEqual(Number(meter.getAttribute('aria-valuemax')))
      const parts = bars()
      let end = 0
      for (const [from, to] of parts) {
        expect(Math.abs(from - end)).toBeLessThan(1e-6)
        expect(to).toBeLessThanOrEqual(100 + 1e-6)
        end = to
      }
      expect(end).toBeCloseTo(Math.min(100, base + (base < 100 ? Math.max(0, added) * 100 : 0)), 6)
    }),
    { numRuns: 60 },
  )
})

test('a meter shows its warnings as ticks, and is hot when it is told so', () => {
  render(<Meter label="Loss" value={0.6} ticks={[0.5, 0.85]} isHot />)
  const ticks = [...screen.getByRole('meter').querySelectorAll<HTMLElement>('.tick')].map(
    tick => tick.style.left,
  )
  expect(ticks).toEqual(['50%', '85%'])
  expect(screen.getByRole('meter').querySelector('.hot')?.getAttribute('style')).toContain('60%')
})

test('of a few choices the one that holds is pressed, and a click chooses', () => {
  const chosen: number[] = []
  const choices = [1, 5, 15].map(value => ({ value, label: `${value} m` }))
  render(
    <Segmented label="Length of bars" choices={choices} value={5} onChoose={value => chosen.push(value)} />,
  )
  expect(screen.getByRole('group', { name: 'Length of bars' }).textContent).toBe('1 m5 m15 m')
  expect(screen.getAllByRole('button', { pressed: true }).map(button => button.textContent)).toEqual(['5 m'])
  fireEvent.click(screen.getByRole('button', { name: '15 m' }))
  expect(chosen).toEqual([15])
})

const x = scaleLinear([680, 700], [MARGIN.left, 400 - MARGIN.right])

test('the axis of prices has its figures inside the plot, in their order, at their places', () => {
  render(
    <svg>
      <PriceAxis x={x} width={400} height={200} />
    </svg>,
  )
  const labels = [...document.querySelectorAll('text')]
  const prices = labels.map(label => Number(label.textContent))
  expect(prices.length).toBeGreaterThanOrEqual(2)
  expect(prices).toEqual(prices.toSorted((one, other) => one - other))
  labels.forEach((label, index) =>
    expect(Number(label.getAttribute('x'))).toBeCloseTo(x(prices[index] ?? 0), 6),
  )
})

test('the axis of values marks its zero apart', () => {
  const y = scaleLinear([-100, 100], [200 - MARGIN.bottom, MARGIN.top])
  render(
    <svg>
      <ValueAxis y={y} width={400} format={value => `${value} $`} />
    </svg>,
  )
  const zero = [...document.querySelectorAll('.zero-line')].map(line => line.getAttribute('y1'))
  expect(zero).toEqual([String(y(0))])
  expect([...document.querySelectorAll('text')].map(label => label.textContent)).toContain('-100 $')
})

test.each([
  [690, 1],
  [680, 1],
  [700, 1],
  [679.99, 0],
  [700.01, 0],
  [undefined, 0],
])('a line at the price %s is drawn only inside the plot', (price, lines) => {
  render(
    <svg>
      <PriceLine x={x} price={price} height={200} className="spot-line" />
    </svg>,
  )
  expect(document.querySelectorAll('.spot-line')).toHaveLength(lines)
})
