import type { ChainFrame } from '../../../main/contract/frames.ts'
import { REMEMBERED_LISTS, type ChainColumnName, type ChainColumnSet } from '../../state/viewStore.ts'
import { age, count, lean, number, points } from '../../ui/format.ts'
import { volatilityMark, volatilityNote } from './volatilityWords.ts'

/** One column of the chain, on both sides. */
export interface ChainColumn {
  readonly head: string
  /** What the head stands for, for whoever points at it. */
  readonly title: string
  /** Pixels it needs at least, so that its widest figure is read whole. */
  readonly width: number
  readonly className: string
  /** The text of a row. */
  text(frame: ChainFrame, row: number): string
  /** What is to be said of a row besides its figure, for whoever points at the cell. */
  note?(frame: ChainFrame, row: number): string
  /** The share of a quantity bar behind the figure. */
  quantity?(frame: ChainFrame, row: number): number
}

const at = (column: ArrayLike<number>, row: number) => column[row] ?? Number.NaN

/** Pixels of the column of strikes. */
export const STRIKE_WIDTH = 78

const BID: ChainColumn = {
  head: 'Bid',
  title: 'Best bid',
  width: 44,
  className: 'px bid',
  text: (frame, row) => price(frame.bid, frame, row),
}
const ASK: ChainColumn = {
  head: 'Ask',
  title: 'Best ask',
  width: 44,
  className: 'px ask',
  text: (frame, row) => price(frame.ask, frame, row),
}

/** The columns that can be chosen, by name, in the order in which they stand outward from bid and ask. */
export const CHOSEN_COLUMNS: Readonly<Record<ChainColumnName, ChainColumn>> = {
  mid: {
    head: 'Mid',
    title: 'Middle of bid and ask',
    width: 46,
    className: 'g',
    text: (frame, row) => mid(frame, row),
  },
  bidSize: {
    head: 'Bid sz',
    title: 'Contracts bid',
    width: 44,
    className: 'g',
    text: (frame, row) => size(frame.bidSize, frame, row),
  },
  askSize: {
    head: 'Ask sz',
    title: 'Contracts offered',
    width: 44,
    className: 'g',
    text: (frame, row) => size(frame.askSize, frame, row),
  },
  volatility: {
    head: 'IV',
    title: 'Implied volatility per calendar year, points',
    width: 36,
    className: 'iv',
    text: (frame, row) => volatility(frame, row),
    note: volatilityNote,
  },
  delta: greek('Δ', 'Delta, shares a share', 42, frame => frame.delta, 2, ''),
  gamma: greek('Γ', 'Gamma, delta a dollar', 36, frame => frame.gamma, 3),
  theta: greek('Θ/h', 'Theta, dollars a share and hour', 43, frame => frame.theta, 3),
  vega: greek('V', 'Vega, dollars a share and point of volatility', 36, frame => frame.vega, 3),
  vanna: greek('Vanna', 'Vanna, delta a point of volatility', 46, frame => frame.vanna, 3),
  charm: greek('Charm', 'Charm, delta an hour', 46, frame => frame.charm, 3),
  volume: amount('Vol', 'Contracts traded today', 38, frame => frame.volume),
  openInterest: amount('OI', 'Open interest of last night', 37, frame => frame.openInterest),
  age: {
    head: 'Age',
    title: 'Age of the quote',
    width: 48,
    className: 'q',
    text: (frame, row) => age(at(frame.age, row)),
  },
}

/** The ready sets, what matters most first: where room is short the last ones are left out. */
const SETS: Readonly<Record<Exclude<ChainColumnSet, 'own'>, readonly ChainColumnName[]>> = {
  greeks: [
    'volatility',
    'delta',
    'volume',
    'gamma',
    'theta',
    'vega',
    'openInterest',
    'vanna',
    'charm',
    'age',
  ],
  sizes: ['bidSize', 'askSize', 'mid', 'volume', 'openInterest', 'age'],
  secondOrder: ['volatility', 'delta', 'vanna', 'charm', 'gamma', 'vega', 'theta', 'age'],
}

const NAMES: readonly ChainColumnName[] = REMEMBERED_LISTS.ownColumns

/**
 * The columns of a side, from the strike outward. A ready set leaves out what the width has no room for; what the trader
 * chose himself is shown whole, and the table can be scrolled.
 */
export function chainColumns(
  set: ChainColumnSet,
  own: readonly ChainColumnName[],
  width: number,
): readonly ChainColumn[] {
  const names = new Set(set === 'own' ? own : fitting(SETS[set], width))
  return [BID, ASK, ...NAMES.filter(name => names.has(name)).map(name => CHOSEN_COLUMNS[name])]
}

/** The names of the columns of a set where there is room for all, in the order in which they stand. */
export function columnNames(set: ChainColumnSet, own: readonly ChainColumnName[]): ChainColumnName[] {
  const names = new Set(set === 'own' ? own : SETS[set])
  return NAMES.filter(name => names.has(name))
}

/** The width in pixels that both sides and the strikes need. */
export function chainWidth(columns: readonly ChainColumn[]): number {
  return STRIKE_WIDTH + 2 * columns.reduce((sum, column) => sum + column.width, 0)
}

function fitting(names: readonly ChainColumnName[], width: number): readonly ChainColumnName[] {
  let left = (width - STRIKE_WIDTH) / 2 - BID.width - ASK.width
  const first = names.findIndex(name => {
    left -= CHOSEN_COLUMNS[name].width
    return left < 0
  })
  return first < 0 ? names : names.slice(0, first)
}

function greek(
  head: string,
  title: string,
  width: number,
  column: (frame: ChainFrame) => Float32Array,
  decimals: number,
  className = 'g',
): ChainColumn {
  return { head, title, width, className, text: (frame, row) => lean(at(column(frame), row), decimals) }
}

/** A count with its share of the largest as a bar behind it. */
function amount(
  head: string,
  title: string,
  width: number,
  column: (frame: ChainFrame) => Float32Array,
): ChainColumn {
  return {
    head,
    title,
    width,
    className: 'g v',
    text: (frame, row) => count(at(column(frame), row)),
    quantity: (frame, row) => at(column(frame), row),
  }
}

/** A side that was never quoted is unknown; one without an order is zero. */
function price(column: Float32Array, frame: ChainFrame, row: number): string {
  return Number.isNaN(at(frame.age, row)) ? number(undefined) : number(at(column, row))
}

function size(column: Float32Array, frame: ChainFrame, row: number): string {
  return Number.isNaN(at(frame.age, row)) ? number(undefined) : count(at(column, row))
}

function mid(frame: ChainFrame, row: number): string {
  const [bid, ask] = [at(frame.bid, row), at(frame.ask, row)]
  if (!(bid > 0 && ask > 0)) return number(undefined)
  const middle = (bid + ask) / 2
  return number(middle, Math.abs(middle * 100 - Math.round(middle * 100)) > 0.01 ? 3 : 2)
}

function volatility(frame: ChainFrame, row: number): string {
  const value = at(frame.impliedVolatility, row)
  return Number.isNaN(value) ? volatilityMark(frame, row) : points(value)
}
