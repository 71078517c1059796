import type { ChainFrame } from '../../../main/contract/frames.ts'
import { age, number } from '../../ui/format.ts'
import { STRIKE_WIDTH, chainWidth, type ChainColumn } from './columns.ts'

/** Everything besides the chain itself that marks its rows. */
export interface ChainMarks {
  readonly spot: number | undefined
  /** The move left, and its formula in words. */
  readonly move: number | undefined
  readonly formula: string
  /** From this age a row is stale. */
  readonly staleAfter: number
  /** Legs of the open suggestion: key P628, lots, negative where sold. */
  readonly suggested: ReadonlyMap<string, number>
  /** Lots held by leg. */
  readonly held: ReadonlyMap<string, number>
  readonly selected: { readonly strike: number; readonly side: 'call' | 'put' } | undefined
}

const FLASH = 160
/** A cell flashes at most twice a second. */
const FLASH_EVERY = 500
/** When more of the table than this changes at once, nothing flashes. */
const MOST_FLASHING = 0.3

/** The spot line moves to another strike only when the price is this far past it. */
const SPOT_HYSTERESIS = 0.12

interface Row {
  readonly strike: number
  readonly element: HTMLTableRowElement
  readonly key: HTMLTableCellElement
  readonly held: readonly [HTMLElement, HTMLElement]
  readonly note: HTMLElement
  readonly cells: readonly Cell[]
}

interface Cell {
  readonly element: HTMLTableCellElement
  readonly figure: HTMLElement
  readonly column: ChainColumn
  readonly isPut: boolean
  readonly chainRow: number
  text: string
  note: string
  flashedAt: number
}

/**
 * The table of a chain, painted by hand: text nodes change in place and only where the text is another, so that twenty
 * updates a second cost next to nothing and no layout moves.
 */
export class ChainTable {
  readonly #host: HTMLElement
  #rows: Row[] = []
  #body: HTMLTableSectionElement | undefined
  #spotRow: HTMLTableRowElement | undefined
  #spotParts:
    | { readonly move: HTMLElement; readonly price: HTMLElement; readonly formula: HTMLElement }
    | undefined
  #spotAbove = Number.NaN
  #layout = ''

  constructor(host: HTMLElement) {
    this.#host = host
  }

  /** Paints a frame; builds the table anew where strikes or columns are others. */
  paint(frame: ChainFrame, columns: readonly ChainColumn[], marks: ChainMarks, now: number): void {
    const layout = `${frame.layout}|${frame.strikes[0]}|${frame.strikes.length}|${columns.map(column => column.head).join()}`
    if (layout !== this.#layout) {
      this.#layout = layout
      this.#build(frame, columns)
    }
    const visible = this.#visibleRows()
    this.#paintCells(frame, visible, now)
    this.#paintMarks(frame, visible, marks)
    this.#paintSpot(marks)
  }

  /** The offset at which the spot line stands in the middle. */
  centreOffset(): number | undefined {
    const line = this.#spotRow
    return line?.isConnected ? line.offsetTop - (this.#host.clientHeight - line.offsetHeight) / 2 : undefined
  }

  /** Rows whose place is in view. */
  #visibleRows(): readonly Row[] {
    const height = this.#rows[0]?.element.offsetHeight ?? 0
    if (height === 0) return this.#rows
    const first = Math.max(0, Math.floor(this.#host.scrollTop / height) - 3)
    return this.#rows.slice(first, first + Math.ceil(this.#host.clientHeight / height) + 6)
  }

  #paintCells(frame: ChainFrame, rows: readonly Row[], now: number): void {
    const changed: Cell[] = []
    const most = quantityMaxima(frame, rows)
    for (const row of rows) {
      for (const cell of row.cells) {
        const text = cell.column.text(frame, cell.chainRow)
        const { quantity, note } = cell.column
        if (note) setNote(cell, note(frame, cell.chainRow))
        if (quantity) setBar(cell, quantity(frame, cell.chainRow) / (most.get(cell.column.head) ?? 1))
        if (text === cell.text) continue
        // A row that comes into view has no figure yet: nothing moved but the view
        const before = cell.text === '' ? Number.NaN : Number(cell.text.replace('\u2212', '-'))
        const change = Number(text.replace('\u2212', '-')) - before
        cell.text = text
        cell.figure.textContent = text
        cell.element.classList.toggle('zero', /^\u2212?0?\.?0+$/.test(text) || text === '\u2013')
        if (cell.column.className.startsWith('px') && Number.isFinite(change) && change !== 0) {
          cell.element.dataset['move'] = change > 0 ? 'up' : 'down'
          changed.push(cell)
        }
      }
    }
    const prices = rows.length * 4
    if (changed.length > prices * MOST_FLASHING)
      for (const cell of changed) delete cell.element.dataset['move']
    else for (const cell of changed) flash(cell, now)
  }

  #paintMarks(frame: ChainFrame, rows: readonly Row[], marks: ChainMarks): void {
    const { spot, move, staleAfter } = marks
    const half = frame.strikes.length
    rows.forEach(row => {
      const position = indexOfStrike(frame.strikes, row.strike)
      const ages = [frame.age[position] ?? Number.NaN, frame.age[position + half] ?? Number.NaN]
      const oldest = Math.max(...ages.map(value => (Number.isNaN(value) ? 0 : value)))
      row.element.classList.toggle('stale', oldest > staleAfter)
      row.element.classList.toggle('selected', marks.selected?.strike === row.strike)
      const distance =
        spot === undefined || move === undefined ? Number.POSITIVE_INFINITY : Math.abs(row.strike - spot)
      row.key.classList.toggle('e1', move !== undefined && distance <= move)
      row.key.classList.toggle('e2', move !== undefined && distance > move && distance <= 2 * move)
      for (const cell of row.cells) {
        const isInside = spot !== undefined && (cell.isPut ? row.strike > spot : row.strike < spot)
        cell.element.classList.toggle('itm', isInside)
      }
      this.#paintLots(row, marks, oldest)
    })
  }

