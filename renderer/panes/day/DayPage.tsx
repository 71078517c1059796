import { useDesk } from '../../state/deskStore.ts'
import { usePulse } from '../../state/frames.ts'
import { setView } from '../../state/viewStore.ts'
import { Card, Figure } from '../../ui/Card.tsx'
import { dollars, number, percent, profit, tone } from '../../ui/format.ts'
import { JournalPane } from '../journal/JournalPane.tsx'
import { journalSums } from '../journal/journalSums.ts'
import { dayFigures } from './dayFigures.ts'
import { DayCurve } from './DayCurve.tsx'
import { LearnedCard } from './LearnedCard.tsx'

/** The day as a whole: what it made, how it was made, what the limits are, and what was learned from the answers. */
export function DayPage() {
  return (
    <div className="sheet scroll">
      <DayCurve />
      <Results />
      <Answers />
      <LearnedCard />
      <LimitsCard />
      <Card title="Every decision" note="net of costs, under the exit fixed beforehand" className="rest">
        <JournalPane />
      </Card>
    </div>
  )
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

function LimitsCard() {
  const limits = useDesk(state => state.limits)
  const sizing = useDesk(state => state.sizing)
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
        <Figure
          name="Sizes"
          value={sizing.by === 'limits' ? 'by the limits' : `by Kelly, ${dollars(sizing.bankroll)}`}
        />
        <Figure name="Oldest quote" value={`${limits.maximumQuoteAge} ms`} />
      </dl>
      <div className="buttons">
        <button type="button" className="btn" onClick={() => setView({ dialog: 'limits' })}>
          Change limits
        </button>
        <button type="button" className="btn" onClick={() => setView({ dialog: 'sizing' })}>
          Change sizes
        </button>
      </div>
    </Card>
  )
}
