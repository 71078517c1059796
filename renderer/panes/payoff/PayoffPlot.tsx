import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { PayoffCurve } from '../../../main/contract/frames.ts'
import { MARGIN, PriceAxis, PriceLine, ValueAxis, type PriceScale } from '../../charts/PriceAxis.tsx'
import { SpokenTable, thinned } from '../../charts/SpokenTable.tsx'
import type { FramesState } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { number, profit } from '../../ui/format.ts'
import { PayoffLabels } from './PayoffLabels.tsx'
import { StrikeHandles } from './StrikeHandles.tsx'
import type { ShownPayoff } from './shownPayoffs.ts'

type Curves = NonNullable<FramesState['curves']>

interface PlotProps {
  readonly curves: Curves
  readonly shown: readonly ShownPayoff[]
  /** When the dashed line is: now, or a time of the clock. */
  readonly moment: string
  readonly width: number
  readonly height: number
}

/** Room at the top while other strikes are tried, for what they would mean in words. */
const DRAFT_BAR = 52

/** Prices whose profit is read aloud. */
const SPOKEN_PRICES = 13

/** Payoffs over one axis of prices, with the market's odds along the bottom and the strikes to be moved. */
export function PayoffPlot({ curves, shown, moment, width, height }: PlotProps) {
  const pointed = useView(view => view.pointedPrice)
  const [main] = shown
  const prices = main?.prices ?? curves.prices
  const x = scaleLinear([prices[0] ?? 0, prices.at(-1) ?? 1], [MARGIN.left, width - MARGIN.right])
  const top = main?.before ? DRAFT_BAR : MARGIN.top
  const y = scaleLinear(profitRange(shown), [height - MARGIN.bottom, top])
  return (
    <>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label="Profit by the price of the underlying, now and at the close"
        onPointerMove={event => setView({ pointedPrice: x.invert(event.nativeEvent.offsetX) })}
        onPointerLeave={() => setView({ pointedPrice: undefined })}
      >
        <ValueAxis y={y} width={width} format={value => dollarTick(value)} />
        <PriceAxis x={x} width={width} height={height} />
        <Density curves={curves} x={x} height={height} />
        {main && <Areas curve={main.curve} prices={prices} x={x} y={y} />}
        {shown.map(payoff => (
          <PayoffLines key={payoff.subject} payoff={payoff} isMain={payoff === main} x={x} y={y} />
        ))}
        <PriceLine x={x} price={curves.spot} height={height} className="spot-line" />
        <PriceLine x={x} price={pointed} height={height} className="pointer-line" />
        {main && <PayoffLabels payoff={main} moment={moment} x={x} y={y} width={width} height={height} />}
      </svg>
      {main && (
        <SpokenTable
          caption={`Profit of ${main.curve.label} by the price of the underlying`}
          heads={['Price', 'At the close', moment]}
          rows={thinned(prices.length, SPOKEN_PRICES).map(place => [
            number(prices[place]),
            profit(main.curve.atClose[place]),
            profit(main.curve.now[place]),
          ])}
        />
      )}
      {shown.some(({ subject }) => subject === 'suggestion') && <StrikeHandles x={x} height={height} />}
    </>
  )
}

function profitRange(shown: readonly ShownPayoff[]): [number, number] {
  const values = shown.flatMap(({ curve, before }) => [
    ...curve.atClose,
    ...curve.now,
    ...(before?.atClose ?? []),
  ])
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const pad = (high - low) * 0.12 || 1
  return [low - pad, high + pad]
}

interface Scales {
  readonly x: PriceScale
  readonly y: PriceScale
}

function PayoffLines({
  payoff,
  isMain,
  x,
  y,
}: Scales & { readonly payoff: ShownPayoff; readonly isMain: boolean }) {
  const { curve, before, prices } = payoff
  const path = (column: Float64Array) =>
    line<number>(
      (_, index) => x(prices[index] ?? 0),
      value => y(value),
    )([...column]) ?? ''
  return (
    <g>
      {before && <path d={path(before.atClose)} className="curve before" />}
      <path d={path(curve.now)} className="curve now" />
      <path d={path(curve.atClose)} className={isMain ? 'curve' : 'curve book'} />
    </g>
  )
}

function Areas({
  curve,
  prices,
  x,
  y,
}: Scales & { readonly curve: PayoffCurve; readonly prices: Float64Array }) {
  const fill = (keep: (value: number) => number) =>
    area<number>()
      .x((_, index) => x(prices[index] ?? 0))
      .y0(y(0))
      .y1(value => y(keep(value)))([...curve.atClose]) ?? ''
  return (
    <>
      <path d={fill(value => Math.min(0, value))} className="area loss" />
      <path d={fill(value => Math.max(0, value))} className="area gain" />
    </>
  )
}

function Density({
  curves,
  x,
  height,
}: {
  readonly curves: Curves
  readonly x: PriceScale
  readonly height: number
}) {
  const base = height - MARGIN.bottom
  const d = area<number>()
    .x((_, index) => x(curves.prices[index] ?? 0))
    .y0(base)
    .y1(value => base - value * (height - MARGIN.top - MARGIN.bottom) * 0.26)([...curves.density])
  return <path d={d ?? ''} className="area density" />
}

function dollarTick(value: number): string {
  return value === 0 ? '$0' : `${value < 0 ? '\u2212' : ''}$${Math.abs(value)}`
}