  #paintLots(row: Row, marks: ChainMarks, oldest: number): void {
    const badge = (element: HTMLElement, lots: number | undefined) => {
      setText(element, lots ? `${lots > 0 ? '+' : '\u2212'}${Math.abs(lots)}` : '')
      element.className = lots ? `lot ${element.dataset['side']}` : 'none'
    }
    badge(row.held[0], marks.held.get(`C${row.strike}`))
    badge(row.held[1], marks.held.get(`P${row.strike}`))
    const lots = marks.suggested.get(`P${row.strike}`) ?? marks.suggested.get(`C${row.strike}`)
    const isPut = marks.suggested.has(`P${row.strike}`)
    for (const cell of row.cells) {
      const isHit =
        lots !== undefined && cell.isPut === isPut && cell.column.head === (lots < 0 ? 'Bid' : 'Ask')
      cell.element.classList.toggle('leg', isHit)
    }
    if (lots !== undefined) {
      setText(row.note, `${lots < 0 ? 'S' : 'B'}${Math.abs(lots)}`)
      // Where lots of this very leg are held, its own side is taken
      const isTaken = Boolean(marks.held.get(`${isPut ? 'P' : 'C'}${row.strike}`))
      row.note.className = `lot sug ${isPut === isTaken ? 'lt' : 'rt'}`
    } else if (oldest > marks.staleAfter) {
      setText(row.note, age(oldest))
      row.note.className = 'old rt'
    } else {
      setText(row.note, '')
      row.note.className = 'none'
    }
  }

  #paintSpot(marks: ChainMarks): void {
    const { spot } = marks
    if (spot === undefined || !this.#body || !this.#spotRow || !this.#spotParts) return
    setText(this.#spotParts.price, number(spot))
    setText(
      this.#spotParts.move,
      marks.move === undefined
        ? 'move left unknown'
        : `move left ±${number(marks.move)}, ${number((marks.move / spot) * 100)} %`,
    )
    setText(this.#spotParts.formula, marks.formula)
    const isPast =
      Number.isNaN(this.#spotAbove) ||
      spot > this.#spotAbove + SPOT_HYSTERESIS ||
      spot < this.#strikeBelow() - SPOT_HYSTERESIS
    if (!isPast) return
    const above = this.#rows.find(row => row.strike > spot)
    this.#spotAbove = above?.strike ?? Number.POSITIVE_INFINITY
    this.#body.insertBefore(this.#spotRow, above?.element ?? null)
  }

  #strikeBelow(): number {
    return this.#rows.findLast(row => row.strike < this.#spotAbove)?.strike ?? Number.NEGATIVE_INFINITY
  }

  #build(frame: ChainFrame, columns: readonly ChainColumn[]): void {
    const outward = columns
    const calls = outward.slice(2).reverse()
    const sides = [...calls, ...outward.slice(0, 2)]
    const puts = [...outward]
    const table = make('table', 'chain-table')
    table.style.minWidth = `${chainWidth(columns)}px`
    table.append(columnWidths([...sides, undefined, ...puts]), tableHead([...sides, undefined, ...puts]))
    const body = make('tbody')
    this.#rows = Array.from(frame.strikes, (strike, position) =>
      buildRow(strike, position, frame.strikes.length, sides, puts),
    )
    body.append(...this.#rows.map(row => row.element))
    table.append(body)
    this.#host.replaceChildren(table)
    // Where the columns are wider than the pane, the strikes stay in its middle
    this.#host.scrollLeft = (this.#host.scrollWidth - this.#host.clientWidth) / 2
    this.#body = body
    this.#spotAbove = Number.NaN
    this.#buildSpotRow(sides.length + puts.length + 1)
  }

  #buildSpotRow(span: number): void {
    const row = make('tr', 'spot')
    const cell = make('td')
    cell.colSpan = span
    const [left, price, right] = [make('span', 'bar'), make('b'), make('span', 'bar rr')]
    const [move, formula] = [make('span'), make('span')]
    left.append(move)
    right.append(formula)
    const line = make('div')
    line.append(left, price, right)
    cell.append(line)
    row.append(cell)
    this.#spotRow = row
    this.#spotParts = { move, price, formula }
  }
}

