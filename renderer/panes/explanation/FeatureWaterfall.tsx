import { scaleLinear } from 'd3-scale'
import type { ExplanationReport } from '../../../main/contract/explanation.ts'
import { number, signed } from '../../ui/format.ts'
import { DECIMALS, featureBars, type FeatureBar, type FeatureBars } from './featureBars.ts'
import { featureReading } from './featureWords.ts'

/** The twenty features as a waterfall from the usual probability to this one; what is written adds up. */
export function FeatureWaterfall({ report }: { readonly report: ExplanationReport }) {
  const chart = featureBars(report)
  const scale = scaleLinear([chart.low, chart.high], [1, 99])
  return (
    <table className="grid waterfall" data-testid="waterfall">
      <caption className="sr">From the usual probability to this one, feature by feature</caption>
      <thead>
        <tr>
          <th className="l" scope="col">
            Feature
          </th>
          <th scope="col">Now</th>
          <th scope="col">Usual</th>
          <th className="fall-cell" scope="col">
            <span className="sr">From usual to now, in a chart from </span>
            {number(chart.low)} to {number(chart.high)}
          </th>
          <th scope="col">Moves it by</th>
        </tr>
      </thead>
      <tbody>
        <EndRow name="Usual probability" value={chart.usual} place={scale(report.usual)} />
        {chart.bars.map(bar => (
          <BarRow key={bar.feature} bar={bar} at={scale} />
        ))}
        {chart.unexplained !== 0 && (
          <tr data-testid="unexplained">
            <th className="l warn" scope="row" colSpan={4}>
              ▲ Not explained by these parts
            </th>
            <td className="warn">{signed(chart.unexplained, DECIMALS)}</td>
          </tr>
        )}
      </tbody>
      <SumRow chart={chart} place={scale(report.now)} />
    </table>
  )
}

/** Where the waterfall begins. */
function EndRow({
  name,
  value,
  place,
}: {
  readonly name: string
  readonly value: number
  readonly place: number
}) {
  return (
    <tr>
      <th className="l t2" scope="row">
        {name}
      </th>
      <td />
      <td />
      <td className="fall-cell">
        <svg width="100%" height="14" aria-hidden="true">
          <line x1={`${place}%`} x2={`${place}%`} y1="0" y2="14" className="fall-end" />
        </svg>
      </td>
      <td>{number(value, DECIMALS)}</td>
    </tr>
  )
}

function BarRow({ bar, at }: { readonly bar: FeatureBar; readonly at: (value: number) => number }) {
  const { name, write } = featureReading(bar.feature)
  const [left, right] = [Math.min(at(bar.from), at(bar.to)), Math.max(at(bar.from), at(bar.to))]
  const isPlus = bar.to >= bar.from
  return (
    <tr data-feature={bar.feature} className={bar.contribution === 0 ? 'nothing' : ''}>
      <th className="l" scope="row">
        {name}
      </th>
      <td>{write(bar.value)}</td>
      <td className="t3">{write(bar.usual)}</td>
      <td className="fall-cell">
        <svg width="100%" height="14" aria-hidden="true">
          {bar.contribution !== 0 && (
            <rect
              x={`${left}%`}
              width={`${Math.max(0.3, right - left)}%`}
              y="3"
              height="8"
              className={isPlus ? 'part' : 'part neg'}
            />
          )}
          <line x1={`${at(bar.to)}%`} x2={`${at(bar.to)}%`} y1="11" y2="17" className="fall-link" />
        </svg>
      </td>
      <td data-contribution={bar.contribution}>{signed(bar.contribution, DECIMALS)}</td>
    </tr>
  )
}

/** The sum, as written: usual and all parts are what is now. */
function SumRow({ chart, place }: { readonly chart: FeatureBars; readonly place: number }) {
  const parts = chart.now - chart.usual
  return (
    <tfoot>
      <tr className="total" data-testid="sum">
        <td className="l" colSpan={3}>
          {number(chart.usual, DECIMALS)} usual {parts < 0 ? '−' : '+'} {number(Math.abs(parts), DECIMALS)}{' '}
          all parts = {number(chart.now, DECIMALS)} now
        </td>
        <td className="fall-cell">
          <svg width="100%" height="14" aria-hidden="true">
            <line x1={`${place}%`} x2={`${place}%`} y1="0" y2="14" className="fall-end" />
          </svg>
        </td>
        <td className="model" data-now={chart.now} data-usual={chart.usual}>
          {number(chart.now, DECIMALS)}
        </td>
      </tr>
    </tfoot>
  )
}
