import { scaleLinear } from 'd3-scale'
import { useState } from 'react'
import '../../charts/charts.css'
import { useSize } from '../../charts/useSize.ts'
import { waterfallSteps, type WaterfallStep } from '../../charts/waterfallSteps.ts'
import { usePulse, type FramesState } from '../../state/frames.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { signed } from '../../ui/format.ts'

type Pulse = NonNullable<FramesState['pulse']>
type Attribution = Pulse['attribution']
type Factors = Pulse['factors']

/** Parts of the profit with their names, in the order they are drawn. */
type Parts = readonly { readonly name: string; readonly value: number }[]

const GREEKS: readonly (readonly [keyof Attribution, string])[] = [
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

const FACTORS: readonly (readonly [keyof Factors, string])[] = [
  ['market', 'Market'],
  ['timing', 'Timing'],
  ['momentum', 'Trend'],
  ['meanReversion', 'Against'],
  ['volatilityCarry', 'Carry'],
  ['selection', 'Strikes'],
  ['costs', 'Costs'],
  ['residual', 'Residual'],
]

const WAYS = [
  { value: 'greek', label: 'Greek' },
  { value: 'factor', label: 'Factor' },
] as const

/** Where the profit of the day came from, by Greek or by factor; the parts sum to the total, the residual like any other. */
export function Waterfall() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const [way, setWay] = useState<(typeof WAYS)[number]['value']>('greek')
  const attribution = usePulse(pulse => pulse.attribution)
  const factors = usePulse(pulse => pulse.factors)
  const parts = way === 'greek' ? greekParts(attribution) : factorParts(factors)
  const hasAny = parts.some(part => part.value !== 0)
  return (
    <div className="fall">
      <div className="section">
        <span>Day P&L by {way === 'greek' ? 'Greek' : 'factor'}</span>
        <span className="micro">
          parts sum to the total <Segmented label="By" choices={WAYS} value={way} onChoose={setWay} />
        </span>
      </div>
      <div ref={host} className="plot">
        {hasAny && width > 80 && height > 50 ? (
          <Bars
            parts={parts}
            label={`Day profit by ${way === 'greek' ? 'Greek' : 'factor'}`}
            width={width}
            height={height}
          />
        ) : (
          <p className="t3">No profit or loss to explain yet.</p>
        )}
      </div>
    </div>
  )
}

function greekParts(attribution: Attribution | undefined): Parts {
  return attribution ? GREEKS.map(([part, name]) => ({ name, value: attribution[part] })) : []
}

function factorParts(factors: Factors | undefined): Parts {
  return factors ? FACTORS.map(([part, name]) => ({ name, value: factors[part] })) : []
}

function Bars({
  parts,
  label,
  width,
  height,
}: {
  readonly parts: Parts
  readonly label: string
  readonly width: number
  readonly height: number
}) {
  const steps = attributionSteps(parts)
  const slot = width / steps.length
  const values = steps.flatMap(step => [step.from, step.to])
  const y = scaleLinear([Math.min(0, ...values), Math.max(0, ...values)], [height - 18, 18])
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
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
export function attributionSteps(parts: Parts): readonly (WaterfallStep & { readonly isTotal: boolean })[] {
  const steps = waterfallSteps(parts)
  const net = steps.at(-1)?.to ?? 0
  return [
    ...steps.map(step => ({ ...step, isTotal: false })),
    { name: 'Net', value: net, from: 0, to: net, isTotal: true },
  ]
}
