import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import type { ScenarioOutput } from '../../state/viewStore.ts'
import { thinned } from '../../charts/SpokenTable.tsx'
import { number, tone } from '../../ui/format.ts'
import type { HeatMatrix } from './heatMatrix.ts'
import { OUTPUTS, rowWords } from './scenarioWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** Pixels that the names of the rows and that one figure take. */
const NAME_WIDTH = 96
const FIGURE_WIDTH = 64

const MOST_COLUMNS = 15
const MOST_ROWS = 15

/** The figures of the map, every few prices and rows, in words. */
export function ScenarioTable({
  frame,
  matrix,
  shows,
  atTheMoney,
  width,
}: {
  readonly frame: ScenarioFrame
  readonly matrix: HeatMatrix
  readonly shows: ScenarioOutput
  readonly atTheMoney: number | undefined
  readonly width: number
}) {
  const { spots, rows, values } = matrix
  const room = Math.max(3, Math.min(MOST_COLUMNS, Math.floor((width - NAME_WIDTH) / FIGURE_WIDTH)))
  const columns = thinned(spots.length, room)
  const { name, unit, write } = OUTPUTS[shows]
  return (
    <div className="scroll scenario-table">
      <table className="grid">
        <caption className="sr">
          {name} {unit} by price of the underlying and {matrix.across}
        </caption>
        <TableHead
          heads={[
            matrix.across === 'time' ? 'Time' : 'Volatility',
            ...columns.map(column => number(spots[column])),
          ]}
        />
        <tbody>
          {thinned(rows.length, MOST_ROWS).map(row => (
            <tr key={row}>
              <th className="l" scope="row">
                {rowWords(matrix, row, frame, atTheMoney)}
              </th>
              {columns.map(column => {
                const value = values[row * spots.length + column]
                return (
                  <td key={column} className={tone(value)}>
                    {write(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