function buildRow(
  strike: number,
  position: number,
  half: number,
  calls: readonly ChainColumn[],
  puts: readonly ChainColumn[],
): Row {
  const element = make('tr')
  element.dataset['strike'] = String(strike)
  const cell = (column: ChainColumn, isPut: boolean): Cell => {
    const td = make('td', `${isPut ? 'put' : 'call'} ${column.className}`)
    const figure = make('span')
    td.append(figure)
    return {
      element: td,
      figure,
      column,
      isPut,
      chainRow: isPut ? position + half : position,
      text: '',
      note: '',
      flashedAt: 0,
    }
  }
  const key = make('th', 'k')
  key.scope = 'row'
  const held = [make('em', 'none'), make('em', 'none')] as const
  held[0].dataset['side'] = 'lt'
  held[1].dataset['side'] = 'rt'
  const note = make('em', 'none')
  key.append(held[0], String(strike), held[1], note)
  const cells = [...calls.map(column => cell(column, false)), ...puts.map(column => cell(column, true))]
  element.append(
    ...cells.slice(0, calls.length).map(entry => entry.element),
    key,
    ...cells.slice(calls.length).map(entry => entry.element),
  )
  return { strike, element, key, held, note, cells }
}

function tableHead(columns: readonly (ChainColumn | undefined)[]): HTMLTableSectionElement {
  const head = make('thead')
  const row = make('tr')
  for (const column of columns) {
    const cell = make('th', column ? '' : 'k')
    cell.scope = 'col'
    cell.textContent = column?.head ?? 'Strike'
    if (column) cell.title = column.title
    row.append(cell)
  }
  head.append(row)
  return head
}

function columnWidths(columns: readonly (ChainColumn | undefined)[]): HTMLElement {
  const group = make('colgroup')
  for (const column of columns) {
    const col = make('col')
    col.style.width = `${column?.width ?? STRIKE_WIDTH}px`
    group.append(col)
  }
  return group
}

function quantityMaxima(frame: ChainFrame, rows: readonly Row[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const row of rows) {
    for (const cell of row.cells) {
      const { quantity, head } = cell.column
      if (quantity) most.set(head, Math.max(most.get(head) ?? 1, quantity(frame, cell.chainRow) || 0))
    }
  }
  return most
}

function setNote(cell: Cell, note: string): void {
  if (cell.note === note) return
  cell.note = note
  cell.element.title = note
  cell.element.classList.toggle('noted', note !== '')
}

function setBar(cell: Cell, share: number): void {
  const width = Math.round(Math.sqrt(Math.max(0, share || 0)) * 92)
  const text = width < 8 ? '0' : `${width}%`
  if (cell.element.dataset['w'] === text) return
  cell.element.dataset['w'] = text
  cell.element.style.setProperty('--w', text)
}

function flash(cell: Cell, now: number): void {
  const { element } = cell
  if (now - cell.flashedAt < FLASH_EVERY) {
    delete element.dataset['move']
    return
  }
  cell.flashedAt = now
  setTimeout(() => {
    delete element.dataset['move']
  }, FLASH)
}

function indexOfStrike(strikes: Float64Array, strike: number): number {
  return strikes.indexOf(strike)
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  return element
}
