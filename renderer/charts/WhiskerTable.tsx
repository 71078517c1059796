import './whiskers.css'
import { intervalWords, whiskerScale, type Interval } from './whiskerScale.ts'

/** A row of figures with an interval. */
export interface WhiskerRow {
  readonly name: string
  readonly measured: Interval
  /** Further cells between the name and the figure. */
  readonly cells?: readonly string[]
  /** `strong` is what it is about, `model` is the machine's own. */
  readonly rank?: 'strong' | 'model'
}

interface WhiskerTableProps {
  readonly caption: string
  /** What the rows are, and the heads of their further cells. */
  readonly heads: readonly string[]
  /** What the figure is. */
  readonly figure: string
  readonly rows: readonly WhiskerRow[]
  readonly write: (value: number) => string
}

const TICKS = 2

/** Figures one below the other, each with its 95 % interval in words and as a dot with whiskers on one scale. */
export function WhiskerTable({ caption, heads, figure, rows, write }: WhiskerTableProps) {
  const scale = whiskerScale(rows.map(row => row.measured))
  const writeTick = scale.tickFormat(TICKS)
  return (
    <table className="grid whiskers">
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head, index) => (
            <th key={head} className={index === 0 ? 'l' : ''} scope="col">
              {head}
            </th>
          ))}
          <th scope="col">{figure}</th>
          <th scope="col">95 %</th>
          <th className="whisker-cell" scope="col">
            <span className="sr">Interval</span>
            <span className="whisker-axis" aria-hidden="true">
              {scale.ticks(TICKS).map(tick => (
                <span key={tick} style={{ left: `${scale(tick)}%` }}>
                  {writeTick(tick)}
                </span>
              ))}
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, measured, cells = [], rank }) => (
          <tr key={name} className={rank === 'strong' ? 'b' : ''}>
            <th className="l ell" scope="row">
              {name}
            </th>
            {cells.map((cell, index) => (
              <td key={heads[index + 1]} className="t2">
                {cell}
              </td>
            ))}
            <td className={rank === 'model' ? 'model' : ''}>{write(measured.value)}</td>
            <td className="t2">{intervalWords(measured, write)}</td>
            <td className="whisker-cell">
              <Whisker measured={measured} scale={scale} rank={rank} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** One dot with its whiskers, and the line at zero. */
function Whisker({
  measured,
  scale,
  rank = 'plain',
}: {
  readonly measured: Interval
  readonly scale: ReturnType<typeof whiskerScale>
  readonly rank?: string | undefined
}) {
  const at = (value: number) => `${scale(value)}%`
  const hasInterval = Number.isFinite(measured.low) && Number.isFinite(measured.high)
  return (
    <svg className={`whisker-plot ${rank}`} width="100%" height="16" aria-hidden="true">
      <line x1={at(0)} x2={at(0)} y1="0" y2="16" className="zero-line" />
      {hasInterval && (
        <>
          <line x1={at(measured.low)} x2={at(measured.high)} y1="8" y2="8" className="reach" />
          <line x1={at(measured.low)} x2={at(measured.low)} y1="5" y2="11" className="reach" />
          <line x1={at(measured.high)} x2={at(measured.high)} y1="5" y2="11" className="reach" />
        </>
      )}
      {Number.isFinite(measured.value) && <circle cx={at(measured.value)} cy="8" r="3" />}
    </svg>
  )
}
