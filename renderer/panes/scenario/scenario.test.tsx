import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { settled, showFrames, type TestPipe, windowEachTest } from '../../../main/fixtures/page.ts'
import { NOW, pulseOf, scenariosOf } from '../../../main/fixtures/screen.ts'
import { thinned } from '../../charts/SpokenTable.tsx'
import { setView, useView } from '../../state/viewStore.ts'
import { divergingColour, parseColour, shareOfColour } from './divergingScale.ts'
import { gridRange, heatMatrix } from './heatMatrix.ts'
import { heatPlace } from './heatPlace.ts'
import { ScenarioControls, ScenarioMeta, ScenarioPane } from './ScenarioPane.tsx'
import { zeroLine } from './zeroLine.ts'

let pipe: TestPipe

windowEachTest({ width: 600, height: 300 }, opened => {
  pipe = opened
  pipe.answer('scenario/get', scenariosOf())
})

async function show(): Promise<void> {
  render(
    <>
      <ScenarioMeta />
      <ScenarioControls />
      <ScenarioPane />
    </>,
  )
  await settled()
}

const map = () => screen.getByRole('group', { name: /^(Profit|Delta|Theta) by price/ })
const readout = () => document.querySelector('.heat-readout > span')?.textContent
const said = () => screen.getByRole('status').textContent

async function press(key: string): Promise<void> {
  fireEvent.keyDown(map(), { key })
  await settled()
}

test('it says whose scenarios they are, who computed them, in what time, and how old they are', async () => {
  await show()
  expect(document.body.textContent).toContain('AVX-512, 1 thread, 412 µs')
  expect(screen.getByText('Book', { selector: 'b' }).tagName).toBe('B')
  expect(screen.getByText('0 ms').className).toBe('age')
  showFrames({ pulse: pulseOf({ time: NOW + 9000 }) })
  expect(screen.getByText('9.0 s').className).toContain('late')
})

test('single precision is said, and so are milliseconds', async () => {
  pipe.answer('scenario/get', scenariosOf({ precision: 'f32', backend: 'GPU', microseconds: 2346 }))
  await show()
  expect(document.body.textContent).toContain('GPU, 2.35 ms, single precision')
})

test('it asks for prices as wide as the payoff, volatilities around today’s, and times from now to the close', async () => {
  await show()
  const [request] = pipe.requests('scenario/get')
  expect(request).toMatchObject({ subject: 'book', spotSteps: 61, spotReach: 3.2 })
  const { minutes, volatilityFactors } = Object(request)
  expect(minutes[0]).toBe(0)
  expect(minutes.at(-1)).toBe(300)
  expect(volatilityFactors).toContain(1)
  expect([volatilityFactors[0], volatilityFactors.at(-1)]).toEqual([0.5, 1.5])
})

test('it asks again a second after every answer, for another subject at once, and not while it is not shown', async () => {
  await show()
  vi.advanceTimersByTime(1000)
  await settled()
  expect(pipe.requests('scenario/get')).toHaveLength(2)
  fireEvent.click(screen.getByRole('button', { name: 'Trade' }))
  await settled()
  expect(pipe.requests('scenario/get').at(-1)).toMatchObject({ subject: 'suggestion' })
  expect(pipe.requests('scenario/get')).toHaveLength(3)
  cleanup()
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(0)
  await show()
  vi.advanceTimersByTime(5000)
  expect(pipe.requests('scenario/get')).toHaveLength(3)
})

test('where there is nothing to show it says why, and what would stand there', async () => {
  pipe.answer('scenario/get', { kind: 'nothing', reason: 'Nothing is held.' })
  await show()
  expect(document.querySelector('.empty')?.textContent).toBe(
    'Nothing is held. Its profit in other markets stands here: price by volatility by time.',
  )
})

test('at first the figure of the market as it is is read: at the spot, with today’s volatility, now', async () => {
  await show()
  expect(readout()).toBe('+$101.00 at 690.00, as it is, 14.2')
})

