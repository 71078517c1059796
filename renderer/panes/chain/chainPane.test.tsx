import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newWindow, openWindow, showDesk, showFrames } from '../../../main/fixtures/page.ts'
import { MID_STATUSES, sourceCode, type MidStatus } from '../../../main/core/pricing/chainPricing.ts'
import { chainOf, decisionOf, deskSnapshot, heldPosition, pulseOf } from '../../../main/fixtures/screen.ts'
import { deskStore } from '../../state/deskStore.ts'
import { REMEMBERED_LISTS, useView } from '../../state/viewStore.ts'
import { ChainControls, ChainMeta, ChainPane, marksOf, moveSelection } from './ChainPane.tsx'
import { chainColumns, chainWidth } from './columns.ts'

beforeEach(() => {
  openWindow()
})

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

test('before the first quote it says what it waits for', () => {
  render(<ChainPane />)
  expect(screen.getByText(/^No quote of this session yet/).textContent).toContain(
    'as soon as the feed speaks',
  )
  newWindow()
  cleanup()
  render(<ChainPane />)
  expect(screen.getByText('Starting.').tagName).toBe('P')
})

test('the chain is painted as soon as it comes, in a region with a name', () => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  render(<ChainPane />)
  showFrames({ chain: chainOf([689, 690, 691]) })
  const region = screen.getByRole('region', { name: 'Option chain, strikes by side' })
  expect(region.querySelectorAll('tr[data-strike]')).toHaveLength(3)
  expect(screen.queryByText(/^No quote/)).toBeNull()
})

test('it says which chain it is, and how old it is', () => {
  render(<ChainMeta />)
  render(<ChainControls />)
  expect(document.body.textContent).toContain('SPY 20 Nov, expires today')
  expect(screen.getByText('210 ms').className).toBe('age')
  showFrames({
    pulse: pulseOf({ heartbeats: { ...pulseOf().heartbeats, feed: { state: 'late', age: 4200, note: '' } } }),
  })
  expect(screen.getByText('4.2 s').className).toContain('late')
})

test('marks count lots: of the open suggestion by its size, of what is held over all positions', () => {
  const twice = [heldPosition({ decision: 'a', quantity: 2 }), heldPosition({ decision: 'b', quantity: 1 })]
  showDesk({ decisions: [decisionOf()], positions: twice })
  const marks = marksOf(pulseOf(), deskStore.getState(), undefined)
  expect(Object.fromEntries(marks.suggested)).toEqual({ P686: -2, P683: 2 })
  expect(Object.fromEntries(marks.held)).toEqual({ P686: -3, P683: 3 })
  expect(marks.formula).toBe('straddle 3.50, then 2.60, 1.90')
})

test('a suggestion that is answered marks nothing, and without a pulse nothing is stale', () => {
  const desk = { ...deskStore.getState(), ...deskSnapshot({ decisions: [decisionOf({ status: 'lapsed' })] }) }
  const marks = marksOf(undefined, desk, undefined)
  expect(marks.suggested.size).toBe(0)
  expect(marks).toMatchObject({ spot: undefined, move: undefined, staleAfter: Number.POSITIVE_INFINITY })
})

test('arrow keys begin at the price and move over strikes and sides, never past the ends', () => {
  showFrames({ chain: chainOf([688, 689, 690, 691]), pulse: pulseOf() })
  expect(moveSelection('ArrowDown', undefined)).toEqual({ strike: 691, side: 'call' })
  expect(moveSelection('ArrowRight', undefined)).toEqual({ strike: 690, side: 'put' })
  expect(moveSelection('ArrowUp', { strike: 690, side: 'put' })).toEqual({ strike: 689, side: 'put' })
  expect(moveSelection('ArrowUp', { strike: 688, side: 'put' })).toEqual({ strike: 688, side: 'put' })
  expect(moveSelection('ArrowDown', { strike: 691, side: 'call' })).toEqual({ strike: 691, side: 'call' })
  expect(moveSelection('ArrowLeft', { strike: 689, side: 'put' })).toEqual({ strike: 689, side: 'call' })
  expect(moveSelection('Enter', { strike: 690, side: 'put' })).toBeUndefined()
})

const SETS = ['greeks', 'sizes', 'secondOrder'] as const
const ALL = REMEMBERED_LISTS.ownColumns

test('every set of columns begins with bid and ask, names each column once, and fits its width', () => {
  const sets = fc.constantFrom(...SETS)
  fc.assert(
    fc.property(sets, fc.integer({ min: 300, max: 2000 }), (set, width) => {
      const columns = chainColumns(set, [], width)
      const heads = columns.map(column => column.head)
      expect(heads.slice(0, 2)).toEqual(['Bid', 'Ask'])
      expect(new Set(heads).size).toBe(heads.length)
      expect(columns.every(column => column.title.length > 2)).toBe(true)
      expect(chainWidth(columns)).toBeLessThanOrEqual(width)
      const wider = chainColumns(set, [], width + 400).map(column => column.head)
      expect(wider).toEqual(expect.arrayContaining(heads))
    }),
  )
})

