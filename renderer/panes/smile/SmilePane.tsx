import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import { MARGIN, PriceAxis, PriceLine, ValueAxis, type PriceScale } from '../../charts/PriceAxis.tsx'
import '../../charts/charts.css'
import { useSize } from '../../charts/useSize.ts'
import { openDecision, useDesk } from '../../state/deskStore.ts'
import { useCurves, usePulse, useSessionTime, type FramesState } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { minute, number, points } from '../../ui/format.ts'

type Curves = NonNullable<FramesState['curves']>

/** What the smile is held against. */
export function SmileMeta() {
  const earlier = useCurves()?.earlierTime
  return earlier === undefined ? null : <>now against {minute(earlier)}, points a calendar year</>
}

/** How old it is. */
export function SmileControls() {
  const time = useCurves()?.time
  const now = usePulse(pulse => pulse.time)
  const lateAfter = useSessionTime(2000)
  return (
    <Age
      milliseconds={time === undefined || now === undefined ? undefined : Math.max(0, now - time)}
      lateAfter={lateAfter}
    />
  )
}

/** Implied volatility by strike: contracts as dots, the fit through them, and the same of earlier today. */
export function SmilePane() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const curves = useCurves()
  return (
    <div ref={host} className="plot">
      {curves && width > 60 && height > 60 ? (
        <SmilePlot curves={curves} width={width} height={height} />
      ) : (
        <p className="empty">Too little of the chain is quoted to draw a smile.</p>
      )}
    </div>
  )
}

function SmilePlot({
  curves,
  width,
  height,
}: {
  readonly curves: Curves
  readonly width: number
  readonly height: number
}) {
  const { prices, smile, earlierSmile, contractStrikes, contractVolatilities } = curves
  const x = scaleLinear([prices[0] ?? 0, prices.at(-1) ?? 1], [MARGIN.left, width - MARGIN.right])
  const known = [...smile, ...earlierSmile, ...contractVolatilities].filter(Number.isFinite)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const y = scaleLinear(
    [(low - (high - low) * 0.12) * 100, (high + (high - low) * 0.08) * 100],
    [height - MARGIN.bottom, MARGIN.top],
  )
  const path = (column: Float64Array) =>
    line<number>()
      .defined(value => Number.isFinite(value))
      .x((_, index) => x(prices[index] ?? 0))
      .y(value => y(value * 100))([...column]) ?? ''
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label="Implied volatility by strike, now and earlier today"
      onPointerMove={event => setView({ pointedPrice: x.invert(event.nativeEvent.offsetX) })}
      onPointerLeave={() => setView({ pointedPrice: undefined })}
    >
      <ValueAxis y={y} width={width} format={value => number(value, 0)} />
      <PriceAxis x={x} width={width} height={height} />
      <path d={path(earlierSmile)} className="curve earlier" />
      <path d={path(smile)} className="curve" />
      {Array.from(contractStrikes, (strike, index) => (
        <circle
          key={strike}
          cx={x(strike)}
          cy={y((contractVolatilities[index] ?? 0) * 100)}
          r="2"
          className="dot-mark"
        />
      ))}
      <LegRings curves={curves} x={x} y={y} />
      <PriceLine x={x} price={curves.spot} height={height} className="spot-line" />
      <Readout curves={curves} x={x} width={width} height={height} />
    </svg>
  )
}

/** Where the legs of the suggestion lie on the smile. */
function LegRings({
  curves,
  x,
  y,
}: {
  readonly curves: Curves
  readonly x: PriceScale
  readonly y: PriceScale
}) {
  const proposal = useDesk(state => openDecision(state)?.proposal)
  return proposal?.legs.map(leg => (
    <circle
      key={`${leg.right}${leg.strike}`}
      cx={x(leg.strike)}
      cy={y((valueAt(curves.prices, curves.smile, leg.strike) ?? 0) * 100)}
      r="4.5"
      className="leg-ring"
    />
  ))
}

/** The volatility under the pointer, else at the spot; and what it was earlier. */
function Readout({
  curves,
  x,
  width,
  height,
}: {
  readonly curves: Curves
  readonly x: PriceScale
  readonly width: number
  readonly height: number
}) {
  const pointed = useView(view => view.pointedPrice)
  const { prices, smile, earlierSmile, earlierTime, spot } = curves
  const right = width - MARGIN.right - 2
  return (
    <>
      <PriceLine x={x} price={pointed} height={height} className="pointer-line" />
      <text x={right} y={MARGIN.top + 8} textAnchor="end" className="ink">
        {pointed === undefined
          ? `now ${points(valueAt(prices, smile, spot))}`
          : `${number(pointed)}: ${points(valueAt(prices, smile, pointed))}`}
      </text>
      {earlierTime !== undefined && (
        <text x={right} y={MARGIN.top + 23} textAnchor="end">
          {minute(earlierTime)} at the money {points(valueAt(prices, earlierSmile, spot))}
        </text>
      )}
    </>
  )
}

function valueAt(prices: Float64Array, column: Float64Array, price: number): number | undefined {
  const [first, last] = [prices[0] ?? 0, prices.at(-1) ?? 0]
  if (price < first || price > last) return undefined
  const place = ((price - first) / (last - first)) * (prices.length - 1)
  const below = Math.floor(place)
  const [one, other] = [column[below], column[Math.min(prices.length - 1, below + 1)]]
  if (one === undefined || other === undefined || Number.isNaN(one)) return undefined
  return one + (other - one) * (place - below)
}
