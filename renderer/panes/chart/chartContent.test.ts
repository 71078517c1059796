import { expect, test } from 'vitest'
import { TIMES } from '../../../main/fixtures/market.ts'
import { NOW, decisionOf, deskSnapshot, outcomeOf, pulseOf, waitOf } from '../../../main/fixtures/screen.ts'
import type { ThemeColours } from '../../charts/themeColours.ts'
import { deskStore, type DeskState } from '../../state/deskStore.ts'
import { useView } from '../../state/viewStore.ts'
import { chartContent } from './ChartPane.tsx'
import { MoveCone } from './moveCone.ts'

const VIEW = useView.getInitialState()
let minutes = 0

/** Minute bars of their own identity, so that no test sees the running bars of another. */
function barsOf(count: number) {
  minutes += 1
  return Array.from({ length: count }, (_, index) => {
    const price = 690 + index + minutes / 100
    return {
      time: TIMES.open + index * 60_000,
      open: price,
      high: price + 1,
      low: price - 1,
      close: price,
      volume: 9,
    }
  })
}

function desk(given: Partial<DeskState> = {}): DeskState {
  return { ...deskStore.getInitialState(), ...deskSnapshot({ bars: barsOf(7) }), ...given }
}

test('bars of the snapshot and every running bar since stand in one row', () => {
  const state = desk()
  const running = (index: number, close: number) =>
    pulseOf({ bar: { time: TIMES.open + index * 60_000, open: 1, high: 1, low: 1, close, volume: 1 } })
  for (const [index, close] of [
    [7, 2],
    [7, 3],
    [8, 4],
  ] as const)
    chartContent(running(index, close), state, VIEW)
  const { bars } = chartContent(running(9, 5), state, VIEW)
  expect(bars.map(bar => bar.close).slice(7)).toEqual([3, 4, 5])
})

test('a new snapshot begins the bars anew', () => {
  const first = desk()
  const bar = { time: TIMES.open + 8 * 60_000, open: 1, high: 1, low: 1, close: 1, volume: 1 }
  chartContent(pulseOf({ bar }), first, VIEW)
  expect(chartContent(pulseOf(), desk({ bars: barsOf(3) }), VIEW).bars).toHaveLength(3)
})

test('bars are gathered to the length that is chosen', () => {
  expect(chartContent(pulseOf(), desk({ bars: barsOf(30) }), { ...VIEW, barMinutes: 15 }).bars).toHaveLength(
    2,
  )
})

test('the cone stands at the price, as wide as the move left, with the band of the opening', () => {
  const { cone } = chartContent(pulseOf(), desk(), VIEW)
  expect(cone).toMatchObject({ spot: 690, move: 3.2, opening: { move: 4.6 }, closes: '16:00', levels: [] })
})

test('without a price there is no cone, without a move no width', () => {
  expect(chartContent(pulseOf({ spot: undefined }), desk(), VIEW).cone).toBeUndefined()
  const cone = chartContent(pulseOf({ expectedMove: undefined, openingMove: undefined }), desk(), VIEW).cone
  expect(cone).toMatchObject({ move: undefined, opening: undefined })
})

test('short strikes and break-evens of the open suggestion are levels; an answered one has none', () => {
  const levels = (status: 'open' | 'rejected') =>
    chartContent(pulseOf(), desk({ decisions: [decisionOf({ status })] }), VIEW).cone?.levels
  expect(levels('open')).toEqual([
    { price: 686, name: 'short 686' },
    { price: 685.59, name: 'b/e 685.59' },
  ])
  expect(levels('rejected')).toEqual([])
})

test('decisions that were trades and are past are marked, in the colour of their outcome', () => {
  const decisions = [
    decisionOf({ id: 'a', number: 1, status: 'accepted', outcome: outcomeOf(20) }),
    decisionOf({ id: 'b', number: 2, status: 'rejected', outcome: outcomeOf(-20) }),
    decisionOf({ id: 'c', number: 3, status: 'lapsed' }),
    waitOf({ id: 'd', number: 4, status: 'lapsed' }),
    decisionOf({ id: 'e', number: 5 }),
  ]
  expect(chartContent(pulseOf(), desk({ decisions }), VIEW).marks).toEqual([
    { time: NOW, number: 1, shape: 'accepted', tone: 'up' },
    { time: NOW, number: 2, shape: 'rejected', tone: 'down' },
    { time: NOW, number: 3, shape: 'noTrade', tone: '' },
  ])
})

test('the price axis has room for one move on both sides, and none where the move is unknown', () => {
  const names = ['panel', 'text', 'text2', 'text3', 'gain', 'loss', 'model', 'grid', 'control', 'bar', 'line']
  const colours = Object.fromEntries([...names, 'move1', 'move2'].map(name => [name, '#888']))
  // Every colour is there, which a record built from names does not say
  const cone = new MoveCone(colours as unknown as ThemeColours)
  const shown = { spot: 690, move: 4, opening: undefined, levels: [], closes: '16:00' }
  expect(cone.autoscaleInfo()).toBeNull()
  cone.show(shown, undefined, colours as unknown as ThemeColours)
  const range = cone.autoscaleInfo()?.priceRange
  expect(range?.minValue).toBeLessThan(686)
  expect(range?.maxValue).toBeGreaterThan(694)
  cone.show({ ...shown, move: undefined }, undefined, colours as unknown as ThemeColours)
  expect(cone.autoscaleInfo()).toBeNull()
})
