import { scaleLinear } from 'd3-scale'
import '../../charts/charts.css'
import { useSize } from '../../charts/useSize.ts'
import { waterfallSteps, type WaterfallStep } from '../../charts/waterfallSteps.ts'
import { usePulse, type FramesState } from '../../state/frames.ts'
import { signed } from '../../ui/format.ts'

type Attribution = NonNullable<FramesState['pulse']>['attribution']

const PARTS: readonly (readonly [keyof Attribution, string])[] = [
  ['delta', 'Delta'],
  ['gamma', 'Gamma'],
  ['theta', 'Theta'],
  ['vega', 'Vega'],
  ['vanna', 'Vanna'],
  ['charm', 'Charm'],
  ['spread', 'Spread'],
  ['fees', 'Fees'],
  ['residual', 'Residual'],
]

/** Where the profit of the day came from; the parts sum to the total, the residual is shown like any other. */
export function Waterfall() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const attribution = usePulse(pulse => pulse.attribution)
  const hasAny = attribution !== undefined && PARTS.some(([name]) => attribution[name] !== 0)
  return (
    <div className="fall">
      <div className="section">
        <span>Day P&L by Greek</span>
        <span className="micro">parts sum to the total</span>
      </div>
      <div ref={host} className="plot">
        {hasAny && width > 80 && height > 50 ? (
          <Bars attribution={attribution} width={width} height={height} />
        ) : (
          <p className="t3">No profit or loss to explain yet.</p>
        )}
      </div>
    </div>
  )
}

function Bars({
  attribution,
  width,
  height,
}: {
  readonly attribution: Attribution
  readonly width: number
  readonly height: number
}) {
  const steps = attributionSteps(attribution)
  const slot = width / steps.length
  const values = steps.flatMap(step => [step.from, step.to])
  const y = scaleLinear([Math.min(0, ...values), Math.max(0, ...values)], [height - 18, 18])
  return (
    <svg width={width} height={height} role="img" aria-label="Day profit by Greek">
      <line x1={0} x2={width} y1={y(0)} y2={y(0)} className="zero-line" />
      {steps.map((step, index) => {
        const x = index * slot + slot * 0.2
        const top = Math.min(y(step.from), y(step.to))
        const size = Math.max(1.5, Math.abs(y(step.from) - y(step.to)))
        const kind = step.isTotal ? 'total' : step.value >= 0 ? 'plus' : 'minus'
        return (
          <g key={step.name} data-part={step.name} data-value={step.value}>
            <rect x={x} y={top} width={slot * 0.6} height={size} className={`fall-bar ${kind}`} />
            <text x={index * slot + slot / 2} y={top - 4} textAnchor="middle" className="ink">
              {signed(step.value, 1)}
            </text>
            <text x={index * slot + slot / 2} y={height - 4} textAnchor="middle">
              {step.name}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

/** The parts as steps that start where the one before ended, and the total from zero. */
export function attributionSteps(
  attribution: Attribution,
): readonly (WaterfallStep & { readonly isTotal: boolean })[] {
  const parts = waterfallSteps(PARTS.map(([part, name]) => ({ name, value: attribution[part] })))
  const net = parts.at(-1)?.to ?? 0
  return [
    ...parts.map(step => ({ ...step, isTotal: false })),
    { name: 'Net', value: net, from: 0, to: net, isTotal: true },
  ]
}