test('at the usual size the Greeks stand with volume and open interest, in a wide window with the second order too', () => {
  const heads = (width: number) => chainColumns('greeks', [], width).map(column => column.head)
  expect(heads(506)).toEqual(['Bid', 'Ask', 'IV', 'Δ', 'Vol'])
  expect(heads(792)).toEqual(['Bid', 'Ask', 'IV', 'Δ', 'Γ', 'Θ/h', 'V', 'Vol', 'OI'])
  expect(heads(1180)).toEqual(expect.arrayContaining(['Vanna', 'Charm', 'Age']))
})

test('what the trader chose is shown whole and in one order, however narrow the pane and whatever the order of choosing', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...ALL]), fc.integer({ min: 200, max: 2000 }), (own, width) => {
      const columns = chainColumns('own', own, width)
      expect(columns).toHaveLength(own.length + 2)
      expect(columns).toEqual(chainColumns('own', own.toSorted(), width))
    }),
  )
})

test('ticking a column adds it to the set that is shown and makes that his own', () => {
  render(<ChainControls />)
  fireEvent.click(screen.getByRole('button', { name: 'Columns' }))
  fireEvent.click(screen.getByRole('checkbox', { name: /^Mid/ }))
  fireEvent.click(screen.getByRole('checkbox', { name: /^OI/ }))
  const { chainColumns: set, ownColumns } = useView.getState()
  expect(set).toBe('own')
  expect(ownColumns.join(' ')).toBe('mid volatility delta gamma theta vega vanna charm volume age')
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^OI/ }).checked).toBe(false)
  expect(screen.getByRole('button', { name: 'Own' }).getAttribute('aria-pressed')).toBe('true')
})

test('whatever the figures are, a cell is a figure, a dash or a mark, and never says NaN', () => {
  const anything = fc.oneof(fc.constantFrom(Number.NaN, 0, -0, Infinity), fc.float({ min: -1e6, max: 1e6 }))
  fc.assert(
    fc.property(fc.array(anything, { minLength: 12, maxLength: 12 }), fc.nat(9), (values, status) => {
      const column = (from: number) => Float32Array.from([values[from] ?? 0, values[from + 1] ?? 0])
      const frame = chainOf([690], {
        bid: column(0),
        ask: column(2),
        age: column(4),
        delta: column(6),
        vanna: column(7),
        volume: column(8),
        bidSize: column(9),
        impliedVolatility: column(10),
        volatilityStatus: Uint8Array.of(status, status),
      })
      for (const { text } of chainColumns('own', ALL, 1200))
        for (const row of [0, 1])
          expect(text(frame, row)).toMatch(/^(–|<ex|≈ex|>max|exp|\u2212?[\d,]*\.?\d+( ?(k|M|ms|s|min))?)$/)
    }),
  )
})

test('the middle is known only between two orders, to half a cent where it lies there', () => {
  const middle = chainColumns('own', ['mid'], 600).find(column => column.head === 'Mid')
  const texts = [
    [1.2, 1.24],
    [1.2, 1.25],
    [0, 0.05],
    [Number.NaN, 1],
  ].map(([bid = 0, ask = 0]) =>
    middle?.text(chainOf([690], { bid: Float32Array.of(bid, 0), ask: Float32Array.of(ask, 0) }), 0),
  )
  expect(texts).toEqual(['1.22', '1.225', '–', '–'])
})

test('a cell of volatility says what became of the mid, and from where its figure is', () => {
  const column = chainColumns('own', ['volatility'], 600).find(({ head }) => head === 'IV')
  const cell = (volatility: number, source: number, status: number) => {
    const frame = chainOf([690], {
      impliedVolatility: Float32Array.of(volatility, 0),
      volatilitySource: Uint8Array.of(source, 0),
      volatilityStatus: Uint8Array.of(status, 0),
    })
    return [column?.text(frame, 0), column?.note?.(frame, 0)]
  }
  const code = (status: MidStatus) => MID_STATUSES.indexOf(status)
  expect(cell(0.14, sourceCode('mid'), code('ok'))).toEqual(['14.0', ''])
  expect(cell(0.14, sourceCode('counterpart'), code('belowIntrinsic'))).toEqual([
    '14.0',
    'The mid lies below what exercise is worth. From the option across the strike.',
  ])
  expect(cell(0.14, sourceCode('smile'), code('notQuoted'))).toEqual([
    '14.0',
    'Not quoted on both sides. From the fitted smile.',
  ])
  for (const status of MID_STATUSES) {
    const [mark, note] = cell(Number.NaN, sourceCode('none'), code(status))
    expect(mark).not.toBe('')
    expect(note).toMatch(/\.$/)
  }
  expect(cell(Number.NaN, 0, code('aboveMaximum'))[0]).toBe('>max')
})
