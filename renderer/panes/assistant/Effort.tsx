import { BUDGETS, chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { Segmented } from '../../ui/Segmented.tsx'

/** How long a function is tried, and on which recorded calls; folded away, for the usual will do. */
export function Effort() {
  const budget = useAssistantChoices(choices => choices.budget)
  const recorded = useAssistantChoices(choices => choices.recorded)
  return (
    <details className="effort">
      <summary>
        Tried for up to {budgetWords(budget)}
        {recorded.trim() !== '' && <span className="t3">, on recorded calls too</span>}
      </summary>
      <Segmented
        label="Most time"
        choices={BUDGETS.map(value => ({ value, label: budgetWords(value) }))}
        value={budget}
        onChoose={value => chooseAssistant({ budget: value })}
      />
      <input
        aria-label="File of recorded calls"
        title="Written by: zerodte assistant record"
        placeholder="calls.jsonl, where you recorded some"
        value={recorded}
        spellCheck={false}
        onChange={event => chooseAssistant({ recorded: event.target.value })}
      />
    </details>
  )
}

function budgetWords(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${seconds / 60} min`
}
