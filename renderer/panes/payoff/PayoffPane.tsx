import '../../charts/charts.css'
import './payoff.css'
import { LaterSliders, factorWords } from '../../charts/LaterSliders.tsx'
import { useLaterMarket, type LaterMarket } from '../../charts/laterMarket.ts'
import { useSize } from '../../charts/useSize.ts'
import { useCurves, useCurvesAge, useSessionTime } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { minute, number } from '../../ui/format.ts'
import { DraftBar } from './DraftBar.tsx'
import { PayoffPlot } from './PayoffPlot.tsx'
import { shownPayoffs, useWhatIf } from './shownPayoffs.ts'
import { useAskedPayoffs } from './useAskedPayoffs.ts'

const CHOICES = [
  { value: 'suggestion', label: 'Trade' },
  { value: 'book', label: 'Book' },
  { value: 'both', label: 'Both' },
] as const

/** The market's probability that it ends above water. */
export function PayoffMeta() {
  const curves = useCurves()
  const of = useView(view => view.payoffOf)
  const whatIf = useWhatIf()
  const shown = curves && shownPayoffs(curves, of, whatIf)[0]
  if (!shown) return null
  return (
    <>
      P(profit) <b>{number(shown.curve.probabilityOfProfit)}</b>,{' '}
      {shown.before ? 'as tried' : shown.curve.label}
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

/**
 * Profit by the price of the underlying: solid at the close, dashed now or at a later time, with the market's odds along
 * the bottom. The strikes of a suggestion can be moved; what that would mean is asked of the engine.
 */
export function PayoffPane() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const curves = useCurves()
  const of = useView(view => view.payoffOf)
  const later = useLaterMarket()
  useAskedPayoffs(later, width > 60)
  const whatIf = useWhatIf()
  const shown = curves ? shownPayoffs(curves, of, whatIf) : []
  const isDrawn = curves && shown.length > 0
  return (
    <>
      <div ref={host} className="plot">
        {isDrawn && width > 60 && height > 60 ? (
          <>
            <PayoffPlot
              curves={curves}
              shown={shown}
              moment={momentWords(later)}
              width={width}
              height={height}
            />
            <DraftBar />
          </>
        ) : (
          <p className="empty">
            {of === 'book'
              ? 'Nothing is held.'
              : 'No trade is suggested and nothing is held. Payoffs stand here, now and at the close.'}
          </p>
        )}
      </div>
      {isDrawn && later && later.times.length > 1 && <LaterSliders later={later} />}
    </>
  )
}

function momentWords(later: LaterMarket | undefined): string {
  if (!later || later.isNow) return 'now'
  const time = later.place === 0 ? 'now' : `at ${minute(later.time)}`
  return later.factor === 1 ? time : `${time}, volatility ${factorWords(later.factor)}`
}
