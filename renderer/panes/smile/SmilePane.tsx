import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { MARGIN, PriceAxis, PriceLine, ValueAxis, type PriceScale } from '../../charts/PriceAxis.tsx'
import '../../charts/charts.css'
import { useSize } from '../../charts/useSize.ts'
import { openDecision, useDesk } from '../../state/deskStore.ts'
import { useCurves, useCurvesAge, useSessionTime } from '../../state/frames.ts'
import { setView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { minute, number } from '../../ui/format.ts'
import { SmileReadout } from './SmileReadout.tsx'
import { SmileTable } from './SmileTable.tsx'
import { smileRange, valueAt, type Curves } from './smileFigures.ts'

/** What the smile is held against. */
export function SmileMeta() {
  const earlier = useCurves()?.earlierTime
  return earlier === undefined ? null : <>now against {minute(earlier)}, points a calendar year</>
}

/** How old it is. */
export function SmileControls() {
  const age = useCurvesAge()
  const lateAfter = useSessionTime(2000)
  return <Age milliseconds={age} lateAfter={lateAfter} />
}

/**
 * Implied volatility by strike: what every contract is bid and asked at, the fit through them with its band, and the fit
 * of earlier today.
 */
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

interface PlotProps {
  readonly curves: Curves
  readonly width: number
  readonly height: number
}

function SmilePlot({ curves, width, height }: PlotProps) {
  const { prices, smile, earlierSmile, spot } = curves
  const x = scaleLinear([prices[0] ?? 0, prices.at(-1) ?? 1], [MARGIN.left, width - MARGIN.right])
  const y = scaleLinear(smileRange(curves), [height - MARGIN.bottom, MARGIN.top])
  const path = (column: Float64Array) =>
    line<number>()
      .defined(value => Number.isFinite(value))
      .x((_, index) => x(prices[index] ?? 0))
      .y(value => y(value * 100))([...column]) ?? ''
  return (
    <>
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
        <Band curves={curves} x={x} y={y} />
        <path d={path(earlierSmile)} className="curve earlier" />
        <Quotes curves={curves} x={x} y={y} />
        <path d={path(smile)} className="curve" />
        <LegRings curves={curves} x={x} y={y} />
        <LineNames curves={curves} x={x} y={y} />
        <text x={width - MARGIN.right - 2} y={height - MARGIN.bottom - 5} textAnchor="end">
          {curves.smileLow && width > WIDE_ENOUGH
            ? 'whiskers bid to ask, band 19 of 20'
            : 'whiskers bid to ask'}
        </text>
        <PriceLine x={x} price={spot} height={height} className="spot-line" />
        <SmileReadout curves={curves} x={x} width={width} height={height} />
      </svg>
      <SmileTable curves={curves} />
    </>
  )
}

interface LayerProps {
  readonly curves: Curves
  readonly x: PriceScale
  readonly y: PriceScale
}

function Band({ curves, x, y }: LayerProps) {
  const { prices, smileLow, smileHigh } = curves
  if (!smileLow || !smileHigh) return null
  const d = area<number>()
    .defined((low, index) => Number.isFinite(low) && Number.isFinite(smileHigh[index]))
    .x((_, index) => x(prices[index] ?? 0))
    .y0(low => y(low * 100))
    .y1((_, index) => y((smileHigh[index] ?? 0) * 100))([...smileLow])
  return <path d={d ?? ''} className="area band" />
}

/** A dot at the middle of every contract, a whisker from its bid to its ask; it is open below where nothing is bid. */
function Quotes({ curves, x, y }: LayerProps) {
  const { contractStrikes, contractVolatilities, contractBids, contractAsks } = curves
  const [bottom = 0] = y.range()
  return Array.from(contractStrikes, (strike, index) => {
    const [bid = Number.NaN, ask = Number.NaN] = [contractBids[index], contractAsks[index]]
    const isKnown = Number.isFinite(bid) && Number.isFinite(ask)
    const low = Math.min(bottom, y(bid * 100))
    return (
      <g key={strike}>
        {isKnown && (
          <path
            d={`M${x(strike)} ${y(ask * 100)}V${low}M${x(strike) - 2} ${y(ask * 100)}h4${bid > 0 ? `M${x(strike) - 2} ${low}h4` : ''}`}
            className="whisker"
          />
        )}
        <circle
          cx={x(strike)}
          cy={y((contractVolatilities[index] ?? 0) * 100)}
          r="1.75"
          className="dot-mark"
        />
      </g>
    )
  })
}

/** Where the legs of the suggestion lie on the smile. */
function LegRings({ curves, x, y }: LayerProps) {
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

/** Room that the whole sentence under the smile needs. */
const WIDE_ENOUGH = 320

/** Room between two names of lines. */
const NAME_HEIGHT = 14

/** Every line is named at its right end; where two names would meet, the earlier one makes way. */
function LineNames({ curves, x, y }: LayerProps) {
  const { prices, smile, earlierSmile, earlierTime } = curves
  const right = x(prices.at(-1) ?? 0) - 2
  const ends = [smile.at(-1), earlierSmile.at(-1)].map(value => y((value ?? Number.NaN) * 100))
  const [now = Number.NaN, earlier = Number.NaN] = ends
  const gap = earlier - now
  const place = Math.abs(gap) < NAME_HEIGHT ? now + (gap < 0 ? -NAME_HEIGHT : NAME_HEIGHT) : earlier
  return (
    <g aria-hidden="true">
      {Number.isFinite(now) && (
        <text x={right} y={now - 5} textAnchor="end" className="ink">
          fit
        </text>
      )}
      {earlierTime !== undefined && Number.isFinite(place) && (
        <text x={right} y={place - 5} textAnchor="end">
          {minute(earlierTime)}
        </text>
      )}
    </g>
  )
}
