import { useDesk } from '../state/deskStore.ts'

/** What is said aloud: a new suggestion and a lockout at once, fills when there is a pause, prices never. */
export function Announcements() {
  const suggestion = useDesk(state =>
    state.decisions.findLast(decision => decision.status === 'open' && decision.proposal),
  )
  const lockout = useDesk(state => state.lockout)
  const fill = useDesk(state => state.fills.at(-1))
  return (
    <div className="sr">
      <div aria-live="assertive">
        {lockout
          ? 'Locked out until the next session.'
          : suggestion
            ? `Suggestion ${suggestion.number}. ${suggestion.reasons.sentence}`
            : ''}
      </div>
      <div aria-live="polite">{fill ? `Order filled, ${fill.quantity} at ${fill.net.toFixed(2)}.` : ''}</div>
    </div>
  )
}
