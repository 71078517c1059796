import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChainFrame } from '../../../main/contract/frames.ts'
import { chainOf } from '../../../main/fixtures/screen.ts'
import { ChainTable, type ChainMarks } from './chainTable.ts'
import { chainColumns } from './columns.ts'

const STRIKES = [685, 686, 687, 688, 689, 690, 691, 692]
const NARROW = chainColumns('greeks', [], 500)
const UNMARKED: ChainMarks = {
  spot: 688.4,
  move: 1.5,
  formula: '',
  staleAfter: 5000,
  suggested: new Map(),
  held: new Map(),
  selected: undefined,
}

let host: HTMLElement
let table: ChainTable

beforeEach(() => {
  vi.useFakeTimers()
  host = document.createElement('div')
  document.body.replaceChildren(host)
  table = new ChainTable(host)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function paint(frame: ChainFrame, marks: Partial<ChainMarks> = {}, now = 10_000, columns = NARROW): void {
  table.paint(frame, columns, { ...UNMARKED, ...marks }, now)
}

function rowAt(strike: number): HTMLElement {
  const row = host.querySelector<HTMLElement>(`tr[data-strike="${strike}"]`)
  if (!row) throw new Error(`the table must have a row ${strike}`)
  return row
}

/** The figures of a row from left to right, the strike among them. */
function texts(strike: number): string[] {
  return [...rowAt(strike).children].map(cell =>
    cell.tagName === 'TH' ? (cell.childNodes[1]?.textContent ?? '') : (cell.textContent ?? ''),
  )
}

function cellOf(strike: number, side: 'call' | 'put', price: 'bid' | 'ask'): HTMLElement {
  const cell = rowAt(strike).querySelector<HTMLElement>(`.${side}.${price}`)
  if (!cell) throw new Error('the row must have its prices')
  return cell
}

/** A frame with one figure changed. */
function changed(frame: ChainFrame, column: 'bid' | 'ask' | 'age', row: number, value: number): ChainFrame {
  const next = frame[column].slice()
  next[row] = value
  return { ...frame, [column]: next }
}

/** The strikes in the order of the rows, `spot` where the line stands. */
function order(): string[] {
  return [...host.querySelectorAll<HTMLElement>('tbody tr')].map(row => row.dataset['strike'] ?? 'spot')
}

const moving = () => host.querySelectorAll('[data-move]').length

test('calls stand left, puts right, prices next to the strike on the call side', () => {
  paint(chainOf(STRIKES))
  const heads = [...host.querySelectorAll('thead th')].map(head => head.textContent)
  expect(heads).toEqual(['Vol', 'Δ', 'IV', 'Bid', 'Ask', 'Strike', 'Bid', 'Ask', 'IV', 'Δ', 'Vol'])
  expect(texts(686)).toEqual('1.2k .25 14.0 1.86 1.90 686 2.86 2.90 14.0 −.25 1.2k'.split(' '))
})

test('rows rise by strike, with the line of the price where the price is', () => {
  paint(chainOf(STRIKES), { spot: 688.4 })
  expect(order()).toEqual(['685', '686', '687', '688', 'spot', '689', '690', '691', '692'])
  expect(host.querySelector('tr.spot')?.textContent).toBe('move left ±1.50, 0.22 %688.40')
})

test.each([
  [684, 0],
  [688, 4],
  [700, 8],
])('at a price of %s the line stands at place %s', (spot, place) => {
  paint(chainOf(STRIKES), { spot })
  expect(order().indexOf('spot')).toBe(place)
})

test('the line waits until the price is clearly past a strike, both ways', () => {
  paint(chainOf(STRIKES), { spot: 688.4 })
  const places = [689.1, 689.13, 688.95, 688.89, 688.87].map(spot => {
    paint(chainOf(STRIKES), { spot })
    return order().indexOf('spot')
  })
  expect(places).toEqual([4, 5, 5, 5, 4])
})

test('an unknown move left is said, not drawn', () => {
  paint(chainOf(STRIKES), { move: undefined })
  expect(host.querySelector('tr.spot')?.textContent).toContain('move left unknown')
  expect(host.querySelectorAll('.e1, .e2')).toHaveLength(0)
})

test('strikes are shaded by one and two moves left', () => {
  paint(chainOf(STRIKES), { spot: 688.5, move: 1.5 })
  const shaded = (name: string) =>
    STRIKES.filter(strike => rowAt(strike).querySelector('th')?.classList.contains(name))
  expect(shaded('e1')).toEqual([687, 688, 689, 690])
  expect(shaded('e2')).toEqual([686, 691])
})

test('options in the money are marked on their side', () => {
  paint(chainOf(STRIKES), { spot: 688.5 })
  for (const strike of STRIKES) {
    expect(cellOf(strike, 'call', 'bid').classList.contains('itm')).toBe(strike < 688.5)
    expect(cellOf(strike, 'put', 'bid').classList.contains('itm')).toBe(strike > 688.5)
  }
})

test('a side that was never quoted shows dashes, one without an order a zero', () => {
  const frame = changed(changed(chainOf(STRIKES), 'age', 0, Number.NaN), 'bid', 9, 0)
  paint(frame)
  expect(texts(685).slice(3, 5)).toEqual(['–', '–'])
  expect(texts(686)[6]).toBe('0.00')
  expect(cellOf(686, 'put', 'bid').classList.contains('zero')).toBe(true)
})

test('a row is stale as soon as either side is, says its age, and recovers', () => {
  const stale = changed(chainOf(STRIKES), 'age', 8 + 2, 7300)
  paint(stale)
  expect(rowAt(687).classList.contains('stale')).toBe(true)
  expect(rowAt(687).querySelector('.old')?.textContent).toBe('7.3 s')
  expect(host.querySelectorAll('tr.stale')).toHaveLength(1)
  paint(chainOf(STRIKES))
  expect(host.querySelectorAll('tr.stale, .old')).toHaveLength(0)
})

test('a quote at the age from which it is stale is not stale yet', () => {
  paint(changed(chainOf(STRIKES), 'age', 2, 5000))
  expect(rowAt(687).classList.contains('stale')).toBe(false)
})

test('held lots stand on their side of the strike, long with a plus', () => {
  paint(chainOf(STRIKES), {
    held: new Map([
      ['C691', -2],
      ['P686', 3],
    ]),
  })
  expect(rowAt(691).querySelector('.lot.lt')?.textContent).toBe('−2')
  expect(rowAt(686).querySelector('.lot.rt')?.textContent).toBe('+3')
  paint(chainOf(STRIKES))
  expect(host.querySelectorAll('.lot')).toHaveLength(0)
})

test('a suggested leg is marked at the price that it would be traded at', () => {
  paint(chainOf(STRIKES), {
    suggested: new Map([
      ['P686', -2],
      ['P685', 2],
    ]),
  })
  expect([...host.querySelectorAll('td.leg')]).toEqual([cellOf(685, 'put', 'ask'), cellOf(686, 'put', 'bid')])
  expect(rowAt(686).querySelector('.sug')?.textContent).toBe('S2')
  expect(rowAt(685).querySelector('.sug')?.textContent).toBe('B2')
})

test('a price that changed flashes in its direction, for a moment', () => {
  const frame = chainOf(STRIKES)
  paint(frame)
  paint(changed(changed(frame, 'bid', 1, 1.95), 'ask', 9, 2.8), {}, 11_000)
  expect(cellOf(686, 'call', 'bid').dataset['move']).toBe('up')
  expect(cellOf(686, 'put', 'ask').dataset['move']).toBe('down')
  expect(moving()).toBe(2)
  vi.advanceTimersByTime(160)
  expect(moving()).toBe(0)
})

test('a cell flashes at most twice a second', () => {
  const frame = chainOf(STRIKES)
  paint(frame)
  const flashes = [11_000, 11_200, 11_499, 11_500].map((now, step) => {
    paint(changed(frame, 'bid', 1, 2 + step / 100), {}, now)
    const isFlashing = moving() === 1
    vi.advanceTimersByTime(160)
    return isFlashing
  })
  expect(flashes).toEqual([true, false, false, true])
})

test('nothing flashes when the table is new, or when a third of it changes at once', () => {
  const frame = chainOf(STRIKES)
  paint(frame)
  expect(moving()).toBe(0)
  paint({ ...frame, bid: frame.bid.map(bid => bid + 0.01) }, {}, 11_000)
  expect(moving()).toBe(0)
})

test('a figure that is no price does not flash', () => {
  const frame = chainOf(STRIKES)
  paint(frame)
  paint({ ...frame, delta: frame.delta.map(delta => delta / 2) }, {}, 11_000)
  expect(texts(686)[1]).toBe('.13')
  expect(moving()).toBe(0)
})

test('a row that comes into view does not flash: nothing changed but the view', () => {
  const strikes = Array.from({ length: 60 }, (_, index) => 660 + index)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(20)
  vi.spyOn(host, 'clientHeight', 'get').mockReturnValue(400)
  paint(chainOf(strikes))
  expect(texts(719)[3]).toBe('')
  host.scrollTop = 100
  paint(chainOf(strikes), {}, 11_000)
  expect(texts(687)[3]).toBe('1.87')
  expect(moving()).toBe(0)
})

test('other strikes or other columns build the table anew; the same ones keep every cell', () => {
  paint(chainOf(STRIKES))
  const cell = cellOf(686, 'call', 'bid')
  paint(chainOf(STRIKES), { spot: 690.6 })
  expect(cellOf(686, 'call', 'bid')).toBe(cell)
  paint(chainOf([683, 684, ...STRIKES], { layout: 2 }))
  expect(order().filter(entry => entry !== 'spot')).toHaveLength(10)
  expect(texts(686)[3]).toBe('1.86')
  paint(chainOf([683, 684, ...STRIKES], { layout: 2 }), {}, 12_000, chainColumns('sizes', [], 500))
  expect([...host.querySelectorAll('thead th')].map(head => head.textContent)).toContain('Bid sz')
  expect(texts(686)[2]).toBe('1.86')
  expect(host.querySelectorAll('table')).toHaveLength(1)
})

test('the selected strike is marked alone', () => {
  paint(chainOf(STRIKES), { selected: { strike: 687, side: 'put' } })
  paint(chainOf(STRIKES), { selected: { strike: 690, side: 'put' } })
  expect([...host.querySelectorAll('tr.selected')]).toEqual([rowAt(690)])
})

test('there is no middle to scroll to before a price is known', () => {
  paint(chainOf(STRIKES), { spot: undefined })
  expect(table.centreOffset()).toBeUndefined()
  paint(chainOf(STRIKES))
  expect(table.centreOffset()).toBe(0)
})

test('a volatility that is not the own mid’s says so to whoever points at it', () => {
  const frame = chainOf(STRIKES)
  paint({
    ...frame,
    volatilityStatus: frame.volatilityStatus.fill(1),
    volatilitySource: frame.volatilitySource.fill(1),
  })
  const cell = rowAt(686).querySelector<HTMLElement>('.call.iv')
  expect([cell?.title, cell?.classList.contains('noted')]).toEqual(['', false])
  paint({
    ...frame,
    volatilityStatus: frame.volatilityStatus.slice().fill(2),
    volatilitySource: frame.volatilitySource.slice().fill(3),
  })
  expect(cell?.title).toBe('The mid lies below what exercise is worth. From the fitted smile.')
  expect(cell?.classList.contains('noted')).toBe(true)
})
