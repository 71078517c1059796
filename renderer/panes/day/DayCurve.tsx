import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import '../../charts/charts.css'
import './day.css'
import { MARGIN, ValueAxis } from '../../charts/PriceAxis.tsx'
import { useSize } from '../../charts/useSize.ts'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { Card } from '../../ui/Card.tsx'
import { date, dollars, minute } from '../../ui/format.ts'

/** What the day made so far, minute by minute. */
export function DayCurve() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const curve = useDesk(state => state.dayCurve)
  const session = useDesk(state => state.session)
  return (
    <Card title="Profit of the day" note={session ? `${date(session.date)}, after fees, by minute` : ''}>
      <div ref={host} className="plot day-plot">
        {curve.length > 1 && width > 80 ? (
          <CurvePlot curve={curve} width={width} height={height} />
        ) : (
          <p className="empty">The curve begins with the first trade.</p>
        )}
      </div>
    </Card>
  )
}

function CurvePlot({
  curve,
  width,
  height,
}: {
  readonly curve: DeskState['dayCurve']
  readonly width: number
  readonly height: number
}) {
  const profits = curve.map(point => point.profit)
  const x = scaleLinear([curve[0]?.time ?? 0, curve.at(-1)?.time ?? 1], [MARGIN.left, width - MARGIN.right])
  const y = scaleLinear(
    [Math.min(0, ...profits), Math.max(0, ...profits)],
    [height - MARGIN.bottom, MARGIN.top],
  ).nice()
  const d = line<DeskState['dayCurve'][number]>(
    point => x(point.time),
    point => y(point.profit),
  )([...curve])
  return (
    <svg width={width} height={height} role="img" aria-label="Profit of the day by minute">
      <ValueAxis y={y} width={width} format={value => dollars(value)} />
      {minuteTicks(x.ticks(6)).map(tick => (
        <text key={tick} x={x(tick)} y={height - 6} textAnchor="middle">
          {minute(tick)}
        </text>
      ))}
      <path d={d ?? ''} className="curve" />
    </svg>
  )
}

/** Ticks on whole minutes, each minute once. */
function minuteTicks(ticks: readonly number[]): number[] {
  return [...new Set(ticks.map(tick => Math.ceil(tick / 60_000) * 60_000))]
}
