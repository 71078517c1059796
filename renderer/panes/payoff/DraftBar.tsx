import { forgetStrikes, useDraft } from '../../state/draft.ts'
import { openDecision, useDesk } from '../../state/deskStore.ts'
import { setView } from '../../state/viewStore.ts'
import { number } from '../../ui/format.ts'
import { useWhatIf } from './shownPayoffs.ts'

/** The strikes that are tried out, what the market gives for them, how the odds change, and the way on or back. */
export function DraftBar() {
  const decision = useDesk(openDecision)
  const draft = useDraft(decision?.id)
  const reply = useWhatIf().suggestion
  const proposal = decision?.proposal
  if (!decision || !proposal || !draft) return null
  const words =
    reply?.kind === 'nothing'
      ? reply.reason
      : reply
        ? `${priceWords(reply.nets[0])}, P(profit) ${number(reply.curve.probabilityOfProfit)}, was ${number(proposal.probabilityOfProfit)}`
        : ''
  return (
    <div className="draft-bar">
      <b className="model ell strikes">{draft.join('/')}</b>
      <button
        type="button"
        className="chip low"
        onClick={() => setView({ modifying: decision.id, shownDecision: undefined })}
      >
        Use these strikes
      </button>
      <button
        type="button"
        className="chip low"
        aria-label="Back to the strikes that were suggested"
        onClick={forgetStrikes}
      >
        Back
      </button>
      <span className="t2 ell words">{words}</span>
    </div>
  )
}

function priceWords(net: number | undefined): string {
  if (net === undefined) return ''
  return `${net < 0 ? 'debit' : 'credit'} ${number(Math.abs(net), 3).replace(/0$/, '')} at mid`
}
