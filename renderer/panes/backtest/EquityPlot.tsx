import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { BacktestReport } from '../../../main/contract/backtest.ts'
import { MARGIN as ROOM, ValueAxis } from '../../charts/PriceAxis.tsx'
import { ReadPlot, type PlotRoom } from '../../charts/ReadPlot.tsx'
import { SpokenTable, thinned } from '../../charts/SpokenTable.tsx'
import { date, dollars } from '../../ui/format.ts'
import { writerOf } from './backtestWords.ts'

type Equity = BacktestReport['equity']
type Write = (value: number) => string

const MARGIN = { ...ROOM, left: 72, right: 28 } as const

/** The share of the height that the fall below the best takes. */
const FALL_SHARE = 0.28

/** Room between the two, so that their figures do not meet. */
const GAP = 24

const MOST_SPOKEN = 12

/** Cumulated profit, and below it on the same days how far it stood under its best. */
export function EquityPlot({
  equity,
  unit,
}: {
  readonly equity: Equity
  readonly unit: BacktestReport['unit']
}) {
  const write = writerOf(unit)
  const { dates, profit, drawdown } = equity
  const words = (place: number) =>
    `${date(dates[place] ?? '')} ${(dates[place] ?? '').slice(0, 4)}: ${write(profit[place] ?? Number.NaN)}, below its best ${write(-(drawdown[place] ?? Number.NaN))}`
  const placeAt = (x: number, width: number) => {
    const share = (x - MARGIN.left) / Math.max(1, width - MARGIN.left - MARGIN.right)
    return Math.round(Math.max(0, Math.min(1, share)) * (dates.length - 1))
  }
  return (
    <>
      <ReadPlot
        label="Equity and fall below the best, by day"
        count={dates.length}
        placeAt={placeAt}
        words={words}
        rest={words(dates.length - 1)}
        className="equity-plot"
      >
        {room => <Drawn equity={equity} write={unit === 'dollars' ? dollars : write} room={room} />}
      </ReadPlot>
      <SpokenTable
        caption="Equity by day"
        heads={['Day', 'Profit', 'Below its best']}
        rows={thinned(dates.length, MOST_SPOKEN).map(place => [
          dates[place] ?? '',
          write(profit[place] ?? Number.NaN),
          write(-(drawdown[place] ?? Number.NaN)),
        ])}
      />
    </>
  )
}

function Drawn({
  equity: { dates, profit, drawdown },
  write,
  room: { width, height, place },
}: {
  readonly equity: Equity
  readonly write: Write
  readonly room: PlotRoom
}) {
  const bottom = height - MARGIN.bottom
  const middle = Math.round(bottom - (bottom - MARGIN.top) * FALL_SHARE)
  const x = scaleLinear([0, Math.max(1, dates.length - 1)], [MARGIN.left, width - MARGIN.right])
  const y = scaleLinear([Math.min(0, ...profit), Math.max(0, ...profit)], [middle - GAP, MARGIN.top]).nice(5)
  const deepest = Math.max(1e-9, ...drawdown)
  const fall = scaleLinear([-deepest, 0], [bottom, middle])
  // The axis draws from its own margins
  const lineEnd = width - MARGIN.left + ROOM.left - MARGIN.right + ROOM.right
  const curve = line<number>(
    (_, index) => x(index),
    value => y(value),
  )
  const below = area<number>(
    (_, index) => x(index),
    fall(0),
    value => fall(-value),
  )
  return (
    <svg width={width} height={height} aria-hidden="true">
      <g transform={`translate(${MARGIN.left - ROOM.left} 0)`}>
        <ValueAxis y={y} width={lineEnd} format={write} />
        <ValueAxis y={fall} width={lineEnd} format={write} lines={2} />
      </g>
      {dayTicks(dates.length, width).map(index => (
        <text key={index} x={x(index)} y={height - 6} textAnchor="middle">
          {date(dates[index] ?? '')}
        </text>
      ))}
      <path d={below([...drawdown]) ?? ''} className="area loss" data-testid="drawdown" />
      <path d={curve([...profit]) ?? ''} className="curve" data-testid="equity" />
      <text x={MARGIN.left + 6} y={bottom - 6}>
        fall below the best
      </text>
      {place !== undefined && (
        <g>
          <path d={`M${x(place)} ${MARGIN.top}V${bottom}`} className="pointer-line" />
          <circle cx={x(place)} cy={y(profit[place] ?? 0)} r="2.75" className="dot-mark" />
        </g>
      )}
    </svg>
  )
}

/** Room that a date needs under the plot. */
const DATE_WIDTH = 80

/** Days that are written under the plot: evenly spread, the first among them, so many as have room. */
export function dayTicks(days: number, width: number): number[] {
  const most = Math.max(1, Math.floor(width / DATE_WIDTH))
  const every = Math.max(1, Math.ceil(days / most))
  return Array.from({ length: Math.ceil(days / every) }, (_, index) => index * every)
}
