import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { MARGIN, PriceAxis, PriceLine, ValueAxis } from '../../charts/PriceAxis.tsx'
import '../../charts/charts.css'
import { useSize } from '../../charts/useSize.ts'
import { useCurves, usePulse, useSessionTime, type FramesState } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { number, profit } from '../../ui/format.ts'

type Curves = NonNullable<FramesState['curves']>
type Curve = NonNullable<Curves['suggestion']>

const CHOICES = [
  { value: 'suggestion', label: 'Trade' },
  { value: 'book', label: 'Book' },
  { value: 'both', label: 'Both' },
] as const

/** The market's probability that it ends above water. */
export function PayoffMeta() {
  const curves = useCurves()
  const of = useView(view => view.payoffOf)
  const shown = curves && shownCurves(curves, of)[0]
  if (!shown) return null
  return (
    <>
      {shown.label}, P(profit) <b>{number(shown.probabilityOfProfit)}</b>
    </>
  )
}

/** What the payoff is of. */
export function PayoffControls() {
  const of = useView(view => view.payoffOf)
  const age = useCurvesAge()
  const lateAfter = useSessionTime(2000)
  return (
    <>
      <Age milliseconds={age} lateAfter={lateAfter} />
      <Segmented
        label="Payoff of"
        choices={CHOICES}
        value={of}
        onChoose={payoffOf => setView({ payoffOf })}
      />
    </>
  )
}

/** Profit by the price of the underlying: solid at the close, dashed now, with the market's odds along the bottom. */
export function PayoffPane() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const curves = useCurves()
  const of = useView(view => view.payoffOf)
  const shown = curves ? shownCurves(curves, of) : []
  const first = shown[0]
  return (
    <div ref={host} className="plot">
      {curves && first && width > 60 && height > 60 ? (
        <PayoffPlot curves={curves} shown={shown} width={width} height={height} />
      ) : (
        <p className="empty">
          {of === 'book'
            ? 'Nothing is held.'
            : 'No trade is suggested and nothing is held. Payoffs stand here, now and at the close.'}
        </p>
      )}
    </div>
  )
}

function PayoffPlot({
  curves,
  shown,
  width,
  height,
}: {
  readonly curves: Curves
  readonly shown: readonly Curve[]
  readonly width: number
  readonly height: number
}) {
  const pointed = useView(view => view.pointedPrice)
  const { prices } = curves
  const x = scaleLinear([prices[0] ?? 0, prices.at(-1) ?? 1], [MARGIN.left, width - MARGIN.right])
  const values = shown.flatMap(curve => [...curve.atClose, ...curve.now])
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const pad = (high - low) * 0.12 || 1
  const y = scaleLinear([low - pad, high + pad], [height - MARGIN.bottom, MARGIN.top])
  const path = (column: Float64Array) =>
    line<number>(
      (_, index) => x(prices[index] ?? 0),
      value => y(value),
    )([...column]) ?? ''
  const main = shown[0]
  return (
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
      {main && <Areas curve={main} prices={prices} x={x} y={y} />}
      {shown.map(curve => (
        <g key={curve.label}>
          <path d={path(curve.now)} className="curve now" />
          <path d={path(curve.atClose)} className={curve === main ? 'curve' : 'curve book'} />
        </g>
      ))}
      <PriceLine x={x} price={curves.spot} height={height} className="spot-line" />
      <PriceLine x={x} price={pointed} height={height} className="pointer-line" />
      {main && (
        <PayoffLabels
          curve={main}
          prices={prices}
          x={x}
          y={y}
          width={width}
          height={height}
          pointed={pointed}
        />
      )}
    </svg>
  )
}

type Scale = ReturnType<typeof scaleLinear<number, number>>

function Areas({
  curve,
  prices,
  x,
  y,
}: {
  readonly curve: Curve
  readonly prices: Float64Array
  readonly x: Scale
  readonly y: Scale
}) {
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
  readonly x: Scale
  readonly height: number
}) {
  const base = height - MARGIN.bottom
  const d = area<number>()
    .x((_, index) => x(curves.prices[index] ?? 0))
    .y0(base)
    .y1(value => base - value * (height - MARGIN.top - MARGIN.bottom) * 0.26)([...curves.density])
  return <path d={d ?? ''} className="area density" />
}

interface LabelsProps {
  readonly curve: Curve
  readonly prices: Float64Array
  readonly x: Scale
  readonly y: Scale
  readonly width: number
  readonly height: number
  readonly pointed: number | undefined
}

function PayoffLabels({ curve, prices, x, y, width, height, pointed }: LabelsProps) {
  const at = pointed === undefined ? undefined : nearest(prices, pointed)
  // Best and worst may lie beyond the prices that are drawn; their labels stay in the plot
  const inside = (value: number) => Math.min(height - MARGIN.bottom - 14, Math.max(MARGIN.top + 14, y(value)))
  return (
    <g>
      {curve.breakEvens.map((price, index) => (
        <g key={price}>
          <circle cx={x(price)} cy={y(0)} r="3.5" className="even-mark" />
          <text
            x={x(price) + (index === 0 ? -7 : 7)}
            y={y(0) - 7}
            textAnchor={index === 0 ? 'end' : 'start'}
            className="ink"
          >
            {number(price)}
          </text>
        </g>
      ))}
      {curve.strikes.map(leg => (
        <path
          key={`${leg.strike}${leg.ratio}`}
          d={`M${x(leg.strike) - 5} ${height - MARGIN.bottom + 1}h10v-6l-5-5l-5 5z`}
          className="leg-mark"
        />
      ))}
      <text x={width - MARGIN.right - 2} y={inside(curve.best) - 6} textAnchor="end" className="gain">
        {profit(curve.best)} at best
      </text>
      <text x={MARGIN.left + 6} y={inside(curve.worst) - 6} className="loss">
        {profit(curve.worst)} at worst
      </text>
      <text x={width - MARGIN.right - 2} y={height - MARGIN.bottom - 8} textAnchor="end" className="ink2">
        {at === undefined
          ? 'solid at the close, dashed now'
          : `${number(prices[at])}: ${profit(curve.atClose[at])} at close, ${profit(curve.now[at])} now`}
      </text>
    </g>
  )
}

/** The curves that were asked for; where no trade is suggested, what is held stands in, under its own name. */
function shownCurves({ suggestion, book }: Curves, of: 'suggestion' | 'book' | 'both'): Curve[] {
  if (of === 'suggestion') return [suggestion ?? book].filter(curve => curve !== undefined)
  const wanted = of === 'book' ? [book] : [suggestion, book]
  return wanted.filter(curve => curve !== undefined)
}

function useCurvesAge(): number | undefined {
  const time = useCurves()?.time
  const now = usePulse(pulse => pulse.time)
  return time === undefined || now === undefined ? undefined : Math.max(0, now - time)
}

function dollarTick(value: number): string {
  return value === 0 ? '$0' : `${value < 0 ? '\u2212' : ''}$${Math.abs(value)}`
}

function nearest(prices: Float64Array, price: number): number {
  let best = 0
  for (let index = 1; index < prices.length; index += 1) {
    if (Math.abs((prices[index] ?? 0) - price) < Math.abs((prices[best] ?? 0) - price)) best = index
  }
  return best
}
