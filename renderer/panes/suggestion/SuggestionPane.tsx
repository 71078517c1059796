import './suggestion.css'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { usePulse } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { answerWords, headline } from '../../ui/decisionWords.ts'
import { clock, countdown, number } from '../../ui/format.ts'
import { Actions } from './Actions.tsx'
import { ModifyForm } from './ModifyForm.tsx'
import { Cases, Drivers, Flips, Unknowns } from './ReasonBlocks.tsx'
import { Estimates, Terms } from './Terms.tsx'

type Decision = DeskState['decisions'][number]

/** Which decision it is, and when it was made. */
export function SuggestionMeta() {
  const decision = useShownDecision()
  if (!decision) return null
  const { proposal } = decision
  return (
    <>
      <b data-testid="decision-number">no. {decision.number}</b> {clock(decision.time)}
      {proposal?.purpose === 'open' && (
        <>
          , <span className="sr-s">while </span>credit ≥ {number(proposal.walk.end)}
        </>
      )}
    </>
  )
}

/** How long it waits for its answer. */
export function SuggestionControls() {
  const decision = useShownDecision()
  const latest = useDesk(state => state.decisions.at(-1)?.id)
  const now = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  if (!decision) return null
  if (decision.id !== latest) {
    return (
      <button type="button" className="chip" onClick={() => setView({ shownDecision: undefined })}>
        Show the latest
      </button>
    )
  }
  if (decision.status !== 'open' || now === undefined)
    return <span className="t3">{answerWords(decision).toLowerCase()}</span>
  return (
    <span className="b">
      {decision.proposal
        ? `${countdown(decision.expiresAt - now, true)} left`
        : `next look ${countdown(decision.expiresAt - now, true)}`}
    </span>
  )
}

/** The suggestion: what, at what price, what it costs at worst, when it ends; only then why. The answers stay in place. */
export function SuggestionPane() {
  const decision = useShownDecision()
  const isReady = useDesk(state => state.isReady)
  const phase = useDesk(state => state.phase)
  if (!decision) {
    return (
      <p className="empty">
        {!isReady
          ? 'Starting.'
          : phase === 'session'
            ? 'The first look comes within a minute, as soon as the chain is quoted.'
            : 'Suggestions come while the session is open.'}
      </p>
    )
  }
  return <SuggestionBody decision={decision} />
}

function SuggestionBody({ decision }: { readonly decision: Decision }) {
  const isModifying = useView(view => view.modifying === decision.id) && decision.status === 'open'
  const title = headline(decision)
  return (
    <div
      className="sugg"
      data-testid="suggestion"
      data-status={decision.status}
      data-action={decision.action}
    >
      <div className="sugg-top">
        <h3 className={title.length > 28 ? 'long' : ''}>
          <span>{title}</span>
          <HeadFigure decision={decision} />
        </h3>
        {decision.proposal && <Terms decision={decision} proposal={decision.proposal} />}
      </div>
      <div className="sugg-why scroll">
        {decision.refusal !== undefined && <p className="refusal">Risk: {decision.refusal}.</p>}
        <Estimates decision={decision} />
        <p className="reason">{decision.reasons.sentence}</p>
        {decision.reasons.sizing !== undefined && <p className="t2">{decision.reasons.sizing}</p>}
        <Drivers decision={decision} />
        <Flips decision={decision} />
        <Cases decision={decision} />
        <Unknowns decision={decision} />
      </div>
      {isModifying && decision.proposal ? (
        <ModifyForm decision={decision} proposal={decision.proposal} />
      ) : (
        <Actions decision={decision} />
      )}
    </div>
  )
}

function HeadFigure({ decision }: { readonly decision: Decision }) {
  const { proposal } = decision
  if (!proposal) return <span className="model">{number(decision.reasons.now)}</span>
  const net = proposal.walk.start
  return <span>{net >= 0 ? `at ${number(net)}` : `for ${number(-net)}`}</span>
}

/** The decision that is shown: the one that was picked, else the latest. */
function useShownDecision(): Decision | undefined {
  const picked = useView(view => view.shownDecision)
  return useDesk(state => state.decisions.find(decision => decision.id === picked) ?? state.decisions.at(-1))
}
