import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import type { ReactNode } from 'react'
import '../../charts/charts.css'
import './day.css'
import { useSize } from '../../charts/useSize.ts'
import { MARGIN, ValueAxis } from '../../charts/PriceAxis.tsx'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { usePulse } from '../../state/frames.ts'
import { setView } from '../../state/viewStore.ts'
import { date, dollars, minute, number, percent, profit, tone } from '../../ui/format.ts'
import { JournalPane } from '../journal/JournalPane.tsx'
import { journalSums } from '../journal/journalSums.ts'
import { dayFigures } from './dayFigures.ts'
import { tasteWords } from './tasteWords.ts'

/** The day as a whole: what it made, how it was made, what the limits are, and what was learned from the answers. */
export function DayPage() {
  return (
    <div className="day-page scroll">
      <Curve />
      <Results />
      <Answers />
      <Learned />
      <LimitsCard />
      <Card
        title="Every decision"
        note="net of costs, under the exit fixed beforehand"
        className="wide-card rest"
      >
        <JournalPane />
      </Card>
    </div>
  )
}

function Card({
  title,
  note,
  children,
  className = '',
}: {
  readonly title: string
  readonly note: string
  readonly children: ReactNode
  readonly className?: string
}) {
  return (
    <section className={`card ${className}`} aria-label={title}>
      <div className="section">
        <span>{title}</span>
        <span className="micro">{note}</span>
      </div>
      {children}
    </section>
  )
}

function Curve() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const curve = useDesk(state => state.dayCurve)
  const session = useDesk(state => state.session)
  return (
    <Card
      title="Profit of the day"
      note={session ? `${date(session.date)}, after fees, by minute` : ''}
      className="wide-card"
    >
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

function Results() {
  const positions = useDesk(state => state.positions)
  const risk = usePulse(pulse => pulse.risk)
  const figures = dayFigures(positions)
  const unknown = figures.trades < 5 ? 'too few' : undefined
  return (
    <Card title="Closed trades" note="net of fees">
      <dl className="figures">
        <Figure name="Net" value={profit(figures.net)} tone={tone(figures.net)} />
        <Figure name="Trades" value={String(figures.trades)} />
        <Figure name="Win rate" value={figures.trades === 0 ? '–' : percent(figures.winRate)} />
        <Figure name="Profit factor" value={unknown ?? number(figures.profitFactor)} />
        <Figure name="Sharpe a trade" value={unknown ?? number(figures.sharpe)} />
        <Figure name="Deepest fall" value={dollars(-figures.drawdown)} />
        <Figure name="Fees" value={dollars(figures.fees)} />
        <Figure name="VaR 95 to the close" value={dollars(risk?.valueAtRisk)} />
        <Figure name="Expected shortfall" value={dollars(risk?.expectedShortfall)} />
      </dl>
    </Card>
  )
}

function Figure({
  name,
  value,
  tone: colour = '',
}: {
  readonly name: string
  readonly value: string
  readonly tone?: string
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={colour}>{value}</dd>
    </div>
  )
}

function Answers() {
  const decisions = useDesk(state => state.decisions)
  const sums = journalSums(decisions)
  return (
    <Card title="Your yes and no, scored alike" note="same price, same costs, same exit">
      <dl className="figures">
        <Figure name="Taken" value={profit(sums.taken)} tone={tone(sums.taken)} />
        <Figure name="Refused by you" value={profit(sums.rejected)} tone={tone(sums.rejected)} />
        <Figure name="Model alone" value={profit(sums.model)} tone={tone(sums.model)} />
        <Figure name="No trade" value="$0" />
        <Figure name="Rejected winners" value={String(sums.rejectedWinners)} />
        <Figure name="Accepted losers" value={String(sums.acceptedLosers)} />
      </dl>
      <p className="t3">
        {sums.scored < 30
          ? `${sums.scored} scored: too few to compare. No edge shown.`
          : 'One session proves nothing: no edge shown.'}
      </p>
    </Card>
  )
}

function Learned() {
  const preference = useDesk(state => state.preference)
  return (
    <Card title="Learned from your answers" note={`${preference.answers} answers, in force at once`}>
      {preference.tastes.length === 0 ? (
        <p className="t3">Nothing clear yet. Each yes and no moves it.</p>
      ) : (
        <table className="grid">
          <tbody>
            {preference.tastes.map(taste => (
              <tr key={`${taste.side}${taste.from}`}>
                <td className="l">{tasteWords(taste)}</td>
                <td className="model">{number(taste.shift)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

function LimitsCard() {
  const limits = useDesk(state => state.limits)
  return (
    <Card title="Limits" note="of every order, whoever asks">
      <dl className="figures">
        <Figure name="Worst loss of a trade" value={dollars(limits.maximumLossPerTrade)} />
        <Figure name="Day loss" value={dollars(limits.dayLossLimit)} />
        <Figure name="Lots of an order" value={String(limits.lotsPerOrder)} />
        <Figure name="Contracts held" value={String(limits.openContracts)} />
        <Figure name="Structures held" value={String(limits.openStructures)} />
        <Figure name="Margin held" value={dollars(limits.exposure)} />
        <Figure name="Trades of a session" value={String(limits.tradesPerSession)} />
        <Figure name="Oldest quote" value={`${limits.maximumQuoteAge} ms`} />
      </dl>
      <button type="button" className="btn" onClick={() => setView({ dialog: 'limits' })}>
        Change limits
      </button>
    </Card>
  )
}
