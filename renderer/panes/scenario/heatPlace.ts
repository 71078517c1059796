import { scaleLinear } from 'd3-scale'
import { MARGIN, type PriceScale } from '../../charts/PriceAxis.tsx'
import type { HeatMatrix } from './heatMatrix.ts'

/** Where a heat map stands in its pane, and where its cells are. */
export interface HeatPlace {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Of prices, as in the payoff. */
  readonly prices: PriceScale
  /** The middle of a column and of a row, in pixels; parts of a cell lie between. */
  x(column: number): number
  y(row: number): number
  /** The cell under a point, the nearest one outside. */
  cellAt(left: number, top: number): { readonly column: number; readonly row: number }
}

/** The place of a matrix in a pane of so many pixels. */
export function heatPlace(matrix: HeatMatrix, width: number, height: number): HeatPlace {
  const { spots, rows } = matrix
  const [left, right] = [MARGIN.left, width - MARGIN.right]
  const [top, bottom] = [4, height - MARGIN.bottom]
  const prices = scaleLinear([spots[0] ?? 0, spots.at(-1) ?? 1], [left, right])
  const step = (right - left) / Math.max(1, spots.length - 1)
  const rowHeight = (bottom - top) / Math.max(1, rows.length)
  const within = (place: number, count: number) => Math.max(0, Math.min(count - 1, place))
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    prices,
    x: column => left + column * step,
    y: row => top + (row + 0.5) * rowHeight,
    cellAt: (pointLeft, pointTop) => ({
      column: within(Math.round((pointLeft - left) / step), spots.length),
      row: within(Math.floor((pointTop - top) / rowHeight), rows.length),
    }),
  }
}
