import type { ChainFrame } from '../../../main/contract/frames.ts'
import type { ChainColumnSet } from '../../state/viewStore.ts'
import { age, count, lean, number, points } from '../../ui/format.ts'

/** One column of the chain, on both sides. */
export interface ChainColumn {
  readonly head: string
  /** What the head stands for, for whoever points at it. */
  readonly title: string
  readonly width: number
  readonly className: string
  /** The text of a row. */
  text(frame: ChainFrame, row: number): string
  /** The share of a quantity bar behind the figure. */
  quantity?(frame: ChainFrame, row: number): number
}

const at = (column: ArrayLike<number>, row: number) => column[row] ?? Number.NaN

const BID: ChainColumn = {
  head: 'Bid',
  title: 'Best bid',
  width: 46,
  className: 'px bid',
  text: (frame, row) => price(frame.bid, frame, row),
}
const ASK: ChainColumn = {
  head: 'Ask',
  title: 'Best ask',
  width: 46,
  className: 'px ask',
  text: (frame, row) => price(frame.ask, frame, row),
}
const MID: ChainColumn = {
  head: 'Mid',
  title: 'Middle of bid and ask',
  width: 48,
  className: 'g',
  text: (frame, row) => mid(frame, row),
}
const BID_SIZE: ChainColumn = {
  head: 'Bid sz',
  title: 'Contracts bid',
  width: 46,
  className: 'g',
  text: (frame, row) => size(frame.bidSize, frame, row),
}
const ASK_SIZE: ChainColumn = {
  head: 'Ask sz',
  title: 'Contracts offered',
  width: 46,
  className: 'g',
  text: (frame, row) => size(frame.askSize, frame, row),
}
const VOLATILITY: ChainColumn = {
  head: 'IV',
  title: 'Implied volatility per calendar year, points',
  width: 38,
  className: 'iv',
  text: (frame, row) => volatility(frame, row),
}
const DELTA: ChainColumn = {
  head: 'Δ',
  title: 'Delta a share',
  width: 40,
  className: '',
  text: (frame, row) => lean(at(frame.delta, row), 2),
}
const GAMMA: ChainColumn = {
  head: 'Γ',
  title: 'Gamma a dollar',
  width: 40,
  className: 'g',
  text: (frame, row) => lean(at(frame.gamma, row), 3),
}
const THETA: ChainColumn = {
  head: 'Θ/h',
  title: 'Theta, dollars a share and hour',
  width: 46,
  className: 'g',
  text: (frame, row) => lean(at(frame.theta, row), 3),
}
const VEGA: ChainColumn = {
  head: 'V',
  title: 'Vega, dollars a share and point',
  width: 38,
  className: 'g',
  text: (frame, row) => lean(at(frame.vega, row), 3),
}
const VANNA: ChainColumn = {
  head: 'Vanna',
  title: 'Delta a point of volatility',
  width: 50,
  className: 'g',
  text: (frame, row) => lean(at(frame.vanna, row), 3),
}
const CHARM: ChainColumn = {
  head: 'Charm',
  title: 'Delta an hour',
  width: 50,
  className: 'g',
  text: (frame, row) => lean(at(frame.charm, row), 3),
}
const VOLUME: ChainColumn = {
  head: 'Vol',
  title: 'Contracts traded today',
  width: 42,
  className: 'g v',
  text: (frame, row) => count(at(frame.volume, row)),
  quantity: (frame, row) => at(frame.volume, row),
}
const OPEN_INTEREST: ChainColumn = {
  head: 'OI',
  title: 'Open interest of last night',
  width: 42,
  className: 'g v',
  text: (frame, row) => count(at(frame.openInterest, row)),
  quantity: (frame, row) => at(frame.openInterest, row),
}
const AGE: ChainColumn = {
  head: 'Age',
  title: 'Age of the quote',
  width: 50,
  className: 'q',
  text: (frame, row) => age(at(frame.age, row)),
}

/** The columns of a side, from the strike outward. */
export function chainColumns(set: ChainColumnSet, width: number): readonly ChainColumn[] {
  if (set === 'sizes')
    return [BID, ASK, BID_SIZE, ASK_SIZE, MID, VOLUME, ...(width >= 640 ? [OPEN_INTEREST, AGE] : [])]
  if (set === 'secondOrder')
    return [BID, ASK, VOLATILITY, DELTA, VANNA, CHARM, ...(width >= 640 ? [GAMMA, AGE] : [])]
  if (width >= 1100)
    return [BID, ASK, VOLATILITY, DELTA, GAMMA, THETA, VEGA, VANNA, CHARM, VOLUME, OPEN_INTEREST, AGE]
  if (width >= 740) return [BID, ASK, VOLATILITY, DELTA, GAMMA, THETA, VEGA, VOLUME, OPEN_INTEREST]
  return [BID, ASK, VOLATILITY, DELTA, VOLUME]
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
  return Number.isNaN(value) ? number(undefined) : points(value)
}
