import type { ScaleLinear } from 'd3-scale'
import { number } from '../ui/format.ts'

/** A value of an axis to its place on the plot. */
export type PriceScale = ScaleLinear<number, number>

/** Room around the plot: left for the value axis, below for the price axis. */
export const MARGIN = { top: 12, right: 12, bottom: 22, left: 44 } as const

/** The axis of prices along the bottom, with its grid; the same in payoff and smile. */
export function PriceAxis({
  x,
  width,
  height,
}: {
  readonly x: PriceScale
  readonly width: number
  readonly height: number
}) {
  const ticks = x.ticks(Math.max(2, Math.floor(width / 70)))
  return (
    <g>
      {ticks.map(tick => (
        <g key={tick}>
          <line x1={x(tick)} x2={x(tick)} y1={MARGIN.top} y2={height - MARGIN.bottom} className="grid-line" />
          <text x={x(tick)} y={height - 6} textAnchor="middle">
            {number(tick, tick % 1 === 0 ? 0 : 1)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** The axis of values at the left, with its grid. */
export function ValueAxis({
  y,
  width,
  format,
  lines = 5,
}: {
  readonly y: PriceScale
  readonly width: number
  readonly format: (value: number) => string
  readonly lines?: number
}) {
  return (
    <g>
      {y.ticks(lines).map(tick => (
        <g key={tick}>
          <line
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={y(tick)}
            y2={y(tick)}
            className={tick === 0 ? 'zero-line' : 'grid-line'}
          />
          <text x={MARGIN.left - 6} y={y(tick) + 4} textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** A vertical line at a price: the spot, or where the pointer is. */
export function PriceLine({
  x,
  price,
  height,
  className,
}: {
  readonly x: PriceScale
  readonly price: number | undefined
  readonly height: number
  readonly className: string
}) {
  if (price === undefined) return null
  const [low, high] = x.domain()
  if (price < (low ?? 0) || price > (high ?? 0)) return null
  return (
    <line x1={x(price)} x2={x(price)} y1={MARGIN.top} y2={height - MARGIN.bottom} className={className} />
  )
}
