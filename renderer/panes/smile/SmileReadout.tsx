import { MARGIN, PriceLine, type PriceScale } from '../../charts/PriceAxis.tsx'
import { useView } from '../../state/viewStore.ts'
import { minute, number, points, signed } from '../../ui/format.ts'
import { smilePoint, type Curves, type SmilePoint } from './smileFigures.ts'

/** The figures under the pointer, else at the spot: the fit and its band, what is quoted there, and what it was earlier. */
export function SmileReadout({
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
  const point = smilePoint(curves, pointed ?? curves.spot)
  const right = width - MARGIN.right - 2
  const lines = [
    [pointed === undefined ? 'now' : `${number(pointed)}:`, points(point.fit), bandWords(point)],
    [quoteWords(point)],
    [earlierWords(point, curves.earlierTime)],
  ].map(words => words.filter(word => word !== '').join(' '))
  return (
    <>
      <PriceLine x={x} price={pointed} height={height} className="pointer-line" />
      {lines
        .filter(words => words !== '')
        .map((words, index) => (
          <text
            key={words}
            x={right}
            y={MARGIN.top + 8 + 15 * index}
            textAnchor="end"
            className={index === 0 ? 'ink' : 'ink2'}
          >
            {words}
          </text>
        ))}
    </>
  )
}

function bandWords({ low, high }: SmilePoint): string {
  return low === undefined || high === undefined ? '' : `(${points(low)}–${points(high)})`
}

function quoteWords({ quote }: SmilePoint): string {
  if (!quote) return 'not quoted'
  const bid = quote.bid > 0 ? points(quote.bid) : 'no bid'
  return `${number(quote.strike, quote.strike % 1 === 0 ? 0 : 1)} quoted ${bid} × ${points(quote.ask)}`
}

function earlierWords({ fit, earlier }: SmilePoint, time: number | undefined): string {
  if (time === undefined) return ''
  const change =
    fit === undefined || earlier === undefined ? '' : `, ${signed((fit - earlier) * 100, 1)} since`
  return `${minute(time)} ${points(earlier)}${change}`
}
