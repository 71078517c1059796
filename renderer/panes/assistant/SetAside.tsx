import { chooseAssistant } from '../../state/assistantChoices.ts'
import { grouped } from './assistantWords.ts'
import type { ShownVariants } from './useShownVariants.ts'

/** What is not listed: variants that do not do the same, and those of which nothing is known, each by its reason. */
export function SetAside({ report, showsUnproven }: ShownVariants) {
  const unproven = unprovenByReason(report.cards)
  const refuted = report.refuted
  if (refuted.length === 0 && unproven.length === 0) return null
  return (
    <section className="set-aside" aria-label="Set aside">
      <div className="section">
        <span>Set aside</span>
        <span className="micro">
          {grouped(sum(refuted))} not the same, {grouped(sum(unproven))} not proven
        </span>
      </div>
      <ul>
        {refuted.map(({ reason, variants }) => (
          <li key={reason}>
            <span className="down">✕</span> <b>{grouped(variants)}</b> <span className="t2">{reason}</span>
          </li>
        ))}
        {unproven.map(({ reason, variants }) => (
          <li key={reason}>
            <span className="warn">▲</span> <b>{grouped(variants)}</b> <span className="t2">{reason}</span>
          </li>
        ))}
      </ul>
      {unproven.length > 0 && (
        <button
          type="button"
          className="chip"
          aria-pressed={showsUnproven}
          onClick={() => chooseAssistant({ unproven: !showsUnproven })}
        >
          {showsUnproven ? 'Leave out what is not proven' : 'List what is not proven'}
        </button>
      )}
    </section>
  )
}

type Counted = readonly { readonly reason: string; readonly variants: number }[]

function unprovenByReason(cards: ShownVariants['report']['cards']): Counted {
  const reasons = cards.flatMap(({ state }) => (state.kind === 'unverified' ? [state.reason] : []))
  return [...new Set(reasons)]
    .map(reason => ({ reason, variants: reasons.filter(other => other === reason).length }))
    .toSorted((one, other) => other.variants - one.variants)
}

function sum(counted: Counted): number {
  return counted.reduce((total, { variants }) => total + variants, 0)
}
