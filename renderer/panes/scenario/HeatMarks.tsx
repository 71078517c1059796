import { useMemo } from 'react'
import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import { number } from '../../ui/format.ts'
import type { HeatMatrix } from './heatMatrix.ts'
import type { HeatPlace } from './heatPlace.ts'
import { rowWords } from './scenarioWords.ts'
import { zeroLine } from './zeroLine.ts'

interface MarksProps {
  readonly frame: ScenarioFrame
  readonly matrix: HeatMatrix
  readonly place: HeatPlace
  readonly cell: { readonly column: number; readonly row: number } | undefined
}

/** What stands over the colours: both axes, the spot, the strikes, the line of zero, the crosshair. */
export function HeatMarks({ frame, matrix, place, cell }: MarksProps) {
  const { prices, top, bottom, left, right, width, height } = place
  const ticks = prices.ticks(Math.max(2, Math.floor(width / 70)))
  const zero = useMemo(() => zeroLine(matrix), [matrix])
  const path = zero.map(([from, to]) => `M${point(place, from)}L${point(place, to)}`).join('')
  return (
    <svg width={width} height={height} aria-hidden="true">
      {ticks.map(tick => (
        <text key={tick} x={prices(tick)} y={height - 6} textAnchor="middle">
          {number(tick, tick % 1 === 0 ? 0 : 1)}
        </text>
      ))}
      <RowNames frame={frame} matrix={matrix} place={place} />
      <path d={path} className="zero-contour" />
      {frame.strikes
        .filter(strike => prices(strike) >= left && prices(strike) <= right)
        .map(strike => (
          <path key={strike} d={`M${prices(strike)} ${bottom}v-7`} className="strike-tick" />
        ))}
      <path d={`M${prices(frame.spot)} ${top}V${bottom}`} className="spot-line" />
      {cell && (
        <path
          d={`M${place.x(cell.column)} ${top}V${bottom}M${left} ${place.y(cell.row)}H${right}`}
          className="crosshair"
        />
      )}
    </svg>
  )
}

/** Every so many rows have room for their name. */
const NAME_HEIGHT = 18

function RowNames({ frame, matrix, place }: Omit<MarksProps, 'cell'>) {
  const rowHeight = (place.bottom - place.top) / matrix.rows.length
  const every = Math.max(1, Math.ceil(NAME_HEIGHT / rowHeight))
  const middle = matrix.across === 'volatility' ? Math.floor(matrix.rows.length / 2) : 0
  return Array.from(matrix.rows, (_, row) =>
    (row - middle) % every === 0 ? (
      <text key={row} x={place.left - 5} y={place.y(row) + 4} textAnchor="end">
        {rowName(matrix, row, frame)}
      </text>
    ) : null,
  )
}

function rowName(matrix: HeatMatrix, row: number, frame: ScenarioFrame): string {
  return matrix.across === 'volatility' && matrix.rows[row] === 1 ? 'IV now' : rowWords(matrix, row, frame)
}

function point(place: HeatPlace, [column, row]: readonly [number, number]): string {
  return `${place.x(column).toFixed(1)} ${place.y(row).toFixed(1)}`
}
