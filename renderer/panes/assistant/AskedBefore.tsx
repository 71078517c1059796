import type { AssistantRequest } from '../../../main/contract/assistant.ts'
import { momentWords } from './assistantWords.ts'

/** Most requests of before that are listed. */
const MOST = 8

/** What was asked before and what became of it, newest first; one is taken into the box again, and what came of it is shown. */
export function AskedBefore({
  history,
  onTake,
}: {
  readonly history: readonly AssistantRequest[]
  readonly onTake: (request: AssistantRequest) => void
}) {
  if (history.length === 0) return null
  return (
    <details className="asked-before">
      <summary>
        Asked before <span className="t3">{history.length}, ↑ ↓ in the box</span>
      </summary>
      <ul>
        {history.slice(0, MOST).map(request => (
          <li key={request.id}>
            <button
              type="button"
              className="plain"
              title={momentWords(request.at)}
              onClick={() => onTake(request)}
            >
              <span className="tx ell">{request.text}</span>
              <span className="t3 ell">{request.outcome}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
