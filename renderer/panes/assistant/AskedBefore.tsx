import type { AssistantRequest } from '../../../main/contract/assistant.ts'
import { momentWords } from './assistantWords.ts'

/** Most requests of before that are listed. */
const MOST = 8

/** What was asked before and what became of it, newest first; one is taken into the box again. */
export function AskedBefore({
  history,
  onTake,
}: {
  readonly history: readonly AssistantRequest[]
  readonly onTake: (text: string) => void
}) {
  if (history.length === 0) return null
  return (
    <details className="asked-before">
      <summary>
        Asked before <span className="t3">{history.length}, ↑ ↓ in the box</span>
      </summary>
      <ul>
        {history.slice(0, MOST).map(({ id, at, text, outcome }) => (
          <li key={id}>
            <button type="button" className="plain" title={momentWords(at)} onClick={() => onTake(text)}>
              <span className="tx ell">{text}</span>
              <span className="t3 ell">{outcome}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