test('arrow keys move the crosshair over prices and volatilities, and what it stands on is said aloud', async () => {
  await show()
  await press('ArrowRight')
  expect(readout()).toBe('+$102.00 at 700.00, as it is, 14.2')
  await press('ArrowUp')
  expect(readout()).toBe('+$202.00 at 700.00, +50 %, 21.3')
  expect(said()).toBe(readout())
  expect(useView.getState().pointedPrice).toBe(700)
  await press('Home')
  await press('ArrowUp')
  expect(readout()).toBe('−$200.00 at 680.00, +50 %, 21.3')
  await press('Escape')
  expect(readout()).toBe('+$101.00 at 690.00, as it is, 14.2')
  expect(useView.getState().pointedPrice).toBeUndefined()
})

test('the slider chooses the time of the map; with times down the rows it chooses the volatility', async () => {
  await show()
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Time' }), { key: 'ArrowRight' })
  await settled()
  expect(readout()).toBe('+$1,101 at 690.00, as it is, 14.2')
  fireEvent.click(screen.getByRole('button', { name: 'By time' }))
  expect(screen.queryByRole('slider', { name: 'Time' })).toBeNull()
  expect(readout()).toBe('+$101.00 at 690.00, now')
  fireEvent.keyDown(screen.getByRole('slider', { name: 'Volatility' }), { key: 'End' })
  await settled()
  expect(readout()).toBe('+$201.00 at 690.00, now')
  await press('ArrowDown')
  expect(readout()).toBe('+$1,201 at 690.00, 11:30')
})

test('a Greek is shown in the units of the positions: theta an hour, vega a point', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: 'Θ' }))
  expect(readout()).toBe('+101.0 $ an hour at 690.00, as it is, 14.2')
  fireEvent.click(screen.getByRole('button', { name: 'V' }))
  expect(readout()).toBe('+101.0 $ a point at 690.00, as it is, 14.2')
  fireEvent.click(screen.getByRole('button', { name: 'Δ' }))
  expect(readout()).toBe('+10.1 shares at 690.00, as it is, 14.2')
})

test('a figure that nobody knows is a dash', async () => {
  pipe.answer('scenario/get', scenariosOf({ profit: new Float64Array(18).fill(Number.NaN) }))
  await show()
  expect(readout()).toBe('– at 690.00, as it is, 14.2')
})

test('the same figures stand in a table, by its button and by T, losses and gains told apart by sign', async () => {
  await show()
  fireEvent.click(screen.getByRole('button', { name: /^Table/ }))
  const rows = screen
    .getAllByRole('row')
    .map(row => [...row.children].map(cell => cell.textContent).join(' | '))
  expect(rows).toEqual([
    'Volatility | 680.00 | 690.00 | 700.00',
    '+50 %, 21.3 | −$200.00 | +$201.00 | +$202.00',
    'as it is, 14.2 | −$100.00 | +$101.00 | +$102.00',
    '−50 %, 7.1 | $0 | +$1.00 | +$2.00',
  ])
  fireEvent.keyDown(screen.getByRole('table'), { key: 't' })
  expect(screen.queryByRole('table')).toBeNull()
  expect(map().tabIndex).toBe(0)
})

test('the price that is pointed at in another chart is the one that is read', async () => {
  await show()
  setView({ pointedPrice: 698 })
  await settled()
  expect(readout()).toContain('at 700.00, as it is')
})

test('every cut of a grid holds its very figures, wherever the other axis stands', () => {
  const frame = scenariosOf()
  for (const [time, minutes] of frame.minutes.entries()) {
    const { rows, values } = heatMatrix(frame, 'profit', 'volatility', { minutes, factor: 1 })
    expect([...rows]).toEqual([1.5, 1, 0.5])
    expect(values[8]).toBe(1000 * time + 2)
    expect(values[1]).toBe(1000 * time + 201)
  }
  const byTime = heatMatrix(frame, 'profit', 'time', { minutes: 0, factor: 1.4 })
  expect([...byTime.values]).toEqual([-200, 201, 202, -1200, 1201, 1202])
  expect(gridRange(frame, 'vega')).toEqual([-1200, 1202])
})

