import { MARGIN, type PriceScale } from '../../charts/PriceAxis.tsx'
import { useView } from '../../state/viewStore.ts'
import { number, profit } from '../../ui/format.ts'
import type { ShownPayoff } from './shownPayoffs.ts'

const LABEL_HEIGHT = 14

interface LabelsProps {
  readonly payoff: ShownPayoff
  readonly moment: string
  readonly x: PriceScale
  readonly y: PriceScale
  readonly width: number
  readonly height: number
}

/** Break-evens, strikes that are not to be moved, the best and the worst, and the figures under the pointer. */
export function PayoffLabels({ payoff, moment, x, y, width, height }: LabelsProps) {
  const pointed = useView(view => view.pointedPrice)
  const { curve, prices, subject } = payoff
  const at = pointed === undefined ? undefined : nearest(prices, pointed)
  // Best and worst may lie beyond the prices that are drawn; their labels stay in the plot
  const inside = (value: number) => Math.min(height - MARGIN.bottom - 14, Math.max(MARGIN.top + 14, y(value)))
  // A small best lies on the line of zero, where break-evens have their figures
  const bestPlace = Math.min(inside(curve.best) - 6, y(0) - LABEL_HEIGHT - 8)
  return (
    <g>
      <BreakEvens prices={curve.breakEvens} x={x} level={y(0)} />
      {subject === 'book' &&
        curve.strikes.map(leg => (
          <path
            key={`${leg.strike}${leg.ratio}`}
            d={`M${x(leg.strike) - 5} ${height - MARGIN.bottom + 1}h10v-6l-5-5l-5 5z`}
            className="leg-mark"
          />
        ))}
      {!payoff.before && (
        <text x={MARGIN.left + 6} y={MARGIN.top + 2} className="ink2">
          P(profit) {number(curve.probabilityOfProfit)}
        </text>
      )}
      <text x={width - MARGIN.right - 2} y={bestPlace} textAnchor="end" className="gain">
        {profit(curve.best)} at best
      </text>
      <text x={MARGIN.left + 6} y={inside(curve.worst) - 6} className="loss">
        {profit(curve.worst)} at worst
      </text>
      <text x={width - MARGIN.right - 2} y={height - MARGIN.bottom - 16} textAnchor="end" className="ink2">
        {at === undefined
          ? `solid at the close, dashed ${moment}`
          : `${number(prices[at])}: ${profit(curve.atClose[at])} at close, ${profit(curve.now[at])} ${moment}`}
      </text>
    </g>
  )
}

function BreakEvens({
  prices,
  x,
  level,
}: {
  readonly prices: readonly number[]
  readonly x: PriceScale
  readonly level: number
}) {
  return prices.map((price, index) => (
    <g key={price}>
      <circle cx={x(price)} cy={level} r="3.5" className="even-mark" />
      <text
        x={x(price) + (index === 0 ? -7 : 7)}
        y={level - 7}
        textAnchor={index === 0 ? 'end' : 'start'}
        className="ink"
      >
        {number(price)}
      </text>
    </g>
  ))
}

function nearest(prices: Float64Array, price: number): number {
  let best = 0
  for (let index = 1; index < prices.length; index += 1) {
    if (Math.abs((prices[index] ?? 0) - price) < Math.abs((prices[best] ?? 0) - price)) best = index
  }
  return best
}
