import { useState } from 'react'
import { accept, call, letExpire, reject } from '../../state/actions.ts'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { usePulse } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { age, number, profit, tone } from '../../ui/format.ts'
import { verdictWords } from '../../ui/decisionWords.ts'

type Decision = DeskState['decisions'][number]

/** The answers. None is favoured; a no costs one click like a yes. The box keeps its height in every state. */
export function Actions({ decision }: { readonly decision: Decision }) {
  return (
    <div className="actions" data-testid="actions">
      {decision.status === 'open' ? <OpenActions decision={decision} /> : <Aftermath decision={decision} />}
    </div>
  )
}

function OpenActions({ decision }: { readonly decision: Decision }) {
  const isCommenting = useView(view => view.commenting === decision.id)
  const held = useHeldBack(decision)
  const isWait = !decision.proposal
  return (
    <>
      <div className="act">
        <button
          type="button"
          className={isWait ? 'btn big' : 'btn big order'}
          disabled={held !== undefined}
          title={held}
          onClick={() => void accept(decision.id, 'click')}
        >
          {isWait ? 'Agree' : 'Accept'} <kbd>A</kbd>
        </button>
        <button
          type="button"
          className="btn big"
          disabled={isWait}
          onClick={() => setView({ modifying: decision.id })}
        >
          Modify <kbd>M</kbd>
        </button>
        <button type="button" className="btn big" onClick={() => void reject(decision.id, 'click')}>
          {isWait ? 'Overrule' : 'Reject'} <kbd>R</kbd>
        </button>
      </div>
      {isCommenting ? <CommentLine decision={decision} /> : <ReasonLine decision={decision} />}
      <div className="held">
        <span className={held === undefined ? 't3' : 'warn'}>
          {held ?? (isWait ? 'Counted and scored like any other.' : '')}
        </span>
        {!isWait && (
          <button type="button" className="link" onClick={() => void letExpire(decision.id)}>
            Let it expire
          </button>
        )}
      </div>
    </>
  )
}

function ReasonLine({ decision }: { readonly decision: Decision }) {
  const reasons = useDesk(state => state.reasons)
  const tap = (reason: string) => {
    if (reason === 'Other') setView({ commenting: decision.id })
    else void reject(decision.id, 'click', reason)
  }
  return (
    <div className="why" role="group" aria-label="Reject with a reason">
      {reasons.map((reason, index) => (
        <button
          key={reason}
          type="button"
          className="chip"
          disabled={!decision.proposal}
          onClick={() => tap(reason)}
        >
          <b>{index + 1}</b>
          {reason}
        </button>
      ))}
    </div>
  )
}

function CommentLine({ decision }: { readonly decision: Decision }) {
  const [comment, setComment] = useState('')
  return (
    <form
      className="why"
      onSubmit={event => {
        event.preventDefault()
        void reject(decision.id, 'click', 'Other', comment)
      }}
    >
      <input
        className="comment"
        // The line opened because he asked for it; typing is what comes next
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        maxLength={2000}
        placeholder="Why not, in your words"
        aria-label="Comment"
        value={comment}
        onChange={event => setComment(event.target.value)}
      />
      <button type="submit" className="chip">
        Reject
      </button>
      <button type="button" className="chip" onClick={() => setView({ commenting: undefined })}>
        Back
      </button>
    </form>
  )
}

/** What became of it: the order, the outcome, and the question how it was. */
function Aftermath({ decision }: { readonly decision: Decision }) {
  const order = useDesk(state =>
    state.orders.findLast(entry => entry.decision === decision.id && entry.purpose !== 'flatten'),
  )
  const { outcome } = decision
  const verdict = verdictWords(decision)
  return (
    <>
      <div className="aftermath">
        <span>{order ? orderWords(order) : statusWords(decision)}</span>
        {order && (order.status === 'working' || order.status === 'sending') && (
          <button
            type="button"
            className="btn"
            onClick={() => void call('order/cancel', { id: order.id, via: 'click' })}
          >
            Cancel
          </button>
        )}
      </div>
      <div className="aftermath">
        {outcome ? (
          <>
            <span>
              {verdict.words}, <b className={tone(outcome.net)}>{profit(outcome.net)}</b>{' '}
              <span className="t3">under the frozen exit ({outcome.reason})</span>
            </span>
            <Rating decision={decision} />
          </>
        ) : (
          <span className="t3">Scored when its exit rule fires, whatever was answered.</span>
        )}
      </div>
      <div className="held" />
    </>
  )
}

function Rating({ decision }: { readonly decision: Decision }) {
  return (
    <span className="rating" role="group" aria-label="Rate how it went">
      {[1, 2, 3, 4, 5].map(rating => (
        <button
          key={rating}
          type="button"
          className="chip"
          aria-pressed={decision.rating === rating}
          onClick={() => void call('outcome/rate', { id: decision.id, rating })}
        >
          {rating}
        </button>
      ))}
    </span>
  )
}

/** Why Accept has to wait, in a sentence; undefined where it need not. */
function useHeldBack(decision: Decision): string | undefined {
  const isConnected = useDesk(state => state.isConnected)
  const isHalted = useDesk(state => state.halted !== undefined)
  const lockout = useDesk(state => state.lockout)
  const isFlattening = useDesk(state => state.flattening !== undefined)
  const mode = useDesk(state => state.account.mode)
  const lost = useDesk(state => state.lost)
  const late = usePulse(({ heartbeats, staleAfter }) =>
    heartbeats.feed.age > staleAfter ? heartbeats.feed.age : undefined,
  )
  if (!decision.proposal) return undefined
  if (!isConnected) return 'The window lost the engine. Accept returns with it.'
  if (isFlattening) return 'Everything is being flattened.'
  if (mode === 'unsure') return 'The account is not confirmed; no orders until it is.'
  // What gives risk back passes the gate under all that follows
  if (decision.proposal.purpose === 'close') return undefined
  if (lockout) return 'Locked out until the next session. Closing still works.'
  if (isHalted) return 'Trading is halted. Closing still works.'
  if (lost.some(entry => entry.dependency === 'memory'))
    return 'The database does not answer. Accept returns with it.'
  if (late !== undefined) return `Quotes are ${age(late)} old. Accept returns with fresh ones.`
  return undefined
}

function orderWords(order: DeskState['orders'][number]): string {
  switch (order.status) {
    case 'sending':
      return 'Sending.'
    case 'working':
      return `Working at ${number(Math.abs(order.limit))}, ${order.filled} of ${order.quantity} filled.`
    case 'filled':
      return `✓ filled ${order.filled} of ${order.quantity}. The exit rule watches it.`
    case 'cancelled':
      return `Cancelled, ${order.filled} of ${order.quantity} filled.`
    case 'rejected':
      return `Not sent or refused: ${order.note ?? 'no reason given'}.`
  }
}

function statusWords(decision: Decision): string {
  switch (decision.status) {
    case 'lapsed':
      return 'Lapsed. No answer is not a no: it teaches nothing.'
    case 'rejected':
      return decision.answer?.reason === undefined ? 'Rejected.' : `Rejected: ${decision.answer.reason}.`
    case 'refused':
      return 'Refused by risk.'
    default:
      return decision.proposal ? 'Accepted.' : 'Agreed.'
  }
}