const COLOURS = { loss: [255, 122, 99], nothing: [14, 17, 21], gain: [56, 207, 174] } as const

test('colour is nothing at zero, of the same strength on both sides, and grows with the size of a figure', () => {
  const figure = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(figure, figure, fc.double({ min: 1, max: 1e6, noNaN: true }), (one, other, largest) => {
      const [small, large] = [Math.min(one, other), Math.max(one, other)]
      expect(shareOfColour(small, largest)).toBeLessThanOrEqual(shareOfColour(large, largest))
      expect(shareOfColour(-one, largest)).toBe(shareOfColour(one, largest))
      expect(shareOfColour(large, largest)).toBeLessThan(1)
    }),
  )
  expect(divergingColour(0, 100, COLOURS)).toEqual(COLOURS.nothing)
  expect(divergingColour(Number.NaN, 100, COLOURS)).toEqual(COLOURS.nothing)
  expect(divergingColour(5, 0, COLOURS)).toEqual(COLOURS.nothing)
  expect(parseColour(' #FF7a63')).toEqual(COLOURS.loss)
  expect(parseColour('#fff')).toEqual([255, 255, 255])
  expect(parseColour('#1a0')).toEqual([17, 170, 0])
  expect(parseColour('rebeccapurple')).toEqual([0, 0, 0])
})

test('the line of zero of a plane lies on that plane’s zero, and parts what is above from what is below', () => {
  const slope = fc.integer({ min: -5, max: 5 })
  const size = { spots: new Float64Array(9), rows: new Float64Array(6) }
  fc.assert(
    fc.property(slope, slope, fc.double({ min: -20, max: 20, noNaN: true }), (right, down, offset) => {
      const at = (column: number, row: number) => right * column + down * row + offset
      const values = Float64Array.from({ length: 54 }, (_, cell) => at(cell % 9, Math.floor(cell / 9)))
      const line = zeroLine({ ...size, values })
      for (const [column, row] of line.flat()) expect(at(column, row)).toBeCloseTo(0, 9)
      const hasBoth = values.some(value => value < 0) && values.some(value => value >= 0)
      expect(line.length > 0).toBe(hasBoth)
    }),
  )
})

test('where figures are not known no line of zero is drawn', () => {
  const values = new Float64Array(4).fill(Number.NaN)
  expect(zeroLine({ values, spots: new Float64Array(2), rows: new Float64Array(2) })).toEqual([])
})

test('the middle of every cell is found again under its point, and what lies outside is the nearest cell', () => {
  const matrix = heatMatrix(scenariosOf(), 'profit', 'volatility', { minutes: 0, factor: 1 })
  const place = heatPlace(matrix, 600, 300)
  for (let column = 0; column < 3; column += 1)
    for (let row = 0; row < 3; row += 1)
      expect(place.cellAt(place.x(column), place.y(row))).toEqual({ column, row })
  expect(place.cellAt(-50, -50)).toEqual({ column: 0, row: 0 })
  expect(place.cellAt(900, 900)).toEqual({ column: 2, row: 2 })
  expect(place.prices(690)).toBe(place.x(1))
})

test('a table has no more places than can be read, evenly spread, the middle one among them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 20 }), (count, most) => {
      const places = thinned(count, most)
      expect(places.length).toBeLessThanOrEqual(most + 1)
      expect(places).toContain(Math.floor(count / 2))
      const steps = new Set(places.slice(1).map((place, index) => place - (places[index] ?? 0)))
      expect(steps.size).toBeLessThanOrEqual(1)
    }),
  )
})
