import type { AssistantReport, TastePattern } from '../../../main/contract/assistant.ts'
import { call } from '../../state/actions.ts'
import { askAgain } from '../../state/assistantStore.ts'
import { Card } from '../../ui/Card.tsx'
import { number, signed } from '../../ui/format.ts'

/** What was found in his choices, in words; each can be deleted, and then counts no more. */
export function TasteCard({ taste }: Pick<AssistantReport, 'taste'>) {
  const { choices, patterns, sinceTraining } = taste
  return (
    <Card
      title="Your taste"
      note={`${choices} ${choices === 1 ? 'choice' : 'choices'}, ${sinceTraining} since the last training`}
    >
      {patterns.length === 0 ? (
        <p className="t3">
          No pattern shows yet. Each choice, edit and refusal counts; among proven variants alone.
        </p>
      ) : (
        <ul className="pattern-list">
          {patterns.map(pattern => (
            <Pattern key={pattern.id} pattern={pattern} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Pattern({ pattern }: { readonly pattern: TastePattern }) {
  const { id, sentence, weight, interval } = pattern
  const forget = async () => {
    await call('assistant/forgetPattern', { pattern: id })
    askAgain()
  }
  return (
    <li data-testid="pattern">
      <span className="model">{sentence}</span>
      <button type="button" className="chip" aria-label={`Delete: ${sentence}`} onClick={() => void forget()}>
        Delete
      </button>
      <span className="t3">
        {signed(weight, 1)} in log odds, 80 %: {number(interval[0], 1)} to {number(interval[1], 1)}
      </span>
    </li>
  )
}
